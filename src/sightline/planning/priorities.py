"""The customer's own priorities: goal, pressure, initiative, obstacle, our solution.

One sentence and who said it is a whole priority; plays answer them, unanswered ones stand out.
Definitions and worked example: docs/method/priorities.md.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from sightline.planning.errors import InvalidValue, MissingValue
from sightline.planning.money import Money
from sightline.planning.reasons import Reason, because, dated


@dataclass(frozen=True, slots=True)
class PriorityParameters:
    """Units and sources stand in `parameters/priorities.toml`."""

    stale_days: int


class Link(StrEnum):
    """The five links of a chain, in their order; any of them may be left out but the goal."""

    GOAL = "goal"
    PRESSURE = "pressure"
    INITIATIVE = "initiative"
    OBSTACLE = "obstacle"
    SOLUTION = "solution"


class Standing(StrEnum):
    """Whether the customer has confirmed it, or reached it."""

    UNCONFIRMED = "unconfirmed"
    CONFIRMED = "confirmed"
    ACHIEVED = "achieved"


_ORDER = {link: place for place, link in enumerate(Link)}


@dataclass(frozen=True, slots=True)
class PriorityFacts:
    """One sentence of the customer's: `words`, who said it (`said_by`, a key), when, where.

    `under` is the link it belongs to, None for a goal.
    """

    key: str
    link: Link
    words: str
    said_by: str
    said_on: dt.date
    where: str = ""
    under: str | None = None
    standing: Standing = Standing.UNCONFIRMED

    def __post_init__(self) -> None:
        if not self.words.strip():
            raise MissingValue("A priority is one sentence in their words.", field="words")
        if not self.said_by.strip():
            raise MissingValue("Who said it?", field="said_by")


@dataclass(frozen=True, slots=True)
class AnsweringPlay:
    """An open or won play, the priorities it answers, and its expected value where known."""

    key: str
    answers: tuple[str, ...]
    expected: Money | None = None


@dataclass(frozen=True, slots=True)
class Chain:
    """One goal with all below it, in order, and what answers any of them."""

    goal: PriorityFacts
    links: tuple[PriorityFacts, ...]
    plays: tuple[str, ...]
    missing: tuple[Link, ...]
    answered: bool
    stale: bool
    reasons: tuple[Reason, ...]


def chains_of(
    priorities: Iterable[PriorityFacts],
    *,
    plays: Iterable[AnsweringPlay],
    today: dt.date,
    parameters: PriorityParameters,
) -> tuple[Chain, ...]:
    """Every goal with its chain, oldest first.

    Raises InvalidValue for a link under a later one, an unknown or missing parent, a doubled key.
    """
    kept = list(priorities)
    by_key = {priority.key: priority for priority in kept}
    _check(kept, by_key)
    below: dict[str, list[PriorityFacts]] = {}
    for priority in kept:
        if priority.under is not None:
            below.setdefault(priority.under, []).append(priority)
    answers = _answers(plays)
    goals = sorted((p for p in kept if p.link is Link.GOAL), key=lambda p: (p.said_on, p.key))
    return tuple(_chain(goal, below, answers, today, parameters) for goal in goals)


def unanswered(chains: Iterable[Chain]) -> tuple[Chain, ...]:
    """Goals not yet achieved that no play answers, in any of their links."""
    return tuple(
        chain
        for chain in chains
        if not chain.answered and chain.goal.standing is not Standing.ACHIEVED
    )


def plays_without_priority(plays: Iterable[AnsweringPlay]) -> tuple[str, ...]:
    """Plays that answer nothing the customer said, by key."""
    return tuple(sorted(play.key for play in plays if not play.answers))


def _chain(
    goal: PriorityFacts,
    below: Mapping[str, list[PriorityFacts]],
    answers: Mapping[str, tuple[str, ...]],
    today: dt.date,
    parameters: PriorityParameters,
) -> Chain:
    links = _descendants(goal, below)
    inside = (goal, *links)
    plays = tuple(sorted({play for link in inside for play in answers.get(link.key, ())}))
    present = {link.link for link in inside}
    newest = max(link.said_on for link in inside)
    stale = (today - newest).days > parameters.stale_days
    reasons = []
    if not plays:
        reasons.append(because("priorities.unanswered", "No play answers this yet."))
    if stale:
        text = f"Last heard on {dated(newest)}: worth asking again."
        reasons.append(because("priorities.stale", text, said_on=newest))
    missing = tuple(link for link in Link if link not in present)
    return Chain(goal, links, plays, missing, bool(plays), stale, tuple(reasons))


def _descendants(
    goal: PriorityFacts, below: Mapping[str, list[PriorityFacts]]
) -> tuple[PriorityFacts, ...]:
    found: list[PriorityFacts] = []
    waiting = list(below.get(goal.key, ()))
    while waiting:
        link = waiting.pop()
        found.append(link)
        waiting.extend(below.get(link.key, ()))
    return tuple(sorted(found, key=lambda link: (_ORDER[link.link], link.said_on, link.key)))


def _check(kept: list[PriorityFacts], by_key: Mapping[str, PriorityFacts]) -> None:
    if len(by_key) != len(kept):
        raise InvalidValue("Two priorities have the same key.", field="key")
    for priority in kept:
        if priority.link is Link.GOAL:
            if priority.under is not None:
                raise InvalidValue("A goal stands under nothing.", field="under")
            continue
        above = by_key.get(priority.under or "")
        if above is None:
            raise InvalidValue(f"{priority.words} stands under no goal.", field="under")
        # strictly rising links also make a ring impossible
        if _ORDER[above.link] >= _ORDER[priority.link]:
            text = f"A {priority.link} cannot stand under a {above.link}."
            raise InvalidValue(text, field="under")


def _answers(plays: Iterable[AnsweringPlay]) -> dict[str, tuple[str, ...]]:
    answers: dict[str, tuple[str, ...]] = {}
    for play in plays:
        for key in play.answers:
            answers[key] = (*answers.get(key, ()), play.key)
    return answers
