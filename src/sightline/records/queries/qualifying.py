"""What tiering needs of every planning account, as columns.

Money is in minor units of the reporting currency; not known is NaN (floats) or None.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt
from django.db.models import Count, Exists, F, Max, Min, OuterRef, Q, Sum
from django.db.models.functions import Coalesce, TruncDate

from sightline.planning.money import Money, Rates
from sightline.planning.stakeholders import BuyingRole
from sightline.planning.tiering import CRITERIA
from sightline.records.models import (
    Account,
    AccountMeasures,
    Asset,
    Case,
    CellMeasures,
    Contract,
    HeldRole,
    ImportanceAnswer,
    JournalEntry,
    Opportunity,
    ProductLine,
    TierDecision,
    TierMonth,
    WalletEstimate,
)
from sightline.records.queries.strategies import strategies

Floats = npt.NDArray[np.float64]
PLANNING = Coalesce(F("account__planning_account_id"), F("account_id"))


@dataclass(frozen=True, slots=True, eq=False)
class PlanningAccounts:
    """One row per planning account, ordered by id. `row_of` finds an account's row."""

    ids: list[int]
    names: list[str]
    owners: list[int | None]
    industries: list[str]
    employees: Floats
    customer_revenue: Floats
    crm_tiers: list[str]
    row_of: Mapping[int, int]

    def __len__(self) -> int:
        return len(self.ids)


@dataclass(frozen=True, slots=True, eq=False)
class Revenue:
    """The family's totals per row: NaN where nothing was measured."""

    r12: Floats
    r12_before: Floats
    acv: Floats
    acv_sources: list[str]
    gap_alarm: Floats
    usage_change: Floats
    touches: Floats


@dataclass(frozen=True, slots=True, eq=False)
class Cells:
    """Own revenue by planning account row and line, with what the line was a year before."""

    row: npt.NDArray[np.int64]
    line: npt.NDArray[np.int64]
    r12: Floats
    before: Floats
    in_baseline: npt.NDArray[np.bool_]


def planning_accounts() -> PlanningAccounts:
    """Every planning account that is there. Sizes are the family's. Two queries."""
    there = Account.objects.filter(removed_at=None)
    heads = list(
        there.filter(Q(planning_account_id=F("pk")) | Q(planning_account_id=None))
        .order_by("pk")
        .values_list("pk", "sort_name", "owner_id", "industry", "crm_tier")
    )
    row_of = {head[0]: row for row, head in enumerate(heads)}
    sizes = there.annotate(head=Coalesce("planning_account_id", "pk")).values("head")
    family = sizes.annotate(staff=Max("employees"), revenue=Max("annual_revenue"))
    employees, revenue = _nan(len(heads)), _nan(len(heads))
    for head, staff, money in family.values_list("head", "staff", "revenue"):
        if head in row_of:
            # the top of a family usually states the whole group: the largest, never the sum
            employees[row_of[head]] = staff or np.nan
            revenue[row_of[head]] = money or np.nan
    return PlanningAccounts(
        ids=[head[0] for head in heads],
        names=[head[1] for head in heads],
        owners=[head[2] for head in heads],
        industries=[head[3] for head in heads],
        employees=employees,
        customer_revenue=revenue,
        crm_tiers=[head[4] for head in heads],
        row_of=row_of,
    )


def revenue(accounts: PlanningAccounts) -> Revenue:
    """Measures summed over each family. One query."""
    n = len(accounts)
    found = Revenue(_nan(n), _nan(n), _nan(n), [""] * n, _nan(n), _nan(n), _nan(n))
    rows = (
        AccountMeasures.objects.filter(account__removed_at=None)
        .annotate(head=PLANNING)
        .values("head")
        .annotate(
            now=Sum("r12"),
            before=Sum("r12_before"),
            value=Sum("acv"),
            way=Max("acv_source"),
            alarms=Count("pk", filter=Q(gap_alarm=True)),
            used=Sum("usage_now"),
            used_before=Sum("usage_before"),
            touched=Sum("touches"),
        )
    )
    for row in rows:
        place = accounts.row_of.get(row["head"])
        if place is None:
            continue
        found.r12[place], found.r12_before[place] = row["now"], row["before"]
        found.acv[place] = np.nan if row["value"] is None else row["value"]
        found.acv_sources[place] = row["way"] or ""
        found.gap_alarm[place] = float(row["alarms"] > 0)
        found.touches[place] = np.nan if row["touched"] is None else row["touched"]
        if row["used_before"] and row["used"] is not None:
            found.usage_change[place] = float(row["used"] / row["used_before"]) - 1.0
    return found


