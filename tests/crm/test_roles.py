"""Buying roles cross in Salesforce's words, and what is finer here stays so."""

from __future__ import annotations

import pytest

from sightline.actions.sync import connections, inbox, sending
from sightline.agreement.rules import rules_from
from sightline.agreement.values import FieldKind
from sightline.crm import mirror, relations
from sightline.crm.adapters.memory import Refusal
from sightline.exchange.imports.meanings import buying_role
from sightline.records.models import (
    Contact,
    HeldRole,
    OpportunityContactRole,
    SyncConflict,
    SyncCrossing,
    SyncIntent,
)
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


def with_relations(world: World, person: Contact, roles: str | None = None) -> str:
    """The org keeps roles in the account, too; answers the relation of a person."""
    reference = FieldKind.REFERENCE
    world.crm.shapes["AccountContactRelation"] = worlds._object(
        "AccountContactRelation",
        worlds._field("AccountId", reference, updateable=False),
        worlds._field("ContactId", reference, updateable=False),
        worlds._field("Roles", FieldKind.MULTI),
    )
    values = {"AccountId": world.account, "ContactId": person.outside_id, "Roles": roles}
    return world.crm.insert("AccountContactRelation", values)


def test_a_role_is_told_of_the_account_too_and_what_others_wrote_there_stays(world: World) -> None:
    deal, person = met(world)
    relation = with_relations(world, person, "Evaluator")
    row = OpportunityContactRole.objects.create(
        opportunity=world.ours(deal), contact=person, buying_role="champion"
    )
    world.settle(2)

    def said() -> object:
        return world.crm.value("AccountContactRelation", relation, "Roles")

    assert said() == "Evaluator;Influencer"
    OpportunityContactRole.objects.filter(pk=row.pk).update(buying_role="economic_buyer")
    world.settle(2)
    assert said() == "Economic Buyer;Evaluator"
    written = len(world.crm.written)
    world.settle(2)
    assert len(world.crm.written) == written
    crossed = SyncCrossing.objects.filter(field="account_roles").order_by("pk")
    assert [one.after for one in crossed] == ["Evaluator;Influencer", "Economic Buyer;Evaluator"]


def test_a_role_whose_making_nobody_answered_for_is_told_of_the_account(world: World) -> None:
    deal, person = met(world)
    relation = with_relations(world, person, "Evaluator")
    lost = iter(["lost"])
    world.crm.fault = lambda place: next(lost, None) if place == "item" else None
    given = {"opportunity": world.ours(deal), "contact": person}
    OpportunityContactRole.objects.create(**given, buying_role="champion")
    world.settle(2)
    assert there(world) == ["Influencer"]
    assert world.crm.value("AccountContactRelation", relation, "Roles") == "Evaluator;Influencer"


def test_a_blocker_is_told_of_no_account_and_an_org_without_relations_is_asked_nothing_twice(
    world: World,
) -> None:
    deal, person = met(world)
    given = {"opportunity": world.ours(deal), "contact": person}
    OpportunityContactRole.objects.create(**given, buying_role="user")
    world.settle(2)
    relation = with_relations(world, person)  # switched on later: what was told before stays untold
    OpportunityContactRole.objects.update(buying_role="blocker")
    world.settle(2)
    assert world.crm.value("AccountContactRelation", relation, "Roles") is None


def test_a_refusal_of_the_account_role_is_said_and_tried_again(world: World) -> None:
    deal, person = met(world)
    relation = with_relations(world, person)
    given = {"opportunity": world.ours(deal), "contact": person}
    row = OpportunityContactRole.objects.create(**given, buying_role="user")

    def rule(name: str, values: object) -> None:
        if name == "AccountContactRelation":
            raise Refusal("FIELD_CUSTOM_VALIDATION_EXCEPTION", "No roles here")

    world.crm.rules.append(rule)
    world.settle(2)
    intent = SyncIntent.objects.get()
    assert (intent.state, intent.message) == ("refused", "No roles here")
    assert world.crm.value("AccountContactRelation", relation, "Roles") is None
    world.crm.rules.remove(rule)
    sending.try_again(intent.pk, now=world.now)
    world.settle(2)
    assert world.crm.value("AccountContactRelation", relation, "Roles") == "Business User"
    assert not SyncIntent.objects.exists()
    OpportunityContactRole.objects.filter(pk=row.pk).update(buying_role="technical")
    world.settle(2)
    assert world.crm.value("AccountContactRelation", relation, "Roles") == "Technical Buyer"
    assert not SyncIntent.objects.exists()


def test_a_role_of_the_account_changed_there_is_one_here_and_what_is_said_here_stays(
    world: World,
) -> None:
    _, person = met(world)
    relation = with_relations(world, person, "Evaluator;Influencer")
    HeldRole.objects.create(contact=person, role="champion")  # told as an influencer: no news

    def read() -> list[str]:
        relations.read_relations(world.session, meaning=buying_role)
        world.pass_time(61)
        rows = HeldRole.objects.filter(contact=person, ended_at=None).order_by("role")
        return [one.role for one in rows]

    assert read() == ["champion", "technical"]
    world.crm.edit("AccountContactRelation", relation, {"Roles": "Economic Buyer;Influencer"})
    assert read() == ["champion", "economic_buyer"]
    assert read() == ["champion", "economic_buyer"]
    said = SyncCrossing.objects.filter(field="account_roles", way="in").order_by("pk")
    assert [one.after for one in said] == ["Evaluator;Influencer", "Economic Buyer;Influencer"]
    world.crm.edit("AccountContactRelation", relation, {"Roles": None})
    assert read() == ["champion"]


def test_a_person_has_a_relation_with_each_account_whose_deal_tells_a_role(world: World) -> None:
    deal, person = met(world)
    with_relations(world, person)
    other = world.crm.insert("Account", {"Name": "Other"})
    world.crm.insert(
        "AccountContactRelation", {"AccountId": other, "ContactId": person.outside_id, "Roles": ""}
    )
    second = world.deal(AccountId=other)
    for one in (deal, second):
        given = {"opportunity": world.ours(one), "contact": person}
        OpportunityContactRole.objects.create(**given, buying_role="user")
    world.settle(2)
    told = SyncCrossing.objects.filter(field="account_roles", way="out")
    assert [one.after for one in told] == ["Business User", "Business User"]
    inbox.read_again_since(world.session.connection_id, world.now)  # with the marks of roles there
