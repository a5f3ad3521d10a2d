"""How much of a paper stands on a page: roomy first, then less and smaller until it fits.

Nothing is cut off: what does not fit is counted and said ("and 4 more in the plan").
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class Fit:
    """How many of each list; `characters` of the thesis; `size` 0 (10 pt) to 3 (7.4 pt)."""

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


FIRST_PAGE = (
    Fit(0),
    Fit(0, characters=600, plays=3),
    Fit(1, characters=600, plays=3),
    Fit(2, characters=480, plays=3),
    Fit(3, characters=480, plays=3),
    Fit(3, characters=300, plays=2, priorities=2),
    Fit(3, characters=200, plays=1, priorities=1),
    Fit(3, characters=120, plays=1, priorities=1, actions=2),
    Fit(3, characters=80, plays=0, priorities=0, actions=1),
)
SECOND_PAGE = (
    Fit(0),
    Fit(1),
    Fit(2),
    Fit(2, lines=6, people=5, renewals=3),
    Fit(3, lines=6, people=5, renewals=3),
    Fit(3, units=5, lines=5, people=4, renewals=2, challenges=4),
    Fit(3, units=4, lines=4, people=3, renewals=2, challenges=3),
    Fit(3, units=3, lines=3, people=2, renewals=1, challenges=2),
    Fit(3, units=2, lines=1, people=1, renewals=1, challenges=1),
)
ONE_PAGE = (
    Fit(0, characters=480, priorities=2, plays=2, people=4, renewals=2, challenges=3),
    Fit(1, characters=480, priorities=2, plays=2, people=4, renewals=2, challenges=3),
    Fit(2, characters=300, priorities=2, plays=2, people=4, renewals=2, challenges=3),
    Fit(3, characters=300, priorities=1, plays=1, people=3, renewals=2, challenges=3),
    Fit(3, characters=200, priorities=1, plays=1, people=2, renewals=1, challenges=2),
    Fit(3, characters=120, priorities=0, plays=0, actions=2, people=1, renewals=1, challenges=1),
    Fit(3, characters=80, priorities=0, plays=0, actions=1, people=1, renewals=1, challenges=1),
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
