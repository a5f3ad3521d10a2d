"""Passing an act on: a colleague owes it as a dated action, and it leaves one's own week.

An action of one's own changes its owner; anything else becomes an action of the colleague's, tied to
what the act serves. No name is copied: who it is about stays a key.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction

from sightline.actions import journal
from sightline.actions.messages.sending import notify
from sightline.actions.monday.acts import asked_act, change_action, own_action
from sightline.actions.monday.answers import keep_answer, keep_opening
from sightline.planning.errors import InvalidValue, NotAllowed
from sightline.planning.notices import Kind
from sightline.planning.permissions import Act, Category
from sightline.planning.weekly import Item
from sightline.records.models import Action, MondayAnswer
from sightline.records.queries.asks import askable, person_of_user
from sightline.records.queries.week.page import MARK, WeekFound
from sightline.records.scoping import Person, may_on

LATEST = timedelta(days=366)
_LINKS = {"opportunity": "opportunity_id", "contract": "contract_id", "play": "play_id"}


@dataclass(frozen=True, slots=True)
class Delegation:
    """Which act, to whom (CRM user), until when."""

    act: str
    to: int
    due_on: date


def delegate_act(person: Person, wanted: Delegation, *, now: datetime) -> int:
    """Pass an act on; answers the answer's id.

    Raises `NotOffered`, `NotAllowed` or `InvalidValue` with the field.
    """
    with transaction.atomic():
        found, item = asked_act(person, wanted.act, now=now)
        account = int(item.account)
        if not may_on(person, account, Category.PLAN, Act.WRITE):
            raise NotAllowed("You may not pass on what this account asks.", field="act")
        reader = _reader(wanted, found.whose.user_id, account, on=found.on)
        keep_opening(person, found)
        action, before = _handed(person, wanted, item, found)
        kept = keep_answer(
            person,
            MondayAnswer(
                account_id=account,
                act_key=item.act,
                answer=MondayAnswer.Answer.DELEGATED,
                until=wanted.due_on,
                delegated_to_id=wanted.to,
                action=action,
                taken_from_id=before,
            ),
            item,
            found,
            now=now,
        )
        facts = {"account": account, "action": action.pk}
        notify(reader, Kind.PASSED_ON, key=f"{action.pk}:{kept}", facts=facts, now=now)
    return kept


def take_back(person: Person, answer: MondayAnswer) -> None:
    """What was passed on comes back while the colleague has not settled or moved it.

    The caller holds the transaction.
    """
    action = Action.objects.select_for_update().filter(
        pk=answer.action_id or 0, state=Action.State.OPEN, owner_id=answer.delegated_to_id
    )
    row = action.first()
    if row is None:
        return
    if answer.act_key == f"step:action-{row.pk}":
        change_action(person, row, "take_action_back", owner_id=answer.taken_from_id)
    else:
        change_action(
            person, row, "settle_action", state=Action.State.DROPPED, state_reason="taken back"
        )


def _reader(wanted: Delegation, own_id: int, account: int, *, on: date) -> Person:
    """Whoever gets it. Raises `InvalidValue`."""
    if wanted.to == own_id:
        raise InvalidValue("It is yours already: name somebody else.", field="to")
    if not on <= wanted.due_on <= on + LATEST:
        raise InvalidValue("Name a day from today on, within a year.", field="due_on")
    reader = person_of_user(wanted.to) if wanted.to in askable(account) else None
    if reader is None or not may_on(reader, account, Category.PLAN, Act.READ):
        raise InvalidValue("That person cannot see this account: name somebody else.", field="to")
    return reader


def _handed(
    person: Person, wanted: Delegation, item: Item, found: WeekFound
) -> tuple[Action, int | None]:
    """The action the colleague owes, and whose it was."""
    own = own_action(person, item.act, state=Action.State.OPEN)
    if own is not None:
        before = own.owner_id
        change_action(person, own, "delegate_action", owner_id=wanted.to, due_on=wanted.due_on)
        return own, before
    raw = next((one.text for one in found.known.candidates if one.act == item.act), item.text)
    kept = found.known.evidence.get(item.act)
    links: dict[str, int] = {}
    for ground in item.grounds:
        kind, _, key = ground.stake.partition(":")
        if kind in _LINKS and key.isdecimal():
            links.setdefault(_LINKS[kind], int(key))
    action = Action.objects.create(
        account_id=int(item.account),
        subject=MARK.sub("them", raw)[:255],
        contact_id=kept.contact_id if kept is not None else None,
        owner_id=wanted.to,
        due_on=wanted.due_on,
        **links,
    )
    journal.record(
        "delegate_action",
        actor_id=person.id,
        account_id=action.account_id,
        subject=action,
        changes={"owner_id": (None, wanted.to), "due_on": (None, wanted.due_on)},
        note=item.act,
    )
    return action, None
