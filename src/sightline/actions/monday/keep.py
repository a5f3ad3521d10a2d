"""Keeping what a person's week could hold, so that looking at it need not read everything again."""

from __future__ import annotations

from datetime import datetime

from sightline.actions import outbox
from sightline.actions.progress import Watched
from sightline.records.models import WeekKept
from sightline.records.queries.messages import person_by_id
from sightline.records.queries.week.kept import as_content
from sightline.records.queries.week.page import WeekFound, week_found
from sightline.records.queries.week.planned import own_user, week_owners
from sightline.records.scoping import Person


def keep_week(person: Person, found: WeekFound, *, now: datetime) -> None:
    """Keep a week of one's own that had to be read anew; otherwise nothing is written."""
    if not found.anew or not found.planned.accounts:
        return
    WeekKept.objects.update_or_create(
        sign_in_id=person.id,
        defaults={"stamp": found.stamp, "content": as_content(found.known), "kept_at": now},
    )


def ask_for_weeks() -> None:
    """Have everybody's week prepared and kept soon; requests fold into the one that waits."""
    outbox.request("prepare_week", key="all")


def keep_weeks(*, now: datetime, job: Watched) -> int:
    """Keep the week of everybody who has accounts of their own; answers how many were read anew.

    Safe to run twice: a week that is kept and still true is left as it is.
    """
    everybody = week_owners()
    anew = 0
    for place, sign_in in enumerate(everybody, start=1):
        person = person_by_id(sign_in)
        whose = own_user(person) if person is not None else None
        if person is not None and whose is not None:
            found = week_found(person, whose, now=now)
            keep_week(person, found, now=now)
            anew += found.anew
        if place % 20 == 0 or place == len(everybody):
            job.progress(place, len(everybody), "weeks kept")
    return anew
