"""Which renewals were decided, and how the last ones went."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import QuerySet

from sightline.planning.money import Money
from sightline.records.models import RenewalOutcome
from sightline.records.prepared import prepared


@dataclass(frozen=True, slots=True)
class OutcomeRow:
    """One decided renewal. Money a year; None where it was lost or never known."""

    id: int
    contract_id: int
    kind: str
    ended_on: date
    up: Money | None
    renewed: Money | None
    until: date | None
    reason: str
    note: str
    decided_on: date
    by: str


def settled_ends(contract_ids: Collection[int]) -> set[tuple[int, date]]:
    """(contract, end) of every renewal that was decided. One query."""
    return set(_settled(sorted(contract_ids))) if contract_ids else set()


@prepared
def _settled(contract_ids: list[int]) -> QuerySet[RenewalOutcome, Any]:
    rows = RenewalOutcome.objects.filter(contract_id__in=contract_ids, undone_at=None)
    return rows.values_list("contract_id", "ended_on")


def outcomes_of(contract_ids: Collection[int]) -> tuple[OutcomeRow, ...]:
    """Decided renewals of contracts, newest first. One query."""
    rows = RenewalOutcome.objects.filter(
        contract_id__in=contract_ids, undone_at=None
    ).select_related("recorded_by")
    return tuple(
        OutcomeRow(
            id=row.pk,
            contract_id=row.contract_id,
            kind=row.kind,
            ended_on=row.ended_on,
            up=_money(row.up, row.currency),
            renewed=_money(row.renewed, row.currency),
            until=row.until,
            reason=row.reason,
            note=row.note,
            decided_on=row.decided_on,
            by=row.recorded_by.name if row.recorded_by else "",
        )
        for row in rows.order_by("-ended_on", "-pk")
    )


def _money(minor: int | None, code: str) -> Money | None:
    return Money(minor, code) if minor is not None and code else None
