"""Questions to a named person with a date: asked, answered, passed on, withdrawn. No conversation.

A blocked action is such a question to whoever is asked to clear it: answering it frees the action.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction

from sightline.actions import journal
from sightline.actions.messages import notify
from sightline.planning.errors import InvalidValue, MissingValue, NotAllowed, PlanningError
from sightline.planning.mentions import named
from sightline.planning.notices import Kind
from sightline.planning.permissions import Act, Category
from sightline.records.models import Action, Mention, Question
from sightline.records.queries.asks import askable, person_of_user
from sightline.records.queries.messages import person_by_id
from sightline.records.scoping import Person, may_on

MOST_WORDS = 2000
LATEST = timedelta(days=366)
A_WEEK = timedelta(days=7)
Subject = Question.Subject


class QuestionGone(PlanningError):
    """The question was answered, passed on or withdrawn meanwhile."""

    code = "question_gone"


@dataclass(frozen=True, slots=True)
class NewQuestion:
    """What is asked: on what of an account, of whom (CRM user), until when."""

    account_id: int
    kind: str
    key: str
    words: str
    asked_of_id: int
    due_on: date


def ask(person: Person, new: NewQuestion, *, on: date, now: datetime) -> int:
    """Put a question; answers its id. Whoever may see a thing may ask about it.

    Raises NotAllowed, MissingValue or InvalidValue.
    """
    if not _may_see(person, new.account_id, new.kind):
        raise NotAllowed("You may not see this.", field="account")
    words = _said(new.words, field="words")
    if new.kind not in Subject.values or new.kind == Subject.ACTION:
        raise InvalidValue("That is nothing to ask about.", field="kind")
    if not on <= new.due_on <= on + LATEST:
        raise InvalidValue("An answer is wanted from today on, within a year.", field="due_on")
    with transaction.atomic():
        reader = _able(new.asked_of_id, new.account_id, new.kind)
        row = Question.objects.create(
            account_id=new.account_id,
            subject_kind=new.kind,
            subject_key=new.key[:80],
            words=words,
            asked_by_id=person.id,
            asked_of_id=new.asked_of_id,
            asked_at=now,
            due_on=new.due_on,
        )
        _note("ask", row, person)
        _tell(reader, Kind.QUESTION, row, now=now)
        mention(person, new.account_id, words, place=f"question:{row.pk}", now=now)
    return row.pk


def answer_question(person: Person, question_id: int, words: str, *, now: datetime) -> None:
    """Answer what was asked of oneself; the answer stays. A blocked action is free again.

    Raises NotAllowed, QuestionGone or MissingValue.
    """
    said = _said(words, field="answer")
    with transaction.atomic():
        row = _mine(person, question_id)
        Question.objects.filter(pk=row.pk).update(
            answer=said,
            answered_by_id=person.id,
            answered_at=now,
            version=row.version + 1,
            changed_at=now,
        )
        if row.subject_kind == Subject.ACTION:
            _set_block(row, person, {"blocked_by": "", "escalated_to_id": None}, now=now)
        _note("answer_question", row, person)
        asker = _asker(row)
        if asker is not None and asker.id != person.id:
            _tell(asker, Kind.ANSWER, row, now=now)
        mention(person, row.account_id, said, place=f"answer:{row.pk}", now=now)


def pass_on(person: Person, question_id: int, to: int, *, now: datetime) -> None:
    """Let somebody else answer. Raises NotAllowed, QuestionGone or InvalidValue."""
    with transaction.atomic():
        row = _mine(person, question_id)
        if to == row.asked_of_id:
            raise InvalidValue("It is yours already: name somebody else.", field="to")
        reader = _able(to, row.account_id, row.subject_kind)
        Question.objects.filter(pk=row.pk).update(
            asked_of_id=to, version=row.version + 1, changed_at=now
        )
        if row.subject_kind == Subject.ACTION:
            _set_block(row, person, {"escalated_to_id": to}, now=now)
        changes = {"asked_of": (row.asked_of_id, to)}
        journal.record(
            "pass_on_question",
            actor_id=person.id,
            account_id=row.account_id,
            subject=row,
            changes=changes,
        )
        kind = Kind.BLOCKED if row.subject_kind == Subject.ACTION else Kind.QUESTION
        _tell(reader, kind, row, now=now)


def withdraw(person: Person, question_id: int, *, now: datetime) -> None:
    """Take one's own open question back. Raises NotAllowed or QuestionGone."""
    with transaction.atomic():
        row = Question.objects.select_for_update().filter(pk=question_id).first()
        if row is None or row.asked_by_id != person.id:
            raise NotAllowed("Only whoever asked takes a question back.", field="question")
        if row.answered_at is not None or row.withdrawn_at is not None:
            raise QuestionGone("It was answered or taken back already.")
        Question.objects.filter(pk=row.pk).update(withdrawn_at=now, version=row.version + 1)
        _note("withdraw_question", row, person)


