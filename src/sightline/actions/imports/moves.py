"""That a file or the sync moved somebody's reporting line: kept, so that a map can be drawn as of any
day and what changed since a review can be told."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence

from sightline.actions.imports.decide import Change
from sightline.actions.imports.lookups import Pending
from sightline.actions.imports.targets import Target
from sightline.records.models import Contact, ContactWatch, ManagerChange

COLUMN = "reports_to_id"
Move = tuple[int, int | None, int | None]
"""A contact, who stood above before, and who does now."""


def moves_of(target: Target, changes: Sequence[Change]) -> list[Move]:
    """The reporting lines among some changes of rows; none for rows that are no people."""
    if target.model is not Contact:
        return []
    return [
        (one.pk, _key(one.old[COLUMN]), _key(one.new[COLUMN]))
        for one in changes
        if COLUMN in one.new and not isinstance(one.new[COLUMN], Pending)
    ]


def keep_moves(moves: Iterable[Move], *, source_id: int | None, now: dt.datetime) -> None:
    """Keep who was moved. The first line of somebody nobody has looked at yet is where they began."""
    told = [one for one in moves if one[1] != one[2]]
    first = [pk for pk, before, _ in told if before is None]
    watched = ContactWatch.objects.filter(contact_id__in=first) if first else ()
    known = {one.contact_id for one in watched}
    ManagerChange.objects.bulk_create(
        [
            ManagerChange(
                contact_id=pk,
                before_id=before,
                after_id=after,
                from_source_id=source_id,
                said_at=now,
            )
            for pk, before, after in told
            if before is not None or pk in known
        ],
        batch_size=500,
    )


def _key(value: object) -> int | None:
    return value if isinstance(value, int) else None
