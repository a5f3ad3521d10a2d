"""Plans written to the CRM: made once under their key, brought up to date, and never made again
where somebody deleted them there."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

import pytest

from sightline.agreement.plan_writing import BACKENDS, KEY_FIELD, STANDARD, Backend
from sightline.agreement.values import FieldKind, FieldShape, ObjectShape
from sightline.crm import publish
from sightline.crm.adapters.memory import Refusal
from sightline.records.models import (
    Account,
    Objective,
    Plan,
    PlanMetric,
    Play,
    SyncIntent,
    SyncLink,
)
from sightline.records.queries import sync_plans
from tests.crm.world import World

pytestmark = pytest.mark.django_db
DAYS = {"starts_on", "ends_on"}


def shapes_of(backend: Backend) -> dict[str, ObjectShape]:
    """The back end's objects as an org describes them."""
    found = {}
    for place in (backend.plan, backend.objective, backend.measure):
        fields = {
            KEY_FIELD: FieldShape(
                KEY_FIELD, FieldKind.TEXT, length=36, createable=True, unique_key=True
            )
        }
        for ours, theirs in place.fields.items():
            kind = FieldKind.DAY if ours in DAYS else FieldKind.TEXT
            fields[theirs] = FieldShape(theirs, kind, createable=True, updateable=True)
        if place.parent:
            fields[place.parent] = FieldShape(place.parent, FieldKind.REFERENCE, createable=True)
        found[place.object] = ObjectShape(place.object, fields, createable=True, updateable=True)
    return found


def connected(backend: Backend) -> World:
    """An org that keeps plans there, and a plan with an objective, a target and a metric."""
    world = World().connect()
    world.crm.shapes |= shapes_of(backend)
    publish.refresh_plan_shapes(world.session)
    account = Account.objects.get(outside_id=world.account)
    plan = Plan.objects.create(
        account=account,
        year=2027,
        starts_on=dt.date(2027, 1, 1),
        ends_on=dt.date(2027, 12, 31),
        state="active",
        currency="GBP",
        target=125_000_50,
        thesis="Standardise on one platform",
    )
    Objective.objects.create(plan=plan, words="Win the group contract", measure="Signed")
    PlanMetric.objects.create(
        plan=plan, key="nrr", target=Decimal("1.12"), by=dt.date(2027, 12, 31)
    )
    return world


def write(world: World) -> int:
    """One round's writing of plans."""
    world.pass_time(61)
    source = world.session.context().source_id
    return publish.publish(world.session, sync_plans.parts(source))


@pytest.mark.parametrize("backend", BACKENDS, ids=lambda one: one.name)
def test_a_plan_is_made_with_its_objectives_and_measures_and_then_left_alone(
    backend: Backend,
) -> None:
    world = connected(backend)
    assert write(world) == 5
    (plan,) = world.crm.live(backend.plan.object).values()
    objectives = world.crm.live(backend.objective.object).values()
    measures = world.crm.live(backend.measure.object).values()
    names = backend.plan.fields
    assert plan.values[names["account"]] == world.account
    assert plan.values[names["thesis"]] == "Standardise on one platform"
    assert {one.values["Name"] for one in objectives} == {
        "Win the group contract",
        "Targets of the plan",
    }
    assert {one.values[backend.objective.parent] for one in objectives} == {plan.id}
    said = backend.measure.fields
    assert {(one.values[said["unit"]], one.values[said["target"]]) for one in measures} == {
        ("Currency", "125000.5"),
        ("Percent", "112"),
    }
    assert write(world) == 0


def test_only_what_changed_is_written_again() -> None:
    world = connected(STANDARD)
    write(world)
    Objective.objects.update(state="met", words="Won the group contract")
    before = len(world.crm.written)
    assert write(world) == 1
    (sent,) = world.crm.written[before:]
    assert dict(sent.values) == {"Name": "Won the group contract", "Status": "Closed"}


@pytest.mark.parametrize("fault", ["lost", "before", "lock"])
def test_a_lost_answer_makes_nothing_twice(fault: str) -> None:
    world = connected(STANDARD)
    world.crm.fault = lambda place: fault if place == "item" else None
    write(world)
    world.crm.fault = lambda place: None
    write(world)
    write(world)
    counts = [len(world.crm.live(name)) for name in STANDARD.objects]
    assert counts == [1, 2, 2]
    assert not SyncLink.objects.filter(target__startswith="Plan", remote_id="").exists()


def test_a_plan_deleted_there_is_not_made_again() -> None:
    world = connected(STANDARD)
    write(world)
    (plan,) = world.crm.live("AccountPlan")
    world.crm.delete("AccountPlan", plan)
    Plan.objects.update(thesis="Another")
    write(world)
    write(world)
    assert world.crm.live("AccountPlan") == {}


def refused(words: str) -> Callable[..., None]:
    def rule(name: str, values: object) -> None:
        if name == "AccountPlan":
            raise Refusal("FIELD_CUSTOM_VALIDATION_EXCEPTION", words)

    return rule


def test_a_refused_plan_says_so_in_the_services_words_and_waits() -> None:
    world = connected(STANDARD)
    world.crm.rules.append(refused("Plans end in March"))
    write(world)
    intent = SyncIntent.objects.get()
    assert (intent.state, intent.message) == ("refused", "Plans end in March")
    tried = len(world.crm.written)
    write(world)
    assert len(world.crm.written) == tried
    world.crm.rules.clear()
    Plan.objects.update(thesis="Another")
    assert write(world) == 5
    assert not SyncIntent.objects.exists()


def test_drafts_and_orgs_without_a_place_for_plans_get_nothing() -> None:
    world = connected(STANDARD)
    Plan.objects.update(state="draft")
    assert write(world) == 0
    for name in STANDARD.objects:
        del world.crm.shapes[name]
    publish.refresh_plan_shapes(world.session)
    Plan.objects.update(state="active")
    assert publish.backend_of(world.session) is None
    assert write(world) == 0


def linked(world: World, *, fault: str | None = None) -> list[tuple[str, str]]:
    """Measure and opportunity of every link there, after two rounds, the first with a fault."""
    shape = shapes_of(STANDARD)["AccountPlanObjectiveMeasure"]
    reference = FieldShape("x", FieldKind.REFERENCE, createable=True)
    names = ("AccountPlanObjectiveMeasureId", "ReferenceRecordId")
    world.crm.shapes["AccountPlanObjMeasRela"] = replace(
        shape,
        name="AccountPlanObjMeasRela",
        fields={name: replace(reference, name=name) for name in names},
    )
    publish.refresh_plan_shapes(world.session)
    write(world)
    deal = world.ours(world.deal())
    Play.objects.create(
        account=deal.account, name="Renewal", opportunity=deal, created_on=dt.date(2026, 11, 1)
    )
    world.crm.fault = lambda place: fault if place == "item" else None
    write(world)
    world.crm.fault = lambda place: None
    write(world)
    write(world)
    rows = world.crm.live("AccountPlanObjMeasRela").values()
    return [(row.values[names[0]], row.values[names[1]]) for row in rows]


@pytest.mark.parametrize("fault", [None, "lost", "before"])
def test_the_opportunity_of_a_play_is_tied_to_the_plans_target_once(fault: str | None) -> None:
    world = connected(STANDARD)
    (tie,) = linked(world, fault=fault)
    measure = world.crm.rows_of["AccountPlanObjectiveMeasure"][tie[0]]
    assert measure.values["Name"] == "Target, GBP"
    assert tie[1] == SyncLink.objects.get(target="Opportunity").remote_id
    assert SyncLink.objects.get(target="PlanLink").remote_id
