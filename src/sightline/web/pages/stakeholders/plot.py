"""Where somebody stands on the plot of power and support."""

from __future__ import annotations

from sightline.planning.stakeholders import Person, Stance, power
from sightline.web.pages.stakeholders.desk import Desk

DECIDES = 3
SUPPORT = (Stance.AGAINST, Stance.INDIFFERENT, Stance.UNKNOWN, Stance.NEUTRAL, Stance.SUPPORTS)


def field_of(desk: Desk, person: Person, stance: Stance) -> tuple[int, int]:
    """The row, those who decide first, and the column, those against first."""
    return DECIDES - power(person, parameters=desk.numbers), SUPPORT.index(stance)
