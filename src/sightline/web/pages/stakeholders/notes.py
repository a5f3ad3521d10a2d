"""Private notes: read through the one verb that journals the reading."""

from __future__ import annotations

from dataclasses import dataclass

from sightline.actions.stakeholders import read_notes
from sightline.web.pages.stakeholders.desk import Desk


@dataclass(frozen=True, slots=True)
class Notes:
    """The reader's own note, whether the team reads it too, and shared ones of others with who wrote them."""

    contact_id: int
    own: str
    shared: bool
    others: tuple[tuple[str, str], ...]


def notes_of(desk: Desk, contact_id: int) -> Notes:
    """What this reader may read of one person."""
    found = read_notes(desk.person, desk.account_id, contact_id)
    return Notes(
        contact_id=contact_id,
        own=next((text for _who, text, mine, _shared in found if mine), ""),
        shared=any(shared for _who, _text, mine, shared in found if mine),
        others=tuple((who, text) for who, text, mine, _shared in found if not mine),
    )
