"""Actions of a plan: one owner, one date, one thing they serve; done, moved or dropped."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction

from sightline.actions import asks, journal
from sightline.actions.whitespace import ask_for_plans, require_write
from sightline.planning.errors import InvalidValue, MissingValue, PlanningError
from sightline.planning.plays import Serves
from sightline.records.models import Action, Contact, Contract, CrmUser, Play, Signal
from sightline.records.queries.company import company_facts
from sightline.records.scoping import Person


class StaleAction(PlanningError):
    """Somebody changed the action meanwhile; `theirs` holds what it is now."""

    code = "stale_action"

    def __init__(self, message: str, *, theirs: Mapping[str, Any]) -> None:
        super().__init__(message)
        self.theirs = theirs


@dataclass(frozen=True, slots=True)
class NewAction:
    """A step: what, who, when, and the one thing it serves (`serves` with its record's id)."""

    subject: str
    owner_id: int | None = None
    due_on: date | None = None
    serves: Serves | None = None
    target_id: int | None = None
    repeat_days: int | None = None
    checklist: tuple[str, ...] = ()


def add_action(person: Person, account_id: int, new: NewAction) -> int:
    """A new open action; answers its id. Raises NotAllowed, InvalidValue or MissingValue."""
    if not new.subject.strip():
        raise MissingValue("Say what is to be done.", field="subject")
    if (new.serves is None) != (new.target_id is None):
        raise InvalidValue("An action serves one named thing, or nothing.", field="serves")
    if new.repeat_days is not None and new.repeat_days < 1:
        raise InvalidValue("It comes again after at least one day.", field="repeat_days")
    with transaction.atomic():
        require_write(person, account_id)
        action = Action.objects.create(
            account_id=account_id,
            subject=new.subject.strip()[:255],
            owner_id=_owner(new.owner_id),
            due_on=new.due_on,
            repeat_days=new.repeat_days,
            checklist=[[item.strip(), False] for item in new.checklist if item.strip()],
            **_served(account_id, new),
        )
        _note("add_action", action, person, {})
    return action.pk


def add_actions(person: Person, account_id: int, new: Iterable[NewAction]) -> list[int]:
    """Several at once, all or none; answers their ids."""
    with transaction.atomic():
        return [add_action(person, account_id, one) for one in new]


def finish_action(
    person: Person, action_id: int, *, seen_version: int, now: datetime, on: date
) -> int | None:
    """Done. A recurring action comes again; answers the next one's id, or None."""
    with transaction.atomic():
        action = _open(person, action_id, seen_version)
        _change(action, {"state": Action.State.DONE, "done_on": on}, "finish_action", person, now)
        if not action.repeat_days:
            return None
        following = Action.objects.create(
            account_id=action.account_id,
            subject=action.subject,
            owner_id=action.owner_id,
            due_on=on + timedelta(days=action.repeat_days),
            repeat_days=action.repeat_days,
            checklist=[[text, False] for text, _done in action.checklist],
            play_id=action.play_id,
            contract_id=action.contract_id,
            contact_id=action.contact_id,
            risk_id=action.risk_id,
        )
        _note("repeat_action", following, person, {})
    return following.pk


def move_action(
    person: Person, action_id: int, due: date, *, reason: str, seen_version: int, now: datetime
) -> None:
    """Another date, for a reason."""
    _need_reason(reason)
    with transaction.atomic():
        action = _open(person, action_id, seen_version)
        values = {"due_on": due, "state_reason": reason.strip()[:255]}
        _change(action, values, "move_action", person, now)


def drop_action(
    person: Person, action_id: int, *, reason: str, seen_version: int, now: datetime
) -> None:
    """It is not done, and why."""
    _need_reason(reason)
    with transaction.atomic():
        action = _open(person, action_id, seen_version)
        values = {"state": Action.State.DROPPED, "state_reason": reason.strip()[:255]}
        _change(action, values, "drop_action", person, now)


def reopen_action(person: Person, action_id: int, *, now: datetime) -> None:
    """It was not done or dropped after all."""
    with transaction.atomic():
        action = _locked(person, action_id)
        if action.state != Action.State.OPEN:
            values = {"state": Action.State.OPEN, "done_on": None, "state_reason": ""}
            _change(action, values, "reopen_action", person, now)


def block_action(
    person: Person, action_id: int, by: str, *, escalate_to: int | None, now: datetime
) -> None:
    """What stands in its way, and who of ours is asked to clear it; empty: nothing does."""
    with transaction.atomic():
        action = _locked(person, action_id)
        blocked = by.strip()[:255]
        to = _owner(escalate_to) if blocked else None
        values = {"blocked_by": blocked, "escalated_to_id": to}
        _change(action, values, "block_action", person, now)
        action.blocked_by, action.escalated_to_id = blocked, to
        asks.escalate(person, action, on=company_facts().today(now), now=now)


def tick_item(person: Person, action_id: int, place: int, *, done: bool, now: datetime) -> None:
    """One line of an action's checklist."""
    with transaction.atomic():
        action = _locked(person, action_id)
        if not 0 <= place < len(action.checklist):
            raise InvalidValue("There is no such line.", field="place")
        items = [list(item) for item in action.checklist]
        items[place][1] = done
        _change(action, {"checklist": items}, "tick_item", person, now)


def serve(person: Person, action_id: int, new: NewAction, *, now: datetime) -> None:
    """What the action is for: gives activity its line of sight."""
    with transaction.atomic():
        action = _locked(person, action_id)
        nothing = {"play": None, "contract": None, "contact": None, "risk": None}
        served = _served(action.account_id or 0, new)
        _change(action, nothing | served, "serve", person, now)


def _served(account_id: int, new: NewAction) -> dict[str, Any]:
    """The one link that says what it serves; it must be of the same account."""
    if new.serves is None:
        return {}
    rows: dict[Serves, tuple[str, Any]] = {
        Serves.PLAY: ("play", Play.objects.filter(account_id=account_id, removed_at=None)),
        Serves.RENEWAL: (
            "contract",
            Contract.objects.filter(account__planning_account_id=account_id),
        ),
        Serves.RELATIONSHIP: (
            "contact",
            Contact.objects.filter(account__planning_account_id=account_id),
        ),
        Serves.RISK: ("risk", Signal.objects.filter(account_id=account_id)),
    }
    name, found = rows[new.serves]
    row = found.filter(pk=new.target_id).first()
    if row is None:
        raise InvalidValue("What it serves is not in this account.", field="serves")
    return {name: row}


def _owner(owner_id: int | None) -> int | None:
    if owner_id is not None and not CrmUser.objects.filter(pk=owner_id).exists():
        raise InvalidValue("That person is not known.", field="owner")
    return owner_id


def _locked(person: Person, action_id: int) -> Action:
    action = Action.objects.select_for_update().filter(pk=action_id, removed_at=None).first()
    if action is None or action.account_id is None:
        raise InvalidValue("There is no such action.", field="action")
    require_write(person, _planning(action))
    return action


def _planning(action: Action) -> int:
    assert action.account is not None
    return action.account.planning_account_id or action.account.pk


def _open(person: Person, action_id: int, seen_version: int) -> Action:
    action = _locked(person, action_id)
    if action.version != seen_version:
        theirs = {"state": action.state, "due_on": action.due_on, "version": action.version}
        raise StaleAction("Somebody changed this action meanwhile.", theirs=theirs)
    if action.state != Action.State.OPEN:
        raise InvalidValue("This action is settled already.", field="action")
    return action


def _need_reason(reason: str) -> None:
    if not reason.strip():
        raise MissingValue("Moving or dropping an action needs a reason.", field="reason")


def _change(
    action: Action, values: Mapping[str, Any], verb: str, person: Person, now: datetime
) -> None:
    changes = journal.differences(action, values)
    Action.objects.filter(pk=action.pk).update(**values, version=action.version + 1, changed_at=now)
    _note(verb, action, person, changes)


def _note(
    verb: str, action: Action, person: Person, changes: Mapping[str, tuple[Any, Any]]
) -> None:
    journal.record(
        verb, actor_id=person.id, account_id=action.account_id, subject=action, changes=changes
    )
    ask_for_plans(_planning(action), by=person.id)
