"""Where every plan of a year stands in its planning season, and the season's own dates."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.db.models import Count, Q

from sightline.planning.periods import Window
from sightline.planning.permissions import Category
from sightline.planning.reviews import (
    ReviewParameters,
    SeasonFacts,
    Step,
    StepState,
    season_from,
    season_steps,
    season_window,
)
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
from sightline.records.queries.analytics import Basis
from sightline.records.queries.company import company_facts
from sightline.records.queries.kept import are_kept, kept_list
from sightline.records.reach import Reach

ABOUT = "season"
CHUNK = 500


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


@dataclass(frozen=True, slots=True)
class SeasonOrder:
    """A year's plans in the order of the leader's list (late first, then the least done, then by
    name), how many of them are whole, and how many late. Kept for who sees very many accounts."""

    year: int
    plans: tuple[int, ...]
    whole: int
    late: int


def steps_of(
    plan: SeasonPlan, season: Season, *, today: date, numbers: ReviewParameters
) -> tuple[StepState, ...]:
    """The six steps of one plan."""
    return season_steps(
        plan.facts,
        season=window_of(plan, season),
        today=today,
        parameters=numbers,
        until=season.until,
    )


def window_of(plan: SeasonPlan, season: Season) -> Window:
    """The weeks in which one plan is made: those that a leader set, else from its draft on."""
    return season.window if season.version else season_from(season.window, plan.drafted_on)


@dataclass(frozen=True, slots=True)
class SeasonList:
    """The leader's list: its order with the time it is from (None: now), None before a job found
    it; `plans` by key where all were read for it."""

    order: SeasonOrder | None
    kept_at: datetime | None = None
    plans: Mapping[int, SeasonPlan] = field(default_factory=dict)


def season_list(
    reach: Reach, season: Season, *, today: date, numbers: ReviewParameters, zone: ZoneInfo
) -> SeasonList:
    """The order of all plans of the year that a person may read: worked out now, one query and
    eight for each CHUNK of plans, or as a job keeps it for who sees very many accounts."""
    if not are_kept(reach):
        return _all_in_order(reach, season, today=today, numbers=numbers, zone=zone)
    found = kept_list(reach, Category.PLAN, ABOUT, SeasonOrder)
    if found is None or found[0].year != season.year:
        return SeasonList(None)
    return SeasonList(*found)


def order_to_keep(reach: Reach, basis: Basis) -> SeasonOrder:
    """The order of the running plan year: for a job, every plan is read."""
    numbers = basis.parameters.section(ReviewParameters, "reviews")
    year = basis.calendar.year_of(basis.today)
    season = season_of(year.year, year.window, parameters=numbers)
    zone = company_facts().time_zone
    found = _all_in_order(reach, season, today=basis.today, numbers=numbers, zone=zone).order
    assert found is not None, "what is worked out now is there"
    return found


def _all_in_order(
    reach: Reach, season: Season, *, today: date, numbers: ReviewParameters, zone: ZoneInfo
) -> SeasonList:
    readable = Plan.objects.filter(reach.for_all_rows().on(Category.PLAN), year=season.year)
    ids = list(readable.order_by("pk").values_list("pk", flat=True))
    plans: dict[int, SeasonPlan] = {}
    found: list[tuple[bool, int, str, int]] = []
    for start in range(0, len(ids), CHUNK):
        for plan in plans_in_season(ids[start : start + CHUNK], zone=zone):
            steps = steps_of(plan, season, today=today, numbers=numbers)
            late, done = any(one.late for one in steps), sum(one.done for one in steps)
            found.append((not late, done, plan.account.casefold(), plan.plan_id))
            plans[plan.plan_id] = plan
    order = SeasonOrder(
        year=season.year,
        plans=tuple(plan for *_, plan in sorted(found)),
        whole=sum(done == len(Step) for _, done, *_ in found),
        late=sum(not in_time for in_time, *_ in found),
    )
    return SeasonList(order, plans=plans)


def listed_plans(
    reach: Reach, found: SeasonList, plan_ids: Iterable[int], *, zone: ZoneInfo
) -> tuple[SeasonPlan, ...]:
    """Some plans as they are now, in the order given, less those that the person may not read (any
    more). Nine queries, none where all were read for their order."""
    ids = list(plan_ids)
    if found.kept_at is None:
        return tuple(found.plans[pk] for pk in ids if pk in found.plans)
    asked = Plan.objects.filter(reach.on(Category.PLAN), pk__in=ids)
    open_to = set(asked.values_list("pk", flat=True))
    return plans_in_season([pk for pk in ids if pk in open_to], zone=zone)


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
    rows = Play.objects.filter(account_id__in=accounts, removed_at=None, outcome="", parked=False)
    # not as `opportunity=None`: SQLite would begin with all plays that have none
    rows = rows.exclude(opportunity__gt=0).annotate(
        steps=Count("actions", filter=Q(actions__state=Action.State.OPEN))
    )
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
