"""Monday asks for everything: challenges, signals, promises, stale facts, priorities; acts are passed
on and calls logged."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from sightline.actions.monday import Delegation, delegate_act, undo_answer
from sightline.actions.monday.prepare import prepare_week
from sightline.actions.progress import Silent
from sightline.messages.deliver import deliver
from sightline.records.models import (
    AccountAccess,
    Action,
    ChallengeAnswer,
    ChallengeSeen,
    Contact,
    ContactActivity,
    LoggedCall,
    Message,
    MondayAnswer,
    Opinion,
    OpportunityContactRole,
    Plan,
    Priority,
    Review,
    ReviewItem,
    Signal,
    WeekFacts,
    WeekKept,
)
from sightline.records.queries.week.page import WeekFound, week_found
from sightline.records.queries.week.planned import own_user
from sightline.records.scoping import person_of
from tests import makers
from tests.web.monday.conftest import Week

pytestmark = pytest.mark.django_db


def plan_of(week: Week) -> Plan:
    return Plan.objects.create(
        account=week.account,
        year=week.today.year,
        starts_on=week.today - timedelta(days=30),
        ends_on=week.today + timedelta(days=334),
        currency="GBP",
        state="active",
    )


def found(week: Week) -> WeekFound:
    person = person_of(week.person)
    whose = own_user(person)
    assert whose is not None
    return week_found(person, whose, now=timezone.now())


def reasons(week: Week, act: str) -> list[str]:
    return [ground.reason.text for ground in found(week).items[act].grounds]


def test_challenges_signals_and_priorities_are_asked_until_they_are_answered(week: Week) -> None:
    plan = plan_of(week)
    seen = ChallengeSeen.objects.create(
        plan=plan,
        key="no_credible_path:target",
        title="No credible path",
        money=20_000_00,
        first_seen=week.today - timedelta(days=14),
    )
    left = Signal.objects.create(
        account=week.account,
        kind="contact_left",
        key="1",
        contact=week.contact,
        observed_on=week.today,
        facts={"text": "left on Friday"},
    )
    wish = Priority.objects.create(
        account=week.account, link="goal", words="Fewer stops", said_on=week.today
    )
    acts = found(week).items
    assert acts[f"challenge:{seen.pk}"].text == "Answer: No credible path"
    assert acts[f"challenge:{seen.pk}"].days == 7
    assert acts[f"signal:{left.pk}"].text == "Find who follows Priya Raman"
    assert acts[f"priority:{wish.pk}"].text == "Answer what they want: Fewer stops"
    gone = {f"challenge:{seen.pk}", f"signal:{left.pk}", f"priority:{wish.pk}"}
    ChallengeAnswer.objects.create(
        plan=plan, key=seen.key, kind="explain", until=week.today, evidence="seen", reason="soon"
    )
    Signal.objects.update(dismissed_at=timezone.now())
    Priority.objects.update(standing="achieved")
    assert not gone & found(week).items.keys()


def test_a_promise_says_so_and_a_deal_that_stands_still_wants_a_next_step(week: Week) -> None:
    plan = plan_of(week)
    review = Review.objects.create(account=week.account, plan=plan, held_on=week.today)
    ReviewItem.objects.create(
        review=review,
        key="play:1",
        kind="play",
        ending="commitment",
        due_on=week.today,
        action=week.action,
    )
    still = makers.opportunity(
        week.account,
        "Robotics",
        amount=30_000_00,
        close_date=week.today + timedelta(days=60),
        owner=week.owner,
        stage_since=week.today - timedelta(days=46),
    )
    assert reasons(week, f"step:action-{week.action.pk}") == [
        "promised in a review, overdue by 2 days"
    ]
    assert reasons(week, f"step:opportunity-{still.pk}") == [
        "46 days in its stage, usually 45, and no next step"
    ]
    Action.objects.create(
        account=week.account, opportunity=still, owner=week.owner, subject="Next", due_on=week.today
    )
    assert f"step:opportunity-{still.pk}" not in found(week).items


def test_a_single_threaded_deal_and_an_old_rating_are_prepared(week: Week) -> None:
    deal = week.action.opportunity
    assert deal is not None
    OpportunityContactRole.objects.create(opportunity=deal, contact=week.contact)
    days = [(week.today - timedelta(days=n)).isoformat() for n in range(40, 30, -1)]
    ContactActivity.objects.create(
        contact=week.contact,
        account=week.account,
        log={"two_way": days, "by_ours": [[day, [str(week.owner.pk)]] for day in days]},
        ledger_version=1,
        as_of=week.today,
    )
    old = Opinion.objects.create(
        contact=week.contact,
        kind=Opinion.Kind.STRENGTH,
        value="4",
        rater=week.owner,
        rated_at=timezone.now() - timedelta(days=300),
    )
    prepare_week(week.today, job=Silent())
    acts = found(week).items
    assert acts[f"thread:opportunity:{deal.pk}"].text.endswith(f"for {deal.name}")
    assert "Priya Raman alone" in acts[f"thread:opportunity:{deal.pk}"].reason
    assert acts[f"fact:strength-{old.pk}"].minutes == 5
    Opinion.objects.filter(pk=old.pk).update(superseded_at=timezone.now())
    WeekKept.objects.all().delete()
    assert f"fact:strength-{old.pk}" not in found(week).items
    assert "Priya" not in str(WeekFacts.objects.values_list("threads", "stale"))


def test_a_kept_week_is_read_once_and_never_stale_after_an_act(client: Client, week: Week) -> None:
    client.force_login(week.person)
    page = reverse("monday:show")
    client.get(page)
    assert "Priya" not in str(WeekKept.objects.values_list("content", flat=True))
    assert not found(week).anew
    with CaptureQueriesContext(connection) as asked:
        client.get(page)
    assert not any("records_contract" in one["sql"] for one in asked)
    done = {"act": f"step:action-{week.action.pk}", "answer": "done"}
    assert client.post(reverse("monday:act-answer"), done).status_code == 303
    assert found(week).anew
    assert f"step:action-{week.action.pk}" not in found(week).items


def test_an_act_is_passed_on_and_comes_back(client: Client, week: Week) -> None:
    mate = makers.crm_user("Lena")
    lena = makers.sign_in("account_manager", user=mate)
    AccountAccess.objects.create(account=week.account, user=mate, why="team", may_write=True)
    client.force_login(week.person)
    act = f"renewal:contract:{week.contract.pk}"
    page = f"{reverse('monday:act-delegate')}?act={act}"
    assert "Lena" in client.get(page).content.decode()
    day = week.today + timedelta(days=5)
    wrong = {"act": act, "to": str(mate.pk), "due_on": (week.today - timedelta(days=1)).isoformat()}
    assert client.post(page, wrong).status_code == 422
    given = {"act": act, "to": str(mate.pk), "due_on": day.isoformat()}
    assert client.post(page, given).status_code == 303
    action = Action.objects.get(owner=mate)
    assert (action.contract, action.due_on, action.subject) == (
        week.contract,
        day,
        "Prepare the renewal",
    )
    assert "passed on to Lena" in client.get(reverse("monday:show")).content.decode()
    assert act in found(week).answers.put_off
    told = Message.objects.get(kind="passed_on")
    assert (told.sign_in_id, told.facts["action"]) == (lena.pk, action.pk)
    told_on = told.leaves_at + timedelta(minutes=1)
    deliver(told.sign_in_id, "mail", now=told_on)
    (sent,) = mail.outbox
    assert sent.subject == "Helvion: An act was passed on to you"
    assert reverse("plays:show", args=[week.account.pk]) in str(sent.body)
    person = person_of(week.person)
    undo_answer(person, MondayAnswer.objects.get().pk, now=timezone.now())
    action.refresh_from_db()
    assert action.state == "dropped"
    # what came back before the message left is not told
    Message.objects.update(state="waiting")
    deliver(told.sign_in_id, "mail", now=told_on)
    assert len(mail.outbox) == 1
    own = f"step:action-{week.action.pk}"
    kept = delegate_act(person, Delegation(own, mate.pk, day), now=timezone.now())
    assert Action.objects.get(pk=week.action.pk).owner == mate
    undo_answer(person, kept, now=timezone.now())
    assert Action.objects.get(pk=week.action.pk).owner == week.owner


def test_a_call_takes_two_taps_and_counts_at_once(client: Client, week: Week) -> None:
    Action.objects.filter(pk=week.action.pk).update(contact=week.contact)
    client.force_login(week.person)
    act = f"step:action-{week.action.pk}"
    page = client.get(reverse("monday:show")).content.decode()
    assert page.count("We spoke") == 1
    call = reverse("monday:act-call")
    assert client.post(call, {"act": act}).status_code == 400
    assert client.post(call, {"act": act, "reached": "yes"}).status_code == 303
    activity = ContactActivity.objects.get(contact=week.contact)
    assert (activity.last_two_way_on, activity.two_way_days) == (week.today, 1)
    assert LoggedCall.objects.get().reached
    assert client.post(call, {"act": act, "reached": "yes"}).status_code == 409
    undo_answer(person_of(week.person), MondayAnswer.objects.get().pk, now=timezone.now())
    activity.refresh_from_db()
    assert activity.last_two_way_on is None
    assert client.post(call, {"act": act, "reached": "no"}).status_code == 303
    answer = MondayAnswer.objects.get(undone_at=None)
    assert answer.until is not None and answer.until > week.today
    assert Contact.objects.get(pk=week.contact.pk).activity.level <= 1
