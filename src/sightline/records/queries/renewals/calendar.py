"""Every contract a person may plan for that ends in a window, with what is known of its risk."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from django.db.models import Exists, OuterRef, QuerySet

from sightline.planning.bridge import Risk
from sightline.planning.money import Converter, Money, Rates
from sightline.planning.permissions import Act, Category
from sightline.planning.renewals import RiskFacts
from sightline.records.models import (
    AccountMeasures,
    Contract,
    CrmUser,
    RenewalOutcome,
    TierResult,
)
from sightline.records.queries.analytics.dearest import Slice, dearest
from sightline.records.queries.contract_names import contract_names
from sightline.records.queries.renewal_outcomes import settled_ends
from sightline.records.queries.strategies import Strategy, strategies
from sightline.records.reach import Reach, open_accounts
from sightline.records.scoping import Person

CHUNK = 5000


@dataclass(frozen=True, slots=True)
class Upcoming:
    """One contract that ends. `money` a year in the company's currency; None: value or rate is not
    known. `strategy` None: none begun."""

    id: int
    account_id: int
    planning_id: int
    account: str
    name: str
    ends_on: date
    money: Money | None
    notice_days: int | None
    auto_renews: bool | None
    uplift_percent: float | None
    owner: str
    strategy: Strategy | None
    risk: RiskFacts


def upcoming(
    person: Person, *, since: date, until: date, currency: str, rates: Rates, on: date
) -> tuple[Upcoming, ...]:
    """Contracts not yet decided whose end lies in a window, the first to end first.

    Five queries for up to 5,000 contracts, four more for each 5,000 after that.
    """
    rows = list(
        Contract.objects.filter(
            removed_at=None,
            is_active=True,
            ends_on__gte=since,
            ends_on__lte=until,
            account__in=open_accounts(person, Category.PLAN, Act.READ),
        )
        .select_related("account", "owner")
        .order_by("ends_on", "pk")
    )
    found: list[Upcoming] = []
    for start in range(0, len(rows), CHUNK):
        found += _chunk(rows[start : start + CHUNK], currency=currency, rates=rates, on=on)
    return tuple(found)


def upcoming_page(
    reach: Reach,
    *,
    since: date,
    until: date,
    part: Slice,
    currency: str,
    rates: Rates,
    on: date,
) -> tuple[Upcoming, ...]:
    """The same, a page of it, by yearly value, the largest first and what is not known last: read
    along the index of values, for somebody who sees very many accounts. Twelve queries at most."""
    decided = RenewalOutcome.objects.filter(
        contract_id=OuterRef("pk"), ended_on=OuterRef("ends_on"), undone_at=None
    )
    rows = Contract.objects.filter(
        reach.along(Category.PLAN),
        ~Exists(decided),
        removed_at=None,
        is_active=True,
        ends_on__gte=since,
        ends_on__lte=until,
    )
    convert = Converter(currency, rates, on)
    keys = dearest(rows, "annual_value", "ends_on", part=part, convert=convert)
    held = Contract.objects.select_related("account", "owner").in_bulk(keys)
    found = [held[key] for key in keys]
    return tuple(_chunk(found, currency=currency, rates=rates, on=on))


def _chunk(rows: Collection[Contract], *, currency: str, rates: Rates, on: date) -> list[Upcoming]:
    ids = [row.pk for row in rows]
    settled, told = settled_ends(ids), strategies(ids)
    accounts = {row.account_id for row in rows}
    falls, single = _falls(accounts), _single(accounts)
    owners, called = _names(told.values()), contract_names(rows)
    found = []
    for row in rows:
        if row.ends_on is None or (row.pk, row.ends_on) in settled:
            continue
        planning = row.account.planning_account_id or row.account_id
        strategy = told.get(row.pk)
        owner = owners.get(strategy.owner_id or 0, "") if strategy else ""
        found.append(
            Upcoming(
                id=row.pk,
                account_id=row.account_id,
                planning_id=planning,
                account=row.account.name,
                name=called[row.pk],
                ends_on=row.ends_on,
                money=_money(row.annual_value, row.currency, into=currency, rates=rates, on=on),
                notice_days=row.notice_days,
                auto_renews=row.auto_renews,
                uplift_percent=float(row.uplift_percent) if row.uplift_percent else None,
                owner=owner or (row.owner.name if row.owner else ""),
                strategy=strategy,
                risk=_risk(row, strategy, falls.get(row.account_id), single.get(planning)),
            )
        )
    return found


def _risk(
    row: Contract, strategy: Strategy | None, fall: float | None, single: bool | None
) -> RiskFacts:
    assert row.ends_on is not None
    judged = strategy.risk if strategy else ""
    return RiskFacts(
        ends_on=row.ends_on,
        prepared=strategy is not None and strategy.is_whole,
        risk=Risk(judged) if judged in set(Risk) else None,
        goal=strategy.goal if strategy else "",
        notice_days=row.notice_days,
        auto_renews=row.auto_renews,
        single_threaded=single,
        revenue_change=fall,
    )


def _falls(accounts: Collection[int]) -> dict[int, float]:
    rows: QuerySet[AccountMeasures] = AccountMeasures.objects.filter(
        account_id__in=accounts, r12_before__gt=0
    )
    return {
        account: now / before - 1
        for account, now, before in rows.values_list("account_id", "r12", "r12_before")
    }


def _single(accounts: Collection[int]) -> dict[int, bool]:
    """Whether a planning account hangs on one person, as last computed with the tiers."""
    rows = TierResult.objects.filter(account__family__in=accounts).distinct()
    return {
        account: any(part.get("code") == "vulnerable_single_thread" for part in parts)
        for account, parts in rows.values_list("account_id", "parts")
    }


def _names(held: Collection[Strategy]) -> dict[int, str]:
    ids = {one.owner_id for one in held if one.owner_id is not None}
    return dict(CrmUser.objects.filter(pk__in=ids).values_list("pk", "name"))


def _money(minor: int | None, code: str, *, into: str, rates: Rates, on: date) -> Money | None:
    return Converter(into, rates, on)(minor, code) if code else None
