"""Mails of a CRM as lines of the activity ledger: with whom, in which direction, and only once."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from sightline.actions.ledger import DatabaseCatalogue, take_back
from sightline.agreement.values import FieldKind
from sightline.exchange.imports.activities import ACTIVITIES
from sightline.exchange.imports.ledger_parts import ledger_folder
from sightline.jobs.sync import activities
from sightline.records.models import Contact, ImportRun, LedgerPart
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


def meeting(world: World, **values: Any) -> str:
    shape = worlds._object(
        "Event",
        *(worlds._field(name, FieldKind.REFERENCE) for name in ("WhatId", "WhoId", "OwnerId")),
        worlds._field("StartDateTime", FieldKind.MOMENT),
    )
    world.crm.shapes.setdefault("Event", shape)
    return world.crm.insert("Event", {"WhatId": world.account, **values})


def days() -> list[str]:
    """The days of all lines."""
    paths = DatabaseCatalogue().current().paths(ledger_folder(), ACTIVITIES)
    return sorted(str(row["at"]) for path in paths for row in pq.read_table(path).to_pylist())


def later(world: World, hours: float = 7) -> int:
    world.pass_time(hours * 3600)
    return activities.gather(world.session)


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


def test_a_meeting_that_is_moved_there_is_on_its_new_day_here_and_one_deleted_is_gone(
    world: World,
) -> None:
    moved = meeting(world, StartDateTime="2026-06-01T09:00:00Z")
    deleted = meeting(world, StartDateTime="2026-06-03T09:00:00Z")
    meeting(world, StartDateTime="2026-06-05T09:00:00Z")
    assert later(world) == 3
    before = DatabaseCatalogue().current()
    world.crm.edit("Event", moved, {"StartDateTime": "2026-06-02T09:00:00Z"})
    world.crm.delete("Event", deleted)
    assert later(world) == 3  # one came, two went
    assert days() == ["2026-06-02", "2026-06-05"]
    assert later(world) == 0
    assert all(path.is_file() for path in before.paths(ledger_folder(), ACTIVITIES))
    world.crm.undelete("Event", deleted)
    assert later(world) == 1
    assert days() == ["2026-06-02", "2026-06-03", "2026-06-05"]


def test_a_meeting_to_come_counts_once_it_was(world: World) -> None:
    meeting(world, StartDateTime=(world.now + dt.timedelta(days=1)).isoformat())
    meeting(world, StartDateTime="2026-06-05T09:00:00Z")
    assert later(world) == 1
    assert later(world) == 0
    world.pass_time(86_400)  # nobody touches it there meanwhile
    assert later(world) == 1
    assert later(world) == 0
    assert len(days()) == 2


def test_two_mails_alike_are_two_and_one_that_is_deleted_is_taken_from_them(world: World) -> None:
    given = {"FromAddress": "a@x.example", "ToAddress": "us@x.example", "Incoming": True}
    mail(world, **given)
    assert later(world) == 1
    mail(world, **given)
    assert later(world) == 1
    newest = max(world.crm.live("EmailMessage"))
    world.crm.delete("EmailMessage", newest)
    assert later(world) == 1
    assert days() == ["2026-06-01"]


def test_what_is_hidden_takes_nothing_back(world: World) -> None:
    kept = meeting(world, StartDateTime="2026-06-01T09:00:00Z")
    assert later(world) == 1
    world.crm.hidden.add(("Event", "StartDateTime"))
    world.crm.edit("Event", kept, {"WhoId": None})
    assert later(world) == 0
    assert days() == ["2026-06-01"]


def test_what_is_left_of_a_reading_is_taken_back_with_it(
    world: World,
) -> None:
    moved = meeting(world, StartDateTime="2026-06-01T09:00:00Z")
    meeting(world, StartDateTime="2026-06-05T09:00:00Z")
    assert later(world) == 2
    world.crm.edit("Event", moved, {"StartDateTime": "2026-06-02T09:00:00Z"})
    assert later(world) == 2
    first, second = ImportRun.objects.order_by("pk")
    sources = [part.source for part in DatabaseCatalogue().current().of(ACTIVITIES)]
    assert sources == [f"import:{first.pk}", f"import:{second.pk}"]
    assert set(LedgerPart.objects.filter(import_run=first).values_list("rows", flat=True)) == {1, 2}
    assert take_back(first) == 1
    assert days() == ["2026-06-02"]
