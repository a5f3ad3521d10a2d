"""A decided tier and its next review on their way to the CRM, and what pages say of them meanwhile."""

from __future__ import annotations

import datetime as dt

import pytest

from sightline.actions.sync import connections
from sightline.agreement.rules import rules_from
from sightline.agreement.values import FieldKind
from sightline.crm import mirror
from sightline.records.models import Account, TierResult
from sightline.records.queries import sync_live
from tests import makers
from tests.crm import world as worlds
from tests.crm.world import World

pytestmark = pytest.mark.django_db


def test_a_decided_tier_is_on_its_way_until_it_is_there_and_then_saved() -> None:
    world = World().connect()
    fields = world.crm.shapes["Account"].fields
    fields["Acctplan_Tier__c"] = worlds._field("Acctplan_Tier__c", length=10)
    fields["Acctplan_Next_Review__c"] = worlds._field("Acctplan_Next_Review__c", FieldKind.DAY)
    outward = {"owner": "plan", "way": "out"}
    tier = {"ours": "decided_tier", "theirs": "Acctplan_Tier__c", **outward}
    review = {"ours": "next_review", "theirs": "Acctplan_Next_Review__c", **outward}
    plain = {"objects": list(worlds.EVERYTHING), "two_way": {"Account": {"fields": [tier, review]}}}
    pk = world.session.connection_id
    connections.save_rules(pk, rules_from(plain), seen=2, actor_id=None)
    mirror.refresh_shapes(world.session)
    world.settle(2)
    account = Account.objects.get(outside_id=world.account)
    Account.objects.filter(pk=account.pk).update(planning_account=account)
    assert marks(account) == {}
    made = makers.tier_result(account, decided_tier=1, requalify_on=dt.date(2027, 5, 1))
    assert marks(account) == {"decided_tier": "waiting", "next_review": "waiting"}
    world.settle(2)
    values = world.crm.rows_of["Account"][world.account].values
    assert (values["Acctplan_Tier__c"], values["Acctplan_Next_Review__c"]) == ("1", "2027-05-01")
    assert marks(account) == {}
    TierResult.objects.filter(pk=made.pk).update(decided_tier=2)
    assert marks(account) == {"decided_tier": "waiting"}


def marks(account: Account) -> dict[str, str]:
    state = sync_live.account_state(account.pk)
    assert state is not None
    return {one.field: one.state for one in state.fields}
