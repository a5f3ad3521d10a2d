"""What custom fields say of a person: stance and strength, kept as opinions from the CRM.

An opinion is never overwritten: a new one supersedes the last from the same source.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction

from sightline.actions import journal
from sightline.actions.imports.decide import Decision, Refused
from sightline.actions.imports.lookups import PENDING, IncomingRow, Pending, Scope, keys_of
from sightline.actions.imports.targets import TARGETS
from sightline.actions.imports.write import Applied
from sightline.records.models import ImportRun, Opinion
from sightline.records.queries.company import company_zone

NAME = "Opinion"


def decide_opinions(rows: Sequence[IncomingRow], scope: Scope) -> Decision:
    """Which opinions are new, which supersede, which are known. No words reach the journal."""
    creates: dict[str, dict[str, Any]] = {}
    decision = Decision(creates=creates)
    people = _people(rows, scope)
    held = _held(people, scope)
    for row in rows:
        person = people.get(str(row.values["contact"]))
        if person is None:
            decision.refused.append(
                Refused(row.n, "unknown_contact", "the contact is refused too", "contact")
            )
            continue
        kind = str(row.values["kind"])
        last = held.get((person, kind)) if isinstance(person, int) else None
        if last is not None and last[1] == row.values["value"]:
            decision.skipped += 1
            continue
        creates[row.key] = {
            "contact_id": person,
            "kind": kind,
            "value": row.values["value"],
            "rated_on": row.values["rated_on"],
            "supersedes": last[0] if last else None,
        }
    return decision


def write_opinions(decision: Decision, *, applied: Applied, cursor: Mapping[str, Any]) -> None:
    """Store them, the superseded ones dated, and move the run's cursor."""
    new = [one for one in decision.creates.values() if isinstance(one["contact_id"], int)]
    zone = company_zone()
    with transaction.atomic():
        old = [one["supersedes"] for one in new if one["supersedes"]]
        Opinion.objects.filter(pk__in=old).update(superseded_at=applied.now)
        Opinion.objects.bulk_create(
            [
                Opinion(
                    contact_id=one["contact_id"],
                    kind=one["kind"],
                    value=one["value"],
                    from_source_id=applied.source_id,
                    rated_at=_noon(str(one["rated_on"]), zone),
                )
                for one in new
            ],
            batch_size=500,
        )
        if new:
            journal.record(
                "import_opinions",
                actor_id=applied.run.created_by_id,
                note=f"{len(new)} from the CRM",
                run=applied.run,
            )
        ImportRun.objects.filter(pk=applied.run.pk).update(cursor=dict(cursor))


def _people(rows: Sequence[IncomingRow], scope: Scope) -> dict[str, int | Pending]:
    wanted = {str(row.values["contact"]) for row in rows}
    found: dict[str, int | Pending] = dict(keys_of(TARGETS["Contact"], wanted, scope))
    missing = wanted - found.keys()
    if missing:
        found |= dict.fromkeys(scope.staged("Contact", missing), PENDING)
    return found


def _held(
    people: Mapping[str, int | Pending], scope: Scope
) -> dict[tuple[int, str], tuple[int, str]]:
    keys = [pk for pk in people.values() if isinstance(pk, int)]
    rows = Opinion.objects.filter(contact_id__in=keys, superseded_at=None)
    if not scope.any_source:
        rows = rows.filter(from_source_id=scope.source_id)
    return {
        (contact, kind): (pk, value)
        for pk, contact, kind, value in rows.values_list("pk", "contact_id", "kind", "value")
    }


def _noon(day: str, zone: ZoneInfo) -> dt.datetime:
    return dt.datetime.combine(dt.date.fromisoformat(day), dt.time(12), tzinfo=zone)
