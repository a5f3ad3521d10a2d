"""Why a figure is what it is: a stable code, plain English, and the inputs behind it.

Every rule returns reasons beside its answer, so that a screen can show "why" and open to inputs.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date


@dataclass(frozen=True, slots=True)
class Reason:
    """One sentence of explanation.

    `code` is stable and may be translated by `wording`; `text` is the English default;
    `inputs` holds the values that the sentence was made from, for opening the figure.
    """

    code: str
    text: str
    inputs: Mapping[str, object] = field(default_factory=dict, hash=False)

    def __str__(self) -> str:
        return self.text


def because(code: str, text: str, **inputs: object) -> Reason:
    """A reason whose `inputs` are the keyword arguments."""
    return Reason(code=code, text=text, inputs=inputs)


def dated(day: date) -> str:
    """A day as a sentence says it: 8 May 2027."""
    return f"{day.day} {day:%b %Y}"


def joined(reasons: tuple[Reason, ...]) -> str:
    """All reasons in one line, in their order, each said once."""
    return "; ".join(dict.fromkeys(reason.text for reason in reasons))
