"""Monday's mail: planned once, sent once, its links act once and only by a post."""

from __future__ import annotations

import email
import email.policy
import re
import smtplib
from datetime import UTC, datetime, timedelta

import icalendar
import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from sightline.actions.messages import make_feed, plan_mondays, set_hook, set_wishes
from sightline.messages import chat
from sightline.messages.deliver import deliver
from sightline.records.models import (
    Action,
    ActLink,
    Asset,
    CalendarFeed,
    Job,
    Message,
    MondayAnswer,
    SignIn,
)
from sightline.records.scoping import person_of
from tests import makers
from tests.web.mail.conftest import Week

pytestmark = pytest.mark.django_db
SLACK = "https://hooks.slack.com/services/T0/B0/secret"


def sent_week(week: Week) -> email.message.EmailMessage:
    """Plans this week's mail and sends it now."""
    plan_mondays(now=timezone.now())
    Message.objects.update(leaves_at=timezone.now())
    deliver(week.person.pk, "mail", now=timezone.now())
    (sent,) = mail.outbox
    found = email.message_from_bytes(sent.message().as_bytes(), policy=email.policy.default)
    assert isinstance(found, email.message.EmailMessage)
    return found


def links_in(found: email.message.EmailMessage) -> list[str]:
    plain = found.get_body(("plain",))
    assert plain is not None
    return re.findall(r"https?://[^/\s]+(/messages/act/\S+)", plain.get_content())


def test_it_is_planned_once_and_never_for_those_without_a_week(week: Week) -> None:
    makers.sign_in("operations")
    now = datetime(2026, 11, 22, 5, tzinfo=UTC)
    assert plan_mondays(now=now) == 1 and plan_mondays(now=now) == 0
    row = Message.objects.get()
    assert (row.sign_in_id, row.key) == (week.person.pk, "2026-11-23")
    assert row.leaves_at == datetime(2026, 11, 23, 7, tzinfo=UTC)
    assert Job.objects.get(name="messages.send").run_at == row.leaves_at


def test_it_leaves_in_the_morning_of_its_readers_own_zone(week: Week) -> None:
    SignIn.objects.filter(pk=week.person.pk).update(time_zone="Pacific/Auckland")
    assert plan_mondays(now=datetime(2026, 11, 22, 4, 30, tzinfo=UTC)) == 1
    assert Message.objects.get().leaves_at == datetime(2026, 11, 22, 18, tzinfo=UTC)


def test_whoever_wants_none_gets_none(week: Week) -> None:
    set_wishes(person_of(week.person), {"monday": "off"})
    assert plan_mondays(now=timezone.now()) == 0


def test_it_reads_in_both_forms_and_says_account_and_act_only(week: Week) -> None:
    found = sent_week(week)
    assert found["Subject"].startswith("Helvion: ")
    assert found["To"] == week.person.email and "message-" in found["Message-ID"]
    html = found.get_body(("html",))
    assert html is not None
    text = html.get_content() + str(found.get_body(("plain",))) + found["Subject"]
    assert "Helvion" in text and "Send the offer" in text
    for secret in ("tier", "wallet", "stake", "80,000", "50,000", "vulnerab", "£", "GBP"):
        assert secret.casefold() not in re.sub(r"http\S+", "", text).casefold()
    assert Message.objects.get().state == "sent"


def test_sent_again_it_stays_one(week: Week) -> None:
    sent_week(week)
    deliver(week.person.pk, "mail", now=timezone.now())
    assert len(mail.outbox) == 1


def test_opening_a_link_changes_nothing_and_posting_acts_once(client: Client, week: Week) -> None:
    first, *_ = links_in(sent_week(week))
    for _ in range(2):
        body = client.get(first).content.decode()
        assert "Helvion" in body and "Nothing has happened" in body
    assert not MondayAnswer.objects.exists()
    assert client.post(first, {"answer": "eaten"}).status_code == 422
    assert client.post(first, {"answer": "done"}).status_code == 200
    answer = MondayAnswer.objects.get()
    assert (answer.sign_in_id, answer.answer) == (week.person.pk, "done")
    assert client.post(first, {"answer": "done"}).status_code == 410
    assert client.get(first).status_code == 410
    assert MondayAnswer.objects.count() == 1


def test_a_link_does_not_sign_anybody_in(client: Client, week: Week) -> None:
    first, *_ = links_in(sent_week(week))
    client.get(first)
    assert client.get("/").status_code == 302


@pytest.mark.parametrize("spoilt", ["past", "person", "signature"])
def test_a_spent_or_forged_link_does_nothing(client: Client, week: Week, spoilt: str) -> None:
    first, *_ = links_in(sent_week(week))
    if spoilt == "past":
        ActLink.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    elif spoilt == "person":
        SignIn.objects.update(is_active=False)
    else:
        first = first[:-3] + "abc"
    assert client.post(first, {"answer": "done"}).status_code in {404, 410}
    assert not MondayAnswer.objects.exists()


def test_a_link_answers_only_while_it_is_asked(client: Client, week: Week) -> None:
    found = links_in(sent_week(week))
    client.force_login(week.person)
    for link in ActLink.objects.all():
        client.post(reverse("monday:act-answer"), {"act": link.act_key, "answer": "done"})
    client.logout()
    for link in found:
        assert client.post(link, {"answer": "snoozed"}).status_code == 410
    assert not ActLink.objects.exclude(used_at=None).exists()


