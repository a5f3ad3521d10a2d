"""Answering an act of one's own week: done, snoozed until a day, or not relevant for a reason.

Answers are personal. The first one keeps what the week opened with, so that what is done is not
replaced. The journal holds the act's key, never a name or the reason.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import IntegrityError, transaction

from sightline.actions import journal
from sightline.actions.monday.acts import NotOffered, asked_act, change_action, own_action
from sightline.planning.errors import InvalidValue
from sightline.planning.weekly import Item
from sightline.records.models import Action, MondayAnswer, WeekOpened
from sightline.records.queries.week.answers import codes_of
from sightline.records.queries.week.page import WeekFound
from sightline.records.scoping import Person

LONGEST_SNOOZE = timedelta(days=366)
MOST_REASON = 255
SAYABLE = ("done", "snoozed", "not_relevant")


@dataclass(frozen=True, slots=True)
class Answer:
    """What a person says to an act; `until` for snoozed, `reason` for not relevant."""

    act: str
    answer: str
    until: date | None = None
    reason: str = ""


def answer_act(person: Person, said: Answer, *, now: datetime) -> int:
    """Keep an answer; answers its id. Raises `NotOffered` or `InvalidValue`."""
    with transaction.atomic():
        found, item = asked_act(person, said.act, now=now)
        _checked(said, on=found.on)
        keep_opening(person, found)
        try:
            with transaction.atomic():
                answer = keep_answer(person, _row(said, item), item, found, now=now)
        except IntegrityError as twice:
            raise NotOffered("This was answered a moment ago.") from twice
        if said.answer == MondayAnswer.Answer.DONE:
            _settle_own_action(person, item, done_on=found.on)
        return answer


def _checked(said: Answer, *, on: date) -> None:
    if said.answer not in SAYABLE:
        raise InvalidValue("An answer is done, snoozed or not relevant.", field="answer")
    if said.answer == MondayAnswer.Answer.SNOOZED and (
        said.until is None or not on < said.until <= on + LONGEST_SNOOZE
    ):
        raise InvalidValue("Snooze until a day after today, within a year.", field="until")
    if said.answer == MondayAnswer.Answer.NOT_RELEVANT and not said.reason.strip():
        raise InvalidValue(
            "Say why it is not relevant: it will not be asked again.", field="reason"
        )
    if len(said.reason) > MOST_REASON:
        raise InvalidValue(f"At most {MOST_REASON} characters.", field="reason")


def keep_opening(person: Person, found: WeekFound) -> None:
    """Keep what opens the week now, beside what opened it before."""
    row, _ = WeekOpened.objects.select_for_update().get_or_create(
        sign_in_id=person.id, monday=found.monday
    )
    held = {one["act"] for one in row.chosen}
    fresh = [
        {"act": item.act, "account": int(item.account), "minutes": item.minutes}
        for item in found.week.opening
        if item.act not in held
    ]
    if fresh:
        row.chosen = [*row.chosen, *fresh]
        row.save(update_fields=["chosen"])


def _row(said: Answer, item: Item) -> MondayAnswer:
    return MondayAnswer(
        account_id=int(item.account),
        act_key=item.act,
        answer=said.answer,
        reason=said.reason.strip(),
        until=said.until if said.answer == MondayAnswer.Answer.SNOOZED else None,
    )


def keep_answer(
    person: Person, answer: MondayAnswer, item: Item, found: WeekFound, *, now: datetime
) -> int:
    """Write an answer and its journal entry; the caller holds the transaction."""
    # what was judged before and came back with another reason is answered anew
    MondayAnswer.objects.filter(
        sign_in_id=person.id,
        act_key=item.act,
        monday=found.monday,
        undone_at=None,
    ).update(undone_at=now)
    answer.sign_in_id, answer.monday, answer.answered_at = person.id, found.monday, now
    answer.evidence = ",".join(sorted(codes_of(item)))[:MOST_REASON]
    answer.save()
    journal.record(
        "answer_monday",
        actor_id=person.id,
        account_id=answer.account_id,
        subject=answer,
        changes={"answer": (None, answer.answer), "until": (None, answer.until)},
        note=item.act,
    )
    return answer.pk


def _settle_own_action(person: Person, item: Item, *, done_on: date) -> None:
    """Done here is done: an action that no other system owns is finished with it."""
    action = own_action(person, item.act, state=Action.State.OPEN)
    if action is not None:
        change_action(person, action, "settle_action", state=Action.State.DONE, done_on=done_on)


def reopen_own_action(person: Person, answer: MondayAnswer) -> None:
    """What was finished with an answer is open again with its undo."""
    action = own_action(person, answer.act_key, state=Action.State.DONE)
    if action is not None:
        change_action(person, action, "settle_action", state=Action.State.OPEN, done_on=None)
