"""What could be done this week: an act, the money it touches, and why.

value = money at stake * dp * U, with U = 1 - e^(-7/d), d days to the nearest deadline of that
money. Definition: docs/method/monday.md.
"""

from __future__ import annotations

import enum
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sightline.planning.errors import BadParameters, InvalidValue, MixedCurrencies
from sightline.planning.money import Money
from sightline.planning.parameters import Parameters
from sightline.planning.reasons import Reason, joined


class ActKind(enum.StrEnum):
    """Kinds of act, by the time they take."""

    CALL = "call"
    MEETING = "meeting"
    FACT = "fact"
    DECISION = "decision"


class Lift(enum.StrEnum):
    """What an act raises the chance of, by a shipped amount until own outcomes exist."""

    SECOND_THREAD = "second_thread"
    EXECUTIVE_CALL = "executive_call"
    PREPARE_RENEWAL = "prepare_renewal"
    STALLED_STEP = "stalled_step"
    RECONNECT = "reconnect"
    ANSWER_CHALLENGE = "answer_challenge"
    ANSWER_SIGNAL = "answer_signal"
    ANSWER_PRIORITY = "answer_priority"
    REFRESH_FACT = "refresh_fact"


@dataclass(frozen=True, slots=True)
class WeeklyParameters:
    """The numbers of docs/method/monday.md."""

    minutes: Mapping[str, int]
    step_minutes: int
    hours: float
    most_per_account: int
    most_to_open: int
    lifts: Mapping[str, float]
    no_deadline_days: int
    wait_days: int
    judged_strength: int
    judged_days: int
    quiet_deadline_days: int
    thread_deadline_days: int
    challenge_days: int
    most_facts: int
    signal_days: int

    def __post_init__(self) -> None:
        if self.step_minutes < 1 or min(self.minutes.values()) < 1:
            raise BadParameters("Acts take at least a minute.", field="weekly.minutes")


def weekly_parameters(parameters: Parameters) -> WeeklyParameters:
    """The section `weekly`."""
    return parameters.section(WeeklyParameters, "weekly")


@dataclass(frozen=True, slots=True)
class Ground:
    """One reason for an act.

    `stake` names the money (a contract, a play), so that two reasons over the same money do not
    count it twice. `lift` is by how much acting raises the chance, 0 … 1. `days` to the money's
    nearest deadline, zero or less when it has passed, None when there is none.
    """

    stake: str
    money: Money
    lift: float
    days: int | None
    reason: Reason

    def __post_init__(self) -> None:
        if not 0 <= self.lift <= 1:
            raise InvalidValue("A lift lies between 0 and 1.", field="lift")
        if self.money.minor < 0:
            raise InvalidValue("Money at stake is not negative.", field="money")


@dataclass(frozen=True, slots=True)
class Candidate:
    """An act that could be done this week for an account.

    `act` is its stable key: the same act asked for by several rules has the same key.
    """

    act: str
    account: str
    kind: ActKind
    text: str
    grounds: tuple[Ground, ...]

    def __post_init__(self) -> None:
        if not self.grounds:
            raise InvalidValue("An act needs a reason.", field="grounds")


@dataclass(frozen=True, slots=True)
class Item:
    """A candidate with its value (minor units of the one currency), minutes and reason line.

    `weight` is what its kind counts after a person's own answers, already in the value.
    """

    act: str
    account: str
    kind: ActKind
    text: str
    minutes: int
    value: float
    days: int | None
    reason: str
    grounds: tuple[Ground, ...]
    weight: float = 1.0


def urgency(days: int | None, *, parameters: Parameters) -> float:
    """U: the share of the value that lapses if nothing happens for a week, 0 … 1."""
    numbers = weekly_parameters(parameters)
    left = numbers.no_deadline_days if days is None else max(1, days)
    return 1 - math.exp(-numbers.wait_days / left)


def ground_value(ground: Ground, *, parameters: Parameters) -> float:
    """Money at stake * lift * urgency, in minor units."""
    return ground.money.minor * ground.lift * urgency(ground.days, parameters=parameters)


def items(candidates: Iterable[Candidate], *, parameters: Parameters) -> tuple[Item, ...]:
    """One item for each act, its reasons joined, in order of value, then key.

    Of several reasons over the same money the most valuable counts; different money adds up. An
    act named by two kinds takes the longer one. All money must be in one currency.
    """
    by_act: dict[str, list[Candidate]] = {}
    currencies: set[str] = set()
    for candidate in candidates:
        by_act.setdefault(candidate.act, []).append(candidate)
        currencies.update(ground.money.currency for ground in candidate.grounds)
    if len(currencies) > 1:
        names = ", ".join(sorted(currencies))
        raise MixedCurrencies(f"A week is ranked in one currency, not in {names}.")
    found = [_item(same, parameters=parameters) for same in by_act.values()]
    return tuple(sorted(found, key=lambda item: (-item.value, item.act)))


def _item(same: list[Candidate], *, parameters: Parameters) -> Item:
    minutes = weekly_parameters(parameters).minutes
    first = max(same, key=lambda candidate: minutes[candidate.kind.value])
    if len({candidate.account for candidate in same}) > 1:
        raise InvalidValue(f"Act {first.act} belongs to one account.", field="account")
    worth = {
        ground: ground_value(ground, parameters=parameters)
        for candidate in same
        for ground in candidate.grounds
    }
    grounds = tuple(sorted(worth, key=lambda g: (-worth[g], g.stake, g.reason.code)))
    best: dict[str, float] = {}
    for ground in grounds:
        best.setdefault(ground.stake, worth[ground])
    deadlines = [ground.days for ground in grounds if ground.days is not None]
    return Item(
        act=first.act,
        account=first.account,
        kind=first.kind,
        text=first.text,
        minutes=minutes[first.kind.value],
        value=math.fsum(best.values()),
        days=min(deadlines) if deadlines else None,
        reason=joined(tuple(ground.reason for ground in grounds)),
        grounds=grounds,
    )
