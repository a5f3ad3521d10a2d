"""Questions that wait stand in the pre-read and on the agenda; who is named in the minutes hears."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from sightline.actions import asks
from sightline.records.models import AccountAccess, Mention, ReviewItem
from sightline.records.scoping import person_of
from tests import makers
from tests.web.account import world as worlds
from tests.web.review_room.world import Meeting

pytestmark = pytest.mark.django_db


def test_an_open_question_is_on_the_agenda_and_the_minutes_tell_who_is_named(
    client: Client, meeting: Meeting
) -> None:
    mate = makers.crm_user("Lena Ort")
    makers.sign_in("account_manager", user=mate)
    account = meeting.of.account
    AccountAccess.objects.create(account=account, user=mate, why="team", may_write=True)
    day = worlds.today() + timedelta(days=3)
    seller = person_of(meeting.of.seller)
    new = asks.NewQuestion(account.pk, "account", "", "Who signs the frame?", mate.pk, day)
    asked = asks.ask(seller, new, on=worlds.today(), now=timezone.now())
    client.force_login(meeting.of.seller)
    pre = reverse("reviews:prepare", args=[meeting.review.pk])
    assert "Who signs the frame?" in client.get(pre).content.decode()
    meeting.open(client)
    assert meeting.item("ask").key == f"ask:{asked}"
    assert "signs" not in str(list(ReviewItem.objects.values_list("key", "facts")))
    body = client.get(meeting.url("show")).content.decode()
    assert "Who signs the frame?" in body and "asks Lena Ort" in body
    client.post(meeting.url("minute"), {"text": "@Lena Ort brings the numbers"})
    assert Mention.objects.get().named == mate