def cells(accounts: PlanningAccounts) -> Cells:
    """Own revenue by family and line. Two queries."""
    one_off = set(
        ProductLine.objects.filter(revenue_kind=ProductLine.RevenueKind.ONE_OFF).values_list(
            "pk", flat=True
        )
    )
    rows = (
        CellMeasures.objects.filter(account__removed_at=None)
        .annotate(head=PLANNING)
        .values_list("head", "product_line_id")
        .annotate(now=Sum("r12"), then=Sum("r12_before"))
    )
    listed = [row for row in rows if row[0] in accounts.row_of]
    lines = np.array([row[1] for row in listed], dtype=np.int64)
    return Cells(
        row=np.array([accounts.row_of[row[0]] for row in listed], dtype=np.int64),
        line=lines,
        r12=np.array([row[2] for row in listed], dtype=float),
        before=np.array([row[3] for row in listed], dtype=float),
        in_baseline=~np.isin(lines, sorted(one_off)),
    )


def told_wallets(
    accounts: PlanningAccounts, *, currency: str, rates: Rates, on: date
) -> tuple[Floats, Floats, Floats]:
    """Low, likely, high of what people last estimated of whole accounts; the family's summed.

    Only estimates of a whole account count here; those of a unit or category refine the plan.
    Raises `MissingRate`. One query.
    """
    low, likely, high = _nan(len(accounts)), _nan(len(accounts)), _nan(len(accounts))
    newest: dict[int, WalletEstimate] = {}
    rows = WalletEstimate.objects.filter(
        unit=None, category="", removed_at=None, as_of__lte=on
    ).select_related("account")
    for estimate in rows.order_by("as_of", "pk"):
        newest[estimate.account_id] = estimate
    for estimate in newest.values():
        head = estimate.account.planning_account_id or estimate.account_id
        place = accounts.row_of.get(head)
        if place is None:
            continue
        for column, minor in (
            (low, estimate.low if estimate.low is not None else estimate.likely),
            (likely, estimate.likely),
            (high, estimate.high if estimate.high is not None else estimate.likely),
        ):
            code = estimate.currency or currency
            value = (
                minor
                if code == currency
                else rates.convert(Money(minor, code), currency, on=on).minor
            )
            column[place] = np.nan_to_num(column[place]) + value
    return low, likely, high


def renewals(accounts: PlanningAccounts, *, on: date) -> tuple[list[date | None], Floats, Floats]:
    """Per row: the next contract end, days to it (infinity: none running), whether prepared.

    Where no contract or asset of any account was ever loaded, days are NaN: not known.
    """
    n = len(accounts)
    nearest: list[date | None] = [None] * n
    loaded = Contract.objects.exists() or Asset.objects.filter(ends_on__isnull=False).exists()
    days = np.full(n, np.inf if loaded else np.nan)
    prepared = np.full(n, np.nan)
    for model in (Contract, Asset):
        rows = (
            model.objects.filter(is_active=True, removed_at=None, ends_on__gte=on)
            .annotate(head=PLANNING)
            .values_list("head")
            .annotate(ends=Min("ends_on"))
        )
        for head, ends in rows:
            place = accounts.row_of.get(head)
            if place is not None and (nearest[place] is None or ends < nearest[place]):
                nearest[place], days[place] = ends, (ends - on).days
    held = strategies()
    contracts = (
        Contract.objects.filter(is_active=True, removed_at=None, ends_on__gte=on)
        .annotate(head=PLANNING)
        .values_list("pk", "head", "ends_on")
    )
    for contract, head, ends in contracts:
        place = accounts.row_of.get(head)
        if place is not None and nearest[place] == ends:
            whole = float(held[contract].is_whole)
            prepared[place] = (
                min(whole, prepared[place]) if prepared[place] == prepared[place] else whole
            )
    prepared = np.where(np.isfinite(days) & np.isnan(prepared), 0.0, prepared)
    return nearest, days, prepared


def critical_cases(accounts: PlanningAccounts) -> Floats:
    """Open critical cases and open broken service levels per row; NaN where none were loaded."""
    if not Case.objects.exists():
        return _nan(len(accounts))
    rows = (
        Case.objects.filter(is_closed=False, removed_at=None)
        .filter(Q(is_critical=True) | Q(sla_breached=True))
        .annotate(head=PLANNING)
        .values_list("head")
        .annotate(count=Count("pk"))
    )
    return _counted(accounts, rows, missing=0.0)


def open_plays(accounts: PlanningAccounts) -> Floats:
    """Open opportunities per row."""
    rows = (
        Opportunity.objects.filter(is_closed=False, removed_at=None)
        .annotate(head=PLANNING)
        .values_list("head")
        .annotate(count=Count("pk"))
    )
    return _counted(accounts, rows, missing=0.0)


