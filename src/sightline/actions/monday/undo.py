"""Taking an answer back, with what it did: an action finished, a call logged, an act passed on."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from sightline.actions import journal
from sightline.actions.calls import undo_call
from sightline.actions.monday.answers import reopen_own_action
from sightline.actions.monday.delegate import take_back
from sightline.planning.errors import PlanningError
from sightline.records.models import MondayAnswer
from sightline.records.queries.company import company_facts
from sightline.records.scoping import Person


class AnswerGone(PlanningError):
    """There is no such answer of this person to take back."""

    code = "answer_gone"


def undo_answer(person: Person, answer_id: int, *, now: datetime) -> None:
    """Take one's own answer back. Raises `AnswerGone`."""
    with transaction.atomic():
        answer = (
            MondayAnswer.objects.select_for_update()
            .filter(pk=answer_id, sign_in_id=person.id, undone_at=None)
            .first()
        )
        if answer is None:
            raise AnswerGone("That answer is not yours, or was taken back already.")
        MondayAnswer.objects.filter(pk=answer.pk).update(undone_at=now)
        undo_call(person, logged_at=answer.answered_at, on=company_facts().today(now))
        if answer.answer == MondayAnswer.Answer.DELEGATED:
            take_back(person, answer)
        if answer.answer == MondayAnswer.Answer.DONE:
            reopen_own_action(person, answer)
        journal.record(
            "undo_monday",
            actor_id=person.id,
            account_id=answer.account_id,
            subject=answer,
            changes={"answer": (answer.answer, None)},
            note=answer.act_key,
        )
