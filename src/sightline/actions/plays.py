"""Plays: started in one step, changed, parked, won or lost; the CRM is asked through the outbox."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction

from sightline.actions import journal, outbox
from sightline.actions.whitespace import Place, Saying, ask_for_plans, require_write, say_holder
from sightline.planning.errors import InvalidValue, MissingValue, PlanningError
from sightline.planning.money import Money
from sightline.planning.plays import TemplateStep, split_over_cells, started_actions
from sightline.records.models import (
    Action,
    Contact,
    Contract,
    CrmUser,
    Opportunity,
    Play,
    PlayCell,
    PlayPerson,
    PlayTemplate,
    ProductLine,
    Stage,
    Unit,
)
from sightline.records.scoping import Person

CREATE = "crm.create_opportunity"
UPDATE = "crm.update_opportunity"
LOST_WHY = ("price", "competitor", "in_house", "no_decision", "no_budget", "fit", "other")
FIELDS = frozenset({"name", "owner_id", "value", "target_close", "answers", "stage_id"})
CellIds = tuple[int | None, int]


class StalePlay(PlanningError):
    """Somebody changed the play meanwhile; `theirs` holds each field's value as it is now."""

    code = "stale_play"

    def __init__(self, message: str, *, theirs: Mapping[str, Any]) -> None:
        super().__init__(message)
        self.theirs = theirs


@dataclass(frozen=True, slots=True)
class NewPlay:
    """What a play starts with; value in minor units of `currency`, shared over the cells.

    `values` are likely values by cell, for the share of each line in the opportunity. `stage_id` is
    where it stands as somebody judges it, until an opportunity says so.
    """

    name: str
    cells: tuple[CellIds, ...] = ()
    owner_id: int | None = None
    value: int | None = None
    currency: str = ""
    target_close: date | None = None
    answers: str = ""
    renewal_id: int | None = None
    people: tuple[int, ...] = ()
    first_action: str = ""
    action_due: date | None = None
    template_id: int | None = None
    stage_id: int | None = None
    values: tuple[tuple[CellIds, int], ...] = ()


@dataclass(frozen=True, slots=True)
class InCrm:
    """What the CRM is to know: a new opportunity, one that is there, or nothing yet."""

    create: bool = False
    opportunity_id: int | None = None


def start_play(
    person: Person, account_id: int, new: NewPlay, *, crm: InCrm, now: datetime, on: date
) -> int:
    """Make a play from cells or a renewal, with its first action; answers its id.

    Raises NotAllowed, InvalidValue or MissingValue.
    """
    if not new.name.strip():
        raise MissingValue("A play needs a name.", field="name")
    if not new.cells and new.renewal_id is None:
        raise MissingValue("A play stands on a cell or a renewal.", field="cells")
    if new.value is not None and new.value < 0:
        raise InvalidValue("A value is not below zero.", field="value")
    with transaction.atomic():
        require_write(person, account_id)
        _check_places(account_id, new)
        play = Play.objects.create(
            account_id=account_id,
            name=new.name.strip()[:255],
            owner_id=new.owner_id,
            value=new.value,
            currency=new.currency,
            target_close=new.target_close,
            answers=new.answers.strip()[:255],
            renewal_id=new.renewal_id,
            template_id=new.template_id,
            stage_id=new.stage_id,
            created_on=on,
            created_by_id=person.id,
        )
        PlayCell.objects.bulk_create(
            PlayCell(play=play, unit_id=unit, product_line_id=line)
            for unit, line in dict.fromkeys(new.cells)
        )
        PlayPerson.objects.bulk_create(
            PlayPerson(play=play, contact_id=contact) for contact in dict.fromkeys(new.people)
        )
        _first_actions(play, new, on)
        journal.record("start_play", actor_id=person.id, account_id=account_id, subject=play)
        _into_crm(play, new, crm, now, person)
        ask_for_plans(account_id, by=person.id)
    return play.pk


def link_opportunity(person: Person, play_id: int, opportunity_id: int, *, now: datetime) -> None:
    """The play is this opportunity from now on: stage, amount, date and owner follow it."""
    with transaction.atomic():
        play = locked_play(person, play_id)
        _link(play, opportunity_id, now)
        journal.record(
            "link_opportunity",
            actor_id=person.id,
            account_id=play.account_id,
            subject=play,
            changes={"opportunity": (play.opportunity_id, opportunity_id)},
        )
        ask_for_plans(play.account_id, by=person.id)


def request_opportunity(person: Person, play_id: int, *, now: datetime) -> None:
    """Ask the CRM for an opportunity of this play; asking twice asks once."""
    with transaction.atomic():
        play = locked_play(person, play_id)
        if play.opportunity_id is not None:
            raise InvalidValue("This play has an opportunity already.")
        cells = tuple(play.cells.values_list("unit_id", "product_line_id"))
        new = NewPlay(name=play.name, cells=cells, value=play.value, currency=play.currency)
        _into_crm(play, new, InCrm(create=True), now, person)
        journal.record(
            "request_opportunity", actor_id=person.id, account_id=play.account_id, subject=play
        )


