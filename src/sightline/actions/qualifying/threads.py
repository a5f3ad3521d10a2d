"""Whether accounts hang on one person, and how many deciding people went quiet."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import numpy.typing as npt

from sightline.actions.progress import Watched
from sightline.planning.parameters import Parameters
from sightline.planning.stakeholders import (
    ContactLog,
    StakeholderParameters,
    Status,
    ThreadScope,
    Verdict,
    check_threads,
    fresh_ratings,
    person_status,
    relationship,
)
from sightline.planning.stakeholders.rhythm import decides
from sightline.records.queries import people
from sightline.records.queries.people import AccountPeople
from sightline.records.queries.qualifying import PlanningAccounts

BATCH = 1000


@dataclass(frozen=True, slots=True, eq=False)
class Threads:
    """Per row: 1 single-threaded, 0 held, NaN too little logged; deciding people gone quiet."""

    single: npt.NDArray[np.float64]
    quiet_deciders: npt.NDArray[np.float64]


def judge(
    accounts: PlanningAccounts,
    *,
    at_stake: npt.NDArray[np.bool_],
    on: date,
    parameters: Parameters,
    job: Watched,
) -> Threads:
    """Judge every planning account, in batches of bounded memory."""
    numbers = parameters.section(StakeholderParameters, "stakeholders")
    found = Threads(np.full(len(accounts), np.nan), np.full(len(accounts), np.nan))
    for start in range(0, len(accounts), BATCH):
        batch = accounts.ids[start : start + BATCH]
        known = people.people_of(batch, with_opinions=True)
        for offset, account_id in enumerate(batch):
            row = start + offset
            own = known.get(account_id)
            if own is not None:
                single, quiet = judge_account(
                    str(account_id), own, at_stake=bool(at_stake[row]), on=on, parameters=numbers
                )
                found.single[row], found.quiet_deciders[row] = single, quiet
        job.progress(start + len(batch), len(accounts), "accounts judged")
    return found


def judge_account(
    key: str,
    own: AccountPeople,
    *,
    at_stake: bool,
    on: date,
    parameters: StakeholderParameters,
) -> tuple[float, float]:
    """(single, quiet deciders) of one account; NaN where it cannot be judged."""
    rated = fresh_ratings(own.ratings, on=on, parameters=parameters)
    held = {
        person.key: relationship(
            person.key,
            log=own.logs.get(person.key, ContactLog()),
            ratings=rated.get(person.key, ()),
            on=on,
            parameters=parameters,
        )
        for person in own.people
    }
    check = check_threads(
        ThreadScope(key, tuple(own.people), at_stake),
        relationships=held,
        logs=own.logs,
        on=on,
        parameters=parameters,
    )
    deciding = [person for person in own.people if person.here and decides(person)]
    quiet = sum(
        person_status(
            person,
            log=own.logs.get(person.key, ContactLog()),
            on=on,
            parameters=parameters,
        ).status
        is Status.QUIET
        for person in deciding
    )
    return _SINGLE.get(check.verdict, np.nan), float(quiet) if deciding else np.nan


_SINGLE = {Verdict.SINGLE: 1.0, Verdict.HELD: 0.0, Verdict.NOTHING_AT_STAKE: 0.0}
