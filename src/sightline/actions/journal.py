"""The journal: who changed what, written in the transaction of the change itself."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import connection, models

from sightline.records.models import ImportRun, JournalEntry


class OutsideTransaction(RuntimeError):
    """A journal entry was written outside its change's transaction: a fault of ours."""


def record(
    verb: str,
    *,
    actor_id: int | None,
    account_id: int | None = None,
    subject: models.Model | None = None,
    changes: Mapping[str, tuple[Any, Any]] | None = None,
    note: str = "",
    run: ImportRun | None = None,
) -> JournalEntry:
    """Write one entry. `changes` maps a field to (before, after); people appear by key.

    Raises `OutsideTransaction` unless a transaction is open.
    """
    if not connection.in_atomic_block:
        raise OutsideTransaction(verb)
    return JournalEntry.objects.create(
        verb=verb,
        actor_id=actor_id,
        account_id=account_id,
        subject_kind=subject._meta.model_name or "" if subject is not None else "",
        subject_id=subject.pk if subject is not None else None,
        changes={name: [plain(old), plain(new)] for name, (old, new) in (changes or {}).items()},
        note=note[:255],
        import_run=run,
    )


def record_each(
    verb: str, told: Iterable[tuple[models.Model, int | None, str]], *, actor_id: int | None
) -> None:
    """Write one entry for each (row, its account, note) at once: for jobs that change thousands.

    Raises `OutsideTransaction` unless a transaction is open.
    """
    if not connection.in_atomic_block:
        raise OutsideTransaction(verb)
    JournalEntry.objects.bulk_create(
        [
            JournalEntry(
                verb=verb,
                actor_id=actor_id,
                account_id=account_id,
                subject_kind=subject._meta.model_name or "",
                subject_id=subject.pk,
                note=note[:255],
            )
            for subject, account_id, note in told
        ],
        batch_size=500,
    )


def differences(row: models.Model, values: Mapping[str, Any]) -> dict[str, tuple[Any, Any]]:
    """What setting `values` on a row would change: field to (before, after)."""
    return {
        name: (getattr(row, name), value)
        for name, value in values.items()
        if getattr(row, name) != value
    }


def plain(value: Any) -> Any:
    """A value as JSON keeps it: dates in ISO form, decimals as text, rows by key."""
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, models.Model):
        return value.pk
    return value
