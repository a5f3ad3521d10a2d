"""Keep what was measured: totals per account, per cell, and each person's days of contact.

Whole batches of accounts, one short transaction each, so that pages save in between.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import models, transaction

from sightline.records.models import (
    AccountMeasures,
    AccountOpening,
    CellMeasures,
    CellOpening,
    ContactActivity,
)


@dataclass(frozen=True, slots=True)
class MeasuredAccount:
    """Totals of one account as `records.AccountMeasures` keeps them."""

    account_id: int
    r12: int
    r12_before: int
    r24: int
    acv: int | None
    acv_source: str
    last_purchase_on: date | None
    months_active: int
    purchase_days: int
    usual_gap_days: int | None
    gap_alarm: bool
    quiet_probability: Decimal | None
    owned_cells: int
    monthly: list[int]
    touches: int | None
    two_way_days: int | None
    usage_now: Decimal | None
    usage_before: Decimal | None
    from_bookings: bool
    currency: str
    as_of: date
    ledger_version: int


@dataclass(frozen=True, slots=True)
class MeasuredCell:
    """Totals of one account, unit and line as `records.CellMeasures` keeps them."""

    account_id: int
    unit_id: int | None
    product_line_id: int
    r12: int
    r12_before: int
    r24: int
    acv: int | None
    acv_source: str
    last_purchase_on: date | None
    owned: bool
    monthly: list[int]
    steady: int | None = None
    steady_before: int | None = None
    quantity: int | None = None
    quantity_before: int | None = None


@dataclass(frozen=True, slots=True)
class OpenedAccount:
    """One account on a plan year's first day as `records.AccountOpening` keeps it."""

    account_id: int
    first_day: date
    known: bool
    acv: int | None
    acv_source: str
    now: int | None
    now_source: str
    currency: str
    as_of: date


@dataclass(frozen=True, slots=True)
class OpenedCell:
    """One unit and line on a plan year's first day as `records.CellOpening` keeps it."""

    account_id: int
    first_day: date
    unit_id: int | None
    product_line_id: int
    acv: int
    acv_source: str


@dataclass(frozen=True, slots=True)
class PersonDays:
    """One person's contact as `records.ContactActivity` keeps it."""

    contact_id: int
    account_id: int
    log: dict[str, Any]
    last_two_way_on: date | None
    last_contact_on: date | None
    two_way_days: int
    score: Decimal
    level: int
    status: str
    ledger_version: int
    as_of: date


def store_measures(
    account_ids: Sequence[int],
    *,
    accounts: Sequence[MeasuredAccount],
    cells: Sequence[MeasuredCell],
    openings: Sequence[OpenedAccount] = (),
    opened_cells: Sequence[OpenedCell] = (),
) -> None:
    """Replace the measures of these accounts, and their openings of the year. One transaction."""
    with transaction.atomic():
        AccountMeasures.objects.bulk_create(
            [AccountMeasures(**_values(row)) for row in accounts],
            update_conflicts=True,
            unique_fields=["account"],
            update_fields=_fields(AccountMeasures, "account"),
        )
        had = CellMeasures.objects.filter(account_id__in=account_ids)
        if had.exists():
            had.delete()
        CellMeasures.objects.bulk_create([CellMeasures(**_values(row)) for row in cells])
        _store_openings(account_ids, openings, opened_cells)


def _store_openings(
    account_ids: Sequence[int], openings: Sequence[OpenedAccount], cells: Sequence[OpenedCell]
) -> None:
    AccountOpening.objects.bulk_create(
        [AccountOpening(**_values(row)) for row in openings],
        update_conflicts=True,
        unique_fields=["account", "first_day"],
        update_fields=_fields(AccountOpening, "account", "first_day"),
    )
    for first_day in {row.first_day for row in openings}:
        had = CellOpening.objects.filter(account_id__in=account_ids, first_day=first_day)
        if had.exists():
            had.delete()
    CellOpening.objects.bulk_create([CellOpening(**_values(row)) for row in cells])


def store_contact_activity(rows: Sequence[PersonDays]) -> None:
    """Replace the days of contact of these people. One transaction."""
    with transaction.atomic():
        ContactActivity.objects.bulk_create(
            [ContactActivity(**_values(row)) for row in rows],
            update_conflicts=True,
            unique_fields=["contact"],
            update_fields=_fields(ContactActivity, "contact"),
        )


def forget_stale_contact_activity(*, ledger_version: int) -> None:
    """Drop what an older version said of people whom this one does not name."""
    ContactActivity.objects.exclude(ledger_version=ledger_version).delete()


def _fields(model: type[models.Model], *keys: str) -> list[str]:
    return [field.name for field in model._meta.concrete_fields if field.name not in {"id", *keys}]


_Row = MeasuredAccount | MeasuredCell | OpenedAccount | OpenedCell | PersonDays


def _values(row: _Row) -> dict[str, Any]:
    return {field.name: getattr(row, field.name) for field in fields(row)}
