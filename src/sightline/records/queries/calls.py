"""Calls that people logged by hand, as the rules of contact take them."""

from __future__ import annotations

from datetime import date

from sightline.planning.stakeholders import Touch, TouchKind
from sightline.records.models import LoggedCall


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
