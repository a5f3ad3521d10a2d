"""Setting the days of reviews: proposed by cadence, moved by a person with a reason.

What is proposed follows the cadence, the company's holidays and the weeks people marked away, until
somebody moves it; from then on it stays. A day for a joint review before it is proposed with it and
binds nobody. Plans are looked at in order, each beside the days of all others: safe to run twice.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta

from django.db import IntegrityError, transaction

from sightline.actions import journal, outbox
from sightline.actions.reviews.allow import writable
from sightline.planning.errors import InvalidValue, MissingValue, NotAllowed
from sightline.planning.periods import Window
from sightline.planning.permissions import Act, Category, relations_that_may
from sightline.planning.reviews import (
    Away,
    ReviewDate,
    ReviewParameters,
    joint_before,
    next_in_year,
    stays,
)
from sightline.records.models import Attendance, AwayWeek, CompanyHoliday, Plan, Review
from sightline.records.queries import company
from sightline.records.queries.reviews import calendar
from sightline.records.queries.reviews.calendar import DuePlan
from sightline.records.scoping import Person, may_on

FURTHEST = timedelta(days=366)
MONDAY = 0


def propose_reviews(on: date, *, plan_ids: Iterable[int] | None = None) -> int:
    """A review to come for every running plan that its tier asks one of; answers how many days were
    set or changed.

    One that nobody moved follows its cadence; a plan whose tier asks for none loses it.
    """
    numbers = company.parameters_in_force(on).section(ReviewParameters, "reviews")
    return sum(_propose(plan, on, numbers) for plan in calendar.due_plans(on, plan_ids=plan_ids))


def ask_for_proposals() -> None:
    """Ask that days nobody moved follow what has changed; asking twice asks once."""
    outbox.request("propose_reviews", key="all")


def move_review(
    person: Person, review_id: int, day: date, *, reason: str, on: date, now: datetime
) -> None:
    """Another day, for a reason. Raises `MissingValue`, `InvalidValue` or `NotAllowed`."""
    if not reason.strip():
        raise MissingValue("Say why the review is moved.", field="reason")
    if not on <= day <= on + FURTHEST:
        raise InvalidValue("Choose a day from today on, within a year.", field="held_on")
    with transaction.atomic():
        review = writable(person, review_id)
        if review.state != Review.State.PLANNED:
            raise InvalidValue("This review has begun already.", field="held_on")
        values = {
            "held_on": day,
            "joint_on": None,
            "moved_reason": reason.strip()[:255],
            "moved_by_id": person.id,
        }
        changes = {"held_on": (review.held_on, day)}
        _save(review, values, now=now)
        journal.record(
            "move_review",
            actor_id=person.id,
            account_id=review.account_id,
            subject=review,
            changes=changes,
        )
        propose_reviews(on, plan_ids=[review.plan_id])


def plan_review(person: Person, plan_id: int, day: date, *, kind: str, on: date) -> int:
    """A review out of turn, or a joint one with the customer; answers its id.

    Where one of its kind is to come already, that one is answered.
    """
    if kind not in Review.Kind.values:
        raise InvalidValue("A review is internal or joint.", field="kind")
    if not on <= day <= on + FURTHEST:
        raise InvalidValue("Choose a day from today on, within a year.", field="held_on")
    with transaction.atomic():
        plan = Plan.objects.select_for_update().filter(pk=plan_id).first()
        if plan is None or not may_on(person, plan.account_id, Category.PLAN, Act.WRITE):
            raise NotAllowed("You may not plan reviews of this account.", field="plan")
        waiting = Review.objects.filter(plan=plan, kind=kind).exclude(state=Review.State.CLOSED)
        found = waiting.first()
        if found is not None:
            return found.pk
        review = Review.objects.create(
            plan=plan, account_id=plan.account_id, kind=kind, held_on=day, moved_by_id=person.id
        )
        _invite(review, calendar.invited([plan.account_id]).get(plan.account_id, ()))
        journal.record(
            "plan_review",
            actor_id=person.id,
            account_id=plan.account_id,
            subject=review,
            changes={"held_on": (None, day)},
        )
        propose_reviews(on, plan_ids=[plan_id])
    return review.pk


def mark_away(person: Person, day: date, *, away: bool) -> date:
    """One's own week of a day, away or not; answers its Monday. Proposals follow at the next tick.

    Raises `NotAllowed` without a linked user.
    """
    if person.crm_user_id is None:
        raise NotAllowed("Without a linked user there is no week to mark.", field="week")
    monday = day - timedelta(days=(day.weekday() - MONDAY) % 7)
    if away:
        AwayWeek.objects.get_or_create(user_id=person.crm_user_id, monday=monday)
    else:
        AwayWeek.objects.filter(user_id=person.crm_user_id, monday=monday).delete()
    return monday


def set_holiday(person: Person, day: date, name: str) -> None:
    """A day on which the company does not work; an empty name takes it away."""
    _need_settings(person)
    with transaction.atomic():
        if name.strip():
            CompanyHoliday.objects.update_or_create(day=day, defaults={"name": name.strip()[:120]})
        else:
            CompanyHoliday.objects.filter(day=day).delete()
        journal.record(
            "set_holiday", actor_id=person.id, changes={"holiday": (None, day)}, note=name[:120]
        )


def _need_settings(person: Person) -> None:
    if not relations_that_may(person.roles, category=Category.SETTINGS, act=Act.WRITE):
        raise NotAllowed("Only Operations sets the company's holidays.", field="holiday")


def _propose(plan: DuePlan, on: date, numbers: ReviewParameters) -> int:
    since, until = plan.since, plan.ends_on + timedelta(days=numbers.search_days)
    away = calendar.away_of(
        plan.user_ids, since=since, until=until, beside=plan.plan_id, limits=numbers
    )
    found = next_in_year(
        Window(plan.starts_on, plan.ends_on),
        tier=plan.tier,
        since=plan.since,
        away=away,
        parameters=numbers,
    )
    with transaction.atomic():
        to_come = Review.objects.select_for_update().filter(
            plan_id=plan.plan_id, kind=Review.Kind.REVIEW
        )
        waiting = to_come.exclude(state=Review.State.CLOSED).first()
        if waiting is None:
            waiting = _set(plan, found) if found is not None else None
            changed = waiting is not None
        elif found is None and _follows(waiting):
            waiting.delete()
            return 0
        else:
            changed = found is not None and _follow(waiting, found, away)
        if waiting is None or waiting.state != Review.State.PLANNED:
            return int(changed)
        return int(_propose_joint(waiting, plan, on, away, numbers) or changed)


def _follows(waiting: Review) -> bool:
    """Whether nobody moved it and nobody opened it."""
    return waiting.state == Review.State.PLANNED and waiting.moved_by_id is None


def _follow(waiting: Review, found: ReviewDate, away: Away) -> bool:
    """Bring a proposal up to date; whether anything changed."""
    if not _follows(waiting) or (waiting.due_on, waiting.held_on) == (found.due, found.proposed):
        return False
    if waiting.due_on == found.due and stays(waiting.held_on, found.proposed, away=away):
        return False
    reason = found.reasons[0].text if found.reasons else ""
    _save(
        waiting,
        {
            "due_on": found.due,
            "held_on": found.proposed,
            "moved_reason": reason[:255],
            "joint_on": None,
        },
        now=None,
    )
    return True


def _propose_joint(
    waiting: Review, plan: DuePlan, on: date, away: Away, numbers: ReviewParameters
) -> bool:
    """The day for a joint review before an internal one, or none; whether it changed."""
    day, held = None, waiting.joint_on
    if waiting.held_on is not None and not plan.joint_set:
        day = joint_before(
            waiting.held_on,
            tier=plan.tier,
            last=plan.joint_held,
            today=on,
            away=away,
            parameters=numbers,
            kept=held,
        )
    if day == held:
        return False
    waiting.joint_on = day
    Review.objects.filter(pk=waiting.pk).update(joint_on=day)
    return True


def _set(plan: DuePlan, found: ReviewDate) -> Review | None:
    try:
        with transaction.atomic():
            review = Review.objects.create(
                plan_id=plan.plan_id,
                account_id=plan.account_id,
                due_on=found.due,
                held_on=found.proposed,
                moved_reason=found.reasons[0].text[:255] if found.reasons else "",
            )
    except IntegrityError:
        # another worker set it a moment ago
        return None
    _invite(review, plan.user_ids)
    journal.record(
        "propose_review",
        actor_id=None,
        account_id=plan.account_id,
        subject=review,
        changes={"held_on": (None, found.proposed)},
    )
    return review


def _invite(review: Review, user_ids: Iterable[int]) -> None:
    Attendance.objects.bulk_create(
        (Attendance(review=review, user_id=user) for user in user_ids), ignore_conflicts=True
    )


def _save(review: Review, values: Mapping[str, object], *, now: datetime | None) -> None:
    for name, value in values.items():
        setattr(review, name, value)
    review.version += 1
    if now is not None:
        review.changed_at = now
    review.save()
