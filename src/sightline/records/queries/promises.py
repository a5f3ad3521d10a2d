"""What promises recurring revenue: assets, contracts and won lines, today and on a first day.

One read of the records gives three readings: as of today at today's rates, as of the first day of
the plan year at its rates, and as of today at those same rates, so that no rate looks like growth.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal

from django.db.models import Q

from sightline.planning.accounts import AcvSource, Entitlement, TermYear
from sightline.planning.errors import MissingRate
from sightline.planning.money import Money, Rates
from sightline.planning.periods import Window, months_of
from sightline.records.models import (
    Asset,
    Contract,
    Opportunity,
    OpportunityLine,
    ProductLine,
    RenewalOutcome,
)
from sightline.records.queries.won_cells import units_of_won_lines

WITHOUT_LINE = 0
CellKey = tuple[int | None, int]
ByCell = Mapping[CellKey, tuple[Entitlement, ...]]


@dataclass(frozen=True, slots=True)
class AccountPromises:
    """What promises one account's revenue, by unit and line; line 0 is no line named.

    `opening` as of the first day at its rates, None where a rate is missing; `held` today's at the
    first day's rates, None where no rate comes in and it is `by_cell`.
    """

    account_id: int
    by_cell: ByCell
    opening: ByCell | None
    held: ByCell | None


@dataclass(frozen=True, slots=True)
class _Given:
    """One promise in its own currency: today's reading, and that of the first day; either None."""

    account: int
    cell: CellKey
    today: Entitlement | None
    then: Entitlement | None


class _Won:
    """Deals won since the first day, to know a contract or asset that was dated before its deal.

    Each deal has one at most: of exactly its amount, begun by the first day and not long before.
    """

    def __init__(
        self,
        account_ids: Sequence[int],
        currency: str,
        *,
        first_day: date,
        on: date,
        backdated: timedelta,
    ) -> None:
        self._first_day, self._backdated = first_day, backdated
        self._closed: dict[tuple[int, Money], list[date]] = {}
        rows = Opportunity.objects.filter(
            account_id__in=account_ids,
            is_won=True,
            removed_at=None,
            close_date__gte=first_day,
            close_date__lte=min(on, first_day + backdated),
            amount__isnull=False,
            is_renewal=False,
            play__renewal=None,
        ).order_by("close_date", "pk")
        # not as `renews=None`: hardly a deal renews anything, and SQLite would begin with all of those
        rows = rows.exclude(renews__gt=0)
        for account, amount, code, closed in rows.values_list(
            "account_id", "amount", "currency", "close_date"
        ):
            if amount is not None and closed is not None:
                key = (account, Money(amount, code or currency))
                self._closed.setdefault(key, []).append(closed)

    def without(self, given: _Given) -> _Given:
        """The same, but no part of the first day where it is of a deal won since."""
        then = given.then
        if then is None or then.since is None or then.since > self._first_day:
            return given
        closed = self._closed.get((given.account, then.value), [])
        own = next((day for day in closed if day - then.since <= self._backdated), None)
        if own is None:
            return given
        closed.remove(own)
        return replace(given, then=None)


_Converter = Callable[[Money], Money]


def promises(
    account_ids: Sequence[int],
    *,
    currency: str,
    rates: Rates,
    on: date,
    first_day: date,
    backdated: timedelta,
) -> dict[int, AccountPromises]:
    """Assets, contracts and won lines of some accounts, at the rates of `on` and of `first_day`.

    `backdated`: how long a contract may begin before its deal closed. Raises `MissingRate` where an
    amount cannot be converted on `on`. Six queries.
    """
    by_account: dict[int, list[_Given]] = {}
    won = _Won(account_ids, currency, first_day=first_day, on=on, backdated=backdated)
    for given in (
        *map(won.without, _assets(account_ids, currency, first_day=first_day, on=on)),
        *map(won.without, _contracts(account_ids, currency, first_day=first_day, on=on)),
        *_won_lines(account_ids, currency, first_day=first_day, on=on),
    ):
        by_account.setdefault(given.account, []).append(given)
    today, then = (_at(rates, currency, day) for day in (on, first_day))
    return {
        account: _of_account(account, given, currency=currency, today=today, then=then)
        for account, given in by_account.items()
    }


def _of_account(
    account: int, given: list[_Given], *, currency: str, today: _Converter, then: _Converter
) -> AccountPromises:
    by_cell = _by_cell(((one.cell, one.today) for one in given), today)
    foreign = any(
        one.value.currency != currency
        for each in given
        for one in (each.today, each.then)
        if one is not None
    )
    try:
        opening = _by_cell(((one.cell, one.then) for one in given), then)
        held = _by_cell(((one.cell, one.today) for one in given), then) if foreign else None
    except MissingRate:
        return AccountPromises(account, by_cell, None, None)
    return AccountPromises(account, by_cell, opening, held)


def _by_cell(
    rows: Iterable[tuple[CellKey, Entitlement | None]], convert: _Converter
) -> dict[CellKey, tuple[Entitlement, ...]]:
    found: dict[CellKey, list[Entitlement]] = {}
    for cell, given in rows:
        if given is not None:
            found.setdefault(cell, []).append(_converted(given, convert))
    return {cell: tuple(own) for cell, own in found.items()}


