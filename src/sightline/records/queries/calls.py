"""Calls that people logged by hand, as the rules of contact take them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from django.db.models import OuterRef, Subquery

from sightline.planning.stakeholders import Touch, TouchKind
from sightline.records.models import Action, LoggedCall, SyncConnection, SyncLink


@dataclass(frozen=True, slots=True)
class Crossing:
    """A call on its way: to which org, and whether it waits, is refused, unknown, or saved there."""

    org: str
    state: str


def logged_calls(since: date, until: date) -> dict[int, list[Touch]]:
    """Calls that people logged by hand in (since, until], by contact. One query."""
    rows = LoggedCall.objects.filter(
        on__gt=since, on__lte=until, undone_at=None, contact__erased_at=None
    ).values_list("contact_id", "ours_id", "on", "reached")
    found: dict[int, list[Touch]] = {}
    for contact, ours, on, reached in rows:
        found.setdefault(contact, []).append(
            Touch(
                person=str(contact),
                day=on,
                kind=TouchKind.CALL,
                ours=(str(ours),) if ours else (),
                connected=reached,
            )
        )
    return found


def calls_crossing(action_ids: Collection[int]) -> dict[int, Crossing]:
    """Where the finished tasks of calls stand on their way to a CRM; without an org, nowhere.

    No query without calls, else at most two.
    """
    if not action_ids:
        return {}
    orgs = dict(SyncConnection.objects.values_list("source_id", "name"))
    if not orgs:
        return {}
    links = SyncLink.objects.filter(target="Task", local_id=OuterRef("pk"))
    rows = Action.objects.filter(pk__in=action_ids, account__source_id__in=orgs).annotate(
        there=Subquery(links.exclude(remote_id="").values("remote_id")[:1]),
        waits=Subquery(links.values("intent__state")[:1]),
    )
    return {
        pk: Crossing(orgs[source], str(waits or ("saved" if there else "waiting")))
        for pk, source, there, waits in rows.values_list(
            "pk", "account__source_id", "there", "waits"
        )
        if source is not None
    }
