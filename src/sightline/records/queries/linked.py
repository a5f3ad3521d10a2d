"""Which links bear some outside ids, found by the ids however many links there are."""

from __future__ import annotations

import json
from collections.abc import Iterable

from django.db import connection
from django.db.models.expressions import RawSQL

from sightline.records.models import SyncLink


def links_there(connection_id: int, target: str, ids: Iterable[str]) -> RawSQL:
    """Keys of the links of one object that bear these outside ids, to be put after `pk__in`.

    The index of outside ids leaves links without one out, and SQLite takes it only where the
    question does so in the same words; else it reads every link of the connection for every chunk.
    """
    listed = list(ids)
    told: object = listed
    asked = "unnest(%s::text[]) AS asked(value)"
    if connection.vendor != "postgresql":
        told, asked = json.dumps(listed), "json_each(%s) AS asked"
    return RawSQL(  # noqa: S611 the table's name is our own
        f"SELECT held.id FROM {asked} CROSS JOIN {SyncLink._meta.db_table} AS held "
        "WHERE held.connection_id = %s AND held.target = %s "
        "AND held.remote_id = asked.value AND NOT (held.remote_id = '')",
        [told, connection_id, target],
    )
