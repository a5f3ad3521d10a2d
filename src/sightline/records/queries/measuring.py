"""What the measures need from the records: kinds of lines, bookings, and what there is from before."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from sightline.planning.accounts import RevenueKind
from sightline.planning.money import Converter, Money
from sightline.planning.periods import Window
from sightline.records.models import (
    Account,
    Asset,
    Contract,
    JournalEntry,
    Opportunity,
    OpportunityLine,
    ProductLine,
)
from sightline.records.queries.cell_values import split_by_worth
from sightline.records.queries.company import rates
from sightline.records.queries.promises import WITHOUT_LINE, CellKey, window_of
from sightline.records.queries.won_cells import cells_of_bare_wins, units_of_won_lines


class Booking(NamedTuple):
    """One won amount: over its days if it has a service period, else on its close date."""

    account_id: int
    unit_id: int | None
    line_id: int
    kind: RevenueKind
    minor: int
    currency: str
    closed_on: date
    service: Window | None
    quantity: Decimal | None = None


def line_kinds() -> dict[int, RevenueKind]:
    """The revenue kind of every product line by its id."""
    return {
        pk: RevenueKind(kind) for pk, kind in ProductLine.objects.values_list("pk", "revenue_kind")
    }


def newest_change() -> int:
    """The number of the last journalled change; 0 where there is none."""
    return JournalEntry.objects.order_by("-pk").values_list("pk", flat=True).first() or 0


def measured_accounts() -> list[int]:
    """Every account that is there, by id."""
    return list(Account.objects.filter(removed_at=None).order_by("pk").values_list("pk", flat=True))


def told_before(day: date) -> bool:
    """Whether any contract, asset or won opportunity dates from before a day. Three queries."""
    return (
        Contract.objects.filter(removed_at=None, starts_on__lt=day).exists()
        or Asset.objects.filter(removed_at=None, starts_on__lt=day).exists()
        or Opportunity.objects.filter(removed_at=None, is_won=True, close_date__lt=day).exists()
    )


def bookings() -> Iterator[Booking]:
    """Won opportunities line by line; one without lines is one booking of its whole amount, or of
    each cell of its play, by what the cells are worth at the rates of its close."""
    kinds, units = line_kinds(), units_of_won_lines()
    lines = (
        OpportunityLine.objects.filter(
            opportunity__is_won=True,
            opportunity__removed_at=None,
            removed_at=None,
            opportunity__close_date__isnull=False,
        )
        .exclude(total=None)
        .values_list(
            "opportunity__account_id",
            "opportunity__unit_id",
            "product_line_id",
            "total",
            "opportunity__currency",
            "opportunity__close_date",
            "service_start",
            "service_end",
            "quantity",
            "pk",
        )
    )
    for account, unit, line, total, currency, closed, start, end, many, pk in lines.iterator(5000):
        if total is None or closed is None:
            continue
        kind = kinds.get(line or WITHOUT_LINE, RevenueKind.REPEAT)
        service = window_of(start, end)
        line = line or WITHOUT_LINE
        at = unit or units.get(pk)
        yield Booking(account, at, line, kind, total, currency, closed, service, many)
    whole = (
        Opportunity.objects.filter(
            is_won=True, removed_at=None, lines=None, close_date__isnull=False
        )
        .exclude(amount=None)
        .values_list("account_id", "unit_id", "amount", "currency", "close_date", "pk")
    )
    cells, known = cells_of_bare_wins(), rates()
    for account, unit, amount, currency, closed, pk in whole.iterator(5000):
        if amount is None or closed is None:
            continue
        code = currency or known.reporting
        places: Mapping[CellKey, Money | None] = cells.get(pk) or {(unit, WITHOUT_LINE): None}
        convert = Converter(code, known, closed)
        parts = split_by_worth(Money(amount, code), places, convert=convert)
        for (place, sold), part in parts.items():
            kind = kinds.get(sold, RevenueKind.REPEAT)
            yield Booking(account, unit or place, sold, kind, part.minor, currency, closed, None)
