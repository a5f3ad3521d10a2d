"""The links that ask to be read anew are found by their own index, however many links there are."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from sightline.records.models import Source, SyncConnection, SyncLink
from sightline.records.queries import sync

pytestmark = pytest.mark.django_db


def _connection(name: str) -> int:
    source = Source.objects.create(name=name)
    return SyncConnection.objects.create(name=name, brand="salesforce", source=source).pk


def _link(connection_id: int, target: str, remote_id: str, *, dirty: bool = True) -> None:
    SyncLink.objects.create(
        connection_id=connection_id, target=target, remote_id=remote_id, dirty=dirty
    )


def test_ids_that_ask_are_told_by_object_in_the_order_of_their_links() -> None:
    ours, other = _connection("Ours"), _connection("Other")
    _link(ours, "Opportunity", "006B")
    _link(ours, "Account", "001A")
    _link(ours, "Opportunity", "006A")
    _link(ours, "Opportunity", "006C", dirty=False)
    _link(ours, "Opportunity", "")
    _link(other, "Opportunity", "006D")
    assert sync.dirty_links(ours) == {"Account": ["001A"], "Opportunity": ["006B", "006A"]}


@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL chooses by its statistics")
def test_links_that_do_not_ask_are_not_looked_at() -> None:
    with CaptureQueriesContext(connection) as asked:
        sync.dirty_links(_connection("Ours"))
    with connection.cursor() as cursor:
        cursor.execute("EXPLAIN QUERY PLAN " + asked[-1]["sql"])
        (plan,) = [row[3] for row in cursor.fetchall()]
    assert "INDEX sync_link_dirty (connection_id=?)" in plan
