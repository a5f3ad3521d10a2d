"""What the triggers of playbooks look at, for a batch of planning accounts at a time.

Facts are the whole family's. A batch is read whole in about twelve queries and then let go, so that
memory does not grow with the base. Definition: docs/method/playbooks.md.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from django.db.models import Count, Min, Q, Sum

from sightline.planning.fiscal import quarter_of
from sightline.planning.playbooks import (
    AccountFacts,
    ContactChange,
    ContractEnd,
    OwnerRule,
)
from sightline.records.models import (
    Account,
    AccountMeasures,
    AccountTeamMember,
    Asset,
    Case,
    Contact,
    Contract,
    Opportunity,
    RenewalOutcome,
    TierResult,
)
from sightline.records.queries.company import company_facts

BATCH = 1000
TERM = timedelta(days=365)
SUCCESS = "success"
LEAVING = ("left", "moved")
ASSETS = "assets-"


@dataclass(frozen=True, slots=True)
class Looked:
    """One look at the base: the day, its fiscal quarter, how far ahead contract ends are read and
    how far back people and first orders are (days); whether cases were ever loaded."""

    on: date
    period: str
    ahead: int
    back: int
    cases: bool


@dataclass(slots=True)
class _Family:
    """What is gathered of one planning account."""

    ends: list[tuple[date, ContractEnd, int | None]] = field(default_factory=list)
    joined: list[ContactChange] = field(default_factory=list)
    left: list[ContactChange] = field(default_factory=list)
    success: int | None = None
    revenue: tuple[int, int] | None = None
    usage: tuple[float, float] | None = None
    serious: int = 0
    won_on: date | None = None


def look(on: date, *, ahead: int, back: int) -> Looked:
    """What every batch of one look shares. Two queries."""
    period = quarter_of(company_facts().calendar, on).label.replace(" ", "")
    return Looked(on, period, ahead, back, Case.objects.exists())


def how_many() -> int:
    """Planning accounts whose tier was computed. One query."""
    return TierResult.objects.filter(account__removed_at=None).count()


def batches(looked: Looked) -> Iterator[list[AccountFacts]]:
    """Every planning account with a tier's row, in order of its id, a batch at a time."""
    after = 0
    while True:
        rows = list(
            TierResult.objects.filter(account_id__gt=after, account__removed_at=None)
            .order_by("account_id")
            .values_list(
                "account_id",
                "decided_tier",
                "proposed_tier",
                "account__owner_id",
                "account__owner__is_active",
            )[:BATCH]
        )
        if not rows:
            return
        after = rows[-1][0]
        owners = {pk: owner if active else None for pk, _, _, owner, active in rows}
        tiers = {pk: decided or proposed for pk, decided, proposed, _, _ in rows}
        yield _facts(tiers, owners, looked)


def _facts(
    tiers: Mapping[int, int | None], owners: Mapping[int, int | None], looked: Looked
) -> list[AccountFacts]:
    members = Account.objects.filter(planning_account_id__in=tiers, removed_at=None)
    heads = {pk: head for pk, head in members.values_list("pk", "planning_account_id") if head}
    heads |= {pk: pk for pk in tiers}
    found: dict[int, _Family] = defaultdict(_Family)
    _ends(found, heads, looked)
    _assets(found, heads, looked)
    _people(found, heads, looked)
    _measures(found, heads)
    _cases(found, heads, looked)
    _first_orders(found, heads, looked)
    _success(found, heads)
    return [_account(pk, tier, owners[pk], found[pk], looked) for pk, tier in tiers.items()]


def _account(
    pk: int, tier: int | None, owner: int | None, of: _Family, looked: Looked
) -> AccountFacts:
    renewal = next(
        (who for _, end, who in sorted(of.ends, key=lambda one: one[0]) if not end.settled and who),
        None,
    )
    held = {
        OwnerRule.ACCOUNT_OWNER: owner,
        OwnerRule.CUSTOMER_SUCCESS: of.success,
        OwnerRule.RENEWAL_OWNER: renewal,
    }
    return AccountFacts(
        key=str(pk),
        tier=tier,
        period=looked.period,
        contracts=tuple(end for _, end, _ in of.ends),
        usage_change=_change(of.usage),
        revenue_change=_change(of.revenue),
        serious_cases=of.serious if looked.cases else None,
        joined=tuple(of.joined),
        left=tuple(of.left),
        won_on=of.won_on,
        owners={rule.value: str(who) for rule, who in held.items() if who is not None},
    )


def _change(pair: tuple[float, float] | None) -> float | None:
    """On the year before; None where there was nothing before."""
    if pair is None or pair[1] <= 0:
        return None
    return pair[0] / pair[1] - 1.0


