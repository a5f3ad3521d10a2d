"""Mails of a CRM as lines of the activity ledger: with whom, in which direction, and only once."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from sightline.actions.ledger import DatabaseCatalogue
from sightline.agreement.values import FieldKind
from sightline.exchange.imports.activities import ACTIVITIES
from sightline.exchange.imports.ledger_parts import ledger_folder
from sightline.jobs.sync import activities
from sightline.records.models import Contact, ImportRun
from tests.crm import world as worlds
from tests.crm.world import World

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(settings: Any, tmp_path: Path) -> World:
    settings.SIGHTLINE_LEDGER = str(tmp_path)
    world = World().connect()
    text = [worlds._field(name) for name in ("FromAddress", "ToAddress", "RelatedToId")]
    world.crm.shapes["EmailMessage"] = worlds._object(
        "EmailMessage",
        *text,
        worlds._field("Incoming", FieldKind.SWITCH),
        worlds._field("MessageDate", FieldKind.MOMENT),
    )
    contact = world.crm.shapes["Contact"].fields
    contact["Email"] = worlds._field("Email")
    worlds.mirror.refresh_shapes(world.session)
    return world


def mail(world: World, **values: Any) -> None:
    given = {"RelatedToId": world.account, "MessageDate": "2026-06-01T09:00:00Z", **values}
    world.crm.insert("EmailMessage", given)


def lines() -> list[tuple[str, str, str]]:
    """Contact, kind and direction."""
    paths = DatabaseCatalogue().current().paths(ledger_folder(), ACTIVITIES)
    rows = [row for path in paths for row in pq.read_table(path).to_pylist()]
    assert {row["at"] for row in rows} <= {dt.date(2026, 6, 1)}
    return sorted((row["contact"], row["kind"], row["direction"]) for row in rows)


def test_a_mail_is_contact_with_whoever_it_was_with_and_counted_once(world: World) -> None:
    values = {
        "LastName": "Steiner",
        "AccountId": world.account,
        "Email": "Steiner@hartmann.example",
    }
    person = world.crm.insert("Contact", values)
    world.round()
    key = str(Contact.objects.get(outside_id=person).pk)
    mail(world, FromAddress="steiner@hartmann.example", ToAddress="us@x.example", Incoming=True)
    assert activities.due(world.session.connection_id, now=world.now)
    assert activities.gather(world.session) == 1
    assert lines() == [(key, "mail", "inbound")]
    assert not activities.due(world.session.connection_id, now=world.now)
    mail(world, FromAddress="us@x.example", ToAddress="steiner@hartmann.example", Incoming=False)
    world.pass_time(7 * 3600)
    assert activities.gather(world.session) == 1
    assert activities.gather(world.session) == 0
    assert lines() == [(key, "mail", "inbound"), (key, "mail", "outbound")]
    assert (
        list(ImportRun.objects.values_list("title", "state")) == [("Activities of Org", "done")] * 2
    )


def test_nothing_is_read_before_accounts_are(world: World) -> None:
    world.crm.used = 0
    worlds.connections.connect("Other", brand="salesforce", settings={}, secrets={}, actor_id=None)
    assert not activities.due(world.session.connection_id + 1, now=world.now)
