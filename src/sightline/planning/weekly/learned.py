"""What a person's answers teach about kinds of acts: those judged not relevant count for less.

Definition: docs/method/monday.md.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from sightline.planning.errors import InvalidValue
from sightline.planning.parameters import Parameters
from sightline.planning.weekly.candidates import Item, weekly_parameters

OWED = "step"  # what somebody owes by a day is no matter of liking


@dataclass(frozen=True, slots=True)
class Judged:
    """How often one person did acts of a kind, and judged them not relevant, in the window."""

    kind: str
    done: int
    not_relevant: int

    def __post_init__(self) -> None:
        if self.done < 0 or self.not_relevant < 0:
            raise InvalidValue("A count begins at nothing.", field="done")


def kind_of(act: str) -> str:
    """The kind of an act: `contact:12` is a call to somebody."""
    return act.partition(":")[0]


def weights_of(judged: Iterable[Judged], *, parameters: Parameters) -> dict[str, float]:
    """What each kind counts: (done + n) ÷ (done + not relevant + n), 1 where nothing was judged.

    Never zero: a kind comes back with money enough behind it. What is owed always counts 1.
    """
    strength = weekly_parameters(parameters).judged_strength
    return {
        one.kind: (one.done + strength) / (one.done + one.not_relevant + strength)
        for one in judged
        if one.not_relevant and one.kind != OWED
    }


def weighed(items: Iterable[Item], weights: Mapping[str, float]) -> tuple[Item, ...]:
    """The items with their kinds' weights in their value, in order of value, then key."""
    found = [
        replace(item, value=item.value * weight, weight=weight)
        for item in items
        for weight in (weights.get(kind_of(item.act), 1.0),)
    ]
    return tuple(sorted(found, key=lambda item: (-item.value, item.act)))