def test_a_server_that_fails_is_seen_and_tried_again(
    week: Week, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan_mondays(now=timezone.now())
    Message.objects.update(leaves_at=timezone.now())

    def fails(*_: object, **__: object) -> None:
        raise smtplib.SMTPServerDisconnected("gone")

    monkeypatch.setattr("sightline.messages.mail.EmailMultiAlternatives.send", fails)
    with pytest.raises(OSError):
        deliver(week.person.pk, "mail", now=timezone.now())
    row = Message.objects.get()
    assert row.state == "waiting" and "mail server" in row.problem
    with pytest.raises(OSError):
        deliver(week.person.pk, "mail", now=timezone.now(), last_try=True)
    assert Message.objects.get().state == "failed"


def test_a_chat_gets_the_same_week_and_its_refusal_is_kept(
    client: Client, week: Week, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_hook(person_of(week.person), "slack", SLACK, hosts=chat.HOSTS, now=timezone.now())
    said: list[bytes] = []

    def posted(_host: str, _target: str, body: bytes) -> int:
        said.append(body)
        return 200 if len(said) == 1 else 404

    monkeypatch.setattr(chat, "_posted", posted)
    plan_mondays(now=timezone.now())
    Message.objects.update(leaves_at=timezone.now())
    deliver(week.person.pk, "slack", now=timezone.now())
    assert b"Helvion" in said[0] and Message.objects.get(way="slack").state == "sent"
    Message.objects.filter(way="slack").update(state="waiting")
    with pytest.raises(chat.ChatProblem):
        deliver(week.person.pk, "slack", now=timezone.now())
    assert Message.objects.get(way="slack").state == "failed"
    client.force_login(week.person)
    page = client.get(reverse("mail:settings")).content.decode()
    assert "The chat answered 404" in page and "secret" not in page.replace("secret address", "")


def test_own_settings_are_kept_and_what_makes_no_sense_is_refused(
    client: Client, week: Week
) -> None:
    client.force_login(week.person)
    page = reverse("mail:settings")
    assert client.get(page).status_code == 200
    assert client.post(reverse("mail:wishes-set"), {"question": "off"}).status_code == 303
    assert client.post(reverse("mail:wishes-set"), {"question": "loudly"}).status_code == 422
    quiet = reverse("mail:quiet-set")
    assert client.post(quiet, {"starts": "20:00", "ends": "06:30"}).status_code == 303
    assert client.post(quiet, {"starts": "late", "ends": "06:30"}).status_code == 422
    hook = reverse("mail:hook-set", args=["teams"])
    refused = client.post(hook, {"address": "https://evil.example/x"})
    assert refused.status_code == 422 and "https://evil.example/x" in refused.content.decode()
    assert client.post(hook, {"address": "https://a.webhook.office.com/x"}).status_code == 303
    body = client.get(page).content.decode()
    assert "a.webhook.office.com" not in body and 'value="20:00"' in body
    assert client.post(hook, {"remove": "1"}).status_code == 303
    assert client.post(reverse("mail:hook-set", args=["irc"]), {}).status_code == 404
    assert client.get(quiet).status_code == 405


def test_a_calendar_is_made_read_replaced_and_revoked(client: Client, week: Week) -> None:
    client.force_login(week.person)
    makes = reverse("mail:feed-make")
    # what ends with no contract is a renewal of its own; on a contract's day it is that contract's
    for days in (60, 60, 100):
        Asset.objects.create(account=week.account, ends_on=week.today + timedelta(days=days))

    def made() -> str:
        found = re.search(r"(/calendar/[\w-]+\.ics)", client.post(makes).content.decode())
        assert found is not None
        return found[1]

    first = made()
    anybody = Client()
    feed = anybody.get(first)
    text = feed.content.decode().replace("\r\n ", "")
    assert feed["Content-Type"].startswith("text/calendar")
    assert "SUMMARY:Helvion: Contract ends" in text and "SUMMARY:Helvion: Send the offer" in text
    assert text.count("SUMMARY:Helvion: Assets end") == 1
    assert len(icalendar.Calendar.from_ical(feed.content).walk("VEVENT")) == 3
    second = made()
    assert anybody.get(first).status_code == 404 and anybody.get(second).status_code == 200
    assert first not in client.get(reverse("mail:settings")).content.decode()
    client.post(reverse("mail:feed-revoke"))
    assert anybody.get(second).status_code == 404 and not CalendarFeed.objects.exists()


def test_what_was_passed_on_stays_in_the_house(client: Client, week: Week) -> None:
    action = Action.objects.create(
        account=week.account,
        owner=week.owner,
        opportunity=week.action.opportunity,
        subject="Answer: against us",
        due_on=week.today,
    )
    MondayAnswer.objects.create(
        sign_in=makers.sign_in("account_manager"),
        account=week.account,
        act_key="challenge:7",
        answer="delegated",
        monday=week.today,
        action=action,
    )
    secret = make_feed(person_of(week.person), now=timezone.now())
    text = client.get(reverse("calendar:feed", args=[secret])).content.decode()
    told = text.replace("\r\n ", "") + sent_week(week).as_string()
    assert "against us" not in told
    assert told.count("Answer what the plan argues") >= 2
