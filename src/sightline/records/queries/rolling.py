"""What of a plan could roll on at year's end, what was decided of each, and what it rolled into."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Exists, OuterRef, Q

from sightline.planning.money import Money
from sightline.planning.reviews import RollItem
from sightline.records.models import (
    Assumption,
    Objective,
    Opportunity,
    Plan,
    PlanAccount,
    PlanMetric,
    PlanRisk,
    PlanRolled,
    PlanSnapshot,
    Play,
    RollDecision,
)


@dataclass(frozen=True, slots=True)
class RollRow:
    """One thing of the old plan with what was decided (verdict empty: nothing yet)."""

    key: str
    kind: str
    words: str
    money: Money | None
    verdict: str
    why: str
    by: str


@dataclass(frozen=True, slots=True)
class OldPlan:
    """A plan to roll on, or one that was."""

    id: int
    year: int
    label: str
    starts_on: date
    ends_on: date
    currency: str
    rolled: bool
    new_year: int | None
    signed_by: str
    signed_at: datetime | None
    rolled_at: datetime | None
    snapshot_id: int | None


Found = tuple[str, str, str, Money | None]


def roll_rows(plan_id: int, *, reach: Collection[int]) -> tuple[RollRow, ...]:
    """Everything that could roll on: target, thesis, metrics, objectives, plays, assumptions, risks.

    A deal that was to close by the year's end and that nobody made a play of is a play too, in the
    accounts of `reach`. A metric's words are its key. Nine queries.
    """
    plan = Plan.objects.get(pk=plan_id)
    made = {
        row.key: row
        for row in RollDecision.objects.filter(plan_id=plan_id).select_related("decided_by")
    }
    found: list[Found] = []
    if plan.target is not None:
        found.append(("target", "target", "", Money(plan.target, plan.currency)))
    if plan.thesis.strip():
        found.append(("thesis", "thesis", plan.thesis, None))
    for metric in PlanMetric.objects.filter(plan_id=plan_id).order_by("pk"):
        found.append((f"metric:{metric.pk}", "metric", metric.key, None))
    for objective in Objective.objects.filter(plan_id=plan_id, removed_at=None).order_by("pk"):
        found.append((f"objective:{objective.pk}", "objective", objective.words, None))
    found += _plays(plan, made)
    found += _deals(plan, made, reach)
    for held in Assumption.objects.filter(plan_id=plan_id, removed_at=None).order_by("pk"):
        found.append((f"assumption:{held.pk}", "assumption", held.words, None))
    for risk in PlanRisk.objects.filter(plan_id=plan_id, removed_at=None, ended_on=None):
        found.append((f"risk:{risk.pk}", "risk", risk.words, None))
    return tuple(
        RollRow(
            key,
            kind,
            words,
            money,
            made[key].verdict if key in made else "",
            made[key].why if key in made else "",
            _author(made.get(key)),
        )
        for key, kind, words, money in found
    )


def _plays(plan: Plan, made: Collection[str]) -> Iterator[Found]:
    going_on = Q(outcome="", parked=False) | Q(pk__in=_decided(made, "play"))
    for play in Play.objects.filter(
        going_on, account_id=plan.account_id, removed_at=None, created_on__lte=plan.ends_on
    ).order_by("pk"):
        money = (
            Money(play.value, play.currency or plan.currency) if play.value is not None else None
        )
        yield f"play:{play.pk}", "play", play.name, money


def _deals(plan: Plan, made: Collection[str], reach: Collection[int]) -> Iterator[Found]:
    members = PlanAccount.objects.filter(plan=plan, account_id__in=reach).values("account_id")
    tied = Exists(Play.objects.filter(opportunity_id=OuterRef("pk"), removed_at=None))
    until = Q(close_date=None) | Q(close_date__lte=plan.ends_on)
    open_ones = until & Q(is_closed=False) & ~Q(tied)
    deals = Opportunity.objects.filter(
        open_ones | Q(pk__in=_decided(made, "opportunity")),
        account_id__in=members,
        is_renewal=False,
        removed_at=None,
    )
    # not as `renews=None`: hardly a deal renews anything, and SQLite would begin with all of those
    for deal in deals.exclude(renews__gt=0).order_by("pk"):
        money = (
            Money(deal.amount, deal.currency or plan.currency) if deal.amount is not None else None
        )
        yield f"opportunity:{deal.pk}", "play", deal.name, money


def _decided(made: Collection[str], kind: str) -> list[int]:
    return [int(key.partition(":")[2]) for key in made if key.startswith(f"{kind}:")]


def roll_items(rows: tuple[RollRow, ...]) -> tuple[RollItem, ...]:
    """The rows as the rule takes them."""
    return tuple(RollItem(row.key, row.kind) for row in rows)


def plan_of_year(account_id: int, year: int) -> OldPlan | None:
    """A plan of an account by its year. Three queries."""
    plan = Plan.objects.filter(account_id=account_id, year=year).first()
    return _old(plan) if plan is not None else None


def years_of(account_id: int) -> tuple[int, ...]:
    """The years for which an account has a plan, newest first. One query."""
    rows = Plan.objects.filter(account_id=account_id).order_by("-year")
    return tuple(rows.values_list("year", flat=True))


def _old(plan: Plan) -> OldPlan:
    rolled = PlanRolled.objects.filter(old=plan).select_related("new", "signed_by").first()
    snapshot = PlanSnapshot.objects.filter(plan=plan).order_by("-taken_at").first()
    return OldPlan(
        id=plan.pk,
        year=plan.year,
        label=plan.label or f"FY{plan.year}",
        starts_on=plan.starts_on,
        ends_on=plan.ends_on,
        currency=plan.currency,
        rolled=rolled is not None,
        new_year=rolled.new.year if rolled else None,
        signed_by=rolled.signed_by.name if rolled and rolled.signed_by else "",
        signed_at=rolled.signed_at if rolled else None,
        rolled_at=rolled.rolled_at if rolled else None,
        snapshot_id=snapshot.pk if snapshot else None,
    )


def _author(row: RollDecision | None) -> str:
    return row.decided_by.name if row is not None and row.decided_by else ""
