"""Days on which nobody should be asked, and the running plans that reviews are due for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Q

from sightline.planning.periods import Window
from sightline.planning.reviews import Away, ReviewParameters
from sightline.records.models import (
    Account,
    AccountTeamMember,
    Attendance,
    AwayWeek,
    CompanyHoliday,
    Plan,
    Review,
    TierResult,
)
from sightline.records.queries.company import company_facts

WEEK = timedelta(days=6)


@dataclass(frozen=True, slots=True)
class DuePlan:
    """A running plan with what its next review is counted from: `since` the last one held, the
    plan's first day, or the day it was drafted where that was later. `joint_held` is the day of the
    account's last joint review; `joint_set` whether another is to come already."""

    plan_id: int
    account_id: int
    tier: int | None
    starts_on: date
    ends_on: date
    since: date
    user_ids: tuple[int, ...]
    joint_held: date | None = None
    joint_set: bool = False


@dataclass(frozen=True, slots=True)
class Holiday:
    """One day on which the company does not work."""

    id: int
    day: date
    name: str


def due_plans(on: date, *, plan_ids: Iterable[int] | None = None) -> list[DuePlan]:
    """The running plans, or some of them. Eight queries, whatever their number."""
    zone = company_facts().time_zone
    plans = Plan.objects.filter(starts_on__lte=on, ends_on__gte=on).exclude(state=Plan.State.CLOSED)
    if plan_ids is not None:
        plans = plans.filter(pk__in=list(plan_ids))
    rows = list(plans.order_by("pk"))
    accounts = [plan.account_id for plan in rows]
    tiers = {
        row.account_id: row.decided_tier or row.proposed_tier
        for row in TierResult.objects.filter(account_id__in=accounts)
    }
    held: dict[int, date] = {}
    reviews = Review.objects.filter(
        plan__in=rows, kind=Review.Kind.REVIEW, state=Review.State.CLOSED, held_on__isnull=False
    )
    for plan_id, day in reviews.values_list("plan_id", "held_on"):
        if day is not None:
            held[plan_id] = max(day, held.get(plan_id, day))
    people = invited(accounts)
    joint_held, joint_set = _joint(accounts)
    return [
        DuePlan(
            plan_id=plan.pk,
            account_id=plan.account_id,
            tier=tiers.get(plan.account_id),
            starts_on=plan.starts_on,
            ends_on=plan.ends_on,
            since=held.get(plan.pk) or max(plan.starts_on, plan.created_at.astimezone(zone).date()),
            user_ids=people.get(plan.account_id, ()),
            joint_held=joint_held.get(plan.account_id),
            joint_set=plan.account_id in joint_set,
        )
        for plan in rows
    ]


def _joint(account_ids: Iterable[int]) -> tuple[dict[int, date], set[int]]:
    """The day of each account's last joint review, and the accounts that have one to come."""
    held: dict[int, date] = {}
    to_come: set[int] = set()
    rows = Review.objects.filter(account_id__in=list(account_ids), kind=Review.Kind.JOINT)
    for account, state, day in rows.values_list("account_id", "state", "held_on"):
        if state != Review.State.CLOSED:
            to_come.add(account)
        elif day is not None:
            held[account] = max(day, held.get(account, day))
    return held, to_come


def invited(account_ids: Iterable[int]) -> dict[int, tuple[int, ...]]:
    """Who of ours sits in a review by right: owner, sponsor, account team. Two queries."""
    ids = list(account_ids)
    found: dict[int, list[int]] = {}
    for pk, owner, sponsor in Account.objects.filter(pk__in=ids).values_list(
        "pk", "owner_id", "executive_sponsor_id"
    ):
        found[pk] = [user for user in (owner, sponsor) if user is not None]
    team = AccountTeamMember.objects.filter(
        account_id__in=ids, removed_at=None, user__is_active=True
    )
    for pk, user in team.order_by("pk").values_list("account_id", "user_id"):
        found.setdefault(pk, []).append(user)
    return {pk: tuple(dict.fromkeys(users)) for pk, users in found.items()}


def away_of(
    user_ids: Collection[int], *, since: date, until: date, beside: int, limits: ReviewParameters
) -> Away:
    """The company's holidays, these people's weeks away in some days, and the days and weeks in
    which one of them sits in as many reviews as `limits` take. What is proposed counts like what is
    set; what is of the plan `beside` does not. Four queries."""
    holidays = CompanyHoliday.objects.filter(day__gte=since, day__lte=until)
    away = AwayWeek.objects.filter(
        user_id__in=user_ids, monday__gte=since - WEEK, monday__lte=until
    )
    mondays = sorted(set(away.values_list("monday", flat=True)))
    seats = [
        (user, day)
        for name in ("held_on", "joint_on")
        for user, day in _seats(
            user_ids, name, since=since - WEEK, until=until + WEEK, beside=beside
        )
    ]
    by_day = Counter(seats)
    by_week = Counter((user, monday_of(day)) for user, day in seats)
    return Away(
        holidays=frozenset(holidays.values_list("day", flat=True)),
        weeks=tuple(Window(monday, monday + WEEK) for monday in mondays),
        full=frozenset(day for (_user, day), times in by_day.items() if times >= limits.a_day),
        busy=_crowded(by_week, limits.a_week),
    )


def _crowded(by_week: Mapping[tuple[int, date], int], most: int) -> dict[date, int]:
    """By Monday, how far beyond room for one more the week of the busiest is."""
    found: dict[date, int] = {}
    for (_user, monday), times in by_week.items():
        if times >= most:
            found[monday] = max(times - most + 1, found.get(monday, 0))
    return found


def monday_of(day: date) -> date:
    """The Monday of a day's week."""
    return day - timedelta(days=day.weekday())


def _seats(
    user_ids: Collection[int], name: str, *, since: date, until: date, beside: int
) -> Iterable[tuple[int, date]]:
    """On which days each is asked to a review of another plan, by one of its two days. One query."""
    place = f"review__{name}"
    rows = Attendance.objects.filter(
        user_id__in=user_ids, **{f"{place}__gte": since, f"{place}__lte": until}
    ).exclude(review__plan_id=beside)
    return rows.values_list("user_id", place)


def holidays(since: date) -> tuple[Holiday, ...]:
    """The company's holidays from a day on. One query."""
    rows = CompanyHoliday.objects.filter(day__gte=since).order_by("day")
    return tuple(Holiday(*row) for row in rows.values_list("pk", "day", "name"))


def weeks_away(user_id: int | None, since: date) -> tuple[date, ...]:
    """The Mondays of the weeks that one of ours marked away. One query."""
    if user_id is None:
        return ()
    rows = AwayWeek.objects.filter(Q(user_id=user_id), monday__gte=since - WEEK)
    return tuple(rows.order_by("monday").values_list("monday", flat=True))
