"""Taking people and old days out of the activity log, in every version of the ledger.

A version that named a part now lists its replacement, and the old file is deleted: what was erased
must not come back by opening an older version.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

from django.db import transaction

from sightline.actions.ledger import part_of, row_of
from sightline.ledger import forget
from sightline.ledger.tables import ACTIVITIES
from sightline.ledger.version import Part, part_path
from sightline.records.models import LedgerPart

Change = Callable[[Part], Part | None]


def forget_people(folder: Path, contacts: frozenset[str]) -> int:
    """Empty some contacts' keys in the activity log; answers how many parts were written anew."""
    return _rewrite(folder, lambda part: forget.without_people(folder, part, contacts))


def forget_before(folder: Path, first: date) -> int:
    """Drop activity before a day; answers how many parts changed or went."""
    return _rewrite(folder, lambda part: forget.since(folder, part, first))


def _rewrite(folder: Path, change: Change) -> int:
    changed = 0
    for row in LedgerPart.objects.filter(table=ACTIVITIES).order_by("pk"):
        part = part_of(row)
        if not part_path(folder, part).is_file():
            continue
        other = change(part)
        if other == part:
            continue
        _replace(row, other)
        if other is None or other.name != part.name:
            part_path(folder, part).unlink(missing_ok=True)
        changed += 1
    return changed


def _replace(row: LedgerPart, part: Part | None) -> None:
    """Every version that lists the row lists the new part instead, or nothing."""
    with transaction.atomic():
        versions = list(row.versions.all())
        if part is not None:
            new = row_of(part, run=row.import_run)
            for version in versions:
                version.parts.add(new)
        row.delete()
