"""A call of the week in two taps: spoken to is done, not reached is tried again the next day."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.db import transaction

from sightline.actions.calls import log_call
from sightline.actions.monday.acts import GONE, NotOffered, asked_act
from sightline.actions.monday.answers import Answer, answer_act
from sightline.records.models import MondayAnswer
from sightline.records.scoping import Person

FRIDAY = 4


def call_act(person: Person, act: str, *, reached: bool, now: datetime) -> int:
    """Log the call that an act asks for and answer the act; answers the answer's id.

    Raises `NotOffered`, `NotAllowed` or `NoSuchPerson`.
    """
    with transaction.atomic():
        found, _ = asked_act(person, act, now=now)
        kept = found.known.evidence.get(act)
        if kept is None or kept.contact_id is None:
            raise NotOffered(GONE)
        said = Answer(act, "done") if reached else Answer(act, "snoozed", _next_day(found.on))
        answer = answer_act(person, said, now=now)
        call = log_call(person, kept.contact_id, reached=reached, on=found.on, now=now)
        MondayAnswer.objects.filter(pk=answer).update(action=call.action_id)
    return answer


def _next_day(on: date) -> date:
    """The next working day."""
    return on + timedelta(days=7 - on.weekday() if on.weekday() >= FRIDAY else 1)
