"""What is told when somebody goes: the departure test's answer, asked of the map they were on."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace

from sightline.planning.money import Money
from sightline.planning.stakeholders.departure import (
    AccountStakes,
    Outcome,
    departure_test,
)
from sightline.planning.stakeholders.facts import Presence, StakeholderParameters
from sightline.planning.stakeholders.ways import theirs


@dataclass(frozen=True, slots=True)
class DepartureAnswer:
    """What lost its path with one of theirs, what is left on one thread, and who could carry it.

    Everything by key; `lost` leaves out money that is not known, `unvalued` counts those stakes.
    """

    person: str
    lost: Money
    on_one_thread: Money
    lost_stakes: tuple[str, ...]
    single_stakes: tuple[str, ...]
    carriers: tuple[str, ...]
    without_path: tuple[str, ...]
    unvalued: int


def departure_answer(
    account: AccountStakes,
    *,
    person: str,
    currency: str,
    on: dt.date,
    parameters: StakeholderParameters,
) -> DepartureAnswer:
    """The test for somebody who is going or has gone: who has left already is put back for it,
    so that the answer says what went with them."""
    people = tuple(
        replace(one, presence=Presence.HERE) if one.key == person else one
        for one in account.source.people
    )
    before = replace(account, source=replace(account.source, people=people))
    found = departure_test(
        before, leavers=[theirs(person)], currency=currency, on=on, parameters=parameters
    )
    lost = [one for one in found.stakes if one.outcome is Outcome.LOST and one.counted]
    single = [one for one in found.stakes if one.outcome is Outcome.SINGLE and one.counted]
    carriers = dict.fromkeys(key for one in single for key in one.could_carry)
    return DepartureAnswer(
        person=person,
        lost=found.lost,
        on_one_thread=found.on_one_thread,
        lost_stakes=tuple(one.stake.key for one in lost),
        single_stakes=tuple(one.stake.key for one in single),
        carriers=tuple(carriers),
        without_path=found.without_path,
        unvalued=sum(one.stake.money is None for one in lost),
    )