def escalate(person: Person, action: Action, *, on: date, now: datetime) -> None:
    """Ask whoever clears a blocked action, or nobody any more; the caller holds the transaction.

    Said again to the same person it stays one question.
    """
    open_ones = Question.objects.filter(
        subject_kind=Subject.ACTION,
        subject_key=str(action.pk),
        answered_at=None,
        withdrawn_at=None,
    )
    wanted = action.escalated_to_id if action.blocked_by else None
    kept = open_ones.filter(asked_of_id=wanted, words=action.blocked_by).first()
    open_ones.exclude(pk=kept.pk if kept is not None else 0).update(withdrawn_at=now)
    if wanted is None or kept is not None or action.account_id is None:
        return
    row = Question.objects.create(
        account_id=action.account_id,
        subject_kind=Subject.ACTION,
        subject_key=str(action.pk),
        words=action.blocked_by,
        asked_by_id=person.id,
        asked_of_id=wanted,
        asked_at=now,
        due_on=max(on, action.due_on) if action.due_on else on + A_WEEK,
    )
    reader = person_of_user(wanted)
    if reader is not None:
        _tell(reader, Kind.BLOCKED, row, now=now)


def mention(person: Person, account_id: int, text: str, *, place: str, now: datetime) -> int:
    """Tell those who are named with @ in a note; answers how many are new.

    `place` names the note by key; a note saved again tells nobody twice. The caller holds the
    transaction.
    """
    if "@" not in text:
        return 0
    new = 0
    for user in named(text, askable(account_id)):
        reader = person_of_user(user)
        if reader is None or reader.id == person.id:
            continue
        if not may_on(reader, account_id, Category.PLAN, Act.READ):
            continue
        row, made = Mention.objects.get_or_create(
            place=place[:80],
            named_id=user,
            defaults={"account_id": account_id, "by_id": person.id, "at": now},
        )
        if made:
            new += 1
            notify(reader, Kind.MENTION, key=str(row.pk), facts={"account": account_id}, now=now)
    return new


def see_mention(person: Person, mention_id: int, *, now: datetime) -> None:
    """One has read where one was named. Raises QuestionGone."""
    mine = Mention.objects.filter(
        pk=mention_id, named_id=person.crm_user_id, named__isnull=False, seen_at=None
    )
    if not mine.update(seen_at=now):
        raise QuestionGone("That was read already.")


def _may_see(person: Person, account_id: int, kind: str) -> bool:
    category = Category.OPINIONS if kind == Subject.PERSON else Category.PLAN
    return may_on(person, account_id, Category.PLAN, Act.READ) and may_on(
        person, account_id, category, Act.READ
    )


def _able(user_id: int, account_id: int, kind: str) -> Person:
    """The person behind a CRM user who can see what is asked about."""
    reader = person_of_user(user_id)
    if reader is None or not _may_see(reader, account_id, kind):
        raise InvalidValue(
            "That person cannot see this here: name somebody else.", field="asked_of"
        )
    return reader


def _mine(person: Person, question_id: int) -> Question:
    row = Question.objects.select_for_update().filter(pk=question_id).first()
    if row is None or person.crm_user_id is None or row.asked_of_id != person.crm_user_id:
        raise NotAllowed("This is asked of somebody else.", field="question")
    if row.answered_at is not None or row.withdrawn_at is not None:
        raise QuestionGone("It was answered or taken back already.")
    if not _may_see(person, row.account_id, row.subject_kind):
        raise NotAllowed("You may not see this any more.", field="question")
    return row


def _asker(row: Question) -> Person | None:
    return person_by_id(row.asked_by_id) if row.asked_by_id is not None else None


def _set_block(row: Question, person: Person, values: dict[str, object], *, now: datetime) -> None:
    """The action follows its question."""
    action = Action.objects.select_for_update().filter(pk=int(row.subject_key)).first()
    if action is None:
        return
    changes = journal.differences(action, values)
    Action.objects.filter(pk=action.pk).update(**values, version=action.version + 1, changed_at=now)
    journal.record(
        "clear_block" if "blocked_by" in values else "pass_on_block",
        actor_id=person.id,
        account_id=action.account_id,
        subject=action,
        changes=changes,
    )


def _tell(reader: Person, kind: Kind, row: Question, *, now: datetime) -> None:
    facts = {"account": row.account_id, "question": row.pk}
    notify(reader, kind, key=f"{row.pk}:{reader.id}", facts=facts, now=now)


def _note(verb: str, row: Question, person: Person) -> None:
    """The journal keeps that and when, not the words: they may be about a person."""
    journal.record(verb, actor_id=person.id, account_id=row.account_id, subject=row)


def _said(words: str, *, field: str) -> str:
    text = words.strip()
    if not text:
        raise MissingValue("Say it in words.", field=field)
    if len(text) > MOST_WORDS:
        raise InvalidValue(f"At most {MOST_WORDS} characters.", field=field)
    return text
