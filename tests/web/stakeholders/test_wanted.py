"""Roles that nobody fills: seen on the map, filled by somebody or by a placeholder in one act."""

from __future__ import annotations

import pytest
from django.test import Client

from sightline.records.models import Contact, HeldRole, OpportunityContactRole, Play
from sightline.records.queries import company
from sightline.records.queries.stakes import stakes_of
from tests import makers
from tests.web.account.world import World, granted_reader, today, world

pytestmark = pytest.mark.django_db
FRAGMENT = {"HX-Request": "true", "HX-Request-Type": "partial"}


@pytest.fixture
def of() -> World:
    """A play that nobody is linked to; on the map somebody is champion and nobody their sponsor."""
    found = world()
    OpportunityContactRole.objects.all().delete()
    HeldRole.objects.create(contact=found.champion, role="champion")
    makers.contact(found.account, "Anna Berg")
    Play.objects.create(account=found.account, name="Rollout", created_on=today())
    return found


def client_of(sign_in: object) -> Client:
    client = Client()
    client.force_login(sign_in)  # type: ignore[arg-type]
    return client


def at(of: World, rest: str = "") -> str:
    return f"/accounts/{of.account.pk}/map{rest}"


def text(client: Client, address: str, **headers: str) -> str:
    answer = client.get(address, headers=headers or None)
    assert answer.status_code == 200, address
    return answer.content.decode()


@pytest.mark.parametrize("query", ["", "?layout=units", "?layout=plot"])
def test_they_stand_on_the_map_with_what_asks_for_them(of: World, query: str) -> None:
    shown = text(client_of(of.seller), at(of, query))
    assert 'data-state="wanted"' in shown
    assert "Champion: nobody for Rollout. Rollout needs the role." in shown
    assert "Sponsor: nobody is known. A tier 1 account needs the role." in shown


def test_somebody_of_the_map_takes_it_and_the_play_rests_on_them(of: World) -> None:
    client, play = client_of(of.seller), Play.objects.get(name="Rollout")
    panel = text(client, at(of, "/wanted/champion"), **FRAGMENT)
    # who has the role elsewhere is offered first, somebody who left not at all
    assert "Marcus Heidt" not in panel
    assert panel.index("Priya Raman") < panel.index("Anna Berg")
    posted = {"play": play.pk, "person": of.champion.pk}
    assert client.post(at(of, "/wanted/champion/fill"), posted).status_code == 303
    rests = stakes_of([of.account.pk], on=today(), currency="GBP", rates=company.rates())[
        of.account.pk
    ]
    linked = {one.key: one.people for one in rests.stakes}
    assert linked[f"play:{play.pk}"] == (str(of.champion.pk),)
    assert client.get(at(of, "/wanted/champion"), headers=FRAGMENT).status_code == 404
    client.post(client.session[f"map-undo-{of.account.pk}"])
    assert "Champion: nobody for Rollout" in text(client, at(of))


def test_a_placeholder_keeps_the_question_of_its_play(of: World) -> None:
    client, play = client_of(of.seller), Play.objects.get(name="Rollout")
    client.post(at(of, "/wanted/champion/fill"), {"play": play.pk})
    held = HeldRole.objects.get(play=play)
    assert (held.role, held.contact.is_placeholder) == ("champion", True)
    assert "Champion: nobody for Rollout" not in text(client, at(of))


def test_a_slice_of_a_play_asks_for_that_play_alone(of: World) -> None:
    play = Play.objects.get(name="Rollout")
    sliced = text(client_of(of.seller), at(of, f"?play={play.pk}"))
    assert "Champion: nobody for Rollout" in sliced
    assert "Sponsor: nobody is known" not in sliced


def test_nothing_is_asked_as_of_a_past_day_or_of_who_sees_no_opinions(of: World) -> None:
    assert "wanted" not in text(client_of(of.seller), at(of, ".svg?at=2026-01-05"))
    reader = client_of(granted_reader(of))
    assert 'data-state="wanted"' not in text(reader, at(of))
    assert reader.get(at(of, "/wanted/champion")).status_code in (403, 404)
    assert reader.post(at(of, "/wanted/champion/fill")).status_code == 403


def test_what_does_not_belong_here_is_refused(of: World) -> None:
    client = client_of(of.seller)
    assert client.get(at(of, "/wanted/king")).status_code == 404
    assert client.get(at(of, "/wanted/champion/fill")).status_code == 405
    assert client.post(at(of, "/wanted/champion/fill"), {"person": "987654"}).status_code == 404
    other = Play.objects.create(account=makers.account("Other"), name="Theirs", created_on=today())
    before = Contact.objects.count()
    for posted in ({"play": other.pk}, {"play": other.pk, "person": of.champion.pk}):
        client.post(at(of, "/wanted/champion/fill"), posted)
    client.post(at(of, "/wanted/king/fill"))
    assert Contact.objects.count() == before
    assert not HeldRole.objects.filter(play=other).exists()
