"""What every answer to an act begins with: whether it is asked still, and the action behind it."""

from __future__ import annotations

from datetime import datetime

from sightline.actions import journal
from sightline.planning.errors import PlanningError
from sightline.planning.permissions import Act, Category
from sightline.planning.weekly import Item
from sightline.records.models import Action
from sightline.records.queries.week.page import WeekFound, week_found
from sightline.records.queries.week.planned import own_user
from sightline.records.scoping import Person, may_on

OWN_ACTION = "step:action-"
GONE = "This is not asked any more: its cause has gone or it is answered."


class NotOffered(PlanningError):
    """The act is not asked for: its cause has gone, or it was answered elsewhere."""

    code = "act_not_offered"


def asked_act(person: Person, act: str, *, now: datetime) -> tuple[WeekFound, Item]:
    """One's own week with an act that it still asks. Raises `NotOffered`."""
    whose = own_user(person)
    if whose is None:
        raise NotOffered("Without a user of the CRM there is no week to answer.")
    found = week_found(person, whose, now=now)
    item = found.items.get(act)
    if item is None or act in found.answers.given:
        raise NotOffered(GONE)
    return found, item


def own_action(person: Person, act: str, *, state: str) -> Action | None:
    """The action behind an act, locked, where it was made here and the person may write its plan."""
    key = act.removeprefix(OWN_ACTION)
    if not act.startswith(OWN_ACTION) or not key.isdecimal():
        return None
    row = Action.objects.select_for_update().filter(pk=int(key), source=None, state=state).first()
    if row is None or row.account_id is None:
        return None
    return row if may_on(person, row.account_id, Category.PLAN, Act.WRITE) else None


def change_action(person: Person, action: Action, verb: str, **values: object) -> None:
    """Change a locked action and say so in the journal under `verb`."""
    changes = journal.differences(action, values)
    for field, value in values.items():
        setattr(action, field, value)
    action.version += 1
    action.save(update_fields=[*values, "version"])
    journal.record(
        verb,
        actor_id=person.id,
        account_id=action.account_id,
        subject=action,
        changes=changes,
    )
