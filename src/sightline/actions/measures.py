"""Keep what was measured: totals per account, per cell, and each person's days of contact.

Whole batches of accounts, one short transaction each, so that pages save in between.
"""

from __future__ import annotations

from collections.abc import Sequence

from django.db import models, transaction

from sightline.records.models import AccountMeasures, CellMeasures, ContactActivity


def store_measures(
    account_ids: Sequence[int],
    *,
    accounts: Sequence[AccountMeasures],
    cells: Sequence[CellMeasures],
) -> None:
    """Replace the measures of these accounts. One transaction."""
    with transaction.atomic():
        AccountMeasures.objects.bulk_create(
            accounts,
            update_conflicts=True,
            unique_fields=["account"],
            update_fields=_fields(AccountMeasures, "account"),
        )
        had = CellMeasures.objects.filter(account_id__in=account_ids)
        if had.exists():
            had.delete()
        CellMeasures.objects.bulk_create(cells)


def store_contact_activity(rows: Sequence[ContactActivity]) -> None:
    """Replace the days of contact of these people. One transaction."""
    with transaction.atomic():
        ContactActivity.objects.bulk_create(
            rows,
            update_conflicts=True,
            unique_fields=["contact"],
            update_fields=_fields(ContactActivity, "contact"),
        )


def forget_stale_contact_activity(*, ledger_version: int) -> None:
    """Drop what an older version said of people whom this one does not name."""
    ContactActivity.objects.exclude(ledger_version=ledger_version).delete()


def _fields(model: type[models.Model], *keys: str) -> list[str]:
    return [field.name for field in model._meta.concrete_fields if field.name not in {"id", *keys}]
