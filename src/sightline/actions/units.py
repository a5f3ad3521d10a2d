"""Units of a planning account that are no accounts of the CRM: added, moved, merged."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction

from sightline.actions import journal
from sightline.actions.play_cells import note_cells
from sightline.actions.whitespace import ask_for_plans, require_write
from sightline.planning.errors import InvalidValue, MissingValue
from sightline.planning.stakeholders.access import units_above
from sightline.records.models import (
    Asset,
    Cell,
    CellMeasures,
    Contact,
    Contract,
    Opportunity,
    Play,
    PlayCell,
    Unit,
    WalletEstimate,
)
from sightline.records.scoping import Person

FOLLOWERS = (Contact, Opportunity, Contract, Asset, WalletEstimate)


def add_unit(
    person: Person,
    account_id: int,
    name: str,
    *,
    parent_id: int | None = None,
    employees: int | None = None,
    kind: str = Unit.Kind.DIVISION.value,
) -> int:
    """A unit of the account, below another or at the top; answers its id.

    Raises NotAllowed, InvalidValue or MissingValue, as all verbs here do.
    """
    named = " ".join(name.split())
    if not named:
        raise MissingValue("A unit needs a name.", field="name")
    if kind not in {Unit.Kind.DIVISION, Unit.Kind.BUSINESS_UNIT, Unit.Kind.GEOGRAPHY}:
        raise InvalidValue("A unit is a division, business unit or geography.", field="kind")
    with transaction.atomic():
        require_write(person, account_id)
        _parent(account_id, parent_id)
        _free(account_id, named, parent_id)
        unit = Unit.objects.create(
            account_id=account_id,
            name=named[:255],
            parent_id=parent_id,
            employees=employees,
            kind=kind,
        )
        journal.record("add_unit", actor_id=person.id, account_id=account_id, subject=unit)
        ask_for_plans(account_id, by=person.id)
    return unit.pk


def move_unit(person: Person, unit_id: int, parent_id: int | None, *, now: datetime) -> None:
    """Below another unit, or to the top; never below itself."""
    with transaction.atomic():
        unit = _own(person, unit_id)
        _parent(unit.account_id, parent_id)
        if parent_id is not None:
            rows = Unit.objects.filter(account_id=unit.account_id).values_list("pk", "parent_id")
            parents = {str(pk): str(above) if above else None for pk, above in rows}
            if str(unit.pk) in (str(parent_id), *units_above(str(parent_id), parents)):
                raise InvalidValue("A unit cannot stand below itself.", field="parent")
        _free(unit.account_id, unit.name, parent_id, but=unit.pk)
        _save(person, unit, {"parent_id": parent_id}, "move_unit", now)


def merge_unit(person: Person, unit_id: int, into_id: int, *, now: datetime) -> None:
    """Everything of one unit becomes another's, and the first goes.

    What was said of the same cell of both stays as the kept unit has it. A unit with revenue of
    its own in the ledger is moved below the other instead, because the ledger knows it by name.
    """
    with transaction.atomic():
        unit, into = _own(person, unit_id), _own(person, into_id, linked=True)
        if unit.pk == into.pk or unit.account_id != into.account_id:
            raise InvalidValue("Choose another unit of the same account.", field="into")
        if CellMeasures.objects.filter(unit=unit).exists():
            raise InvalidValue(
                "This unit has revenue of its own: move it below the other instead.", field="unit"
            )
        for model in FOLLOWERS:
            rows: Any = model
            rows.objects.filter(unit=unit).update(unit=into)
        held = Cell.objects.filter(unit=into).values("product_line_id")
        Cell.objects.filter(unit=unit).exclude(product_line_id__in=held).update(unit=into)
        for play in Play.objects.filter(cells__unit=unit).order_by("pk").distinct():
            _move_play_cells(person, play, unit, into, now)
        Unit.objects.filter(parent=unit).exclude(pk=into.pk).update(parent=into)
        if into.parent_id == unit.pk:
            Unit.objects.filter(pk=into.pk).update(parent=unit.parent)
        _save(person, unit, {"removed_at": now}, "merge_unit", now)


def _move_play_cells(person: Person, play: Play, unit: Unit, into: Unit, now: datetime) -> None:
    """Cells of a play that are of the one unit become the other's, each once."""
    before = tuple(play.cells.order_by("pk").values_list("unit_id", "product_line_id"))
    for cell in PlayCell.objects.filter(play=play, unit=unit):
        twin = PlayCell.objects.filter(play=play, unit=into, product_line=cell.product_line_id)
        if twin.exists():
            cell.delete()
        else:
            PlayCell.objects.filter(pk=cell.pk).update(unit=into)
    if play.removed_at is None:
        note_cells(person, play, before, now=now)


def _own(person: Person, unit_id: int, *, linked: bool = False) -> Unit:
    unit = Unit.objects.select_for_update().filter(pk=unit_id, removed_at=None).first()
    if unit is None:
        raise InvalidValue("There is no such unit.", field="unit")
    require_write(person, unit.account_id)
    if unit.linked_account_id is not None and not linked:
        raise InvalidValue(
            "This unit is an account of the CRM: its place is changed there.", field="unit"
        )
    return unit


def _parent(account_id: int, parent_id: int | None) -> None:
    if parent_id is None:
        return
    here = Unit.objects.filter(pk=parent_id, account_id=account_id, removed_at=None)
    if not here.exists():
        raise InvalidValue("There is no such unit in this account.", field="parent")


def _free(account_id: int, name: str, parent_id: int | None, *, but: int | None = None) -> None:
    rows = Unit.objects.filter(account_id=account_id, name=name, removed_at=None)
    rows = rows.filter(parent=None) if parent_id is None else rows.filter(parent_id=parent_id)
    if any(pk != but for pk in rows.values_list("pk", flat=True)):
        raise InvalidValue("There is a unit of that name in that place.", field="name")


def _save(person: Person, unit: Unit, values: dict[str, Any], verb: str, now: datetime) -> None:
    changes = journal.differences(unit, values)
    Unit.objects.filter(pk=unit.pk).update(**values, version=unit.version + 1, changed_at=now)
    journal.record(
        verb, actor_id=person.id, account_id=unit.account_id, subject=unit, changes=changes
    )
    ask_for_plans(unit.account_id, by=person.id)
