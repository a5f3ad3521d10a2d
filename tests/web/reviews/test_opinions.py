"""Challenges that are opinions about people reach only whom opinions are for, in reviews too."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from sightline.actions.progress import Silent
from sightline.actions.reviews.preparation import prepare_reviews
from sightline.records.models import (
    CrmUser,
    MinuteLine,
    Opinion,
    OpportunityContactRole,
    Review,
    ReviewItem,
    SignIn,
)
from tests import makers
from tests.web.account import world as worlds
from tests.web.review_room.world import PARTIAL, Meeting
from tests.web.review_room.world import meeting as make

pytestmark = pytest.mark.django_db
TITLE = "A stance is rosier than contact shows"
OTHER = "The target has no credible path"


@pytest.fixture
def meeting(db: None) -> Meeting:
    """A customer one of whose people is rated as supporting although nobody met them."""
    made = make()
    silent = makers.contact(made.of.account, "Ilse Brandt", title="Head of Plants")
    Opinion.objects.create(contact=silent, kind="stance", value="supports", rater=made.of.owner)
    OpportunityContactRole.objects.create(opportunity=made.of.deal, contact=silent, role="Champion")
    return made


def _unanswered(body: str) -> int:
    found = re.search(r"(\d+) of \d+ challenges unanswered", body)
    return int(found[1]) if found else 0


def _unanswered_as_kept(meeting: Meeting) -> int:
    prepare_reviews(now=timezone.now(), job=Silent())
    kept = Review.objects.get(pk=meeting.review.pk).readiness["missing"]
    return int(next(missing for code, missing, _of in kept if code == "readiness.challenges"))


def leader_above(meeting: Meeting) -> SignIn:
    """Somebody whose place in the hierarchy is above the owner's."""
    top = makers.crm_role()
    CrmUser.objects.filter(pk=meeting.of.owner.pk).update(role=makers.crm_role(parent=top))
    return makers.sign_in("leader", user=makers.crm_user("Lea Dorn", role=top))


def body_of(client: Client, url: str, who: SignIn) -> str:
    client.force_login(who)
    answer = client.get(url, headers=PARTIAL if "names=" in url else {})
    assert answer.status_code == 200
    return str(answer.content.decode())


def test_a_pre_read_keeps_opinions_from_readers(client: Client, meeting: Meeting) -> None:
    url = reverse("reviews:prepare", args=[meeting.review.pk])
    for who in (meeting.of.seller, leader_above(meeting), worlds.sponsor(meeting.of)):
        assert TITLE in body_of(client, url, who)
    reader = worlds.granted_reader(meeting.of)
    body = body_of(client, url, reader)
    assert TITLE not in body and OTHER in body
    # nor does a number tell of what is not shown
    client.force_login(meeting.of.seller)
    seen = _unanswered(client.get(url).content.decode())
    assert seen - 1 == _unanswered(body) == _unanswered_as_kept(meeting)


def test_a_room_keeps_opinions_and_what_was_said_of_them_from_readers(
    client: Client, meeting: Meeting
) -> None:
    meeting.open(client)
    item = ReviewItem.objects.get(key__startswith="challenge:stance_rosier|")
    sent = {"ending": "decision", "words": "Rate her neutral", "version": item.version}
    assert client.post(meeting.url("settle", item.pk), sent).status_code == 303
    assert MinuteLine.objects.filter(item=item, text="Rate her neutral").exists()
    may = (meeting.of.seller, leader_above(meeting), worlds.sponsor(meeting.of))
    reader = worlds.granted_reader(meeting.of)
    piece = meeting.url("fragments") + f"?names=item-{item.pk},minutes"
    for url in (meeting.url("show"), piece):
        for who in may:
            body = body_of(client, url, who)
            assert TITLE in body and "Rate her neutral" in body
        body = body_of(client, url, reader)
        assert TITLE not in body and "Rate her neutral" not in body
    assert OTHER in body_of(client, meeting.url("show"), reader)


def test_a_leader_of_other_accounts_finds_no_review(client: Client, meeting: Meeting) -> None:
    client.force_login(makers.sign_in("leader", user=makers.crm_user("Far Away")))
    for url in (reverse("reviews:prepare", args=[meeting.review.pk]), meeting.url("show")):
        assert client.get(url).status_code == 404
