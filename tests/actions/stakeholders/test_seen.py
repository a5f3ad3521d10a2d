"""People who are only addresses in mails: suggested to the team, added, let go, and ended."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from sightline.actions import people_data
from sightline.actions.imports.addresses import mark_of, strangers_among
from sightline.actions.people_data.erase import erase
from sightline.planning.parameters import load_defaults
from sightline.planning.stakeholders.again import SeenAgainParameters
from sightline.records.models import Contact, ErasedOutsideId, JournalEntry, SeenAddress
from sightline.records.queries.people_data import person_data
from tests import makers
from tests.web.account.world import World, today, world

pytestmark = pytest.mark.django_db
NUMBERS = load_defaults().section(SeenAgainParameters, "seen_again")


@pytest.fixture
def of() -> World:
    return world()


def seen(of: World, address: str, name: str = "", *, ago: int = 3) -> SeenAddress:
    day = today() - timedelta(days=ago)
    return SeenAddress.objects.create(
        account=of.account, address=address, name=name, days=[day.isoformat()], last_on=day
    )


def page(client: Client, of: World) -> str:
    return client.get(reverse("stakeholders:show", args=[of.account.pk])).content.decode()


def test_who_wrote_and_is_no_contact_is_suggested_to_the_team_alone(
    client: Client, of: World
) -> None:
    seen(of, "z.quist@helvion.example", "Zoë Quist")
    seen(of, "old@helvion.example", "Olle Dahl", ago=400)
    reader = makers.sign_in("reader", user=makers.crm_user())
    of.account.grants.create(sign_in=reader)
    client.force_login(reader)
    assert "Zoë Quist" not in page(client, of)
    client.force_login(of.seller)
    body = page(client, of)
    assert "Zoë Quist" in body
    assert "known by z.quist@helvion.example alone, no contact of the CRM" in body
    assert "Olle Dahl" not in body


def test_one_press_makes_a_person_and_another_lets_the_address_go(
    client: Client, of: World
) -> None:
    one, other = seen(of, "z.quist@helvion.example"), seen(of, "spam@elsewhere.example")
    client.force_login(of.seller)
    add = reverse("stakeholders:add", args=[of.account.pk])
    client.post(add, {"seen": one.pk})
    made = Contact.objects.get(email="z.quist@helvion.example")
    assert (made.name, made.account) == ("Z Quist", of.account)
    client.post(add, {"seen": other.pk, "forget": "1"})
    assert not SeenAddress.objects.exists()
    assert strangers_among({"spam@elsewhere.example"}, parameters=NUMBERS) == frozenset()
    said = [str(row.changes) + row.note for row in JournalEntry.objects.all()]
    assert not any("elsewhere" in text or "helvion" in text for text in said)


def test_an_address_of_another_account_is_out_of_reach(client: Client, of: World) -> None:
    foreign = SeenAddress.objects.create(
        account=makers.account("Other"), address="a@b.example", days=[], last_on=today()
    )
    client.force_login(of.seller)
    client.post(reverse("stakeholders:add", args=[of.account.pk]), {"seen": foreign.pk})
    assert SeenAddress.objects.filter(pk=foreign.pk).exists()
    assert not Contact.objects.filter(email="a@b.example").exists()


def test_strangers_are_nobody_known_none_of_ours_and_no_shared_mailbox(of: World) -> None:
    makers.crm_user("Ilse Lund", email="ilse@seller.example")
    makers.contact(of.account, "Ana", email="Ana@Helvion.example")
    asked = {
        "ana@helvion.example",
        "new@seller.example",
        "info@helvion.example",
        "no-reply@helvion.example",
        "zoe@helvion.example",
    }
    assert strangers_among(asked, parameters=NUMBERS) == {"zoe@helvion.example"}


def test_addresses_end_with_the_window_and_with_the_person(of: World) -> None:
    seen(of, "zoe@helvion.example")
    known = makers.contact(of.account, "Bo Ek", email="bo@helvion.example")
    seen(of, "bo@helvion.example")
    data = person_data(makers.person("operations"), known.pk)
    assert data is not None
    assert [row["address"] for row in data.sections["seenaddress"]] == ["bo@helvion.example"]
    erase(known.pk, actor_id=None)
    assert SeenAddress.objects.get().address == "zoe@helvion.example"
    assert ErasedOutsideId.objects.filter(digest=mark_of("Bo@helvion.example")).exists()
    parameters = load_defaults()
    near, far = today() + timedelta(days=100), today() + timedelta(days=200)
    assert people_data.end_what_is_past(near, parameters=parameters).addresses == 0
    assert people_data.end_what_is_past(far, parameters=parameters).addresses == 1


def test_what_a_fact_was_before_ends_soon(of: World) -> None:
    from sightline.actions import stakeholders as verbs
    from sightline.records.models import FactChange
    from sightline.records.scoping import person_of

    verbs.set_fact(
        *(person_of(of.seller), of.account.pk, of.buyer.pk, "title", "Planner"),
        now=timezone.now(),
        on=today(),
    )
    assert FactChange.objects.count() == 1
    later: date = today() + timedelta(days=40)
    assert people_data.end_what_is_past(later, parameters=load_defaults()).fact_changes == 1
