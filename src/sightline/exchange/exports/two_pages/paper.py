"""What stands on the two pages, as words ready to set: nothing here reads or computes.

Lists hold everything that could stand there, the most telling first; how much of it fits is
decided by `fit`. None means that the reader may not see it or that nobody knows; both are said.
"""

from __future__ import annotations

from dataclasses import dataclass

from sightline.drawing.waterfall import Step


@dataclass(frozen=True, slots=True)
class KeyFigure:
    """One of the figures under the heading."""

    label: str
    value: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """One item of a list: what it is, what is to be said of it, its money in words."""

    words: str
    note: str = ""
    money: str = ""


@dataclass(frozen=True, slots=True)
class Square:
    """One cell: `look` is a code of wording.labels.CELL_STATES, `shown` what stands in it."""

    look: str
    shown: str


@dataclass(frozen=True, slots=True)
class GridRow:
    """One product line over the units, in the units' order."""

    line: str
    squares: tuple[Square, ...]


@dataclass(frozen=True, slots=True)
class Grid:
    """The whitespace: units across, lines down, the most telling first in both."""

    units: tuple[str, ...]
    rows: tuple[GridRow, ...]


@dataclass(frozen=True, slots=True)
class Stakeholder:
    """One of theirs. `level` and `stance` are None where the reader may not see opinions."""

    name: str
    title: str
    role: str
    level: int | None
    stance: str | None
    unit: str
    contact: str


@dataclass(frozen=True, slots=True)
class BridgeShown:
    """The bridge: steps with fixed words (plays are one), minor units of `currency`.

    `said` says whether there is a path; `plays` are the plays behind the bar.
    """

    currency: str
    steps: tuple[Step, ...]
    said: str
    warns: bool
    plays: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class Paper:
    """One plan on paper. `light`: a tier 2 plan, on one page."""

    account: str
    kicker: str
    about: str
    stamp: tuple[str, ...]
    short_title: str
    figures: tuple[KeyFigure, ...]
    thesis: str
    priorities: tuple[Entry, ...]
    bridge: BridgeShown | None
    actions: tuple[Entry, ...]
    grid: Grid | None
    stakeholders: tuple[Stakeholder, ...]
    renewals: tuple[Entry, ...]
    challenges: tuple[Entry, ...]
    light: bool
    language: str = "en"

    @property
    def pages(self) -> int:
        """How many pages it has: two, or one at tier 2."""
        return 1 if self.light else 2
