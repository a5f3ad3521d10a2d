"""Whether a joint review should come before an internal one: set already, or the day proposed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from sightline.planning.reviews import ReviewParameters, joint_before
from sightline.records.models import Review, TierResult
from sightline.records.queries.reviews import calendar
from sightline.records.queries.reviews.rows import ReviewRow


@dataclass(frozen=True, slots=True)
class JointDay:
    """The joint review before an internal one: `review_id` and `held_on` where one is set, else the
    day `proposed`, which binds nobody."""

    review_id: int | None = None
    held_on: date | None = None
    proposed: date | None = None


def joint_days(
    reviews: Iterable[ReviewRow], *, today: date, numbers: ReviewParameters
) -> dict[int, JointDay]:
    """By internal review that is planned for a day; those without either are left out. Seven
    queries at most, whatever their number. The caller has asked whether the plans may be read."""
    asked = [
        row
        for row in reviews
        if row.state == Review.State.PLANNED and not row.joint and row.held_on is not None
    ]
    accounts = {row.account_id for row in asked}
    waiting, held = _joint(accounts) if accounts else ({}, {})
    found = {row.id: waiting[row.account_id] for row in asked if row.account_id in waiting}
    open_ = [row for row in asked if row.account_id not in waiting]
    return found | _proposed(open_, held, today=today, numbers=numbers)


def _joint(accounts: set[int]) -> tuple[dict[int, JointDay], dict[int, date]]:
    """The joint review that each account waits for, and the day of the last one held."""
    waiting: dict[int, JointDay] = {}
    held: dict[int, date] = {}
    rows = Review.objects.filter(account_id__in=accounts, kind=Review.Kind.JOINT)
    for pk, account, state, day in rows.values_list("pk", "account_id", "state", "held_on"):
        if state != Review.State.CLOSED:
            waiting[account] = JointDay(review_id=pk, held_on=day)
        elif day is not None:
            held[account] = max(day, held.get(account, day))
    return waiting, held


def _proposed(
    rows: list[ReviewRow],
    held: Mapping[int, date],
    *,
    today: date,
    numbers: ReviewParameters,
) -> dict[int, JointDay]:
    tiers = {
        row.account_id: row.decided_tier or row.proposed_tier
        for row in TierResult.objects.filter(account_id__in={row.account_id for row in rows})
    }
    wanted = [row for row in rows if numbers.joint_months.get(f"tier_{tiers.get(row.account_id)}")]
    days = [row.held_on for row in wanted if row.held_on is not None]
    if not days:
        return {}
    people = calendar.invited(row.account_id for row in wanted)
    away = calendar.aways_of(
        {row.plan_id: people.get(row.account_id, ()) for row in wanted},
        since=today,
        until=max(days),
        a_day=numbers.a_day,
    )
    found = {}
    for row in wanted:
        assert row.held_on is not None
        day = joint_before(
            row.held_on,
            tier=tiers[row.account_id],
            last=held.get(row.account_id),
            today=today,
            away=away[row.plan_id],
            parameters=numbers,
        )
        if day is not None:
            found[row.id] = JointDay(proposed=day)
    return found
