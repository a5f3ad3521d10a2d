"""Days on which nobody should be asked, and the running plans that reviews are due for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Q

from sightline.planning.periods import Window
from sightline.planning.reviews import Away
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

WEEK = timedelta(days=6)


@dataclass(frozen=True, slots=True)
class DuePlan:
    """A running plan with what its next review is counted from: `since` the last one held, the
    plan's first day, or the day it was drafted where that was later."""

    plan_id: int
    account_id: int
    tier: int | None
    starts_on: date
    ends_on: date
    since: date
    user_ids: tuple[int, ...]
    to_come: int | None


@dataclass(frozen=True, slots=True)
class Holiday:
    """One day on which the company does not work."""

    id: int
    day: date
    name: str


def due_plans(on: date, *, plan_ids: Iterable[int] | None = None) -> list[DuePlan]:
    """The running plans, or some of them. Six queries, whatever their number."""
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
    waiting: dict[int, int] = {}
    reviews = Review.objects.filter(plan__in=rows, kind=Review.Kind.REVIEW)
    for plan_id, state, day, pk in reviews.values_list("plan_id", "state", "held_on", "pk"):
        if state == Review.State.CLOSED and day is not None:
            held[plan_id] = max(day, held.get(plan_id, day))
        elif state != Review.State.CLOSED:
            waiting[plan_id] = pk
    people = invited(accounts)
    return [
        DuePlan(
            plan_id=plan.pk,
            account_id=plan.account_id,
            tier=tiers.get(plan.account_id),
            starts_on=plan.starts_on,
            ends_on=plan.ends_on,
            since=held.get(plan.pk) or max(plan.starts_on, plan.created_at.date()),
            user_ids=people.get(plan.account_id, ()),
            to_come=waiting.get(plan.pk),
        )
        for plan in rows
    ]


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


def away_of(user_ids: Iterable[int], *, since: date, until: date, beside: int, a_day: int) -> Away:
    """The company's holidays, these people's weeks away in some days, and the days on which one of
    them sits in `a_day` reviews or more, those of the plan `beside` not counted. Three queries."""
    return aways_of({beside: tuple(user_ids)}, since=since, until=until, a_day=a_day)[beside]


def aways_of(
    people: Mapping[int, Collection[int]], *, since: date, until: date, a_day: int
) -> dict[int, Away]:
    """What `away_of` says, by plan, for the people of each. Three queries, whatever their number."""
    users = {user for asked in people.values() for user in asked}
    holidays = CompanyHoliday.objects.filter(day__gte=since, day__lte=until)
    closed = frozenset(holidays.values_list("day", flat=True))
    away = AwayWeek.objects.filter(user_id__in=users, monday__gte=since - WEEK, monday__lte=until)
    weeks = list(away.order_by("monday").values_list("user_id", "monday"))
    rows = Attendance.objects.filter(
        user_id__in=users, review__held_on__gte=since, review__held_on__lte=until
    )
    seats = list(rows.values_list("user_id", "review__held_on", "review__plan_id"))
    found = {}
    for plan, asked in people.items():
        sat = Counter(
            (user, day) for user, day, of in seats if user in asked and of != plan and day
        )
        found[plan] = Away(
            full=frozenset(day for (_user, day), times in sat.items() if times >= a_day),
            holidays=closed,
            weeks=tuple(
                Window(monday, monday + WEEK)
                for monday in sorted({monday for user, monday in weeks if user in asked})
            ),
        )
    return found


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
