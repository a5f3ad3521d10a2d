"""The list as a file: amounts in major units with their currency beside them, cells guarded."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal

from django.utils.translation import gettext as _

from sightline.exchange.tables import written
from sightline.exchange.tables.written import KINDS, XLSX, Cell
from sightline.planning.money import Money
from sightline.records.queries.portfolio import Row

__all__ = ["KINDS", "XLSX", "cells", "csv_chunks", "header", "workbook"]


def header() -> list[str]:
    """The columns' names."""
    return [
        *(_("Account"), _("Industry"), _("Owner"), _("Tier in CRM"), _("Computed tier")),
        *(_("Proposed tier"), _("Decided tier"), _("Decision"), _("Reason"), _("Lapses on")),
        *(_("Waits for a decision"), _("Over capacity"), _("Importance of 9")),
        *(_("Potential, 3 years"), _("Potential, low"), _("Potential, high"), _("Wallet")),
        *(_("Wallet known by"), _("Not known"), _("Vulnerability"), _("ACV"), _("ACV from")),
        *(_("Next renewal"), _("Currency"), _("Target"), _("Expected landing")),
        *(_("Plan currency"), _("Computed as of")),
    ]


def cells(row: Row) -> list[Cell]:
    """One row; what is not known or not open is an empty cell, never zero."""
    decision, plan = row.decision, row.plan
    acv_from = f"{row.acv_source}, bookings" if row.from_bookings else row.acv_source
    return [
        *(row.name, row.industry, row.owner, row.crm_tier, row.computed_tier),
        *(row.proposed_tier, row.decided_tier, decision.kind if decision else None),
        *(decision.reason if decision else None, decision.lapses_on if decision else None),
        *(_yes(row.to_decide, row), _yes(row.over_capacity, row), row.importance),
        *(_money(row.potential, row.currency), _money(row.potential_low, row.currency)),
        *(_money(row.potential_high, row.currency), _money(row.wallet, row.currency)),
        *(row.wallet_method, ", ".join(row.missing), row.vulnerability),
        *(_money(row.acv, row.currency), acv_from, row.next_renewal_on, row.currency),
        _money(plan.target, plan.currency) if plan else None,
        _money(plan.landing, plan.currency) if plan else None,
        plan.currency if plan else None,
        row.as_of,
    ]


def csv_chunks(rows: Iterable[Row]) -> Iterator[str]:
    """The file in pieces."""
    return written.csv_chunks(header(), map(cells, rows))


def workbook(rows: Iterable[Row]) -> bytes:
    """The workbook."""
    return written.workbook(_("Portfolio"), header(), map(cells, rows))


def _money(minor: int | None, currency: str) -> Decimal | None:
    return None if minor is None else Money(minor, currency).amount


def _yes(value: bool, row: Row) -> str | None:
    if not row.full:
        return None
    return _("yes") if value else _("no")