def change_play(
    person: Person, play_id: int, values: Mapping[str, Any], *, seen_version: int, now: datetime
) -> int:
    """Name, owner, value, date or what it answers; answers the new version.

    Where the play has an opportunity, the CRM is asked to take name, owner, amount and date.
    Raises NotAllowed, InvalidValue or StalePlay.
    """
    if set(values) - FIELDS:
        raise InvalidValue("That is no field of a play.", field=min(set(values) - FIELDS))
    owner = values.get("owner_id")
    if owner is not None and not CrmUser.objects.filter(pk=owner).exists():
        raise InvalidValue("That owner is not known.", field="owner")
    _check_stage(values.get("stage_id"))
    if "name" in values and not str(values["name"]).strip():
        raise MissingValue("A play needs a name.", field="name")
    with transaction.atomic():
        play = locked_play(person, play_id)
        changes = journal.differences(play, values)
        if not changes:
            return play.version
        if play.version != seen_version:
            theirs = {name: getattr(play, name) for name in values} | {"version": play.version}
            raise StalePlay("Somebody changed this play while you were typing.", theirs=theirs)
        save_play(play, values, changes, "change_play", person, now)
        if play.opportunity_id is not None:
            asked = {name: journal.plain(value) for name, value in values.items()}
            payload = {"play": play.pk, "opportunity": play.opportunity_id, "changes": asked}
            outbox.request(UPDATE, key=f"play:{play.pk}", payload=payload, by=person.id)
    return play.version + 1


def park_play(person: Person, play_id: int, *, parked: bool, now: datetime) -> None:
    """Set a play aside, or take it up again."""
    with transaction.atomic():
        play = locked_play(person, play_id)
        if play.parked != parked:
            change = {"parked": (play.parked, parked)}
            save_play(play, {"parked": parked}, change, "park_play", person, now)


def settle_play(
    person: Person,
    play_id: int,
    outcome: str,
    *,
    reason: str = "",
    note: str = "",
    now: datetime,
    on: date,
) -> None:
    """Won or lost; lost asks why in one pick and a line. Empty opens it again.

    Lost to a competitor named in `note` says so of the play's cells.
    """
    if outcome not in Play.Outcome.values:
        raise InvalidValue("A play is won, lost or open.", field="outcome")
    if outcome == Play.Outcome.LOST and reason not in LOST_WHY:
        raise MissingValue("Say why it was lost.", field="reason")
    if reason == "competitor" and not note.strip():
        raise MissingValue("Which competitor?", field="note")
    with transaction.atomic():
        play = locked_play(person, play_id)
        lost = outcome == Play.Outcome.LOST
        values = {
            "outcome": outcome,
            "outcome_on": on if outcome else None,
            "outcome_reason": reason if lost else "",
            "outcome_note": note.strip()[:255] if outcome else "",
        }
        changes = journal.differences(play, values)
        save_play(play, values, changes, f"settle_play_{outcome or 'open'}", person, now)
        if lost and reason == "competitor":
            saying = Saying(person, now, on, None, "medium", "lost play")
            for unit, line in play.cells.values_list("unit_id", "product_line_id"):
                place = Place(play.account_id, unit, line)
                say_holder(place, "competitor", saying=saying, competitor=note, reported=True)
        if play.opportunity_id is not None:
            payload = {"play": play.pk, "opportunity": play.opportunity_id, "outcome": outcome}
            outbox.request(UPDATE, key=f"play:{play.pk}", payload=payload, by=person.id)


def set_people(person: Person, play_id: int, contact_ids: Sequence[int], *, now: datetime) -> None:
    """Whom of theirs the play needs."""
    with transaction.atomic():
        play = locked_play(person, play_id)
        _check_people(play.account_id, contact_ids)
        before = sorted(play.people.values_list("contact_id", flat=True))
        PlayPerson.objects.filter(play=play).exclude(contact_id__in=contact_ids).delete()
        PlayPerson.objects.bulk_create(
            (PlayPerson(play=play, contact_id=contact) for contact in set(contact_ids)),
            ignore_conflicts=True,
        )
        changes = {"people": (before, sorted(set(contact_ids)))}
        save_play(play, {}, changes, "set_play_people", person, now)


def locked_play(person: Person, play_id: int) -> Play:
    """The play, locked until the end. Raises InvalidValue or NotAllowed."""
    play = Play.objects.select_for_update().filter(pk=play_id, removed_at=None).first()
    if play is None:
        raise InvalidValue("There is no such play.", field="play")
    require_write(person, play.account_id)
    return play


def save_play(
    play: Play,
    values: Mapping[str, Any],
    changes: Mapping[str, tuple[Any, Any]],
    verb: str,
    person: Person,
    now: datetime,
) -> None:
    """Write and journal a change, and ask for the plan's figures."""
    Play.objects.filter(pk=play.pk).update(**values, version=play.version + 1, changed_at=now)
    journal.record(
        verb, actor_id=person.id, account_id=play.account_id, subject=play, changes=changes
    )
    ask_for_plans(play.account_id, by=person.id)


