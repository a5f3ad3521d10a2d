"""Where a connection stands, said once and in words: not read yet, asking for a person, shut out."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from sightline.actions.sync import connections
from sightline.records.models import SyncConnection
from tests import makers
from tests.crm.world import World
from tests.web.laid_out import one_line

pytestmark = pytest.mark.django_db


@pytest.fixture
def operations(client: Client) -> Client:
    client.force_login(makers.sign_in("operations"))
    return client


def connect(name: str) -> int:
    return connections.connect(
        name,
        brand="salesforce",
        settings={"login": "https://big.example", "client_id": "x"},
        secrets={"client_secret": "y"},
        actor_id=None,
    )


def test_the_list_says_of_each_where_it_stands_and_what_it_asks(operations: Client) -> None:
    world = World().connect()
    deal = world.deal(Name="Renewal FY27")
    world.edit(deal, next_step="Ours")
    world.crm.edit("Opportunity", deal, {"NextStep": "Theirs"}, by="Ann")
    world.settle(2)
    connect("New org")
    text = one_line(operations.get(reverse("sync:show")).content.decode())
    read, new = text.index("1 conflict"), text.index("Not read yet")
    assert text.index("Connected") < read
    assert text.index("New org") < new
    assert "never" not in text


def test_the_mapping_of_an_org_not_read_yet_says_so_once(operations: Client) -> None:
    makers.company()
    address = reverse("sync:mapping-edit", args=[connect("New org")])
    text = one_line(operations.get(address).content.decode())
    assert text.count("has not been read yet") == 1
    assert "not visible" not in text


def test_an_org_that_shuts_us_out_is_connected_again_and_asked_nothing_else(
    operations: Client,
) -> None:
    makers.company()
    pk = connect("Old org")
    connections.need_person(pk, note="expired access/refresh token")
    assert SyncConnection.objects.get(pk=pk).state == "needs_reconnect"
    address = reverse("sync:connection", args=[pk])
    text = one_line(operations.get(address).content.decode())
    assert "no longer lets us in" in text and "It said: expired access/refresh token" in text
    assert "Connect again" in text
    assert not [verb for verb in ("Pull now", "Compare now", "Pause") if verb in text]


def test_an_org_whose_last_round_was_refused_is_not_called_connected(operations: Client) -> None:
    world = World().connect()
    world.settle(1)
    address = reverse("sync:connection", args=[world.session.connection_id])
    assert "Connected" in operations.get(address).content.decode()
    connections.note_problem(world.session.connection_id, note="API_DISABLED: Not for this user.")
    text = operations.get(address).content.decode()
    assert "Held up" in text
    assert "Connected" not in text
    assert "Not for this user" in text
