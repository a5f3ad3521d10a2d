"""Confirming a cell: everything that stands in it is right today, said in one step."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.db import transaction

from sightline.actions import journal
from sightline.actions.whitespace import (
    Place,
    Saying,
    StaleCell,
    ask_for_plans,
    locked_cell,
    require_write,
)
from sightline.records.models import Cell, CellFact

_KEPT = (
    *("kind", "choice", "level", "competitor_id", "until", "text", "priority"),
    *("low", "likely", "high", "currency", "source"),
)
_SURE = {"low": "medium"}


def confirm_cell(place: Place, *, saying: Saying, seen: Collection[int]) -> int:
    """Say again, as of today, every fact that stands; answers how many were older than that.

    `seen` are the facts that were looked at: where another stands by now, StaleCell is raised and
    nothing is said. A competitor that was only reported is confirmed by it, and a guess becomes
    fairly sure. What is computed needs no word of anybody: that the cell was confirmed is kept in
    its history. Raises NotAllowed, InvalidValue or StaleCell.
    """
    with transaction.atomic():
        require_write(saying.person, place.account_id)
        cell = locked_cell(place)
        held = list(CellFact.objects.filter(cell=cell, ended_at=None).order_by("pk"))
        newer = [fact for fact in held if fact.pk > max(seen, default=0)]
        if newer:
            raise StaleCell("Somebody else changed this meanwhile.", theirs=newer[-1])
        older = [fact for fact in held if fact.said_on < saying.on or fact.reported]
        for fact in older:
            _again(fact, saying)
        changes = {fact.kind: (fact.said_on.isoformat(), saying.on.isoformat()) for fact in older}
        Cell.objects.filter(pk=cell.pk).update(version=cell.version + 1, changed_at=saying.now)
        journal.record(
            "confirm_cell",
            actor_id=saying.person.id,
            account_id=cell.account_id,
            subject=cell,
            changes=changes,
        )
        ask_for_plans(cell.account_id, by=saying.person.id)
    return len(older)


def _again(fact: CellFact, saying: Saying) -> None:
    CellFact.objects.filter(pk=fact.pk).update(ended_at=saying.now)
    values: dict[str, Any] = {name: getattr(fact, name) for name in _KEPT}
    made = CellFact.objects.create(
        cell_id=fact.cell_id,
        confidence=_SURE.get(fact.confidence, fact.confidence),
        author_id=saying.person.id,
        said_on=saying.on,
        said_at=saying.now,
        **values,
    )
    CellFact.objects.filter(pk=fact.pk).update(replaced_by=made)
