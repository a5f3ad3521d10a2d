"""What the measures need from the records: kinds of lines, bookings, and what promises revenue."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from sightline.planning.accounts import AcvSource, Entitlement, RevenueKind, TermYear
from sightline.planning.money import Money, Rates
from sightline.planning.periods import Window, months_of
from sightline.records.models import (
    Account,
    Asset,
    Contract,
    JournalEntry,
    Opportunity,
    OpportunityLine,
    ProductLine,
)
from sightline.records.queries.won_cells import cells_of_bare_wins, shared, units_of_won_lines

WITHOUT_LINE = 0
CellKey = tuple[int | None, int]
_Converter = Callable[[int, str], Money]


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


@dataclass(frozen=True, slots=True)
class AccountPromises:
    """What promises one account's revenue, by unit and line; line 0 is no line named."""

    account_id: int
    by_cell: Mapping[CellKey, tuple[Entitlement, ...]]


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


def bookings() -> Iterator[Booking]:
    """Won opportunities line by line; one without lines is one booking of its whole amount, or of
    each cell of its play."""
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
        service = _window(start, end)
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
    cells = cells_of_bare_wins()
    for account, unit, amount, currency, closed, pk in whole.iterator(5000):
        if amount is None or closed is None:
            continue
        places: Sequence[CellKey] = cells.get(pk) or ((unit, WITHOUT_LINE),)
        for (place, sold), part in shared(amount, currency, places):
            kind = kinds.get(sold, RevenueKind.REPEAT)
            yield Booking(account, unit or place, sold, kind, part, currency, closed, None)


def promises(
    account_ids: Sequence[int], *, currency: str, rates: Rates, on: date
) -> dict[int, AccountPromises]:
    """Assets, contracts and won lines of some accounts, converted at the rate of `on`.

    Raises `MissingRate` where an amount cannot be converted. Four queries.
    """
    cells: dict[int, dict[CellKey, list[Entitlement]]] = {}

    def add(account: int, key: CellKey, given: Entitlement) -> None:
        cells.setdefault(account, {}).setdefault(key, []).append(given)

    def money(minor: int, code: str) -> Money:
        amount = Money(minor, code or currency)
        return amount if amount.currency == currency else rates.convert(amount, currency, on=on)

    for account, key, given in (
        *_assets(account_ids, money),
        *_contracts(account_ids, money),
        *_won_lines(account_ids, money, on=on),
    ):
        add(account, key, given)
    return {
        account: AccountPromises(account, {key: tuple(rows) for key, rows in by_cell.items()})
        for account, by_cell in cells.items()
    }


Found = tuple[int, CellKey, Entitlement]


def _assets(account_ids: Sequence[int], money: _Converter) -> Iterator[Found]:
    rows = Asset.objects.filter(
        account_id__in=account_ids, is_active=True, removed_at=None, price__isnull=False
    ).exclude(starts_on=None)
    for asset in rows:
        term = _window(asset.starts_on, asset.ends_on)
        if term is None and asset.term_months and asset.starts_on:
            term = months_of(asset.starts_on, asset.term_months)
        quantity = asset.quantity if asset.quantity is not None else Decimal(1)
        value = money(asset.price or 0, asset.currency).times(quantity)
        yield (
            asset.account_id,
            (asset.unit_id, asset.product_line_id or WITHOUT_LINE),
            Entitlement(f"asset:{asset.pk}", AcvSource.ASSET, value, term, since=asset.starts_on),
        )


def _contracts(account_ids: Sequence[int], money: _Converter) -> Iterator[Found]:
    rows = Contract.objects.filter(
        account_id__in=account_ids, is_active=True, removed_at=None, annual_value__isnull=False
    ).exclude(starts_on=None)
    for contract in rows:
        term = _window(contract.starts_on, contract.ends_on)
        if term is None and contract.term_months and contract.starts_on:
            term = months_of(contract.starts_on, contract.term_months)
        yearly = money(contract.annual_value or 0, contract.currency)
        yield (
            contract.account_id,
            (contract.unit_id, contract.product_line_id or WITHOUT_LINE),
            Entitlement(
                f"contract:{contract.pk}",
                AcvSource.CONTRACT,
                yearly,
                term,
                since=contract.starts_on,
                ramp=(TermYear(term, yearly),) if term else (),
            ),
        )


def _won_lines(account_ids: Sequence[int], money: _Converter, *, on: date) -> Iterator[Found]:
    rows = (
        OpportunityLine.objects.filter(
            opportunity__account_id__in=account_ids,
            opportunity__is_won=True,
            opportunity__removed_at=None,
            opportunity__close_date__lte=on,
            removed_at=None,
            total__isnull=False,
            product_line__revenue_kind=ProductLine.RevenueKind.RECURRING,
        )
        .select_related("opportunity")
        .only(
            "total",
            "service_start",
            "service_end",
            "product_line_id",
            "opportunity__account_id",
            "opportunity__unit_id",
            "opportunity__currency",
            "opportunity__close_date",
        )
    )
    units = units_of_won_lines(account_ids)
    for line in rows:
        deal = line.opportunity
        yield (
            deal.account_id,
            (deal.unit_id or units.get(line.pk), line.product_line_id or WITHOUT_LINE),
            Entitlement(
                f"won_line:{line.pk}",
                AcvSource.WON_LINE,
                money(line.total or 0, deal.currency),
                _window(line.service_start, line.service_end),
                since=deal.close_date,
            ),
        )


def _window(start: date | None, end: date | None) -> Window | None:
    return Window(start, end) if start and end and start <= end else None


def sorted_batches(ids: Iterable[int], size: int) -> Iterator[list[int]]:
    """Ids in ascending batches."""
    ordered = sorted(ids)
    for start in range(0, len(ordered), size):
        yield ordered[start : start + size]
