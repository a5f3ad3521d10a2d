"""Candidates from what plans argue and what was observed: challenges, signals, stale facts,
priorities nobody answers, plays that stand still. Definition: docs/method/monday.md.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from sightline.planning.errors import InvalidValue
from sightline.planning.money import Money
from sightline.planning.parameters import Parameters
from sightline.planning.periods import days_between
from sightline.planning.reasons import because
from sightline.planning.weekly.candidates import (
    ActKind,
    Candidate,
    Ground,
    Lift,
    WeeklyParameters,
    weekly_parameters,
)


@dataclass(frozen=True, slots=True)
class StalledPlay:
    """An open play without a next step, longer in its stage than is usual."""

    key: str
    account: str
    play: str
    name: str
    money: Money
    days: int
    usual_days: int
    close_on: dt.date | None = None


@dataclass(frozen=True, slots=True)
class OpenChallenge:
    """A contradiction of a plan that nobody answered, first seen on a day."""

    key: str
    account: str
    title: str
    money: Money
    first_seen: dt.date


@dataclass(frozen=True, slots=True)
class SeenSignal:
    """Something observed that asks for more than knowing it.

    `title` says what to do, `text` what was seen.
    """

    key: str
    account: str
    title: str
    text: str
    stake: str
    money: Money
    call: bool = False


@dataclass(frozen=True, slots=True)
class StaleFact:
    """A fact older than its kind allows: by how many days, with the money that rests on it."""

    key: str
    account: str
    title: str
    text: str
    stake: str
    money: Money
    days_over: int
    limit_days: int

    def __post_init__(self) -> None:
        if self.days_over < 1 or self.limit_days < 1:
            raise InvalidValue("A fact is stale from its first day beyond.", field="days_over")


@dataclass(frozen=True, slots=True)
class OpenPriority:
    """What the customer wants, said on a day, that no play answers."""

    key: str
    account: str
    words: str
    money: Money
    said_on: dt.date


@dataclass(frozen=True, slots=True)
class AskedFacts:
    """What plans and observation can tell about a week."""

    stalled: tuple[StalledPlay, ...] = ()
    challenges: tuple[OpenChallenge, ...] = ()
    signals: tuple[SeenSignal, ...] = ()
    stale: tuple[StaleFact, ...] = ()
    priorities: tuple[OpenPriority, ...] = ()


def candidates_asked(
    facts: AskedFacts, *, on: dt.date, parameters: Parameters
) -> tuple[Candidate, ...]:
    """Everything that these facts ask for in the week of `on`."""
    numbers = weekly_parameters(parameters)
    return (
        *_stalled(facts.stalled, on=on, numbers=numbers),
        *_challenges(facts.challenges, on=on, numbers=numbers),
        *_signals(facts.signals, numbers=numbers),
        *_stale(facts.stale, numbers=numbers),
        *_priorities(facts.priorities, numbers=numbers),
    )


def worth_refreshing(facts: Iterable[StaleFact], *, most: int) -> tuple[StaleFact, ...]:
    """The few of a week: by money × days beyond the limit, then key. Without money none."""
    dear = [fact for fact in facts if fact.money]
    dear.sort(key=lambda fact: (-fact.money.minor * fact.days_over, fact.key))
    return tuple(dear[:most])


def _stalled(
    facts: Iterable[StalledPlay], *, on: dt.date, numbers: WeeklyParameters
) -> Iterator[Candidate]:
    for play in facts:
        text = f"{play.days} days in its stage, usually {play.usual_days}, and no next step"
        ground = Ground(
            stake=play.play,
            money=play.money,
            lift=numbers.lifts[Lift.STALLED_STEP.value],
            days=days_between(on, play.close_on) if play.close_on else None,
            reason=because("step_stalled", text, days=play.days, usual=play.usual_days),
        )
        title = f"Agree the next step of {play.name}"
        yield Candidate(f"step:{play.key}", play.account, ActKind.CALL, title, (ground,))


def _challenges(
    facts: Iterable[OpenChallenge], *, on: dt.date, numbers: WeeklyParameters
) -> Iterator[Candidate]:
    """Their deadline is the day on which an answer is due: the larger ones go to the sponsor."""
    for one in facts:
        age = days_between(one.first_seen, on)
        since = "since today" if age < 1 else "for 1 day" if age == 1 else f"for {age} days"
        ground = Ground(
            stake=f"challenge:{one.key}",
            money=one.money,
            lift=numbers.lifts[Lift.ANSWER_CHALLENGE.value],
            days=max(1, numbers.challenge_days - age),
            reason=because("challenge_open", f"unanswered {since}", since=one.first_seen),
        )
        title = f"Answer: {one.title}"
        yield Candidate(f"challenge:{one.key}", one.account, ActKind.DECISION, title, (ground,))


def _signals(facts: Iterable[SeenSignal], *, numbers: WeeklyParameters) -> Iterator[Candidate]:
    for one in facts:
        ground = Ground(
            stake=one.stake,
            money=one.money,
            lift=numbers.lifts[Lift.ANSWER_SIGNAL.value],
            days=numbers.quiet_deadline_days,
            reason=because("signal", one.text),
        )
        kind = ActKind.CALL if one.call else ActKind.DECISION
        yield Candidate(f"signal:{one.key}", one.account, kind, one.title, (ground,))


def _stale(facts: Iterable[StaleFact], *, numbers: WeeklyParameters) -> Iterator[Candidate]:
    """A fact is worth the more, the further beyond its limit, at most at twice the limit."""
    for fact in worth_refreshing(facts, most=numbers.most_facts):
        ground = Ground(
            stake=fact.stake,
            money=fact.money,
            lift=numbers.lifts[Lift.REFRESH_FACT.value] * min(1, fact.days_over / fact.limit_days),
            days=None,
            reason=because("fact_stale", fact.text, over=fact.days_over, limit=fact.limit_days),
        )
        yield Candidate(f"fact:{fact.key}", fact.account, ActKind.FACT, fact.title, (ground,))


def _priorities(facts: Iterable[OpenPriority], *, numbers: WeeklyParameters) -> Iterator[Candidate]:
    for one in facts:
        ground = Ground(
            stake=f"account:{one.account}",
            money=one.money,
            lift=numbers.lifts[Lift.ANSWER_PRIORITY.value],
            days=None,
            reason=because("priority_open", "they said it and no play answers it", on=one.said_on),
        )
        title = f"Answer what they want: {one.words}"
        yield Candidate(f"priority:{one.key}", one.account, ActKind.DECISION, title, (ground,))
