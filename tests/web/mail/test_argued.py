"""What a plan argues, on Monday and in what leaves the house: no opinion, and nothing too early."""

from __future__ import annotations

from datetime import date

from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from sightline.actions.messages import plan_mondays
from sightline.messages import chat
from sightline.messages.acts import week_said
from sightline.messages.deliver import deliver
from sightline.planning.permissions import TABLE, Act, Category
from sightline.records.models import AccountAccess, ChallengeSeen, Message, Plan, SignIn
from tests import makers
from tests.web.mail.conftest import Week

TITLE = "A stance is rosier than contact shows"


def argued(week: Week) -> None:
    """The largest thing of the week is that somebody is rated higher than contact shows."""
    day = week.today
    plan = Plan.objects.create(
        account=week.account,
        year=day.year,
        starts_on=date(day.year, 1, 1),
        ends_on=date(day.year, 12, 31),
        currency="GBP",
    )
    ChallengeSeen.objects.create(
        plan=plan,
        key=f"stance_rosier|{week.contact.pk}",
        first_seen=day,
        money=90_000_000_00,
        title=TITLE,
        way_out="Meet them, or rate again.",
    )


def monday_of(client: Client, who: SignIn) -> str:
    client.force_login(who)
    return str(client.get(reverse("monday:show")).content.decode())


def test_monday_asks_it_and_no_message_says_what_or_of_whom(client: Client, week: Week) -> None:
    argued(week)
    assert TITLE in monday_of(client, week.person)
    plan_mondays(now=timezone.now())
    Message.objects.update(leaves_at=timezone.now())
    deliver(week.person.pk, "mail", now=timezone.now())
    (sent,) = mail.outbox
    said = week_said(week.person.pk, now=timezone.now())
    assert said is not None
    posted = [str(chat.week_payload(brand, said)) for brand in ("slack", "teams")]
    told = (sent.message().as_string(), str(said), *posted)
    assert "Answer what the plan argues" in str(said)
    for text in told:
        for word in ("rosier", "stance", "Priya", "Raman", "rate again"):
            assert word not in text


def test_whoever_has_a_monday_may_read_the_opinions_of_its_accounts() -> None:
    reading = {(one.role, one.relation) for one in TABLE if one.category is Category.OPINIONS}
    for one in TABLE:
        if one.category is Category.PLAN and Act.COMMENT in one.acts:
            assert (one.role, one.relation) in reading


def test_a_sponsor_is_not_asked_before_the_weekly_digest(client: Client, week: Week) -> None:
    argued(week)
    user = makers.crm_user("Anna Roth")
    sponsor = makers.sign_in("sponsor", user=user)
    AccountAccess.objects.create(account=week.account, user=user, why="sponsor")
    body = monday_of(client, sponsor)
    assert "Helvion" in body and TITLE not in body
    # a CRM's team names its sponsor too
    AccountAccess.objects.create(account=week.account, user=user, why="team")
    assert TITLE not in monday_of(client, sponsor)
    AccountAccess.objects.create(account=week.account, user=user, why="owner")
    assert TITLE in monday_of(client, sponsor)
