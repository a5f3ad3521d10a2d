"""What stands at the head of an account's page: who it is, its tier, its plan, its sums."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db.models import Min, Q, QuerySet

from sightline.records.models import Account, AccountMeasures, Asset, Contract, Plan, TierResult
from sightline.records.prepared import prepared
from sightline.records.queries.account_scope import AccountScope

SOURCES = ("asset", "contract", "won_line", "trailing")


@dataclass(frozen=True, slots=True)
class AccountHead:
    """Who the customer is and who of ours looks after them."""

    id: int
    name: str
    industry: str
    city: str
    country: str
    employees: int | None
    owner: str
    sponsor: str
    demonstration: bool


@dataclass(frozen=True, slots=True)
class TierFacts:
    """What was computed of a planning account; money in minor units of `currency`."""

    tier: int | None
    decided: bool
    provisional: bool
    potential: int | None
    potential_low: int | None
    potential_high: int | None
    wallet: int | None
    wallet_method: str
    vulnerability: int | None
    parts: tuple[dict[str, Any], ...]
    missing: tuple[str, ...]
    currency: str
    as_of: date


@dataclass(frozen=True, slots=True)
class PlanHead:
    """The running plan; `target` in minor units of its currency."""

    id: int
    year: int
    label: str
    starts_on: date
    ends_on: date
    state: str
    currency: str
    target: int | None
    target_source: str
    agreed_by: str
    agreed_on: date | None
    thesis: str
    version: int
    changed_at: datetime
    owner: str


@dataclass(frozen=True, slots=True)
class Measured:
    """The ledger's totals summed over accounts; money in minor units of `currency`.

    `sources` says how the ACV came about, each once, the most believed first. `monthly` holds 36
    calendar months, oldest first, the last one being the month of `as_of`.
    """

    currency: str
    as_of: date
    accounts: int
    r12: int
    r12_before: int
    r24: int
    acv: int | None
    sources: tuple[str, ...]
    monthly: tuple[int, ...]
    last_purchase_on: date | None
    usual_gap_days: int | None
    gap_alarm: bool
    touches: int | None
    two_way_days: int | None
    usage_now: Decimal | None
    usage_before: Decimal | None
    from_bookings: bool
    ledger_version: int


@dataclass(frozen=True, slots=True)
class NextRenewal:
    """The next day on which something runs out, and what is up that day (None: not known)."""

    on: date
    value: int | None
    currency: str


def head_of(scope: AccountScope) -> AccountHead:
    """The account itself. One query."""
    (row,) = _account(scope.account_id)
    return AccountHead(
        id=row.pk,
        name=row.name,
        industry=row.industry,
        city=row.city,
        country=row.country,
        employees=row.employees,
        owner=row.owner.name if row.owner else "",
        sponsor=row.executive_sponsor.name if row.executive_sponsor else "",
        demonstration=bool(row.source and row.source.demonstration),
    )


def tier_of(account_id: int) -> TierFacts | None:
    """The tier of a planning account: as decided, else as proposed. One query."""
    row = tier_result(account_id)
    if row is None:
        return None
    return TierFacts(
        tier=row.decided_tier or row.proposed_tier,
        decided=row.decided_tier is not None,
        provisional=row.provisional,
        potential=row.potential,
        potential_low=row.potential_low,
        potential_high=row.potential_high,
        wallet=row.wallet,
        wallet_method=row.wallet_method,
        vulnerability=row.vulnerability,
        parts=tuple(row.parts),
        missing=tuple(row.missing),
        currency=row.currency,
        as_of=row.as_of,
    )


def running_plan(account_id: int, *, on: date) -> PlanHead | None:
    """The plan of a planning account whose year holds a day. One query."""
    plan = next(iter(_plan(account_id, on)), None)
    if plan is None:
        return None
    return PlanHead(
        id=plan.pk,
        year=plan.year,
        label=plan.label or f"FY{plan.year}",
        starts_on=plan.starts_on,
        ends_on=plan.ends_on,
        state=plan.state,
        currency=plan.currency,
        target=plan.target,
        target_source=plan.target_source,
        agreed_by=plan.target_agreed_by.name if plan.target_agreed_by else "",
        agreed_on=plan.target_agreed_on,
        thesis=plan.thesis,
        version=plan.version,
        changed_at=plan.changed_at,
        owner=plan.owner.name if plan.owner else "",
    )


def measured(account_ids: Iterable[int]) -> Measured | None:
    """Totals over some accounts; None where none of them was measured. One query."""
    rows = _measures(list(account_ids))
    if not rows:
        return None
    last = max(row.as_of for row in rows)
    found = {row.acv_source for row in rows if row.acv_source}
    return Measured(
        currency=rows[0].currency,
        as_of=last,
        accounts=len(rows),
        r12=sum(row.r12 for row in rows),
        r12_before=sum(row.r12_before for row in rows),
        r24=sum(row.r24 for row in rows),
        acv=_sum(row.acv for row in rows),
        sources=tuple(source for source in SOURCES if source in found),
        monthly=_monthly([row.monthly for row in rows]),
        last_purchase_on=max(
            (row.last_purchase_on for row in rows if row.last_purchase_on), default=None
        ),
        usual_gap_days=rows[0].usual_gap_days if len(rows) == 1 else None,
        gap_alarm=any(row.gap_alarm for row in rows),
        touches=_sum(row.touches for row in rows),
        two_way_days=_sum(row.two_way_days for row in rows),
        usage_now=_sum_decimal(row.usage_now for row in rows),
        usage_before=_sum_decimal(row.usage_before for row in rows),
        from_bookings=any(row.from_bookings for row in rows),
        ledger_version=max(row.ledger_version for row in rows),
    )


def next_renewal(account_ids: Iterable[int], *, on: date) -> NextRenewal | None:
    """The next end of a contract, else of an asset, from a day on. One query, or two."""
    ids = list(account_ids)
    rows = _ends(ids, on)
    if rows:
        first = rows[0][0]
        up = [(value, code) for day, value, code in rows if day == first]
        codes = {code for _, code in up}
        one = next(iter(codes)) if len(codes) == 1 else ""
        return NextRenewal(first, _sum(value for value, _ in up) if one else None, one)
    first = Asset.objects.filter(_ahead(ids, on)).aggregate(day=Min("ends_on"))["day"]
    return NextRenewal(first, None, "") if first is not None else None


@prepared
def _account(pk: int) -> QuerySet[Account]:
    return Account.objects.filter(pk=pk).select_related("owner", "executive_sponsor", "source")


def tier_result(account_id: int) -> TierResult | None:
    """The tier of a planning account as it stands, for all who ask for it in one answer."""
    return next(iter(_tier(account_id)), None)


@prepared
def _tier(account_id: int) -> QuerySet[TierResult]:
    return TierResult.objects.filter(account_id=account_id)


@prepared
def _plan(account_id: int, on: date) -> QuerySet[Plan]:
    rows = Plan.objects.filter(account_id=account_id, starts_on__lte=on, ends_on__gte=on)
    return rows.select_related("owner", "target_agreed_by").order_by("pk")[:1]


@prepared
def _measures(ids: list[int]) -> QuerySet[AccountMeasures]:
    return AccountMeasures.objects.filter(account_id__in=ids).order_by("pk")


@prepared
def _ends(ids: list[int], on: date) -> QuerySet[Contract, Any]:
    rows = Contract.objects.filter(_ahead(ids, on)).order_by("ends_on", "pk")
    return rows.values_list("ends_on", "annual_value", "currency")


def _ahead(ids: list[int], on: date) -> Q:
    return Q(account_id__in=ids, is_active=True, removed_at=None, ends_on__gte=on)


def _sum(values: Iterable[int | None]) -> int | None:
    known = [value for value in values if value is not None]
    return sum(known) if known else None


def _sum_decimal(values: Iterable[Decimal | None]) -> Decimal | None:
    known = [value for value in values if value is not None]
    return sum(known, Decimal(0)) if known else None


def _monthly(series: list[list[int]]) -> tuple[int, ...]:
    """Months summed from the last one backwards; shorter series are padded with nothing sold."""
    longest = max((len(one) for one in series), default=0)
    padded = ([0] * (longest - len(one)) + list(one) for one in series)
    return tuple(sum(month) for month in zip(*padded, strict=True))
