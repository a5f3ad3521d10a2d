"""What a play is about, changed after it was made; its opportunity's products follow in the CRM."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from sightline.actions import outbox
from sightline.actions.plays import (
    UPDATE,
    CellIds,
    StalePlay,
    check_cells,
    lines_of,
    locked_play,
    save_play,
)
from sightline.planning.errors import InvalidValue, MissingValue
from sightline.records.models import Play, PlayCell
from sightline.records.scoping import Person


def set_cells(
    person: Person,
    play_id: int,
    cells: Sequence[CellIds],
    *,
    seen_version: int,
    values: Sequence[tuple[CellIds, int]] = (),
    now: datetime,
) -> int:
    """Say which cells the play is about; answers the new version.

    Its value stays, and is shared by `values`, the cells' likely ones in minor units of its
    currency. Raises NotAllowed, MissingValue, InvalidValue or StalePlay.
    """
    wanted = tuple(dict.fromkeys(cells))
    with transaction.atomic():
        play = locked_play(person, play_id)
        if not wanted and play.renewal_id is None:
            raise MissingValue("A play stands on a cell or a renewal.", field="cells")
        check_cells(play.account_id, wanted)
        before = _cells(play)
        if set(wanted) == set(before):
            return play.version
        if play.version != seen_version:
            theirs = {"cells": len(before), "version": play.version}
            raise StalePlay("Somebody changed this play meanwhile.", theirs=theirs)
        gone = set(before) - set(wanted)
        PlayCell.objects.filter(
            pk__in=[pk for pk, *cell in _rows(play) if tuple(cell) in gone]
        ).delete()
        PlayCell.objects.bulk_create(
            PlayCell(play=play, unit_id=unit, product_line_id=line)
            for unit, line in wanted
            if (unit, line) not in set(before)
        )
        note_cells(person, play, before, values=values, now=now)
    return play.version + 1


def note_cells(
    person: Person,
    play: Play,
    before: Sequence[CellIds],
    *,
    values: Sequence[tuple[CellIds, int]] = (),
    now: datetime,
) -> None:
    """Journal that the play's cells are others than `before`, and ask the CRM to follow."""
    lines = lines_of(_cells(play), value=play.value, currency=play.currency, values=values)
    told = [{"unit": unit, "line": line} for unit, line in before]
    _follow(person, play, "set_play_cells", {"cells": (told, lines)}, now)


def write_lines(person: Person, play_id: int, *, now: datetime) -> None:
    """Have the opportunity's products say what the play says, those too that somebody changed or
    took out there. Raises NotAllowed or InvalidValue."""
    with transaction.atomic():
        play = locked_play(person, play_id)
        if play.opportunity_id is None:
            raise InvalidValue("This play has no opportunity yet.")
        _follow(person, play, "write_play_lines", {"lines": (False, True)}, now)


def _follow(
    person: Person,
    play: Play,
    verb: str,
    changes: Mapping[str, tuple[Any, Any]],
    now: datetime,
) -> None:
    save_play(play, {}, changes, verb, person, now)
    if play.opportunity_id is not None:
        payload = {"play": play.pk, "opportunity": play.opportunity_id}
        outbox.request(UPDATE, key=f"play:{play.pk}", payload=payload, by=person.id)


def _rows(play: Play) -> list[tuple[int, int | None, int]]:
    return list(play.cells.order_by("pk").values_list("pk", "unit_id", "product_line_id"))


def _cells(play: Play) -> tuple[CellIds, ...]:
    return tuple((unit, line) for _pk, unit, line in _rows(play))
