"""The sixty minutes: one question, what must hold, then four parts in order with time boxes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from sightline.planning.errors import InvalidValue
from sightline.planning.money import Money
from sightline.planning.reviews.cadence import ReviewParameters

QUESTION = "What must we do differently to reach the target, and what stops us?"


class PartCode(StrEnum):
    """The opening and the four parts, in their order."""

    OPENING = "opening"
    PROGRESS = "progress"
    RELATIONSHIPS = "relationships"
    PLAYS = "plays"
    NEXT_QUARTER = "next_quarter"


_TITLES: Mapping[PartCode, str] = {
    PartCode.OPENING: "Do the assumptions still hold, and were the last commitments kept?",
    PartCode.PROGRESS: "Progress against target and metrics",
    PartCode.RELATIONSHIPS: "Changes in the relationship map",
    PartCode.PLAYS: "Plays, and what each needs to advance",
    PartCode.NEXT_QUARTER: "The next quarter: plays, owners, dates",
}


class ItemKind(StrEnum):
    """What stands on an agenda; within a part, kinds come in this order."""

    ASSUMPTION = "assumption"
    COMMITMENT = "commitment"
    LOSING_GROUND = "losing_ground"
    CHALLENGE = "challenge"
    METRIC = "metric"
    DEPARTURE = "departure"
    RELATIONSHIP_RISK = "relationship_risk"
    NEW_PERSON = "new_person"
    PLAY = "play"
    ASK = "ask"
    NEXT_PLAY = "next_play"


_PART_OF: Mapping[ItemKind, PartCode] = {
    ItemKind.ASSUMPTION: PartCode.OPENING,
    ItemKind.COMMITMENT: PartCode.OPENING,
    ItemKind.LOSING_GROUND: PartCode.PROGRESS,
    ItemKind.CHALLENGE: PartCode.PROGRESS,
    ItemKind.METRIC: PartCode.PROGRESS,
    ItemKind.DEPARTURE: PartCode.RELATIONSHIPS,
    ItemKind.RELATIONSHIP_RISK: PartCode.RELATIONSHIPS,
    ItemKind.NEW_PERSON: PartCode.RELATIONSHIPS,
    ItemKind.PLAY: PartCode.PLAYS,
    ItemKind.ASK: PartCode.PLAYS,
    ItemKind.NEXT_PLAY: PartCode.NEXT_QUARTER,
}
_ORDER = {kind: place for place, kind in enumerate(ItemKind)}


@dataclass(frozen=True, slots=True)
class AgendaItem:
    """One thing to end as decision, commitment or deliberate leave; money None: not in money."""

    key: str
    kind: ItemKind
    money: Money | None = None


@dataclass(frozen=True, slots=True)
class AgendaFacts:
    """All items of a review, in any order."""

    items: tuple[AgendaItem, ...] = field(default=())


@dataclass(frozen=True, slots=True)
class AgendaPart:
    """One part with its time box: minutes, and the minute it starts at."""

    code: PartCode
    title: str
    starts: int
    minutes: int
    items: tuple[AgendaItem, ...]


def part_of(kind: ItemKind) -> PartCode:
    """The part in which a kind of item stands."""
    return _PART_OF[kind]


def shortened(facts: AgendaFacts, *, parameters: ReviewParameters) -> tuple[AgendaFacts, int]:
    """The items that sixty minutes hold, each kind's largest first, and how many were left out."""
    kept: list[AgendaItem] = []
    for kind in ItemKind:
        own = [item for item in facts.items if item.kind is kind]
        own.sort(key=lambda item: (-(item.money.minor if item.money else 0), item.key))
        kept += own[: parameters.most_items.get(kind.value, len(own))]
    return AgendaFacts(tuple(kept)), len(facts.items) - len(kept)


def agenda(facts: AgendaFacts, *, parameters: ReviewParameters) -> tuple[AgendaPart, ...]:
    """The parts in their order, each item in its part.

    Within a part by kind (losing ground and departures first), then by money, largest first.
    """
    if set(parameters.minutes) != {code.value for code in PartCode}:
        raise InvalidValue("Every part of the review needs its minutes.", field="minutes")
    parts, clock = [], 0
    for code in PartCode:
        own = [item for item in facts.items if _PART_OF[item.kind] is code]
        own.sort(key=lambda i: (_ORDER[i.kind], -(i.money.minor if i.money else 0), i.key))
        minutes = parameters.minutes[code.value]
        parts.append(AgendaPart(code, _TITLES[code], clock, minutes, tuple(own)))
        clock += minutes
    return tuple(parts)
