"""What verbs on parts of a plan share: the plan that may be written, stale edits, keys of moves."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any, TypeVar

from django.db import models
from django.db.models import F

from sightline.actions import journal, outbox
from sightline.planning.errors import InvalidValue, MissingValue, NotAllowed, PlanningError
from sightline.planning.permissions import Act, Category
from sightline.records.models import Account, Contract, CrmUser, Opportunity, Plan, Play
from sightline.records.scoping import Person, may_on

Row = TypeVar("Row", bound=models.Model)


class StalePart(PlanningError):
    """Somebody changed it meanwhile; `theirs` holds each field's value as it is now."""

    code = "stale_part"

    def __init__(self, message: str, *, theirs: Mapping[str, Any]) -> None:
        super().__init__(message)
        self.theirs = theirs


def writable_plan(person: Person, plan_id: int) -> Plan:
    """The plan, where the person may write it. Raises `NotAllowed`."""
    plan = Plan.objects.filter(pk=plan_id).first()
    if plan is None or not may_on(person, plan.account_id, Category.PLAN, Act.WRITE):
        raise NotAllowed("You may not change this plan.", field="plan")
    return plan


def changed(
    row: Row, values: Mapping[str, Any], *, seen_version: int, now: datetime
) -> dict[str, tuple[Any, Any]]:
    """Save values on a locked, versioned row; answers what changed, empty where nothing did.

    Raises `StalePart` where the row is newer than what the person saw.
    """
    changes = journal.differences(row, values)
    if not changes:
        return {}
    version = getattr(row, "version", 0)
    if version != seen_version:
        theirs = {name: getattr(row, name) for name in values} | {"version": version}
        raise StalePart("Somebody changed this while you were writing.", theirs=theirs)
    manager = type(row)._default_manager
    manager.filter(pk=row.pk).update(**values, version=F("version") + 1, changed_at=now)
    return changes


def told(
    verb: str,
    person: Person,
    plan: Plan,
    row: models.Model,
    changes: Mapping[str, tuple[Any, Any]] | None = None,
) -> None:
    """Journal it and ask for the plan's figures. Free text stays in the row: only that it
    changed is journalled, so that erasing a person reaches every place."""
    kept = {
        name: ("", "changed") if isinstance(new, str) and len(new) > 20 else (old, new)
        for name, (old, new) in (changes or {}).items()
    }
    journal.record(verb, actor_id=person.id, account_id=plan.account_id, subject=row, changes=kept)
    ask_for(plan)


def ask_for(plan: Plan) -> None:
    """Ask for the plan's figures and challenges again."""
    outbox.request("refresh_plan", key=str(plan.pk), payload={"plan": plan.pk})


def ask_for_account(account_id: int, *, on: date) -> None:
    """The same for the running plan of an account."""
    for plan in Plan.objects.filter(account_id=account_id, starts_on__lte=on, ends_on__gte=on):
        ask_for(plan)


def sentence(text: str, *, field: str, most: int) -> str:
    """What a person wrote, without space around it. Raises `MissingValue` or `InvalidValue`."""
    words = " ".join(text.split())
    if not words:
        raise MissingValue("One sentence is enough.", field=field)
    if len(words) > most:
        raise InvalidValue(f"Keep it under {most} characters.", field=field)
    return words


def one_of_ours(owner_id: int | None) -> int | None:
    """An active person of ours, or nobody. Raises `InvalidValue`."""
    if owner_id is not None and not CrmUser.objects.filter(pk=owner_id, is_active=True).exists():
        raise InvalidValue("Choose one of our people.", field="owner_id")
    return owner_id


def moves(keys: Iterable[str], *, account_id: int, kinds: tuple[str, ...]) -> list[dict[str, int]]:
    """Columns for keys such as `play:7`. Raises `InvalidValue` for what is not of this family."""
    family = Account.objects.filter(planning_account_id=account_id).values("pk")
    tables: dict[str, type[models.Model]] = {
        "play": Play,
        "opportunity": Opportunity,
        "contract": Contract,
    }
    found = []
    for key in dict.fromkeys(keys):
        kind, _, number = key.partition(":")
        if kind not in kinds or not number.isdecimal():
            raise InvalidValue("Choose a play of this account.", field="plays")
        rows = tables[kind]._default_manager.filter(pk=int(number), removed_at=None)
        if not rows.filter(account_id__in=family).exists():
            raise InvalidValue("Choose a play of this account.", field="plays")
        found.append({f"{kind}_id": int(number)})
    return found
