"""A review of a small customer, to be held: an assumption, plays, people who left."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from django.test import Client
from django.urls import reverse

from sightline.records.models import Assumption, Play, PlayCell, Review, ReviewItem
from tests.web.account import world as worlds
from tests.web.account.world import World

PARTIAL = {"HX-Request": "true", "HX-Request-Type": "partial"}


@dataclass
class Meeting:
    """The customer, the review and what the tests act on."""

    of: World
    review: Review
    assumption: Assumption
    play: Play

    def url(self, name: str, *more: int) -> str:
        """An address of the room."""
        return reverse(f"review_room:{name}", args=[self.review.pk, *more])

    def item(self, kind: str) -> ReviewItem:
        """The first item of a kind."""
        found = ReviewItem.objects.filter(review=self.review, kind=kind).order_by("pk").first()
        assert found is not None, kind
        return found

    def open(self, client: Client) -> None:
        """Its seller opens the room."""
        client.force_login(self.of.seller)
        answer = client.post(self.url("open"))
        assert answer.status_code == 303
        self.review.refresh_from_db()

    def settle_all(self, client: Client, *, ending: str = "leave") -> None:
        """Every item left ends."""
        for item in ReviewItem.objects.filter(review=self.review, ending=""):
            sent = {
                "ending": ending,
                "words": "As it is",
                "version": item.version,
                "owner": self.of.owner.pk,
                "due_on": (worlds.today() + timedelta(days=9)).isoformat(),
            }
            answer = client.post(self.url("settle", item.pk), sent)
            assert answer.status_code == 303, answer.content.decode()[:400]


def meeting() -> Meeting:
    """A planned review with one assumption and one play of the plan's own."""
    of = worlds.world()
    assert of.plan is not None
    assumption = Assumption.objects.create(plan=of.plan, words="Two plants go live before June")
    play = Play.objects.create(
        account=of.account,
        name="Mobility in Manufacturing",
        value=90_000_00,
        currency="GBP",
        created_on=worlds.today(),
        target_close=worlds.today() + timedelta(days=40),
    )
    PlayCell.objects.create(play=play, unit=of.unit, product_line=of.extra)
    review = Review.objects.create(
        plan=of.plan,
        account=of.account,
        due_on=worlds.today(),
        held_on=worlds.today(),
    )
    return Meeting(of, review, assumption, play)
