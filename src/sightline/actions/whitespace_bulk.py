"""Many cells in one step: one thing said of all of them, and the step taken back as one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db import transaction

from sightline.actions import journal
from sightline.actions.whitespace import (
    Kind,
    Place,
    Saying,
    ask_for_plans,
    require_write,
    say_eligibility,
    say_holder,
    say_need,
    say_value,
    take_back,
)
from sightline.planning.errors import InvalidValue, NotAllowed
from sightline.planning.permissions import Act, Category
from sightline.records.models import Cell, CellBatch, CellFact
from sightline.records.scoping import Person, may_on

MOST_CELLS = 2_000
MOST_CHANGES = 8_000
EMPTIED = "emptied"


@dataclass(frozen=True, slots=True)
class Bulk:
    """One thing to say of many cells: the verb's own arguments by kind. Of kind `EMPTIED` the fact
    in `values["kind"]` is taken back, and nothing is said instead."""

    kind: str
    values: Mapping[str, Any]


def say_of_many(places: Sequence[Place], said: Bulk, *, saying: Saying) -> int:
    """Say one thing of many cells of one account in one step; answers the batch, for undo.

    All or none. What stands is replaced knowingly: the preview showed it.
    """
    if not places:
        raise InvalidValue("Choose at least one cell.", field="cells")
    if len(places) > MOST_CELLS:
        raise InvalidValue(f"At most {MOST_CELLS} cells at once.", field="cells")
    accounts = {place.account_id for place in places}
    if len(accounts) != 1:
        raise InvalidValue("The cells are of one account.", field="cells")
    with transaction.atomic():
        require_write(saying.person, places[0].account_id)
        batch = CellBatch.objects.create(
            account_id=places[0].account_id, made_by_id=saying.person.id, made_at=saying.now
        )
        each = Saying(
            saying.person,
            saying.now,
            saying.on,
            None,
            saying.confidence,
            saying.source,
            batch.pk,
        )
        for place in dict.fromkeys(places):
            _say_one(place, said, each)
    return batch.pk


@dataclass(frozen=True, slots=True)
class CellChange:
    """One thing to say of one cell, and the fact it was decided on (0: none yet)."""

    place: Place
    said: Bulk
    seen: int


def change_cells(changes: Sequence[CellChange], *, saying: Saying) -> int:
    """Say each of one account's cells its own thing in one step; answers the batch, for undo.

    All or none. Raises StaleCell where somebody said something newer, and as the verbs do.
    """
    if not changes:
        raise InvalidValue("Nothing would change.", field="cells")
    if len(changes) > MOST_CHANGES:
        raise InvalidValue(f"At most {MOST_CHANGES} changes at once.", field="cells")
    accounts = {one.place.account_id for one in changes}
    if len(accounts) != 1:
        raise InvalidValue("The cells are of one account.", field="cells")
    with transaction.atomic():
        require_write(saying.person, changes[0].place.account_id)
        batch = CellBatch.objects.create(
            account_id=changes[0].place.account_id, made_by_id=saying.person.id, made_at=saying.now
        )
        for one in changes:
            each = replace(saying, seen=one.seen, batch_id=batch.pk)
            _say_one(one.place, one.said, each)
    return batch.pk


def undo_batch(person: Person, batch_id: int, *, now: datetime) -> int:
    """Take a bulk step back: what stood before stands again, except where somebody has said
    something newer since. Answers how many cells went back."""
    with transaction.atomic():
        batch = CellBatch.objects.select_for_update().filter(pk=batch_id).first()
        if batch is None or not may_on(person, batch.account_id, Category.PLAN, Act.WRITE):
            raise NotAllowed("You may not change this plan.")
        if batch.undone_at is not None:
            raise InvalidValue("That step was taken back already.")
        made = list(CellFact.objects.filter(batch=batch, ended_at=None))
        CellFact.objects.filter(pk__in=[one.pk for one in made]).update(ended_at=now)
        CellFact.objects.filter(replaced_by__in=[one.pk for one in made]).update(
            ended_at=None, replaced_by=None
        )
        made += _filled_again(batch)
        CellBatch.objects.filter(pk=batch.pk).update(undone_at=now)
        Cell.objects.filter(pk__in={one.cell_id for one in made}).update(changed_at=now)
        journal.record(
            "undo_cells",
            actor_id=person.id,
            account_id=batch.account_id,
            subject=batch,
            note=f"{len(made)} cells",
        )
        ask_for_plans(batch.account_id, by=person.id)
    return len(made)


def _filled_again(batch: CellBatch) -> list[CellFact]:
    """What the step emptied stands again, except where somebody has said something since."""
    found = []
    for fact in CellFact.objects.filter(emptied_in=batch).order_by("pk"):
        newer = CellFact.objects.filter(cell=fact.cell_id, kind=fact.kind, ended_at=None)
        if not newer.exists():
            CellFact.objects.filter(pk=fact.pk).update(ended_at=None)
            found.append(fact)
    return found


def _say_one(place: Place, said: Bulk, saying: Saying) -> None:
    values = dict(said.values)
    if said.kind == Kind.HOLDER:
        say_holder(place, values.pop("kind"), saying=saying, **values)
    elif said.kind == Kind.ELIGIBILITY:
        say_eligibility(place, values.pop("kind"), saying=saying, **values)
    elif said.kind == Kind.NEED:
        say_need(place, values.pop("level"), saying=saying, **values)
    elif said.kind == Kind.HAND:
        say_value(place, values.pop("amounts"), saying=saying, **values)
    elif said.kind == EMPTIED:
        take_back(place, values["kind"], saying=saying)
    else:
        raise InvalidValue("That cannot be said of many cells at once.", field="kind")
