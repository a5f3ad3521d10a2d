"""What we think of people is told only where a mapping says so, outward, and kept in no history."""

from __future__ import annotations

import pytest
from django.utils import timezone

from sightline.actions.sync import connections
from sightline.actions.sync.context import context_of
from sightline.agreement.rules import rules_from
from sightline.agreement.telling import telling
from sightline.agreement.values import FieldKind
from sightline.crm import mirror
from sightline.records.models import (
    Contact,
    HeldRole,
    Opinion,
    SyncConflict,
    SyncCrossing,
    SyncIntent,
)
from tests import makers
from tests.crm import world as worlds
from tests.crm.world import World

pytestmark = pytest.mark.django_db
STANCE, BLOCKS, NOTES, STRENGTH = "Stance__c", "Blocks__c", "Notes__c", "Strength__c"


@pytest.fixture
def world() -> World:
    world = World().connect()
    fields = world.crm.shapes["Contact"].fields
    for name in (STANCE, NOTES, STRENGTH):
        fields[name] = worlds._field(name, length=80)
    fields[BLOCKS] = worlds._field(BLOCKS, FieldKind.SWITCH)
    plain = {
        "objects": list(worlds.EVERYTHING),
        "two_way": {"Contact": {"fields": [{"ours": "reports_to", "theirs": "ReportsToId"}]}},
    }
    pk = world.session.connection_id
    connections.save_rules(pk, rules_from(plain), seen=2, actor_id=None)
    mirror.refresh_shapes(world.session)
    world.crm.insert("Contact", {"LastName": "Steiner", "AccountId": world.account})
    world.round()
    return world


def switch_on(world: World, **told: str) -> None:
    pk = world.session.connection_id
    rules = telling(context_of(pk).rules, {f"told_{name}": one for name, one in told.items()})
    connections.save_rules(pk, rules, seen=3, actor_id=None)
    mirror.refresh_shapes(world.session)


def person() -> Contact:
    return Contact.objects.get()


def there(world: World, name: str) -> object:
    return next(iter(world.crm.live("Contact").values())).values.get(name)


def say(kind: str, value: str = "", **more: object) -> Opinion:
    Opinion.objects.filter(kind=kind).exclude(kind__in=["strength", "note"]).update(
        superseded_at=timezone.now()
    )
    return Opinion.objects.create(contact=person(), kind=kind, value=value, **more)


def test_nothing_is_told_until_it_is_switched_on(world: World) -> None:
    say("stance", "against")
    HeldRole.objects.create(contact=person(), role="blocker")
    world.settle()
    assert not world.crm.written


def test_a_stance_is_told_where_it_is_switched_on_and_follows_what_is_said(world: World) -> None:
    say("stance", "against")
    switch_on(world, stance=STANCE)
    world.settle(2)
    assert there(world, STANCE) == "against"
    assert len(world.crm.written) == 1
    say("stance", "supports")
    world.settle(2)
    assert there(world, STANCE) == "supports"
    Opinion.objects.update(superseded_at=timezone.now())  # taken back, or past its time
    world.settle(2)
    assert there(world, STANCE) is None
    written = len(world.crm.written)
    world.settle(2)
    assert (len(world.crm.written), SyncIntent.objects.count()) == (written, 0)


def test_what_is_thought_is_kept_in_no_history_and_never_read_back(world: World) -> None:
    say("stance", "against")
    switch_on(world, stance=STANCE)
    world.settle(2)
    crossed = SyncCrossing.objects.filter(field="told_stance")
    assert list(crossed.values_list("way", "before", "after")) == [("out", None, None)]
    key = next(iter(world.crm.live("Contact")))
    world.crm.edit("Contact", key, {STANCE: "neutral"})
    world.settle(2)
    assert there(world, STANCE) == "against"
    assert not SyncConflict.objects.exists()
    assert Opinion.objects.get().value == "against"


def test_blocker_rated_strength_and_shared_notes_are_told_and_private_ones_never(
    world: World,
) -> None:
    switch_on(world, blocker=BLOCKS, strength=STRENGTH, notes=NOTES)
    for level in ("5", "2"):
        say("strength", level, rater=makers.crm_user(f"Rater {level}"))
    say("note", reason="For me alone")
    say("note", reason="For the team", shared=True)
    role = HeldRole.objects.create(contact=person(), role="blocker")
    world.settle(2)
    told = (there(world, BLOCKS), there(world, STRENGTH), there(world, NOTES))
    assert told == (True, "2", "For the team")
    role.holds = False
    role.save()
    world.settle(2)
    assert there(world, BLOCKS) in (None, False)
