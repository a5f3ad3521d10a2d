"""What ends in sight and what it is worth a year: contracts, and assets that no contract covers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.db.models import Count, Q, QuerySet

from sightline.planning.accounts import yearly_value
from sightline.planning.money import Money
from sightline.planning.periods import Window
from sightline.planning.renewals import renewal_parameters
from sightline.records.models import Asset, Contract, ProductLine
from sightline.records.prepared import prepared
from sightline.records.queries import strategies
from sightline.records.queries.contract_names import contract_names
from sightline.records.queries.strategies import Strategy
from sightline.records.queries.week.planned import WeekAccount
from sightline.records.queries.week.reading import Reading

YEAR_MONTHS = 12


@dataclass(frozen=True, slots=True)
class Ending:
    """Something that ends in sight. `way` says where its value comes from: contract, assets,
    account; `unknown` that nobody knows it; neither, that it has no exchange rate."""

    key: str
    account: WeekAccount
    name: str
    source: str
    ends_on: date
    value: Money | None
    way: str
    unknown: bool = False
    notice_days: int | None = None
    goal: str = ""
    owner: str = ""
    decider: str = ""
    risk: str = ""


@prepared
def _contracts(account_ids: list[int], on: date, until: date) -> QuerySet[Contract]:
    rows = Contract.objects.filter(
        account_id__in=account_ids,
        is_active=True,
        removed_at=None,
        ends_on__gte=on,
        ends_on__lte=until,
    )
    return rows.order_by("ends_on", "pk")


def renewals(reading: Reading) -> Iterator[Ending]:
    """Contracts in sight, then days on which only assets end. Five queries, one more at times."""
    until = reading.on + timedelta(days=renewal_parameters(reading.parameters).sight_days)
    contracts = _contracts(sorted(reading.shown), reading.on, until)
    held = strategies.strategies([contract.pk for contract in contracts])
    assets = _assets(reading, until=until)
    lone, names = _lone_contracts(reading, contracts, assets), contract_names(contracts)
    covered = set()
    for contract in contracts:
        if contract.ends_on is None:
            continue
        covered.add((contract.account_id, contract.ends_on))
        known = (assets, lone, held[contract.pk])
        ending = _contract(reading, contract, contract.ends_on, known)
        yield replace(ending, name=names[contract.pk])
    for (account, ends_on), value in sorted(assets.items()):
        if (account, ends_on) not in covered:
            yield Ending(
                key=f"assets:{account}:{ends_on.isoformat()}",
                account=reading.shown[account],
                name="",
                source="crm",
                ends_on=ends_on,
                value=value,
                way="assets",
            )


def _contract(
    reading: Reading,
    contract: Contract,
    ends_on: date,
    known: tuple[dict[tuple[int, date], Money], set[int], Strategy],
) -> Ending:
    account = reading.shown[contract.account_id]
    assets, lone, strategy = known
    value, way = None, ""
    if contract.annual_value is not None:
        value, way = reading.money(contract.annual_value, contract.currency), "contract"
    elif (contract.account_id, ends_on) in assets:
        value, way = assets[contract.account_id, ends_on], "assets"
    elif contract.account_id in lone and account.acv is not None and len(account.family) == 1:
        value, way = account.acv, "account"
    return Ending(
        key=f"contract:{contract.pk}",
        account=account,
        name=contract.name,
        source="crm" if contract.source_id else "sightline",
        ends_on=ends_on,
        value=value,
        way=way,
        unknown=not way,
        notice_days=contract.notice_days,
        goal=strategy.goal,
        owner=str(strategy.owner_id or ""),
        decider=str(strategy.decider_id or ""),
        risk=strategy.risk,
    )


@prepared
def _ending_assets(account_ids: list[int], on: date, until: date) -> QuerySet[Asset, Any]:
    recurring = Q(product_line=None) | Q(
        product_line__revenue_kind=ProductLine.RevenueKind.RECURRING
    )
    rows = Asset.objects.filter(
        recurring,
        account_id__in=account_ids,
        is_active=True,
        removed_at=None,
        price__isnull=False,
        ends_on__gte=on,
        ends_on__lte=until,
    )
    return rows.values_list(
        "account_id", "price", "quantity", "currency", "starts_on", "ends_on", "term_months"
    )


def _assets(reading: Reading, *, until: date) -> dict[tuple[int, date], Money]:
    """Yearly value of what ends on a day, by account and day."""
    rows = _ending_assets(sorted(reading.shown), reading.on, until)
    found: dict[tuple[int, date], Money] = {}
    for account, price, quantity, code, starts, ends, months in rows:
        money = reading.money(price or 0, code)
        if money is None or ends is None:
            continue
        value = money.times(quantity if quantity is not None else Decimal(1))
        yearly = _yearly(value, starts=starts, ends=ends, months=months)
        if yearly is not None:
            held = found.get((account, ends))
            found[account, ends] = held + yearly if held is not None else yearly
    return found


def _yearly(
    value: Money,
    *,
    starts: date | None,
    ends: date,
    months: int | None,
) -> Money | None:
    """What one asset promises a year by docs/method/acv.md; None where its term is not known."""
    if starts is None or starts > ends:
        return value.times(Fraction(YEAR_MONTHS, months)) if months else None
    # the one term of docs/method/acv.md, asked for hundreds of assets on one page
    return yearly_value(value, Window(starts, ends))


def _lone_contracts(
    reading: Reading, contracts: list[Contract], assets: dict[tuple[int, date], Money]
) -> set[int]:
    """Accounts whose only active contract lacks a value. No query where none lacks one."""
    lacking = {
        one.account_id
        for one in contracts
        if one.annual_value is None and (one.account_id, one.ends_on) not in assets
    }
    if not lacking:
        return set()
    running = Q(ends_on=None) | Q(ends_on__gte=reading.on)
    counted = (
        Contract.objects.filter(running, account_id__in=lacking, is_active=True, removed_at=None)
        .values_list("account_id")
        .annotate(count=Count("pk"))
    )
    return {account for account, count in counted if count == 1}
