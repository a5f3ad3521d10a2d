"""Single-threaded or not: how many relationships hold a scope, and who carries the contact."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from sightline.planning.reasons import Reason, because
from sightline.planning.stakeholders.contact import ContactLog
from sightline.planning.stakeholders.facts import Person, StakeholderParameters
from sightline.planning.stakeholders.rhythm import Status, person_status
from sightline.planning.stakeholders.strength import Relationship


class Verdict(StrEnum):
    """The answer for one scope. Only `SINGLE` is a flag; the others count against nobody."""

    SINGLE = "single_threaded"
    HELD = "held"
    TOO_LITTLE = "too_little_logged"
    INCOMPLETE = "incomplete"
    NOTHING_AT_STAKE = "nothing_at_stake"


@dataclass(frozen=True, slots=True)
class ThreadScope:
    """What is asked about: an account, unit, buying centre, play or renewal, with its people.

    `at_stake` is whether recurring revenue or an open play exists there.
    """

    key: str
    people: tuple[Person, ...]
    at_stake: bool


@dataclass(frozen=True, slots=True)
class Shares:
    """Who carries two-way contact, as shares of person-days that add up to 1, largest first."""

    days: float
    by_key: tuple[tuple[str, float], ...]

    @property
    def effective(self) -> float | None:
        """Effective threads, 1 ÷ Σ share²; None where nothing is logged."""
        return 1 / sum(share * share for _, share in self.by_key) if self.by_key else None

    @property
    def largest(self) -> tuple[str, float] | None:
        """Who carries most, and how much of it."""
        return self.by_key[0] if self.by_key else None


@dataclass(frozen=True, slots=True)
class ThreadCheck:
    """The verdict with its inputs: `threads` are active people at strength 3 and above,
    `active_contacts` those with two-way contact in 90 days."""

    scope: str
    verdict: Verdict
    threads: tuple[str, ...]
    theirs: Shares
    ours: Shares
    active_contacts: tuple[str, ...]
    reasons: tuple[Reason, ...]


def check_threads(
    scope: ThreadScope,
    *,
    relationships: Mapping[str, Relationship],
    logs: Mapping[str, ContactLog],
    on: dt.date,
    parameters: StakeholderParameters,
) -> ThreadCheck:
    """Single-threaded when (A) fewer than two active people hold strength 3, or (B) one of theirs
    or of ours carries more than two thirds of at least eight two-way days.

    With fewer days logged, (A) is only asked where our people rated everybody active in scope.
    """
    here = [person for person in scope.people if person.here]
    recent = {
        one.key: logs.get(one.key, ContactLog()).within(on=on, days=parameters.window_days)
        for one in here
    }
    active = _active(here, logs, on=on, parameters=parameters)
    threads = tuple(key for key in active if _level(key, relationships) >= parameters.thread_level)
    theirs, ours = their_shares(recent), our_shares(recent)
    rated = bool(active) and all(
        key in relationships and relationships[key].raters for key in active
    )
    reasons = (
        *_thread_reasons(active, threads, theirs, judged=rated, parameters=parameters),
        *_carried_reasons(theirs, ours, parameters=parameters),
    )
    verdict, why = _verdict(scope, here, threads, theirs, rated, reasons, parameters)
    near = {
        key: log.within(on=on, days=parameters.active_thread_days) for key, log in recent.items()
    }
    contacts = tuple(sorted(key for key, log in near.items() if log.two_way))
    return ThreadCheck(scope.key, verdict, threads, theirs, ours, contacts, why)


def their_shares(recent: Mapping[str, ContactLog]) -> Shares:
    """Each of theirs by two-way days."""
    return _shares({key: float(len(log.two_way)) for key, log in recent.items()})


def our_shares(recent: Mapping[str, ContactLog]) -> Shares:
    """Each of ours by two-way person-days; a day with several of ours is shared between them.

    Days on which nobody knows who of ours it was are left out.
    """
    days: dict[str, float] = {}
    for log in recent.values():
        for _, people in log.by_ours:
            for who in people:
                days[who] = days.get(who, 0.0) + 1 / len(people)
    return _shares(days)


def _shares(days: Mapping[str, float]) -> Shares:
    whole = sum(days.values())
    rows = [(key, value / whole) for key, value in days.items() if value]
    return Shares(days=whole, by_key=tuple(sorted(rows, key=lambda row: (-row[1], row[0]))))


def _active(
    here: Iterable[Person],
    logs: Mapping[str, ContactLog],
    *,
    on: dt.date,
    parameters: StakeholderParameters,
) -> tuple[str, ...]:
    """People here who have not gone quiet by their own rhythm."""
    found = (
        person.key
        for person in here
        if person_status(
            person, log=logs.get(person.key, ContactLog()), on=on, parameters=parameters
        ).status
        in (Status.ACTIVE, Status.NEW)
    )
    return tuple(sorted(set(found)))


def _level(key: str, relationships: Mapping[str, Relationship]) -> int:
    return relationships[key].level if key in relationships else 0


def _thread_reasons(
    active: tuple[str, ...],
    threads: tuple[str, ...],
    theirs: Shares,
    *,
    judged: bool,
    parameters: StakeholderParameters,
) -> tuple[Reason, ...]:
    if len(threads) >= 2 or not (judged or _enough(theirs, parameters)):
        return ()
    be = "is" if len(threads) == 1 else "are"
    text = f"{len(threads)} of {len(active)} active people {be} at strength 3 or above"
    return (because("threads.few", text, threads=threads, active=active),)


def _enough(shares: Shares, parameters: StakeholderParameters) -> bool:
    # shares of a day add up with rounding, so whole days are compared with a hair's room
    return shares.days >= parameters.enough_days - 1e-9


def _carried_reasons(
    theirs: Shares, ours: Shares, *, parameters: StakeholderParameters
) -> tuple[Reason, ...]:
    reasons = []
    for side, shares in (("theirs", theirs), ("ours", ours)):
        top = shares.largest
        if top is None or not _enough(shares, parameters):
            continue
        if top[1] > parameters.carried_share + 1e-12:
            who = "one of theirs" if side == "theirs" else "one of ours"
            text = f"{who} carries {top[1]:.0%} of {shares.days:.0f} two-way days"
            reasons.append(because(f"threads.{side}", text, key=top[0], share=top[1]))
    return tuple(reasons)


def _verdict(
    scope: ThreadScope,
    here: list[Person],
    threads: tuple[str, ...],
    theirs: Shares,
    rated: bool,
    reasons: tuple[Reason, ...],
    parameters: StakeholderParameters,
) -> tuple[Verdict, tuple[Reason, ...]]:
    if not scope.at_stake:
        why = because("threads.no_stake", "no recurring revenue and no open play here")
        return Verdict.NOTHING_AT_STAKE, (why,)
    if not here:
        return Verdict.INCOMPLETE, (because("threads.nobody", "nobody is linked here yet"),)
    if reasons:
        return Verdict.SINGLE, reasons
    if len(threads) < 2 and not rated and not _enough(theirs, parameters):
        text = f"too little logged to judge: {theirs.days:.0f} two-way days"
        return Verdict.TOO_LITTLE, (because("threads.too_little", text, days=theirs.days),)
    text = f"{len(threads)} active people are at strength 3 or above"
    return Verdict.HELD, (because("threads.held", text, threads=threads),)
