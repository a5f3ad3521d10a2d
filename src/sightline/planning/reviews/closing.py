"""Closing a review, saying when it changed nothing, and rolling a plan into the next year."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from sightline.planning.errors import InvalidValue, MissingValue
from sightline.planning.reasons import Reason, because
from sightline.planning.reviews.snapshots import Area, Difference


class Ending(StrEnum):
    """How an item of a review ends."""

    DECISION = "decision"
    COMMITMENT = "commitment"
    LEAVE = "leave"


@dataclass(frozen=True, slots=True)
class SettledItem:
    """An item with its ending; a commitment has an owner and a date, every ending its words."""

    key: str
    ending: Ending
    words: str
    owner: str | None = None
    by: dt.date | None = None


def check_closed(items: Collection[str], settled: Iterable[SettledItem]) -> tuple[Reason, ...]:
    """What keeps a review from closing: items without an ending, endings that are not whole."""
    by_key = {item.key: item for item in settled}
    open_items = sorted(set(items) - by_key.keys())
    reasons = [
        because("reviews.item_open", "This item has no ending yet.", item=key) for key in open_items
    ]
    for key, item in sorted(by_key.items()):
        if not item.words.strip():
            reasons.append(
                because("reviews.no_words", "Say what was decided, or why not.", item=key)
            )
        if item.ending is Ending.COMMITMENT and (item.owner is None or item.by is None):
            text = "A commitment needs an owner and a date."
            reasons.append(because("reviews.commitment_open", text, item=key))
    return tuple(reasons)


def changed_nothing(settled: Iterable[SettledItem], changes: Iterable[Difference]) -> Reason | None:
    """The reason that says so when a review changed no decision, target, play, cell or person.

    Commitments are promises, not changes; text alone changes nothing either.
    """
    if any(item.ending is Ending.DECISION for item in settled):
        return None
    if any(change.area is not Area.TEXT for change in changes):
        return None
    return because("reviews.changed_nothing", "This review changed nothing.")


class Verdict(StrEnum):
    """What becomes of an item at year's end."""

    KEEP = "keep"
    CHANGE = "change"
    DROP = "drop"


@dataclass(frozen=True, slots=True)
class RollItem:
    """One thing of the old plan that could roll on; `kind` is objective, play, assumption …"""

    key: str
    kind: str


@dataclass(frozen=True, slots=True)
class Decision:
    """A person's verdict; change and drop say why."""

    item: str
    verdict: Verdict
    why: str = ""

    def __post_init__(self) -> None:
        if self.verdict is not Verdict.KEEP and not self.why.strip():
            raise MissingValue(f"Why {self.verdict}?", field="why")


@dataclass(frozen=True, slots=True)
class RollForward:
    """Keys of what goes on as it is, what goes on changed, and what ends; every item in one."""

    kept: tuple[str, ...]
    changed: tuple[str, ...]
    dropped: tuple[str, ...]


def roll_forward(items: Iterable[RollItem], decisions: Iterable[Decision]) -> RollForward:
    """The new plan's items, once every item has exactly one decision.

    Raises MissingValue naming how many are undecided, InvalidValue for a doubled or unknown one.
    """
    keys = [item.key for item in items]
    made: dict[str, Decision] = {}
    for decision in decisions:
        if decision.item in made or decision.item not in keys:
            raise InvalidValue(f"{decision.item} is decided twice or unknown.", field="item")
        made[decision.item] = decision
    undecided = [key for key in keys if key not in made]
    if undecided:
        raise MissingValue(f"{len(undecided)} items are not decided yet.", field="decisions")
    return RollForward(
        kept=_with(Verdict.KEEP, keys, made),
        changed=_with(Verdict.CHANGE, keys, made),
        dropped=_with(Verdict.DROP, keys, made),
    )


def _with(verdict: Verdict, keys: Iterable[str], made: Mapping[str, Decision]) -> tuple[str, ...]:
    return tuple(key for key in keys if made[key].verdict is verdict)
