"""The ledger's catalogue in the database: committing a version's row is the change.

Parts are files; they lie under `settings.SIGHTLINE_LEDGER` before a version names them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from django.db import IntegrityError, transaction

from sightline.actions import journal
from sightline.ledger.errors import LedgerError, StaleVersion
from sightline.ledger.version import LedgerVersion, Part
from sightline.records.models import ImportRun, LedgerPart
from sightline.records.models import LedgerVersion as VersionRow

TRIES = 8
Change = Callable[[LedgerVersion], tuple[Part, ...]]


class DatabaseCatalogue:
    """Keeps versions as rows; `note` and `run` say in the journal what a commit is for."""

    def __init__(
        self, *, note: str = "", run: ImportRun | None = None, actor_id: int | None = None
    ) -> None:
        self._note = note
        self._run = run
        self._actor_id = actor_id

    def current(self) -> LedgerVersion:
        """The newest version; the empty ledger before the first commit."""
        row = VersionRow.objects.order_by("-number").first()
        return _version(row) if row is not None else LedgerVersion()

    def get(self, number: int) -> LedgerVersion:
        """One version by number. Raises `LedgerError`."""
        if number == 0:
            return LedgerVersion()
        row = VersionRow.objects.filter(number=number).first()
        if row is None:
            raise LedgerError(f"the ledger has no version {number}")
        return _version(row)

    def commit(self, parts: Iterable[Part], *, expected_version: int) -> LedgerVersion:
        """Make `parts` the next version. Raises `StaleVersion` where another came first."""
        listed = tuple(parts)
        number = expected_version + 1
        try:
            with transaction.atomic():
                now = self.current().number
                if now != expected_version:
                    raise StaleVersion(f"the ledger is at version {now}, not {expected_version}")
                row = VersionRow.objects.create(number=number, note=self._note[:200])
                row.parts.set([self._part_row(part) for part in listed])
                journal.record(
                    "commit_ledger",
                    actor_id=self._actor_id,
                    subject=row,
                    changes={"version": (expected_version, number)},
                    note=self._note,
                    run=self._run,
                )
        except IntegrityError as clash:
            raise StaleVersion(f"version {number} was committed by another run") from clash
        return LedgerVersion(number, listed)

    def _part_row(self, part: Part) -> LedgerPart:
        row, _ = LedgerPart.objects.get_or_create(
            name=f"{part.table}/{part.name}",
            defaults={
                "table": part.table,
                "sha256": part.sha256,
                "rows": part.rows,
                "first_day": part.first_day,
                "last_day": part.last_day,
                "source": part.source,
                "import_run": self._run,
            },
        )
        return row


def add_parts(catalogue: DatabaseCatalogue, parts: Iterable[Part]) -> LedgerVersion:
    """Commit the current parts and these; another commit in between is taken along."""
    added = tuple(parts)
    return _commit(catalogue, lambda now: now.plus(added))


def replace_source(
    catalogue: DatabaseCatalogue, source: str, parts: Iterable[Part]
) -> LedgerVersion:
    """Commit the version in which `source` has exactly these parts; the same ones change nothing.

    With no parts it is the undo of that source.
    """
    wanted = tuple(parts)

    def changed(now: LedgerVersion) -> tuple[Part, ...]:
        had = {part.name for part in now.parts if part.source == source}
        if had == {part.name for part in wanted}:
            return now.parts
        return LedgerVersion(now.number, now.without(source)).plus(wanted)

    return _commit(catalogue, changed)


def _commit(catalogue: DatabaseCatalogue, changed: Change) -> LedgerVersion:
    for _ in range(TRIES):
        now = catalogue.current()
        parts = changed(now)
        if parts == now.parts:
            return now
        try:
            return catalogue.commit(parts, expected_version=now.number)
        except StaleVersion:
            continue
    raise StaleVersion("the ledger is being changed by too many runs at once; try again")


def _version(row: VersionRow) -> LedgerVersion:
    parts = row.parts.order_by("id")
    return LedgerVersion(
        row.number,
        tuple(
            Part(
                table=part.table,
                name=part.name.partition("/")[2],
                sha256=part.sha256,
                rows=part.rows,
                source=part.source,
                first_day=part.first_day,
                last_day=part.last_day,
            )
            for part in parts
        ),
    )