def won_and_closed() -> dict[str, tuple[int, int]]:
    """Won and closed opportunities that were no renewals, by industry; "" holds all of them."""
    rows = (
        Opportunity.objects.filter(is_closed=True, is_renewal=False, removed_at=None)
        .values_list("account__industry")
        .annotate(won=Count("pk", filter=Q(is_won=True)), closed=Count("pk"))
    )
    by_industry = {industry: (won, closed) for industry, won, closed in rows}
    whole = (
        sum(won for won, _ in by_industry.values()),
        sum(closed for _, closed in by_industry.values()),
    )
    return {**by_industry, "": whole}


def importance(accounts: PlanningAccounts) -> Floats:
    """Answers in force, n × criteria; NaN not asked. One query."""
    points = np.full((len(accounts), len(CRITERIA)), np.nan)
    rows = ImportanceAnswer.objects.filter(superseded_at=None)
    for account, criterion, value in rows.values_list("account_id", "criterion", "points"):
        if account in accounts.row_of and criterion in CRITERIA:
            points[accounts.row_of[account], CRITERIA.index(criterion)] = value
    return points


@dataclass(frozen=True, slots=True)
class DecisionInForce:
    """What a person decided of an account."""

    tier: int
    decided_on: date
    reason: str
    lapses_on: date | None


def decisions(accounts: PlanningAccounts, *, zone: ZoneInfo) -> dict[int, DecisionInForce]:
    """The decision in force, by row, dated by the day in `zone`. One query."""
    rows = TierDecision.objects.filter(superseded_at=None)
    return {
        accounts.row_of[row.account_id]: DecisionInForce(
            row.tier, row.decided_at.astimezone(zone).date(), row.reason, row.lapses_on
        )
        for row in rows
        if row.account_id in accounts.row_of
    }


def sponsors_left(accounts: PlanningAccounts, *, zone: ZoneInfo) -> dict[int, date]:
    """The last day on which a sponsor of theirs left, by row: told of their role, and of the day.

    A role that ended on that day in `zone` was theirs when they left."""
    ended = TruncDate("ended_at", tzinfo=zone)
    held = HeldRole.here.annotate(ended=ended).filter(
        Q(ended_at=None) | Q(ended__gte=F("contact__left_on")),
        role=BuyingRole.SPONSOR,
        holds=True,
        contact__left_on__isnull=False,
        contact__erased_at=None,
    )
    rows = held.values_list(
        Coalesce("contact__account__planning_account_id", "contact__account_id")
    ).annotate(last=Max("contact__left_on"))
    return {accounts.row_of[a]: last for a, last in rows if a in accounts.row_of}


def families_joined(accounts: PlanningAccounts, *, zone: ZoneInfo) -> dict[int, date]:
    """The last day on which an account that had planned on its own came into the family, by row.

    One that is no longer in it (an import taken back, a parent changed) asks nothing."""
    inside = Account.objects.filter(
        pk=OuterRef("subject_id"), planning_account_id=OuterRef("account_id"), removed_at=None
    )
    rows = JournalEntry.objects.filter(
        Exists(inside), verb="join_family", subject_kind="account", account_id__isnull=False
    )
    found = rows.values_list("account_id").annotate(last=Max("at"))
    return {
        accounts.row_of[a]: last.astimezone(zone).date()
        for a, last in found
        if a in accounts.row_of
    }


def past_lenient(accounts: PlanningAccounts, *, before: date, months: int) -> npt.NDArray[np.int64]:
    """n × months: the lenient tiers of the last monthly computations, latest last, 0 none."""
    found = np.zeros((len(accounts), months), dtype=np.int64)
    firsts = [_month_back(before, back) for back in range(months, 0, -1)]
    rows = TierMonth.objects.filter(month__in=firsts).values_list(
        "account_id", "month", "lenient_tier"
    )
    for account, month, tier in rows.iterator(5000):
        if account in accounts.row_of:
            found[accounts.row_of[account], firsts.index(month)] = tier
    return found


def differs_since(accounts: PlanningAccounts) -> dict[int, date]:
    """The month since which the computed tier has differed from the decided one, by row."""
    rows = (
        TierMonth.objects.filter(account__tier_result__decided_tier__isnull=False)
        .exclude(computed_tier=F("account__tier_result__decided_tier"))
        .values_list("account_id")
        .annotate(first=Min("month"))
    )
    return {accounts.row_of[a]: first for a, first in rows if a in accounts.row_of}


def _month_back(day: date, months: int) -> date:
    index = day.year * 12 + day.month - 1 - months
    return date(index // 12, index % 12 + 1, 1)


def _counted(
    accounts: PlanningAccounts, rows: Iterable[tuple[int, int]], *, missing: float
) -> Floats:
    found = np.full(len(accounts), missing)
    for head, count in rows:
        if head in accounts.row_of:
            found[accounts.row_of[head]] = count
    return found


def _nan(n: int) -> Floats:
    return np.full(n, np.nan)
