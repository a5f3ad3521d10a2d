"""Reviews in lists, their days, the pre-read, and what differs between two snapshots."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime, timedelta

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from sightline.actions.progress import Silent
from sightline.actions.reviews import schedule
from sightline.actions.reviews.preparation import prepare_reviews
from sightline.messages.deliver import deliver
from sightline.records.models import (
    Account,
    Attendance,
    AwayWeek,
    CompanyHoliday,
    CrmUser,
    JournalEntry,
    Message,
    Plan,
    PlanSnapshot,
    Review,
    SnapshotIsFrozen,
    TierResult,
)
from sightline.records.queries.reviews import calendar, snapshots
from sightline.records.scoping import person_of
from tests import makers
from tests.web.account import world as worlds
from tests.web.laid_out import one_line
from tests.web.review_room.world import Meeting
from tests.web.review_room.world import meeting as make

pytestmark = pytest.mark.django_db
DAY = date(2026, 1, 5)


@pytest.fixture
def meeting(db: None) -> Meeting:
    """A review of a tier 1 customer, planned for today."""
    return make()


def proposed(meeting: Meeting) -> Review:
    """The review that cadence sets for a plan of the year 2026, drafted before it."""
    Review.objects.all().delete()
    Plan.objects.update(
        starts_on=date(2026, 1, 1), ends_on=date(2026, 12, 31), created_at="2025-12-01T00:00Z"
    )
    schedule.propose_reviews(DAY)
    return Review.objects.order_by("plan_id")[0]


def test_tier_1_is_reviewed_a_quarter_after_its_plan_begins(meeting: Meeting) -> None:
    review = proposed(meeting)
    assert (review.due_on, review.held_on) == (date(2026, 4, 1), date(2026, 4, 1))
    assert Attendance.objects.get(review=review).user == meeting.of.owner
    assert schedule.propose_reviews(DAY) == 0 and Review.objects.count() == 1


def test_a_holiday_or_a_week_away_moves_the_proposal_but_not_a_persons_day(
    client: Client, meeting: Meeting
) -> None:
    review = proposed(meeting)
    CompanyHoliday.objects.create(day=date(2026, 4, 1), name="Founders' day")
    schedule.propose_reviews(DAY)
    review.refresh_from_db()
    assert review.held_on == date(2026, 3, 31) and review.moved_reason
    AwayWeek.objects.create(user=meeting.of.owner, monday=date(2026, 3, 30))
    schedule.propose_reviews(DAY)
    review.refresh_from_db()
    assert review.held_on == date(2026, 3, 27)
    Review.objects.update(moved_by=meeting.of.seller)
    AwayWeek.objects.all().delete()
    schedule.propose_reviews(DAY)
    review.refresh_from_db()
    assert review.held_on == date(2026, 3, 27)


def test_nobody_is_asked_to_a_third_review_on_a_day(meeting: Meeting) -> None:
    review = proposed(meeting)
    for number in range(2):
        other = makers.account(f"Other {number}", owner=meeting.of.owner)
        plan = Plan.objects.create(
            account=other, year=2026, starts_on=date(2026, 1, 1), ends_on=date(2026, 12, 31)
        )
        theirs = Review.objects.create(plan=plan, account=other, held_on=date(2026, 4, 1))
        Attendance.objects.create(review=theirs, user=meeting.of.owner)
    schedule.propose_reviews(DAY, plan_ids=[review.plan_id])
    review.refresh_from_db()
    assert (review.due_on, review.held_on) == (date(2026, 4, 1), date(2026, 3, 31))
    assert schedule.propose_reviews(DAY, plan_ids=[review.plan_id]) == 0


def test_one_persons_reviews_and_joint_ones_are_spread_over_days_and_weeks(
    meeting: Meeting,
) -> None:
    """Nine tier 1 plans of one owner fall due on one day: two a day, three a week, joint or not."""
    for number in range(8):
        other = makers.account(f"Other {number}", owner=meeting.of.owner)
        makers.tier_result(other, proposed_tier=1, decided_tier=1)
        year = {"starts_on": date(2026, 1, 1), "ends_on": date(2026, 12, 31)}
        Plan.objects.create(account=other, year=2026, **year)
    first = proposed(meeting)
    assert Review.objects.count() == 9
    days = list(Review.objects.order_by("plan_id").values_list("held_on", "joint_on"))
    for name in (0, 1):
        assert all(row[name] is not None and row[name].weekday() < 5 for row in days)
    asked = Counter(day for row in days for day in row)
    weeks = Counter(calendar.monday_of(day) for row in days for day in row)
    assert max(asked.values()) <= 2
    assert max(weeks.values()) <= 3, "eighteen days in the weeks around the due date"
    assert all(joint < internal for internal, joint in days)
    assert schedule.propose_reviews(DAY) == 0, "the same again changes nothing"
    assert list(Review.objects.order_by("plan_id").values_list("held_on", "joint_on")) == days
    schedule.move_review(
        person_of(meeting.of.seller),
        first.pk,
        date(2026, 5, 6),
        reason="Their board meets first.",
        on=DAY,
        now=datetime(2026, 1, 5, 9, tzinfo=UTC),
    )
    first.refresh_from_db()
    assert first.joint_on is not None and date(2026, 4, 20) <= first.joint_on < date(2026, 5, 6)


def test_a_joint_review_is_proposed_before_the_internal_one_and_set_only_by_a_person(
    client: Client, meeting: Meeting
) -> None:
    day = worlds.today() + timedelta(days=40)
    Review.objects.update(held_on=day, moved_by=meeting.of.seller)
    schedule.propose_reviews(worlds.today())
    prepare = reverse("reviews:prepare", args=[meeting.review.pk])
    mine = reverse("reviews:account", args=[meeting.of.account.pk])
    client.force_login(meeting.of.seller)
    lists = [
        one_line(client.get(page).content.decode()) for page in (reverse("reviews:show"), mine)
    ]
    assert all("Joint review before it?" in body for body in lists)
    answer = client.get(prepare)
    proposed_on = answer.context["joint"].proposed
    assert day - timedelta(days=10) <= proposed_on < day and proposed_on.weekday() < 5
    assert f'value="{proposed_on.isoformat()}"' in answer.content.decode()
    assert Review.objects.count() == 1, "looking sets nothing"
    chosen = (day - timedelta(days=3)).isoformat()
    sent = {"kind": "joint", "held_on": chosen}
    assert (
        client.post(reverse("reviews:plan", args=[meeting.of.account.pk]), sent).status_code == 303
    )
    joint = Review.objects.get(kind="joint")
    assert joint.held_on is not None and joint.held_on.isoformat() == chosen
    body = client.get(prepare).content.decode()
    assert "A joint business review is set:" in body and "Set the joint review" not in body
    assert "Joint review before it?" not in client.get(mine).content.decode()
    Review.objects.filter(pk=joint.pk).update(state="closed")
    schedule.propose_reviews(worlds.today())
    assert client.get(prepare).context["joint"] is None, "held lately"
    joint.delete()
    schedule.propose_reviews(worlds.today())
    client.force_login(worlds.granted_reader(meeting.of))
    answer = client.get(prepare)
    assert (
        answer.context["joint"].proposed and "Set the joint review" not in answer.content.decode()
    )
    TierResult.objects.update(decided_tier=2)
    schedule.propose_reviews(worlds.today())
    assert client.get(prepare).context["joint"] is None


def test_tier_3_is_not_reviewed(meeting: Meeting) -> None:
    TierResult.objects.update(decided_tier=3)
    Review.objects.all().delete()
    assert schedule.propose_reviews(worlds.today()) == 0


def test_a_review_is_moved_with_a_reason(client: Client, meeting: Meeting) -> None:
    client.force_login(meeting.of.seller)
    url = reverse("reviews:move", args=[meeting.review.pk])
    day = (worlds.today() + timedelta(days=4)).isoformat()
    assert client.post(url, {"held_on": day}).status_code == 422
    assert client.post(url, {"held_on": "2001-01-01", "reason": "late"}).status_code == 422
    assert client.post(url, {"held_on": day, "reason": "The buyer is away"}).status_code == 303
    meeting.review.refresh_from_db()
    assert meeting.review.moved_reason == "The buyer is away"
    assert JournalEntry.objects.filter(verb="move_review").exists()
    for person, status in (
        (worlds.granted_reader(meeting.of), 403),
        (makers.sign_in("account_manager"), 404),
    ):
        client.force_login(person)
        assert client.post(url, {"held_on": day, "reason": "x"}).status_code == status


def test_an_overdue_review_is_said_to_the_sponsor(client: Client, meeting: Meeting) -> None:
    sponsor = worlds.sponsor(meeting.of)
    Account.objects.update(executive_sponsor=sponsor.crm_user)
    Review.objects.update(due_on=worlds.today() - timedelta(days=40), held_on=None)
    client.force_login(sponsor)
    assert "overdue" in client.get(reverse("reviews:show")).content.decode()
    body = client.get(reverse("sponsor:show")).content.decode()
    assert "1 review is overdue" in body and "Helvion Industries" in body


def test_the_pre_read_says_what_is_missing(client: Client, meeting: Meeting) -> None:
    client.force_login(meeting.of.seller)
    body = client.get(reverse("reviews:prepare", args=[meeting.review.pk])).content.decode()
    assert "1 of 1 assumptions not looked at" in body
    assert "plays without a next step" in body
    assert "No review was held on this plan yet" in body


def test_three_days_before_everybody_invited_is_told_once(meeting: Meeting) -> None:
    now = timezone.now()
    wanted = {meeting.of.seller.pk, worlds.sponsor(meeting.of).pk}
    for user in CrmUser.objects.filter(sign_in__in=wanted):
        Attendance.objects.get_or_create(review=meeting.review, user=user)
    Review.objects.update(held_on=now.date() + timedelta(days=4))
    assert prepare_reviews(now=now, job=Silent()) == 0
    Review.objects.update(held_on=now.date() + timedelta(days=3))
    for _twice in range(2):
        assert prepare_reviews(now=now, job=Silent()) == 1
    told = Message.objects.filter(kind="review")
    assert sorted(told.values_list("sign_in", flat=True)) == sorted(wanted)
    assert "share" in Review.objects.get().readiness
    one = told.first()
    assert one is not None
    deliver(one.sign_in_id, "mail", now=one.leaves_at)
    assert "pre-read" in mail.outbox[0].subject


def test_what_changed_since_the_last_review_is_computed(client: Client, meeting: Meeting) -> None:
    meeting.open(client)
    meeting.settle_all(client)
    client.post(meeting.url("close"))
    plan = Plan.objects.get()
    compare = reverse("reviews:compare", args=[meeting.of.account.pk])
    assert "Nothing differs" in client.get(compare).content.decode()
    url = reverse("plan:target-set", args=[meeting.of.account.pk])
    client.post(url, {"target": "61000", "version": plan.version})
    url = reverse("plan:thesis-set", args=[meeting.of.account.pk])
    client.post(url, {"thesis": "Growth is in the plants", "version": plan.version + 1})
    for view in ("side", "list"):
        body = client.get(compare, {"view": view}).content.decode()
        assert "£61k" in body and "Growth is in the plants" in body, view
    following = (
        Review.objects.create(plan=plan, account=meeting.of.account, held_on=worlds.today())
        if not Review.objects.filter(state="planned").exists()
        else Review.objects.get(state="planned")
    )
    body = client.get(reverse("reviews:prepare", args=[following.pk])).content.decode()
    assert "£61k" in body and "+£11k" in body
    assert client.get(compare, {"a": "9999"}).status_code == 404


def test_opinions_in_a_snapshot_are_named_only_to_the_team(
    client: Client, meeting: Meeting
) -> None:
    from sightline.records.models import Opinion

    meeting.open(client)
    meeting.settle_all(client)
    client.post(meeting.url("close"))
    Opinion.objects.create(contact=meeting.of.champion, kind="stance", value="against")
    compare = reverse("reviews:compare", args=[meeting.of.account.pk])
    assert "against" in client.get(compare).content.decode()
    client.force_login(worlds.granted_reader(meeting.of))
    body = client.get(compare).content.decode()
    assert "against" not in body and "stance" not in body


def test_a_snapshot_is_never_changed(client: Client, meeting: Meeting) -> None:
    meeting.open(client)
    held = PlanSnapshot.objects.get()
    with pytest.raises(SnapshotIsFrozen):
        held.save()
    PlanSnapshot.objects.update(entries=[["goals", "target", [["target", 1]]]])
    with pytest.raises(snapshots.SnapshotAltered):
        snapshots.frozen(held.pk, plan_id=held.plan_id)


def test_weeks_away_and_holidays_are_kept_by_those_who_may(
    client: Client, meeting: Meeting
) -> None:
    client.force_login(meeting.of.seller)
    away = reverse("reviews:away-mark")
    assert client.post(away, {"week": "2027-02-03", "away": "on"}).status_code == 303
    assert AwayWeek.objects.get().monday == date(2027, 2, 1)
    client.post(away, {"week": "2027-02-01"})
    assert not AwayWeek.objects.exists()
    assert client.post(away, {"week": "soon"}).status_code == 422
    holiday = reverse("reviews:holiday-set")
    assert client.post(holiday, {"day": "2026-12-25", "name": "Christmas"}).status_code == 403
    client.force_login(makers.sign_in("operations", "account_manager"))
    client.post(holiday, {"day": "2026-12-25", "name": "Christmas"})
    assert CompanyHoliday.objects.get().name == "Christmas"
    assert client.get(away).status_code == 405
