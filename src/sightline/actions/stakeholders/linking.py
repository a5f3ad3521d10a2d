"""Lines beside the reporting lines: who influences whom, who is at odds, the only way to somebody."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from sightline.actions import journal
from sightline.actions.stakeholders.access import on_map, require
from sightline.actions.whitespace import ask_for_plans
from sightline.planning.errors import InvalidValue
from sightline.planning.permissions import Category
from sightline.records.models import MapLine
from sightline.records.scoping import Person


def draw_line(
    person: Person, account_id: int, kind: str, *, start_id: int, end_id: int, now: datetime
) -> int:
    """A line from one person to another; one that is there already stays. Answers its id.

    There is one only way to a person: a new one takes the place of the old.
    """
    if kind not in MapLine.Kind.values:
        raise InvalidValue("There is no such line.", field="kind")
    if start_id == end_id:
        raise InvalidValue("A line goes from one person to another.", field="end")
    with transaction.atomic():
        require(person, account_id, Category.OPINIONS)
        for contact_id in sorted((start_id, end_id)):
            on_map(account_id, contact_id)
        there = MapLine.objects.filter(kind=kind, end_id=end_id, ended_at=None)
        known = there.filter(start_id=start_id).first()
        if known is not None:
            return known.pk
        if kind == MapLine.Kind.ONLY_WAY:
            there.update(ended_at=now)
        new = MapLine.objects.create(
            kind=kind, start_id=start_id, end_id=end_id, author_id=person.id, said_at=now
        )
        _told(person, account_id, new, "draw_line", (None, new.pk))
    return new.pk


def end_line(person: Person, account_id: int, line_id: int, *, now: datetime) -> None:
    """Take a line away. Raises InvalidValue for one that is not there."""
    with transaction.atomic():
        require(person, account_id, Category.OPINIONS)
        line = MapLine.objects.select_for_update().filter(pk=line_id, ended_at=None).first()
        if line is None:
            raise InvalidValue("That line has been taken away already.", field="line")
        on_map(account_id, line.start_id)
        MapLine.objects.filter(pk=line.pk).update(ended_at=now)
        _told(person, account_id, line, "end_line", (line.pk, None))


def _told(
    person: Person,
    account_id: int,
    line: MapLine,
    verb: str,
    change: tuple[int | None, int | None],
) -> None:
    journal.record(
        verb, actor_id=person.id, account_id=account_id, subject=line, changes={"line": change}
    )
    ask_for_plans(account_id, by=person.id)
