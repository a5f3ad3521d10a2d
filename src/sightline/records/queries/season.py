"""Where every plan of a year stands in its planning season, and the season's own dates."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from django.db.models import Count, Q

from sightline.planning.periods import Window
from sightline.planning.permissions import Act, Category
from sightline.planning.reviews import ReviewParameters, SeasonFacts, season_window
from sightline.records.models import (
    AccountMeasures,
    Action,
    Opportunity,
    Plan,
    PlanAccount,
    PlanningSeason,
    Play,
    Priority,
    SignOff,
)
from sightline.records.reach import open_accounts
from sightline.records.scoping import Person


@dataclass(frozen=True, slots=True)
class Season:
    """The weeks in which a year's plans are made; version 0 where nobody set them."""

    year: int
    window: Window
    until: Mapping[str, date]
    version: int


@dataclass(frozen=True, slots=True)
class SeasonPlan:
    """One plan with what it holds, for the steps."""

    plan_id: int
    account_id: int
    account: str
    owner: str
    sponsor: str
    drafted_on: date
    facts: SeasonFacts


def season_of(year: int, whole: Window, *, parameters: ReviewParameters) -> Season:
    """The season of a plan year as set, else as shipped. One query."""
    row = PlanningSeason.objects.filter(year=year).first()
    if row is None:
        return Season(year, season_window(whole, parameters=parameters), {}, 0)
    until = {step: date.fromisoformat(day) for step, day in dict(row.until).items()}
    return Season(year, Window(row.starts_on, row.ends_on), until, row.version)


def season_plans(person: Person, year: int, *, most: int, zone: ZoneInfo) -> tuple[SeasonPlan, ...]:
    """The plans of a year that a person may read, by account. Ten queries, whatever their number."""
    plans = Plan.objects.filter(
        year=year, account__in=open_accounts(person, Category.PLAN, Act.READ).values("pk")
    )
    ids = plans.order_by("account__sort_name", "pk").values_list("pk", flat=True)
    return plans_in_season(list(ids[:most]), zone=zone)


def plans_in_season(plan_ids: Iterable[int], *, zone: ZoneInfo) -> tuple[SeasonPlan, ...]:
    """Some plans with what they hold, in the order given; drafted on a day in `zone`. Eight
    queries."""
    ids = list(plan_ids)
    rows = {
        row.pk: row
        for row in Plan.objects.filter(pk__in=ids).select_related(
            "account__owner", "account__executive_sponsor", "result"
        )
    }
    accounts = [row.account_id for row in rows.values()]
    members: dict[int, list[int]] = {}
    for plan, account in PlanAccount.objects.filter(plan_id__in=ids).values_list(
        "plan_id", "account_id"
    ):
        members.setdefault(plan, []).append(account)
    everyone = [pk for found in members.values() for pk in found]
    measured = set(
        AccountMeasures.objects.filter(account_id__in=everyone).values_list("account_id", flat=True)
    )
    wanted = _counts(Priority.objects.filter(account_id__in=accounts, removed_at=None))
    plays = _plays(accounts)
    deals = _deals(everyone)
    signed: dict[int, int] = {}
    for plan, version in SignOff.objects.filter(plan_id__in=ids).values_list(
        "plan_id", "plan_version"
    ):
        signed[plan] = max(version, signed.get(plan, 0))
    return tuple(
        _plan(rows[pk], zone, members.get(pk, []), measured, wanted, plays, deals, signed.get(pk))
        for pk in ids
        if pk in rows
    )


Pairs = Mapping[int, tuple[int, int]]


def _plan(
    row: Plan,
    zone: ZoneInfo,
    members: list[int],
    measured: set[int],
    wanted: Mapping[int, int],
    plays: Pairs,
    deals: Pairs,
    signed: int | None,
) -> SeasonPlan:
    own = plays.get(row.account_id, (0, 0))
    open_deals = [deals.get(pk, (0, 0)) for pk in members]
    result = getattr(row, "result", None)
    return SeasonPlan(
        plan_id=row.pk,
        account_id=row.account_id,
        account=row.account.name,
        owner=row.account.owner.name if row.account.owner else "",
        sponsor=row.account.executive_sponsor.name if row.account.executive_sponsor else "",
        drafted_on=row.created_at.astimezone(zone).date(),
        facts=SeasonFacts(
            measured=any(pk in measured for pk in members),
            priorities=wanted.get(row.account_id, 0),
            thesis=bool(row.thesis.strip()),
            target=row.target is not None,
            landing_known=result is not None and result.landing is not None,
            plays=own[0] + sum(pair[0] for pair in open_deals),
            plays_whole=own[1] + sum(pair[1] for pair in open_deals),
            version=row.version,
            signed_version=signed,
        ),
    )


def _counts(rows: object) -> dict[int, int]:
    counted = rows.values_list("account_id").annotate(n=Count("pk"))  # type: ignore[attr-defined]
    return dict(counted)


def _plays(accounts: list[int]) -> Pairs:
    """(open, with owner, date and next step) plays of the plan alone, by account."""
    rows = Play.objects.filter(
        account_id__in=accounts, removed_at=None, outcome="", parked=False, opportunity=None
    ).annotate(steps=Count("actions", filter=Q(actions__state=Action.State.OPEN)))
    found: dict[int, tuple[int, int]] = {}
    for account, owner, close, steps in rows.values_list(
        "account_id", "owner_id", "target_close", "steps"
    ):
        total, whole = found.get(account, (0, 0))
        complete = owner is not None and close is not None and steps > 0
        found[account] = (total + 1, whole + complete)
    return found


def _deals(accounts: list[int]) -> Pairs:
    """(open, with owner, date and next step) opportunities that are no renewals, by account."""
    rows = Opportunity.objects.filter(
        account_id__in=accounts, removed_at=None, is_closed=False, is_renewal=False
    ).annotate(steps=Count("action", filter=Q(action__state=Action.State.OPEN)))
    found: dict[int, tuple[int, int]] = {}
    for account, owner, close, step, steps in rows.values_list(
        "account_id", "owner_id", "close_date", "next_step", "steps"
    ):
        total, whole = found.get(account, (0, 0))
        complete = owner is not None and close is not None and bool(step or steps)
        found[account] = (total + 1, whole + complete)
    return found
