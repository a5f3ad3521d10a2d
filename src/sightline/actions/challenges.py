"""Answer what the plan argues: act (which makes an action), explain until a day, or dismiss."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction

from sightline.actions import journal, outbox
from sightline.planning.challenges import AnswerKind
from sightline.planning.errors import InvalidValue, NotAllowed
from sightline.planning.permissions import Act, Category
from sightline.records.models import Action, ChallengeAnswer, Contract, Opportunity, Plan
from sightline.records.scoping import Person, may_on

LONGEST = timedelta(days=366)


@dataclass(frozen=True, slots=True)
class Answering:
    """What a person says of one challenge. `about` is what it touches first, as a key."""

    key: str
    kind: AnswerKind
    evidence: str
    reason: str = ""
    until: date | None = None
    about: str = ""


def answer_challenge(
    person: Person, plan_id: int, given: Answering, *, today: date, now: datetime
) -> int:
    """Keep an answer; acting makes a dated action of its words. Answers the answer's id.

    A later answer to the same challenge takes the place of the one before. Raises `NotAllowed`
    or `InvalidValue`, naming the field.
    """
    _check(given, today=today)
    with transaction.atomic():
        plan = _writable(person, plan_id)
        ChallengeAnswer.objects.filter(plan=plan, key=given.key, undone_at=None).update(
            undone_at=now
        )
        action = _action(person, plan, given) if given.kind is AnswerKind.ACT else None
        row = ChallengeAnswer.objects.create(
            plan=plan,
            key=given.key,
            kind=given.kind.value,
            reason=given.reason.strip(),
            until=given.until,
            evidence=given.evidence,
            action=action,
            answered_by_id=person.id,
            answered_at=now,
        )
        journal.record(
            f"{given.kind.value}_challenge",
            actor_id=person.id,
            account_id=plan.account_id,
            subject=row,
            changes={"challenge": (None, given.key), "until": (None, given.until)},
            # the words may name people: they stay with the answer, the journal keeps the key
        )
        outbox.request("refresh_plan", key=str(plan.pk), payload={"plan": plan.pk})
    return row.pk


def take_back_answer(person: Person, answer_id: int, *, now: datetime) -> None:
    """Undo an answer; an action that it made and that is still open is dropped with it."""
    with transaction.atomic():
        row = ChallengeAnswer.objects.select_for_update().filter(pk=answer_id).first()
        if row is None or row.undone_at is not None:
            raise InvalidValue("That answer is not in force any more.")
        plan = _writable(person, row.plan_id)
        ChallengeAnswer.objects.filter(pk=row.pk).update(undone_at=now)
        if row.action_id is not None:
            Action.objects.filter(pk=row.action_id, state=Action.State.OPEN).update(
                state=Action.State.DROPPED, state_reason="the answer was taken back"
            )
        journal.record(
            "take_back_answer", actor_id=person.id, account_id=plan.account_id, subject=row
        )
        outbox.request("refresh_plan", key=str(plan.pk), payload={"plan": plan.pk})


def _check(given: Answering, *, today: date) -> None:
    if given.kind is not AnswerKind.ACT and not given.reason.strip():
        raise InvalidValue("Say why in a few words.", field="reason")
    if given.kind is AnswerKind.ACT and not given.reason.strip():
        raise InvalidValue("Say what will be done.", field="reason")
    if given.kind is AnswerKind.DISMISS:
        return
    if given.until is None or given.until < today:
        raise InvalidValue("Name a day that is not past.", field="until")
    if given.until > today + LONGEST:
        raise InvalidValue("Within a year: it is asked again then.", field="until")


def _writable(person: Person, plan_id: int) -> Plan:
    plan = Plan.objects.filter(pk=plan_id).first()
    if plan is None or not may_on(person, plan.account_id, Category.PLAN, Act.WRITE):
        raise NotAllowed("You may not answer for this plan.", field="plan")
    return plan


def _action(person: Person, plan: Plan, given: Answering) -> Action:
    """The dated step, tied to the one thing that the challenge is about."""
    kind, _, number = given.about.rpartition(":")
    row = Action(
        account_id=plan.account_id,
        owner_id=person.crm_user_id,
        subject=given.reason.strip()[:255],
        due_on=given.until,
    )
    if kind == "opportunity" and Opportunity.objects.filter(pk=number).exists():
        row.opportunity_id = int(number)
    if kind == "contract" and Contract.objects.filter(pk=number).exists():
        row.contract_id = int(number)
    row.save()
    return row
