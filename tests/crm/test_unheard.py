"""Rows whose making nobody answered for: edited, tried again or found, they are told as what went out."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from sightline.actions.sync import gathering, sending
from sightline.records.models import (
    Account,
    Opportunity,
    Stage,
    SyncConflict,
    SyncCrossing,
    SyncIntent,
)
from tests import makers
from tests.crm.bundles.machine import Bundles
from tests.crm.bundles.org import DEAL, RELATION, ROLE
from tests.crm.world import World

pytestmark = pytest.mark.django_db


def amounts(world: World) -> list[tuple[str | None, str | None]]:
    """What crossed to them as an amount."""
    crossed = SyncCrossing.objects.filter(link__target=DEAL, field="amount", way="out")
    return list(crossed.order_by("pk").values_list("before", "after"))


@pytest.mark.parametrize("second", ["nothing", "before"])
def test_an_edit_made_meanwhile_goes_out_after_what_was_sent(second: str) -> None:
    """Looked at before anything is read, it makes nobody forget what was sent; and a second try that
    never arrives is not taken for what stands there."""
    world = World().connect(amount="shared")
    account = Account.objects.get(outside_id=world.account)
    faults = iter(["lost", second])
    world.crm.fault = lambda place: next(faults, None) if place == "item" else None
    stage, _ = Stage.objects.get_or_create(name="Prospecting")
    row = makers.opportunity(account, stage=stage, name="New play", amount=5000, currency="GBP")
    world.round()
    Opportunity.objects.filter(pk=row.pk).update(amount=7000, version=row.version + 1)
    gathering.gather(world.session.context(), now=world.now)
    world.settle()
    row.refresh_from_db()
    (there,) = world.crm.live(DEAL).values()
    assert (row.amount, there.values["Amount"]) == (7000, 70)
    assert not SyncConflict.objects.exists()
    assert amounts(world) == [(None, "50"), ("50", "70")]


@pytest.fixture
def state() -> Iterator[Bundles]:
    """A new opportunity with a product and a part in it, of which nobody there knows yet."""
    state = Bundles()
    state.somebody_starts_a_play(number=0, cells=1, role="economic_buyer")
    yield state
    state.teardown()


def parts_noted() -> list[dict[str, str]]:
    """What is noted as sent of parts."""
    return list(SyncIntent.objects.filter(link__target=ROLE).values_list("sent", flat=True))


def test_a_part_that_went_out_with_its_deal_waits_for_its_id_and_is_told_once(
    state: Bundles,
) -> None:
    state.a_round_with_a_fault(("whole", "before"))
    assert [one["role"] for one in parts_noted()] == ["Economic Buyer"]
    state.world.pass_time(86_400)
    context = state.world.session.context()
    assert list(sending.objects_due(context, now=state.world.now)) == [DEAL]
    state.a_round_with_a_fault(("whole", "lost"))
    state.until_still()
    crossed = SyncCrossing.objects.filter(link__target=ROLE, way="out")
    assert sorted(crossed.values_list("field", flat=True)) == ["contact", "opportunity", "role"]
    told = [row.values["Roles"] for row in state.there(RELATION).values()]
    assert sorted(filter(None, told)) == ["Economic Buyer"]


def test_a_part_of_a_group_of_which_nothing_was_done_is_not_noted_as_sent(state: Bundles) -> None:
    state.armed.append(("item", "lock"))  # of the opportunity, alone
    state.a_round_with_a_fault(("whole", "halt"))
    assert SyncIntent.objects.filter(link__target=DEAL).exists()
    assert parts_noted() == []


def test_a_part_of_a_group_that_could_not_be_sent_is_not_noted_as_sent(state: Bundles) -> None:
    state.a_call_breaks(place="graph", kind="error")
    assert SyncIntent.objects.filter(link__target=DEAL).exists()
    assert parts_noted() == []