def check_cells(account_id: int, cells: Sequence[CellIds]) -> None:
    """Raises InvalidValue for a cell of a unit that is not in the account, or of no line of ours."""
    units = {unit for unit, _line in cells if unit is not None}
    lines = {line for _unit, line in cells}
    here = Unit.objects.filter(pk__in=units, account_id=account_id, removed_at=None).count()
    if here != len(units):
        raise InvalidValue("There is no such unit in this account.", field="cells")
    if ProductLine.objects.filter(pk__in=lines).count() != len(lines):
        raise InvalidValue("There is no such product line.", field="cells")


def _check_places(account_id: int, new: NewPlay) -> None:
    check_cells(account_id, new.cells)
    _check_people(account_id, new.people)
    if new.owner_id is not None and not CrmUser.objects.filter(pk=new.owner_id).exists():
        raise InvalidValue("That owner is not known.", field="owner")
    _check_stage(new.stage_id)
    if new.renewal_id is None:
        return
    family = Contract.objects.filter(pk=new.renewal_id, account__planning_account_id=account_id)
    if not family.exists():
        raise InvalidValue("There is no such renewal in this account.", field="renewal")


def _check_stage(stage_id: int | None) -> None:
    """Won and lost are said by settling a play."""
    if stage_id is None:
        return
    if not Stage.objects.filter(pk=stage_id, is_active=True, is_closed=False).exists():
        raise InvalidValue("That is no open stage of yours.", field="stage")


def _check_people(account_id: int, contact_ids: Sequence[int]) -> None:
    wanted = set(contact_ids)
    here = Contact.objects.filter(pk__in=wanted, account__planning_account_id=account_id)
    if here.count() != len(wanted):
        raise InvalidValue("Somebody chosen is not in this account.", field="people")


def _first_actions(play: Play, new: NewPlay, on: date) -> None:
    shared = {"account_id": play.account_id, "play": play, "owner_id": play.owner_id}
    if new.first_action.strip():
        Action.objects.create(
            subject=new.first_action.strip()[:255], due_on=new.action_due, **shared
        )
    if new.template_id is None:
        return
    template = PlayTemplate.objects.filter(pk=new.template_id, retired_at=None).first()
    if template is None:
        raise InvalidValue("There is no such play in the library.", field="template")
    steps = [TemplateStep(name, int(days), role) for name, days, role in template.steps]
    owner = str(play.owner_id or "")
    for one in started_actions(steps, play=str(play.pk), start=on, owner=owner, owners={}):
        Action.objects.create(subject=one.name, due_on=one.due, template_step=one.key, **shared)


def _into_crm(play: Play, new: NewPlay, crm: InCrm, now: datetime, person: Person) -> None:
    if crm.opportunity_id is not None:
        _link(play, crm.opportunity_id, now)
        return
    if not crm.create:
        return
    Play.objects.filter(pk=play.pk).update(opportunity_requested_at=now)
    payload = {
        "play": play.pk,
        "account": play.account_id,
        "name": play.name,
        "amount": play.value,
        "currency": play.currency,
        "close_date": play.target_close.isoformat() if play.target_close else None,
        "owner": play.owner_id,
        "lines": lines_of(new.cells, value=new.value, currency=new.currency, values=new.values),
    }
    outbox.request(CREATE, key=f"play:{play.pk}", payload=payload, by=person.id)


def lines_of(
    cells: Sequence[CellIds],
    *,
    value: int | None,
    currency: str,
    values: Sequence[tuple[CellIds, int]],
) -> list[dict[str, Any]]:
    """A line per cell; the amount is split by the cells' values, to the last minor unit."""
    shares: Mapping[tuple[str, str], Money] = {}
    if value is not None and currency and cells:
        keys = [(str(unit), str(line)) for unit, line in cells]
        known = {(str(unit), str(line)): Money(minor, currency) for (unit, line), minor in values}
        shares = split_over_cells(Money(value, currency), cells=keys, values=known)
    return [
        {
            "unit": unit,
            "line": line,
            "amount": share.minor if (share := shares.get((str(unit), str(line)))) else None,
        }
        for unit, line in dict.fromkeys(cells)
    ]


def _link(play: Play, opportunity_id: int, now: datetime) -> None:
    deal = Opportunity.objects.filter(
        pk=opportunity_id, account__planning_account_id=play.account_id, removed_at=None
    ).first()
    if deal is None:
        raise InvalidValue("There is no such opportunity in this account.", field="opportunity")
    if Play.objects.filter(opportunity=deal, removed_at=None).exclude(pk=play.pk).exists():
        raise InvalidValue("That opportunity is another play already.", field="opportunity")
    Play.objects.filter(pk=play.pk).update(
        opportunity=deal, opportunity_requested_at=None, version=play.version + 1, changed_at=now
    )
