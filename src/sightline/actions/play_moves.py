"""A play moved over the board: set aside, taken up, won, or on to another of the org's own stages."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction

from sightline.actions import journal, outbox
from sightline.actions.plays import (
    UPDATE,
    locked_play,
    park_play,
    request_opportunity,
    save_play,
    settle_play,
)
from sightline.actions.whitespace import ask_for_plans
from sightline.planning.errors import InvalidValue
from sightline.planning.plays import Column, Stage, stage_column
from sightline.records import models
from sightline.records.models import Play
from sightline.records.scoping import Person

_STAGES = frozenset({Column.QUALIFIED, Column.IN_MOTION})


def move_play(person: Person, play_id: int, column: Column, *, now: datetime, on: date) -> bool:
    """Put a play into a column; True where the CRM was asked for an opportunity first.

    Qualified and in motion are stages of the opportunity: its first stage of that column. A play
    without an opportunity asks for one and stays an idea until it is there. Lost needs a reason and
    is not a move. Raises NotAllowed or InvalidValue.
    """
    if column is Column.LOST:
        raise InvalidValue("A lost play asks why: say it on its card.", field="column")
    with transaction.atomic():
        play = locked_play(person, play_id)
        if column is Column.PARKED:
            park_play(person, play_id, parked=True, now=now)
            return False
        if play.parked:
            park_play(person, play_id, parked=False, now=now)
        if column is Column.LANDED:
            settle_play(person, play_id, Play.Outcome.WON, now=now, on=on)
            return False
        if play.outcome:
            settle_play(person, play_id, Play.Outcome.OPEN, now=now, on=on)
        return column in _STAGES and _advance(person, play_id, column, now=now, on=on)


def _advance(person: Person, play_id: int, column: Column, *, now: datetime, on: date) -> bool:
    """Moves the opportunity; where there is none yet asks for one, once, and answers True."""
    play = locked_play(person, play_id)
    if play.opportunity_id is not None:
        _to_stage(person, play, column, now=now, on=on)
        return False
    if play.opportunity_requested_at is None:
        request_opportunity(person, play_id, now=now)
    return True


def _to_stage(person: Person, play: Play, column: Column, *, now: datetime, on: date) -> None:
    """The opportunity's stage becomes the first of the column, unless it stands there already."""
    deal = models.Opportunity.objects.select_for_update().filter(play=play).get()
    stages = _open_stages()
    if deal.stage_id in stages and stages[deal.stage_id] is column and not deal.is_closed:
        return
    target = next((pk for pk, stands in stages.items() if stands is column), None)
    if target is None:
        raise InvalidValue("No stage of yours stands in that column.", field="column")
    before = deal.stage_id
    models.Opportunity.objects.filter(pk=deal.pk).update(
        stage_id=target,
        is_closed=False,
        is_won=False,
        closed_on=None,
        stage_since=on,
        stage_since_inferred=False,
        version=deal.version + 1,
        changed_at=now,
    )
    changes = {"stage": (before, target)}
    save_play(play, {}, {}, "move_play", person, now)
    journal.record(
        "move_deal", actor_id=person.id, account_id=play.account_id, subject=deal, changes=changes
    )
    payload = {"play": play.pk, "opportunity": deal.pk, "changes": {"stage": target}}
    outbox.request(UPDATE, key=f"play:{play.pk}", payload=payload, by=person.id)
    ask_for_plans(play.account_id, by=person.id)


def _open_stages() -> dict[int, Column]:
    """Open stages in the org's order, with the column each stands in."""
    rows = list(models.Stage.objects.order_by("position", "pk").select_related("column"))
    plain = {
        row.pk: Stage(
            row.name,
            row.position,
            row.is_closed,
            row.is_won,
            Column(row.column.column) if hasattr(row, "column") else None,
        )
        for row in rows
    }
    return {
        row.pk: stage_column(plain[row.pk], stages=plain.values())
        for row in rows
        if not row.is_closed
    }
