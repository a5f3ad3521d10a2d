"""What stands behind a figure when it is opened: inputs, source, date, marks, what is missing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Input:
    """One input of a figure, as shown."""

    label: str
    value: str


@dataclass(frozen=True, slots=True)
class Figure:
    """The inside of `{% figure %}`; `marks` are codes of wording.labels.MARKS.

    `missing` names the inputs that are not known and were left out: missing is never zero.
    """

    inputs: tuple[Input, ...] = ()
    explanation: str = ""
    source: str = ""
    as_of: date | None = None
    marks: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
