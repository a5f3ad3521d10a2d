"""What is thought of people decides nothing that others see: neither who is drawn or listed, nor
in which order. Their pages are the same, letter for letter, whatever the team thinks."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from sightline.exchange.exports.two_pages.compose import paper_of
from sightline.records.models import HeldRole, MapLine, Opinion, SignIn
from sightline.records.scoping import person_of
from tests import makers
from tests.web.account.world import World, colleague, granted_reader, world

pytestmark = pytest.mark.django_db
SECRET = re.compile(r'(?:name="csrfmiddlewaretoken" value|nonce|"X-CSRFToken":)\s*=?\s*"[^"]*"')
MANY = 42
NOW = timezone.now()


@pytest.fixture
def of() -> World:
    """More people than a map draws at once, no two of them met more often than another."""
    found = world()
    Opinion.objects.all().delete()
    boss = found.buyer
    for number in range(MANY):
        makers.contact(found.account, f"Person {number:02}", reports_to=boss)
    return found


def think(of: World, *, well: bool) -> None:
    """Everybody is thought of: the later the better, or the worse."""
    Opinion.objects.all().delete()
    for place, one in enumerate(of.account.contacts.order_by("pk")):
        level = place * 6 // (MANY + 3)
        given = level if well else 5 - level
        for kind, value in (
            ("strength", str(given)),
            ("stance", "supports" if given > 2 else "against"),
        ):
            Opinion.objects.create(
                contact=one, kind=kind, value=value, rater=of.owner, has_evidence=True, reason="met"
            )


def pages(of: World, who: SignIn) -> dict[str, str]:
    client = Client()
    client.force_login(who)
    account, found = of.account.pk, {}
    addresses = [
        reverse("account:people", args=[account]),
        f"{reverse('stakeholders:show', args=[account])}?table=1",
        reverse("account:show", args=[account]),
        reverse("stakeholders:person", args=[account, of.champion.pk]),
    ]
    for address in addresses:
        answer = client.get(address, follow=True)
        assert answer.status_code == 200, address
        found[address] = SECRET.sub("", answer.content.decode())
    return found


def test_no_page_of_others_moves_with_what_is_thought(of: World) -> None:
    for who in (colleague(of, "marketing"), granted_reader(of), colleague(of, "operations")):
        think(of, well=True)
        before = pages(of, who)
        think(of, well=False)
        after = pages(of, who)
        assert [url for url in before if before[url] != after[url]] == []


def test_the_team_sees_the_well_known_first(of: World) -> None:
    think(of, well=True)
    before = pages(of, of.seller)
    think(of, well=False)
    after = pages(of, of.seller)
    assert all(before[url] != after[url] for url in list(before)[:2])


def test_no_page_of_marketing_moves_with_a_blocker_or_a_line(of: World) -> None:
    marketing = colleague(of, "marketing")
    before = pages(of, marketing)
    last = of.account.contacts.order_by("-pk")[0]
    HeldRole.objects.create(contact=last, role="blocker")
    MapLine.objects.create(kind="conflicts", start=last, end=of.champion)
    MapLine.objects.create(kind="only_way", start=of.champion, end=last)
    after = pages(of, marketing)
    assert [url for url in before if before[url] != after[url]] == []


def test_two_pages_of_a_reader_list_people_by_what_is_seen(of: World) -> None:
    reader = person_of(granted_reader(of))
    listed = []
    for well in (True, False):
        think(of, well=well)
        paper = paper_of(reader, of.account.pk, now=NOW)
        listed.append([one.name for one in paper.stakeholders])
    assert listed[0] == listed[1] and len(listed[0]) > MANY
