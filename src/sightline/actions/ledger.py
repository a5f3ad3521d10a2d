"""The ledger's versions in the database: committing a version row is the change.

Parts are files that nothing overwrites; a version lists them; taking an import back is a new
version without its parts.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.db import IntegrityError, transaction

from sightline.actions import journal
from sightline.ledger import version as plain
from sightline.ledger.errors import LedgerError, StaleVersion
from sightline.ledger.tables import REPLACED
from sightline.records.models import ImportRun, LedgerPart, LedgerVersion


class DatabaseCatalogue:
    """The catalogue over LedgerVersion and LedgerPart; `run` is the import that commits."""

    def __init__(self, *, run: ImportRun | None = None, note: str = "") -> None:
        self._run = run
        self._note = note

    def current(self) -> plain.LedgerVersion:
        """The newest committed version; the empty ledger before the first commit."""
        number = LedgerVersion.objects.order_by("-number").values_list("number", flat=True).first()
        return self.get(number) if number else plain.LedgerVersion()

    def get(self, number: int) -> plain.LedgerVersion:
        """One version by number; LedgerError when there is none."""
        if number == 0:
            return plain.LedgerVersion()
        row = LedgerVersion.objects.filter(number=number).first()
        if row is None:
            raise LedgerError(f"the ledger has no version {number}")
        return plain.LedgerVersion(
            number, tuple(part_of(part) for part in row.parts.order_by("pk"))
        )

    def commit(self, parts: Iterable[plain.Part], *, expected_version: int) -> plain.LedgerVersion:
        """Make `parts` the next version; StaleVersion if `expected_version` is not current."""
        listed = tuple(parts)
        try:
            with transaction.atomic():
                self._commit(listed, expected_version)
        except IntegrityError:
            raise StaleVersion(
                f"version {expected_version + 1} was committed by another run"
            ) from None
        return plain.LedgerVersion(expected_version + 1, listed)

    def _commit(self, parts: tuple[plain.Part, ...], expected: int) -> None:
        newest = LedgerVersion.objects.order_by("-number").values_list("number", flat=True).first()
        if (newest or 0) != expected:
            raise StaleVersion(f"the ledger is at version {newest or 0}, not {expected}")
        row = LedgerVersion.objects.create(number=expected + 1, note=self._note[:200])
        row.parts.set([row_of(part, run=self._run) for part in parts])
        journal.record(
            "commit_ledger",
            actor_id=self._run.created_by_id if self._run else None,
            subject=row,
            note=self._note or f"{len(parts)} parts",
            run=self._run,
        )


def keep_part(part: plain.Part, *, like: plain.Part) -> None:
    """Store a part that was written anew from another: it came with the same import."""
    old = LedgerPart.objects.filter(name=f"{like.table}/{like.name}").first()
    row_of(part, run=old.import_run if old is not None else None)


def row_of(part: plain.Part, *, run: ImportRun | None) -> LedgerPart:
    """The row of a part, made where it is new; `run` is the import that it came with."""
    row, _ = LedgerPart.objects.get_or_create(
        name=f"{part.table}/{part.name}",
        defaults={
            "table": part.table,
            "sha256": part.sha256,
            "rows": part.rows,
            "first_day": part.first_day,
            "last_day": part.last_day,
            "source": part.source[:120],
            "import_run": run,
        },
    )
    return row


def part_of(row: LedgerPart) -> plain.Part:
    """A row as the ledger takes it."""
    return plain.Part(
        table=row.table,
        name=row.name.partition("/")[2],
        sha256=row.sha256,
        rows=row.rows,
        source=row.source,
        first_day=row.first_day,
        last_day=row.last_day,
    )


def take_back(run: ImportRun) -> int:
    """Commit a version without a run's parts; answers how many rows left the ledger."""
    catalogue = DatabaseCatalogue(run=run, note=f"without import {run.pk}")
    now = catalogue.current()
    kept = tuple(part for part in now.parts if not _is_from(part, run))
    if len(kept) == len(now.parts):
        return 0
    catalogue.commit(kept, expected_version=now.number)
    gone = [part for part in now.parts if part not in kept]
    return sum(part.rows for part in gone if part.table != REPLACED)


def _is_from(part: plain.Part, run: ImportRun) -> bool:
    return part.source == f"import:{run.pk}"