def _at(rates: Rates, currency: str, day: date) -> _Converter:
    def convert(amount: Money) -> Money:
        if amount.currency == currency:
            return amount
        return rates.convert(amount, currency, on=day)

    return convert


def _converted(given: Entitlement, convert: _Converter) -> Entitlement:
    value = convert(given.value)
    if value is given.value:
        return given
    ramp = tuple(TermYear(year.window, convert(year.yearly)) for year in given.ramp)
    return replace(given, value=value, ramp=ramp)


def _running(first_day: date, on: date) -> Q:
    """In force now, or ended since the first day."""
    return Q(is_active=True) | Q(ends_on__gte=first_day, ends_on__lte=on)


def _assets(
    account_ids: Sequence[int], currency: str, *, first_day: date, on: date
) -> Iterator[_Given]:
    rows = Asset.objects.filter(
        _running(first_day, on), account_id__in=account_ids, removed_at=None, price__isnull=False
    ).exclude(starts_on=None)
    for asset in rows:
        term = window_of(asset.starts_on, asset.ends_on)
        if term is None and asset.term_months and asset.starts_on:
            term = months_of(asset.starts_on, asset.term_months)
        quantity = asset.quantity if asset.quantity is not None else Decimal(1)
        value = Money(asset.price or 0, asset.currency or currency).times(quantity)
        given = Entitlement(
            f"asset:{asset.pk}", AcvSource.ASSET, value, term, since=asset.starts_on
        )
        cell = (asset.unit_id, asset.product_line_id or WITHOUT_LINE)
        yield _Given(asset.account_id, cell, given if asset.is_active else None, given)


def _contracts(
    account_ids: Sequence[int], currency: str, *, first_day: date, on: date
) -> Iterator[_Given]:
    """A contract renewed since the first day stood on it as the outcome says it did; one that the
    CRM owns and has not moved yet goes on as its outcome says."""
    rows = Contract.objects.filter(
        _running(first_day, on),
        account_id__in=account_ids,
        removed_at=None,
        annual_value__isnull=False,
    ).exclude(starts_on=None)
    outcomes = _outcomes(account_ids)
    for contract in rows:
        own = outcomes.get(contract.pk, ())
        code = contract.currency or currency
        today = then = _agreed(contract, Money(contract.annual_value or 0, code))
        went_on = next((one for one in own if one.ended_on == contract.ends_on), None)
        if went_on is not None and went_on.renewed is not None and went_on.until is not None:
            today = _renewed(today, Money(went_on.renewed, code), went_on.until)
        was = next((one for one in own if one.ended_on >= first_day), None)
        if was is not None:
            value = Money(was.up, code) if was.up is not None else None
            then = _agreed(contract, value, until=was.ended_on)
        cell = (contract.unit_id, contract.product_line_id or WITHOUT_LINE)
        yield _Given(contract.account_id, cell, today if contract.is_active else None, then)


def _agreed(
    contract: Contract, yearly: Money | None, *, until: date | None = None
) -> Entitlement | None:
    """A contract at a yearly value, to its end or the one told; None where the value is not known."""
    if yearly is None:
        return None
    term = window_of(contract.starts_on, until or contract.ends_on)
    if term is None and contract.term_months and contract.starts_on:
        term = months_of(contract.starts_on, contract.term_months)
    return Entitlement(
        f"contract:{contract.pk}",
        AcvSource.CONTRACT,
        yearly,
        term,
        since=contract.starts_on,
        ramp=(TermYear(term, yearly),) if term else (),
    )


def _renewed(given: Entitlement | None, yearly: Money, until: date) -> Entitlement | None:
    """A contract that goes on after its term at another value."""
    if given is None or given.term is None or until <= given.term.end:
        return given
    after = Window(given.term.end + timedelta(days=1), until)
    longer = Window(given.term.start, until)
    return replace(given, term=longer, ramp=(*given.ramp, TermYear(after, yearly)))


def _outcomes(account_ids: Sequence[int]) -> dict[int, list[RenewalOutcome]]:
    """What became of renewals in force, by contract, the earliest first. One query."""
    rows = RenewalOutcome.objects.filter(
        contract__account_id__in=account_ids, undone_at=None
    ).order_by("ended_on", "pk")
    found: dict[int, list[RenewalOutcome]] = {}
    for row in rows.only("contract_id", "ended_on", "up", "renewed", "until"):
        found.setdefault(row.contract_id, []).append(row)
    return found


def _won_lines(
    account_ids: Sequence[int], currency: str, *, first_day: date, on: date
) -> Iterator[_Given]:
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
        given = Entitlement(
            f"won_line:{line.pk}",
            AcvSource.WON_LINE,
            Money(line.total or 0, deal.currency or currency),
            window_of(line.service_start, line.service_end),
            since=deal.close_date,
        )
        # what was won in the year is a play of it, even where its service began before
        before = deal.close_date is not None and deal.close_date < first_day
        cell = (deal.unit_id or units.get(line.pk), line.product_line_id or WITHOUT_LINE)
        yield _Given(deal.account_id, cell, given, given if before else None)


def window_of(start: date | None, end: date | None) -> Window | None:
    """The days of a term; None where one of them is missing or they are out of order."""
    return Window(start, end) if start and end and start <= end else None
