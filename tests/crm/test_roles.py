"""Buying roles cross in Salesforce's words, and what is finer here stays so."""

from __future__ import annotations

import pytest

from sightline.actions.sync import connections
from sightline.agreement.rules import rules_from
from sightline.agreement.values import FieldKind
from sightline.crm import mirror
from sightline.records.models import Contact, OpportunityContactRole, SyncConflict
from tests.crm import world as worlds
from tests.crm.world import World

pytestmark = pytest.mark.django_db

_ROLE = {
    "create": True,
    "natural": ["OpportunityId", "ContactId"],
    "fields": [
        {
            "ours": "opportunity",
            "theirs": "OpportunityId",
            "owner": "crm",
            "create_only": True,
        },
        {"ours": "contact", "theirs": "ContactId", "owner": "crm", "create_only": True},
        {"ours": "role", "theirs": "Role", "also": ["buying_role"]},
    ],
}


@pytest.fixture
def world() -> World:
    world = World().connect()
    reference = FieldKind.REFERENCE
    world.crm.shapes["OpportunityContactRole"] = worlds._object(
        "OpportunityContactRole",
        worlds._field("OpportunityId", reference, updateable=False),
        worlds._field("ContactId", reference, updateable=False),
        worlds._field("Role", FieldKind.PICKLIST),
    )
    plain = {
        "objects": [*worlds.EVERYTHING, "OpportunityContactRole"],
        "two_way": {"OpportunityContactRole": _ROLE},
    }
    pk = world.session.connection_id
    connections.save_rules(pk, rules_from(plain), seen=2, actor_id=None)
    mirror.refresh_shapes(world.session)
    return world


def met(world: World) -> tuple[str, Contact]:
    """A deal and a person, both on both sides."""
    person = world.crm.insert("Contact", {"LastName": "Steiner", "AccountId": world.account})
    deal = world.deal()
    world.round()
    return deal, Contact.objects.get(outside_id=person)


def there(world: World) -> list[str]:
    rows = world.crm.live("OpportunityContactRole").values()
    return [row.values["Role"] for row in rows]


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [("champion", "Influencer"), ("coach", "Other"), ("economic_buyer", "Economic Buyer")],
)
def test_a_role_of_ours_is_told_in_their_word_and_stays_as_it_is_here(
    world: World, ours: str, theirs: str
) -> None:
    deal, person = met(world)
    row = OpportunityContactRole.objects.create(
        opportunity=world.ours(deal), contact=person, buying_role=ours
    )
    world.settle()
    assert there(world) == [theirs]
    row.refresh_from_db()
    assert row.buying_role == ours
    person_there = next(iter(world.crm.live("Contact")))
    world.crm.edit("Contact", person_there, {"LastName": "Steiner-Bauer"})
    key = next(iter(world.crm.live("OpportunityContactRole")))
    world.crm.edit("OpportunityContactRole", key, {"Role": theirs})  # touched, not changed
    world.settle()
    row.refresh_from_db()
    assert (row.buying_role, there(world)) == (ours, [theirs])


def test_a_role_changed_there_is_the_role_here(world: World) -> None:
    deal, person = met(world)
    row = OpportunityContactRole.objects.create(
        opportunity=world.ours(deal), contact=person, buying_role="champion"
    )
    world.settle()
    key = next(iter(world.crm.live("OpportunityContactRole")))
    world.crm.edit("OpportunityContactRole", key, {"Role": "Executive Sponsor"})
    world.settle()
    row.refresh_from_db()
    assert row.buying_role == "their_sponsor"
    assert not SyncConflict.objects.exists()


def test_a_blocker_is_never_told(world: World) -> None:
    deal, person = met(world)
    OpportunityContactRole.objects.create(
        opportunity=world.ours(deal), contact=person, buying_role="blocker"
    )
    world.settle()
    assert there(world) == []


def test_who_becomes_a_blocker_later_is_told_as_before(world: World) -> None:
    deal, person = met(world)
    row = OpportunityContactRole.objects.create(
        opportunity=world.ours(deal), contact=person, buying_role="user"
    )
    world.settle()
    OpportunityContactRole.objects.filter(pk=row.pk).update(buying_role="blocker")
    world.settle()
    key = next(iter(world.crm.live("OpportunityContactRole")))
    world.crm.edit("OpportunityContactRole", key, {"Role": "Business User"})
    world.settle()
    row.refresh_from_db()
    assert (row.buying_role, there(world)) == ("blocker", ["Business User"])