def _ends(found: dict[int, _Family], heads: Mapping[int, int], looked: Looked) -> None:
    """Contracts from today on; settled by an outcome, or by a closed renewal opportunity."""
    rows = list(
        Contract.objects.filter(
            account_id__in=heads,
            is_active=True,
            removed_at=None,
            ends_on__gte=looked.on,
            ends_on__lte=looked.on + timedelta(days=looked.ahead),
        ).values_list("pk", "account_id", "ends_on", "owner_id", "strategy__owner_id")
    )
    ids = [row[0] for row in rows]
    told = set(
        RenewalOutcome.objects.filter(contract_id__in=ids, undone_at=None).values_list(
            "contract_id", "ended_on"
        )
    )
    closed: dict[int, date] = {}
    deals = Opportunity.objects.filter(
        renews_id__in=ids, is_closed=True, removed_at=None, close_date__isnull=False
    )
    for contract, day in deals.values_list("renews_id", "close_date"):
        if contract is not None and day is not None:
            closed[contract] = max(day, closed.get(contract, day))
    for pk, account, ends, owner, strategist in rows:
        if ends is None:
            continue
        by_deal = pk in closed and closed[pk] > ends - TERM
        end = ContractEnd(str(pk), ends, settled=(pk, ends) in told or by_deal)
        found[heads[account]].ends.append((ends, end, strategist or owner))


def _assets(found: dict[int, _Family], heads: Mapping[int, int], looked: Looked) -> None:
    """Days on which assets of an account end and none of the family's contracts does."""
    rows = (
        Asset.objects.filter(
            account_id__in=heads,
            is_active=True,
            removed_at=None,
            ends_on__gte=looked.on,
            ends_on__lte=looked.on + timedelta(days=looked.ahead),
        )
        .values_list("account_id", "ends_on")
        .distinct()
    )
    for account, ends in rows:
        of = found[heads[account]]
        if ends is not None and all(ends != day for day, _, _ in of.ends):
            of.ends.append((ends, ContractEnd(f"{ASSETS}{account}", ends), None))


def _people(found: dict[int, _Family], heads: Mapping[int, int], looked: Looked) -> None:
    since = looked.on - timedelta(days=looked.back)
    rows = Contact.objects.filter(
        Q(created_on__gte=since, status=Contact.Status.ACTIVE)
        | Q(left_on__gte=since, status__in=LEAVING),
        account_id__in=heads,
        removed_at=None,
        erased_at=None,
        is_placeholder=False,
    ).values_list("pk", "account_id", "status", "created_on", "left_on")
    for pk, account, status, created, left in rows:
        of = found[heads[account]]
        if status in LEAVING and left is not None:
            of.left.append(ContactChange(str(pk), left))
        elif created is not None:
            of.joined.append(ContactChange(str(pk), created))


def _measures(found: dict[int, _Family], heads: Mapping[int, int]) -> None:
    rows = AccountMeasures.objects.filter(account_id__in=heads).values_list(
        "account_id", "r12", "r12_before", "usage_now", "usage_before"
    )
    for account, now, before, used, used_before in rows:
        of = found[heads[account]]
        held = of.revenue or (0, 0)
        of.revenue = (held[0] + now, held[1] + before)
        if used is not None and used_before is not None:
            usage = of.usage or (0.0, 0.0)
            of.usage = (usage[0] + float(used), usage[1] + float(used_before))


def _cases(found: dict[int, _Family], heads: Mapping[int, int], looked: Looked) -> None:
    if not looked.cases:
        return
    rows = (
        Case.objects.filter(account_id__in=heads, is_closed=False, removed_at=None)
        .filter(Q(is_critical=True) | Q(sla_breached=True))
        .values_list("account_id")
        .annotate(count=Count("pk"))
    )
    for account, count in rows:
        found[heads[account]].serious += count


def _first_orders(found: dict[int, _Family], heads: Mapping[int, int], looked: Looked) -> None:
    """The day of the family's first won opportunity, where nothing was bought the year before."""
    since = looked.on - timedelta(days=looked.back)
    won = Opportunity.objects.filter(is_won=True, removed_at=None, close_date__isnull=False)
    recent = set(
        won.filter(account_id__in=heads, close_date__gte=since, close_date__lte=looked.on)
        .values_list("account_id", flat=True)
        .distinct()
    )
    new = {heads[pk] for pk in recent}
    family = [pk for pk, head in heads.items() if head in new]
    bought = dict(
        AccountMeasures.objects.filter(account_id__in=family)
        .values_list("account_id")
        .annotate(before=Sum("r12_before"))
    )
    old = {heads[pk] for pk, before in bought.items() if before}
    rows = won.filter(account_id__in=family).values_list("account_id")
    for account, first in rows.annotate(first=Min("close_date")):
        head = heads[account]
        if head not in old and first is not None:
            held = found[head].won_on
            found[head].won_on = first if held is None else min(held, first)


def _success(found: dict[int, _Family], heads: Mapping[int, int]) -> None:
    """Customer success of the account: by role here, else by the role the CRM names on the team."""
    rows = (
        AccountTeamMember.objects.filter(
            account_id__in=heads, removed_at=None, user__is_active=True, user__removed_at=None
        )
        .filter(Q(role__icontains=SUCCESS) | Q(user__sign_in__grants__role="customer_success"))
        .order_by("user_id")
        .values_list("account_id", "user_id")
    )
    for account, user in rows:
        of = found[heads[account]]
        of.success = of.success or user
