"""A forgotten or changed password."""

from __future__ import annotations

import re
from typing import Any, cast

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse

from sightline.actions.people import LINK_MAIL
from sightline.actions.progress import Silent
from sightline.jobs.handle import JobHandle
from sightline.jobs.registry import function_of
from sightline.messages.passwords import send_password_link
from sightline.records.models import Job, SignIn
from tests import makers

pytestmark = pytest.mark.django_db
NEW = "a sentence of my own 7"


def ask(client: Client, email: str) -> Any:
    """Ask for a link, and let the worker send what was asked for."""
    answer = client.post(reverse("people:password-ask"), {"email": email})
    for job in Job.objects.filter(name=LINK_MAIL, state=Job.State.WAITING):
        Job.objects.filter(pk=job.pk).update(state=Job.State.DONE)
        function_of(job.name)(job.payload, cast(JobHandle, Silent()))
    return answer


def test_the_request_sends_nothing_itself_and_keeps_no_link(client: Client) -> None:
    person = makers.sign_in("reader")
    client.post(reverse("people:password-ask"), {"email": person.email})
    assert mail.outbox == []
    assert [job.payload for job in Job.objects.filter(name=LINK_MAIL)] == [{"sign_in": person.pk}]


def test_asking_for_a_stranger_leaves_the_same_work(client: Client) -> None:
    client.post(reverse("people:password-ask"), {"email": "stranger@sightline.example"})
    assert Job.objects.filter(name=LINK_MAIL).count() == 1


def test_a_mail_server_that_is_away_is_tried_again_by_the_queue(settings: Any) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9
    with pytest.raises(OSError):
        send_password_link(makers.sign_in("reader").pk)


def link(person: SignIn, client: Client) -> str:
    ask(client, person.email)
    found = re.search(r"/people/password/new/\S+", str(mail.outbox[-1].body))
    assert found
    return found.group()


def test_the_link_sets_a_password_and_works_once(client: Client) -> None:
    person = makers.sign_in("reader")
    address = link(person, client)
    assert client.get(address).status_code == 200
    assert client.post(address, {"password": NEW})["Location"] == reverse("people:sign-in")
    person.refresh_from_db()
    assert person.check_password(NEW)
    assert client.post(address, {"password": "another sentence 8"}).status_code == 410
    person.refresh_from_db()
    assert person.check_password(NEW)


def test_a_link_changed_by_one_letter_does_not_work(client: Client) -> None:
    address = link(makers.sign_in("reader"), client)
    forged = address[:-1] + ("a" if address[-1] != "a" else "b")
    assert client.get(forged).status_code == 410


@pytest.mark.parametrize("uid", ["%%", "MTIzNDU2", "x" * 300])
def test_a_link_for_nobody_says_so(client: Client, uid: str) -> None:
    assert client.get(reverse("people:password-renew", args=[uid, "t-t"])).status_code == 410


def test_signing_in_in_between_spends_the_link(client: Client) -> None:
    person = makers.sign_in("reader")
    address = link(person, client)
    client.post(reverse("people:sign-in"), {"email": person.email, "password": makers.PASSWORD})
    assert client.get(address).status_code == 410


def test_the_answer_is_the_same_for_an_address_without_a_sign_in(client: Client) -> None:
    known = ask(client, makers.sign_in("reader").email).content
    strip = re.compile(rb'name="csrfmiddlewaretoken" value="[^"]+"|"X-CSRFToken": "[^"]+"')
    unknown = ask(client, "stranger@sightline.example").content
    assert strip.sub(b"", known) == strip.sub(b"", unknown)
    assert len(mail.outbox) == 1


def test_a_deactivated_sign_in_gets_no_link(client: Client) -> None:
    ask(client, makers.sign_in("reader", is_active=False).email)
    assert mail.outbox == []


def test_nobodys_mailbox_is_flooded(client: Client) -> None:
    person = makers.sign_in("reader")
    for _ in range(9):
        ask(client, person.email)
    assert len(mail.outbox) == 5


def test_asking_for_links_does_not_slow_signing_in(client: Client) -> None:
    person = makers.sign_in("reader")
    for _ in range(9):
        ask(client, person.email)
    form = {"email": person.email, "password": makers.PASSWORD}
    assert client.post(reverse("people:sign-in"), form).status_code == 303


def test_the_link_is_for_this_installation_whatever_host_was_asked(
    client: Client, settings: Any
) -> None:
    settings.SIGHTLINE_URL = "https://plans.example.com/"
    link(makers.sign_in("reader"), client)
    assert "https://plans.example.com/people/password/new/" in mail.outbox[0].body


def test_a_weak_password_is_refused_in_words(client: Client) -> None:
    answer = client.post(link(makers.sign_in("reader"), client), {"password": "short"})
    assert answer.status_code == 422
    assert "at least 12 characters" in answer.content.decode()


def test_changing_ones_password_needs_the_present_one(client: Client) -> None:
    person = makers.sign_in("reader")
    client.force_login(person)
    url = reverse("people:password-change")
    assert client.post(url, {"present": "wrong", "password": NEW}).status_code == 422
    assert client.post(url, {"present": makers.PASSWORD, "password": NEW}).status_code == 303
    person.refresh_from_db()
    assert person.check_password(NEW)


def test_other_sessions_end_and_this_one_stays(client: Client) -> None:
    person = makers.sign_in("reader")
    other = Client()
    for each in (client, other):
        each.force_login(person)
    url = reverse("people:password-change")
    client.post(url, {"present": makers.PASSWORD, "password": NEW})
    assert client.get(url).status_code == 200
    assert other.get(url).status_code == 302


def test_changing_a_password_is_for_people_signed_in(client: Client) -> None:
    assert client.get(reverse("people:password-change")).status_code == 302
