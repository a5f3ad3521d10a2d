"""The week, chosen exactly: the most valuable acts that fit the hours.

Dynamic programming over 15-minute steps, with a most per account and a most to open the week.
Never worse than any other choice under the same limits. Definition: docs/method/monday.md.
"""

from __future__ import annotations

import itertools
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from sightline.planning.errors import InvalidValue
from sightline.planning.parameters import Parameters
from sightline.planning.reasons import Reason, because
from sightline.planning.weekly.candidates import (
    Candidate,
    Item,
    WeeklyParameters,
    items,
    weekly_parameters,
)

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class DoneAct:
    """An act of this week that was already done: it keeps its place and its minutes."""

    act: str
    account: str
    minutes: int


@dataclass(frozen=True, slots=True)
class NotChosen:
    """The most valuable act that did not make it, and why."""

    item: Item
    why: Reason


@dataclass(frozen=True, slots=True)
class Week:
    """What opens the week, the best three of every account, and what was left.

    `opening`: most valuable first. `by_account`: at most three for each account, those of
    `opening` first. `minutes` counts the opening at its real length, without what is done.
    """

    opening: tuple[Item, ...]
    by_account: dict[str, tuple[Item, ...]]
    not_chosen: NotChosen | None
    minutes: int
    minutes_left: int


@dataclass(frozen=True, slots=True)
class _Limits:
    steps: int
    count: int
    per_account: dict[str, int]
    most_per_account: int

    def of(self, account: str) -> int:
        return self.per_account.get(account, self.most_per_account)


def choose_week(
    candidates: Iterable[Candidate],
    *,
    parameters: Parameters,
    hours: float | None = None,
    done: Sequence[DoneAct] = (),
    put_off: Collection[str] = (),
) -> Week:
    """The week of one person. `hours`: theirs, None for the shipped ones.

    `done` acts are not offered again and are not replaced: they keep their hours and places.
    `put_off` (snoozed, not relevant) are not offered and leave their place to others. An act is
    counted in whole steps, so that the hours are never overrun.
    """
    return choose_among(
        items(candidates, parameters=parameters),
        parameters=parameters,
        hours=hours,
        done=done,
        put_off=put_off,
    )


def choose_among(
    everything: Iterable[Item],
    *,
    parameters: Parameters,
    hours: float | None = None,
    done: Sequence[DoneAct] = (),
    put_off: Collection[str] = (),
) -> Week:
    """The same from items already made, in the order that `items` gives them."""
    numbers = weekly_parameters(parameters)
    away = {act.act for act in done} | set(put_off)
    offered = [item for item in everything if item.act not in away]
    limits = _limits(numbers, numbers.hours if hours is None else hours, done)
    worth = [item for item in offered if item.value > 0]
    chosen = _best_set(worth, limits, step=numbers.step_minutes)
    opening = tuple(item for item in worth if item.act in chosen)
    minutes = sum(item.minutes for item in opening)
    return Week(
        opening=opening,
        by_account=_by_account(offered, chosen, limits),
        not_chosen=_not_chosen(worth, opening, limits, numbers),
        minutes=minutes,
        minutes_left=limits.steps * numbers.step_minutes
        - sum(_steps(item, numbers.step_minutes) for item in opening) * numbers.step_minutes,
    )


