"""The library of plays: templates written, retired, and started on many accounts in one step."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction

from sightline.actions import journal
from sightline.actions.plays import InCrm, NewPlay, start_play
from sightline.planning.errors import InvalidValue, MissingValue, NotAllowed, PlanningError
from sightline.planning.permissions import Act, Category, relations_that_may
from sightline.records.models import Account, PlayTemplate, ProductLine
from sightline.records.scoping import Person

MOST_STEPS, MOST_DAYS, MOST_ACCOUNTS = 40, 730, 200
# how the journal knows a template that came with the demonstration
OF_DEMONSTRATION = "demonstration"


class StaleTemplate(PlanningError):
    """Somebody changed the template meanwhile; `theirs` holds what it is now."""

    code = "stale_template"

    def __init__(self, message: str, *, theirs: Mapping[str, Any]) -> None:
        super().__init__(message)
        self.theirs = theirs


@dataclass(frozen=True, slots=True)
class TemplateText:
    """What a template says. `steps` are (name, days after the start, role of ours), `roles` the
    buying roles a play of it needs."""

    name: str
    trigger: str = ""
    fit: str = ""
    line_id: int | None = None
    steps: tuple[tuple[str, int, str], ...] = ()
    roles: tuple[str, ...] = ()
    assets: str = ""


def write_template(
    person: Person,
    text: TemplateText,
    *,
    template_id: int | None = None,
    seen_version: int = 0,
    now: datetime,
) -> int:
    """A new template, or a new wording of one; answers its id. Plays started keep their steps.

    Raises NotAllowed, InvalidValue, MissingValue or StaleTemplate.
    """
    _planner(person)
    values = _checked(text)
    try:
        with transaction.atomic():
            if template_id is None:
                return _add(values, actor_id=person.id)
            return _change(person, template_id, values, seen_version=seen_version, now=now)
    except IntegrityError:
        raise InvalidValue("A template of that name is there already.", field="name") from None


def ship_template(text: TemplateText) -> int | None:
    """A template of the demonstration, written by nobody but checked and journalled as a person's.

    Safe to run twice: None where one of that name is there. Raises InvalidValue or MissingValue.
    """
    values = _checked(text)
    with transaction.atomic():
        if PlayTemplate.objects.filter(name=values["name"]).exists():
            return None
        return _add(values, actor_id=None, note=OF_DEMONSTRATION)


def _add(values: Mapping[str, Any], *, actor_id: int | None, note: str = "") -> int:
    row = PlayTemplate.objects.create(**values)
    journal.record("add_template", actor_id=actor_id, subject=row, note=note)
    return row.pk


def _change(
    person: Person, template_id: int, values: Mapping[str, Any], *, seen_version: int, now: datetime
) -> int:
    row = PlayTemplate.objects.select_for_update().filter(pk=template_id).first()
    if row is None:
        raise InvalidValue("There is no such template.", field="template")
    changes = journal.differences(row, values)
    if not changes:
        return row.pk
    if row.version != seen_version:
        theirs = {name: getattr(row, name) for name in values} | {"version": row.version}
        raise StaleTemplate("Somebody changed this template meanwhile.", theirs=theirs)
    PlayTemplate.objects.filter(pk=row.pk).update(**values, version=row.version + 1, changed_at=now)
    journal.record("change_template", actor_id=person.id, subject=row, changes=changes)
    return row.pk


def retire_template(person: Person, template_id: int, *, retired: bool, now: datetime) -> None:
    """It is not started any more, or again; plays that run stay as they are."""
    _planner(person)
    with transaction.atomic():
        row = PlayTemplate.objects.select_for_update().filter(pk=template_id).first()
        if row is None:
            raise InvalidValue("There is no such template.", field="template")
        if (row.retired_at is not None) == retired:
            return
        at = now if retired else None
        PlayTemplate.objects.filter(pk=row.pk).update(retired_at=at, version=row.version + 1)
        verb = "retire_template" if retired else "restore_template"
        journal.record(verb, actor_id=person.id, subject=row)


def start_many(
    person: Person,
    template_id: int,
    account_ids: Sequence[int],
    *,
    close_in: timedelta,
    now: datetime,
    on: date,
) -> list[int]:
    """A play of the template on each account as a whole, as an idea of its plan; answers their ids.

    All or none. Raises NotAllowed where one of the accounts may not be changed, InvalidValue where
    the template names no line: a play stands on a cell.
    """
    template = PlayTemplate.objects.filter(pk=template_id, retired_at=None).first()
    if template is None:
        raise InvalidValue("There is no such play in the library.", field="template")
    if template.line_id is None:
        raise InvalidValue("This template names no line: start it from a cell.", field="template")
    wanted = list(dict.fromkeys(account_ids))
    if not wanted:
        raise MissingValue("Choose at least one account.", field="accounts")
    if len(wanted) > MOST_ACCOUNTS:
        raise InvalidValue(f"At most {MOST_ACCOUNTS} accounts at once.", field="accounts")
    owners = dict(Account.objects.filter(pk__in=wanted).values_list("pk", "owner_id"))
    if len(owners) != len(wanted):
        raise InvalidValue("There is no such account.", field="accounts")
    with transaction.atomic():
        return [
            start_play(
                person,
                account,
                NewPlay(
                    name=template.name,
                    cells=((None, template.line_id),),
                    owner_id=owners[account],
                    target_close=on + close_in,
                    template_id=template.pk,
                ),
                crm=InCrm(),
                now=now,
                on=on,
            )
            for account in wanted
        ]


def _checked(text: TemplateText) -> dict[str, Any]:
    name = " ".join(text.name.split())
    if not name:
        raise MissingValue("A template has a name.", field="name")
    if len(text.steps) > MOST_STEPS:
        raise InvalidValue(f"At most {MOST_STEPS} steps.", field="steps")
    for step, days, _role in text.steps:
        if not step.strip():
            raise MissingValue("Each step says what is to be done.", field="steps")
        if not 0 <= days <= MOST_DAYS:
            raise InvalidValue(f"A step is due within {MOST_DAYS} days.", field="steps")
    if text.line_id is not None and not ProductLine.objects.filter(pk=text.line_id).exists():
        raise InvalidValue("There is no such product line.", field="line")
    return {
        "name": name[:120],
        "trigger": text.trigger.strip()[:255],
        "fit": text.fit.strip()[:255],
        "line_id": text.line_id,
        "steps": [[step.strip()[:255], days, role.strip()[:60]] for step, days, role in text.steps],
        "roles": [role for role in text.roles if role.strip()],
        "assets": text.assets.strip(),
    }


def _planner(person: Person) -> None:
    if not relations_that_may(person.roles, category=Category.PLAN, act=Act.WRITE):
        raise NotAllowed("Only people who write plans may write the library.", field="template")
