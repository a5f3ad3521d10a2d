"""A call of the week in two taps: spoken to is done, not reached is tried again the next day."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.db import transaction

from sightline.actions.calls import log_call
from sightline.actions.monday.answers import Answer, NotOffered, answer_act
from sightline.records.queries.week.page import week_found
from sightline.records.queries.week.planned import own_user
from sightline.records.scoping import Person

FRIDAY = 4


def call_act(person: Person, act: str, *, reached: bool, now: datetime) -> int:
    """Log the call that an act asks for and answer the act; answers the answer's id.

    Raises `NotOffered`, `NotAllowed` or `NoSuchPerson`.
    """
    whose = own_user(person)
    if whose is None:
        raise NotOffered("Without a user of the CRM there is no week to answer.")
    with transaction.atomic():
        found = week_found(person, whose, now=now)
        kept = found.known.evidence.get(act)
        if act not in found.items or kept is None or kept.contact_id is None:
            raise NotOffered("This is not asked any more: its cause has gone or it is answered.")
        said = Answer(act, "done") if reached else Answer(act, "snoozed", _next_day(found.on))
        answer = answer_act(person, said, now=now)
        log_call(person, kept.contact_id, reached=reached, on=found.on, now=now)
    return answer


def _next_day(on: date) -> date:
    """The next working day."""
    return on + timedelta(days=7 - on.weekday() if on.weekday() >= FRIDAY else 1)
