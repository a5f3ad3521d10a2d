"""How much of a paper stands on a page: roomy first, then less and smaller until it fits.

Nothing is cut off: what does not fit is counted and said ("and 4 more in the plan").
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeVar

Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class Fit:
    """How many of each list; `characters` of the thesis; `size` 0 (9.4 pt) to 3 (7.3 pt).

    `chart` is the height of the bridge as a share of its usual one.
    """

    size: int
    characters: int = 900
    priorities: int = 3
    plays: int = 5
    actions: int = 3
    units: int = 6
    lines: int = 8
    people: int = 6
    renewals: int = 4
    challenges: int = 5
    chart: float = 1.0


def steps_from(first: Fit, *cuts: Mapping[str, Any]) -> tuple[Fit, ...]:
    """The first one, then each cut on top of those before it: every step takes less room."""
    steps = [first]
    for cut in cuts:
        steps.append(replace(steps[-1], **cut))
    return tuple(steps)


FIRST_PAGE = steps_from(
    Fit(0),
    {"characters": 600, "plays": 3},
    {"size": 1},
    {"size": 2, "characters": 480},
    {"size": 3},
    {"characters": 300, "plays": 2},
    {"priorities": 2},
    {"characters": 200, "plays": 1},
    {"priorities": 1},
    {"actions": 2, "chart": 0.8},
    {"characters": 120, "plays": 0},
    {"actions": 1, "chart": 0.6},
    {"characters": 80, "priorities": 0},
)
SECOND_PAGE = steps_from(
    Fit(0),
    {"size": 1},
    {"size": 2},
    {"lines": 6, "people": 5, "renewals": 3},
    {"size": 3},
    {"units": 5, "challenges": 4},
    {"lines": 5, "people": 4},
    {"units": 4, "renewals": 2},
    {"lines": 4, "challenges": 3},
    {"lines": 3, "people": 3},
    {"units": 3, "challenges": 2},
    {"lines": 2, "people": 2},
    {"renewals": 1},
    {"units": 2, "lines": 1},
    {"people": 1, "challenges": 1},
)
ONE_PAGE = steps_from(
    Fit(0, characters=480, priorities=2, plays=2, people=4, renewals=2, challenges=3),
    {"size": 1},
    {"size": 2, "characters": 300},
    {"size": 3},
    {"priorities": 1, "plays": 1, "people": 3},
    {"characters": 200, "people": 2, "challenges": 2},
    {"renewals": 1, "chart": 0.8},
    {"priorities": 0, "plays": 0, "actions": 2},
    {"characters": 120, "people": 1, "challenges": 1},
    {"actions": 1, "chart": 0.6},
    {"characters": 80, "chart": 0.4},
    # names of two hundred letters, right to left and without a space, all at once
    {"people": 0},
    {"renewals": 0, "challenges": 0},
)
# the screen has no lower edge: it shows what a roomy page would
ON_SCREEN = (FIRST_PAGE[0], SECOND_PAGE[0])


def split(items: Sequence[Item], most: int) -> tuple[tuple[Item, ...], int]:
    """The first ones and how many are left over; one left over alone takes the place of its note."""
    return tuple(items[:most]), max(0, len(items) - most)


def opening(text: str, most: int) -> tuple[str, bool]:
    """As many whole sentences as `most` characters hold, else whole words; and whether more follows.

    A single word longer than that is kept up to `most`.
    """
    words = " ".join(text.split())
    if len(words) <= most:
        return words, False
    piece = words[: most + 1]
    ends = [piece.rfind(mark) for mark in (". ", "! ", "? ", "。", "؟ ")]
    end = max(ends)
    if end >= most // 3:
        return piece[: end + 1], True
    space = piece.rfind(" ")
    return (piece[:space] if space > 0 else piece[:most]), True
