"""How this company sells: its stages on the board, where a family is not sold, and what customers
call the things it sells. Only Operations may; every change is journalled.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.db import transaction

from sightline.actions import journal
from sightline.planning.errors import InvalidValue, MissingValue, NotAllowed
from sightline.planning.permissions import Act, Category, relations_that_may
from sightline.planning.plays import Column
from sightline.records.models import (
    CategoryLine,
    FamilyRule,
    ProductFamily,
    ProductLine,
    Stage,
    StageColumn,
)
from sightline.records.scoping import Person

OPEN = frozenset({Column.QUALIFIED, Column.IN_MOTION})
CLOSED = frozenset({Column.LANDED, Column.LOST})


def set_stage_column(person: Person, stage_id: int, column: str, *, now: datetime) -> None:
    """In which column of the board a stage stands; empty leaves it to the default.

    An open stage is qualified or in motion, a closed one landed or lost: what is won or lost is
    the CRM's to say. Raises NotAllowed or InvalidValue.
    """
    _operations(person)
    with transaction.atomic():
        stage = Stage.objects.select_for_update().filter(pk=stage_id).first()
        if stage is None:
            raise InvalidValue("There is no such stage.", field="stage")
        allowed = CLOSED if stage.is_closed else OPEN
        if column and column not in {one.value for one in allowed}:
            raise InvalidValue("A stage of that kind does not stand there.", field="column")
        held = StageColumn.objects.filter(stage=stage)
        before = held.values_list("column", flat=True).first() or ""
        if before == column:
            return
        if column:
            StageColumn.objects.update_or_create(
                stage=stage, defaults={"column": column, "set_at": now}
            )
        else:
            held.delete()
        journal.record(
            "set_stage_column",
            actor_id=person.id,
            subject=stage,
            changes={"column": (before, column)},
        )


def set_family_rule(
    person: Person, family_id: int, *, least: int | None, most: int | None, reason: str
) -> None:
    """A family is not sold to units outside this size in staff; both None takes the rule back.

    What somebody said of a cell stands before it. Raises NotAllowed, InvalidValue, MissingValue.
    """
    _operations(person)
    if least is not None and most is not None and least > most:
        raise InvalidValue("The least is not above the most.", field="least")
    if (least, most) != (None, None) and not reason.strip():
        raise MissingValue("Say why: it is shown on each cell.", field="reason")
    with transaction.atomic():
        family = ProductFamily.objects.select_for_update().filter(pk=family_id).first()
        if family is None:
            raise InvalidValue("There is no such family.", field="family")
        held = FamilyRule.objects.filter(family=family).first()
        before = (held.least_staff, held.most_staff, held.reason) if held else None
        after = (least, most, reason.strip()[:200]) if (least, most) != (None, None) else None
        if before == after:
            return
        if after is None:
            FamilyRule.objects.filter(family=family).delete()
        else:
            FamilyRule.objects.update_or_create(
                family=family,
                defaults={
                    "least_staff": least,
                    "most_staff": most,
                    "reason": after[2],
                    "set_by_id": person.id,
                },
            )
        journal.record(
            "set_family_rule",
            actor_id=person.id,
            subject=family,
            changes={"rule": (list(before) if before else None, list(after) if after else None)},
        )


def set_category_lines(person: Person, category: str, line_ids: Collection[int]) -> None:
    """Which of our lines a category of spend means; none takes it back.

    Raises NotAllowed, InvalidValue or MissingValue.
    """
    _operations(person)
    name = " ".join(category.split())[:120]
    if not name:
        raise MissingValue("A category has a name.", field="category")
    wanted = set(line_ids)
    with transaction.atomic():
        if ProductLine.objects.filter(pk__in=wanted).count() != len(wanted):
            raise InvalidValue("There is no such product line.", field="lines")
        held = CategoryLine.objects.filter(category__iexact=name)
        before = sorted(held.values_list("product_line_id", flat=True))
        if before == sorted(wanted):
            return
        held.delete()
        CategoryLine.objects.bulk_create(
            CategoryLine(category=name, product_line_id=line) for line in sorted(wanted)
        )
        journal.record(
            "set_category_lines",
            actor_id=person.id,
            changes={"lines": (before, sorted(wanted))},
            note=name,
        )


def _operations(person: Person) -> None:
    if not relations_that_may(person.roles, category=Category.SETTINGS, act=Act.WRITE):
        raise NotAllowed("Only operations may change how this company sells.")