def _limits(numbers: WeeklyParameters, hours: float, done: Sequence[DoneAct]) -> _Limits:
    if not 0 <= hours <= 168:
        raise InvalidValue("A week has between 0 and 168 hours.", field="hours")
    step = numbers.step_minutes
    used = sum(-(-act.minutes // step) for act in done)
    per_account: dict[str, int] = {}
    for act in done:
        left = per_account.get(act.account, numbers.most_per_account)
        per_account[act.account] = max(0, left - 1)
    return _Limits(
        steps=max(0, int(hours * 60 // step) - used),
        count=max(0, numbers.most_to_open - len(done)),
        per_account=per_account,
        most_per_account=numbers.most_per_account,
    )


def _steps(item: Item, step: int) -> int:
    return -(-item.minutes // step)


def _best_set(offered: Sequence[Item], limits: _Limits, *, step: int) -> frozenset[str]:
    """Keys of the most valuable set: groups by account, states (how many, how many steps)."""
    by_account: dict[str, list[Item]] = {}
    for item in offered:
        by_account.setdefault(item.account, []).append(item)
    best: Floats = np.full((limits.count + 1, limits.steps + 1), -np.inf)
    best[0, 0] = 0.0
    trail: list[tuple[list[tuple[Item, ...]], npt.NDArray[np.int64]]] = []
    for account in sorted(by_account):
        bundles = _bundles(by_account[account], limits.of(account), limits=limits, step=step)
        best, taken = _with_account(best, bundles, step=step)
        trail.append((bundles, taken))
    return _walk_back(best, trail, step=step)


def _bundles(own: list[Item], most: int, *, limits: _Limits, step: int) -> list[tuple[Item, ...]]:
    """Every (count, steps) an account can use, each by its most valuable bundle; empty first."""
    # within one length only the most valuable few can ever be in a best set
    kept: list[Item] = []
    held: dict[int, int] = {}
    for item in own:
        length = _steps(item, step)
        if held.get(length, 0) < most:
            held[length] = held.get(length, 0) + 1
            kept.append(item)
    found: dict[tuple[int, int], tuple[Item, ...]] = {(0, 0): ()}
    for size in range(1, min(most, limits.count) + 1):
        for bundle in itertools.combinations(kept, size):
            length = sum(_steps(item, step) for item in bundle)
            rival = found.get((size, length))
            if length <= limits.steps and (rival is None or _worth(bundle) > _worth(rival)):
                found[size, length] = bundle
    return list(found.values())


def _with_account(
    best: Floats, bundles: list[tuple[Item, ...]], *, step: int
) -> tuple[Floats, npt.NDArray[np.int64]]:
    """The states after one more account, and which of its bundles led to each."""
    after = best.copy()
    taken = np.zeros(best.shape, dtype=np.int64)
    rows, columns = best.shape
    for number, bundle in enumerate(bundles[1:], start=1):
        count, length = len(bundle), sum(_steps(item, step) for item in bundle)
        offer = best[: rows - count, : columns - length] + _worth(bundle)
        better = offer > after[count:, length:]
        after[count:, length:][better] = offer[better]
        taken[count:, length:][better] = number
    return after, taken


def _walk_back(
    best: Floats,
    trail: list[tuple[list[tuple[Item, ...]], npt.NDArray[np.int64]]],
    *,
    step: int,
) -> frozenset[str]:
    count, length = (int(place) for place in np.unravel_index(int(best.argmax()), best.shape))
    chosen: set[str] = set()
    for bundles, taken in reversed(trail):
        bundle = bundles[int(taken[count, length])]
        chosen.update(item.act for item in bundle)
        count -= len(bundle)
        length -= sum(_steps(item, step) for item in bundle)
    return frozenset(chosen)


def _worth(bundle: tuple[Item, ...]) -> float:
    return sum(item.value for item in bundle)


def _by_account(
    offered: Sequence[Item], chosen: frozenset[str], limits: _Limits
) -> dict[str, tuple[Item, ...]]:
    found: dict[str, list[Item]] = {}
    for item in sorted(offered, key=lambda item: item.act not in chosen):
        own = found.setdefault(item.account, [])
        if len(own) < limits.of(item.account):
            own.append(item)
    return {account: tuple(own) for account, own in found.items() if own}


def _not_chosen(
    offered: Sequence[Item], opening: tuple[Item, ...], limits: _Limits, numbers: WeeklyParameters
) -> NotChosen | None:
    taken = {item.act for item in opening}
    best = next((item for item in offered if item.act not in taken), None)
    if best is None:
        return None
    of_account = sum(item.account == best.account for item in opening)
    used = sum(_steps(item, numbers.step_minutes) for item in opening)
    if of_account >= limits.of(best.account):
        text = f"this account already has its {numbers.most_per_account}"
        return NotChosen(best, because("account_full", text, most=numbers.most_per_account))
    if used + _steps(best, numbers.step_minutes) > limits.steps:
        text = f"its {best.minutes} minutes do not fit beside acts worth more together"
        return NotChosen(best, because("no_time", text, minutes=best.minutes))
    text = f"{numbers.most_to_open} acts already open the week"
    return NotChosen(best, because("week_full", text, most=numbers.most_to_open))
