"""Whose account an activity of a CRM is about, and who its addresses belong to."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator
from typing import Any

from django.db.models.functions import Lower

from sightline.records.models import (
    Asset,
    Case,
    Contact,
    Contract,
    CrmUser,
    Opportunity,
    SyncConnection,
    SyncCursor,
)

# The rows that an activity may be about, by how their ids begin.
_BEARERS: dict[str, tuple[str, Any]] = {
    "003": ("Contact", Contact),
    "006": ("Opportunity", Opportunity),
    "500": ("Case", Case),
    "800": ("Contract", Contract),
    "02i": ("Asset", Asset),
}
_ASKED = 400


def source_of(connection_id: int) -> tuple[int, str]:
    """The source of a connection's rows: its key and its name."""
    row = SyncConnection.objects.values_list("source_id", "source__name").get(pk=connection_id)
    return int(row[0]), str(row[1])


def read_at(connection_id: int, cursor: str) -> dt.datetime | None:
    """When activities were last read to their end."""
    rows = SyncCursor.objects.filter(connection=connection_id, object=cursor)
    return rows.values_list("read_at", flat=True).first()


def accounts_of(source_id: int, ids: Collection[str]) -> Iterator[tuple[str, str, str]]:
    """Target, outside id and the outside id of its account, of rows of a source."""
    for prefix, (target, model) in _BEARERS.items():
        wanted = sorted(one for one in ids if one.startswith(prefix))
        for start in range(0, len(wanted), _ASKED):
            rows = model._default_manager.filter(
                source_id=source_id, outside_id__in=wanted[start : start + _ASKED]
            )
            for outside_id, account in rows.values_list("outside_id", "account__outside_id"):
                yield target, outside_id, account


def people_at(
    source_id: int, addresses: Collection[str]
) -> Iterator[tuple[str, str, str, str | None]]:
    """Target (Contact or User), outside id, address in lower case, and a contact's account."""
    wanted = sorted(addresses)
    for start in range(0, len(wanted), _ASKED):
        some = wanted[start : start + _ASKED]
        people = Contact.objects.filter(source_id=source_id, removed_at=None)
        for row in (
            people.annotate(address=Lower("email"))
            .filter(address__in=some)
            .values_list("outside_id", "address", "account__outside_id")
        ):
            yield "Contact", *row
        ours = CrmUser.objects.filter(source_id=source_id).annotate(address=Lower("email"))
        for outside_id, address in ours.filter(address__in=some).values_list(
            "outside_id", "address"
        ):
            yield "User", outside_id, address, None
