"""Plays of the plan alone, and the cells that plays and people count on, for the challenge rules.

A play with an opportunity is challenged as that opportunity: its amount is never counted twice.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db.models import Q, QuerySet

from sightline.planning.challenges.facts import PlayFacts
from sightline.planning.money import Money
from sightline.records.models import Action, CellFact, Play, PlayCell
from sightline.records.prepared import prepared

Convert = Callable[[int | None, str], Money | None]
CellIds = tuple[int, int]


def plan_only_plays(account_id: int, *, convert: Convert) -> tuple[PlayFacts, ...]:
    """Open plays without an opportunity. Three queries."""
    plays = _alone(account_id)
    if not plays:
        return ()
    steps: dict[int, list[Action]] = {}
    for action in Action.objects.filter(play__in=plays, removed_at=None).order_by("due_on", "pk"):
        steps.setdefault(action.play_id or 0, []).append(action)
    return tuple(_facts(play, steps.get(play.pk, []), convert) for play in plays)


def _facts(play: Play, steps: list[Action], convert: Convert) -> PlayFacts:
    waiting = [one.subject for one in steps if one.state == Action.State.OPEN]
    return PlayFacts(
        key=f"play:{play.pk}",
        created=play.created_on,
        amount=convert(play.value, play.currency),
        owner=str(play.owner_id) if play.owner_id else None,
        closes=play.target_close,
        people=tuple(sorted(str(one.contact_id) for one in play.people.all())),
        next_action=waiting[0] if waiting else None,
        actions_done=sum(one.state == Action.State.DONE for one in steps),
    )


def counted_cells(account_id: int, *, convert: Convert) -> dict[CellIds, Money | None]:
    """Cells that an open plan-only play or the target counts on, with the value somebody gave.

    The account as a whole is no cell of a unit and left out. Two queries.
    """
    found: dict[CellIds, Money | None] = {
        (unit, line): None for unit, line in _cells_of_plays(account_id) if unit is not None
    }
    for unit, line, target, likely, code in _values_said(account_id):
        if unit is not None and (target or (unit, line) in found):
            found[unit, line] = convert(likely, code)
    return found


def overridden_paths(account_id: int) -> dict[CellIds, int]:
    """Cells for which somebody set both access and budget: the lower of the two. One query."""
    levels: dict[CellIds, dict[str, int]] = {}
    for unit, line, kind, level in _ways_said(account_id):
        if unit is not None:
            levels.setdefault((unit, line), {})[kind] = level or 0
    return {cell: min(both.values()) for cell, both in levels.items() if len(both) == 2}


@prepared
def _alone(account_id: int) -> QuerySet[Play]:
    rows = Play.objects.filter(
        account_id=account_id, removed_at=None, outcome="", parked=False, opportunity=None
    )
    return rows.prefetch_related("people").order_by("pk")


@prepared
def _cells_of_plays(account_id: int) -> QuerySet[PlayCell, Any]:
    return PlayCell.objects.filter(
        play__account_id=account_id,
        play__removed_at=None,
        play__outcome="",
        play__parked=False,
        play__opportunity=None,
        unit__isnull=False,
    ).values_list("unit_id", "product_line_id")


@prepared
def _values_said(account_id: int) -> QuerySet[CellFact, Any]:
    rows = CellFact.objects.filter(
        Q(kind=CellFact.Kind.HAND) | Q(kind=CellFact.Kind.PRICE),
        cell__account_id=account_id,
        cell__unit__isnull=False,
        ended_at=None,
    )
    return rows.order_by("pk").values_list(
        "cell__unit_id", "cell__product_line_id", "cell__in_target", "likely", "currency"
    )


@prepared
def _ways_said(account_id: int) -> QuerySet[CellFact, Any]:
    return CellFact.objects.filter(
        kind__in=(CellFact.Kind.ACCESS, CellFact.Kind.BUDGET),
        cell__account_id=account_id,
        cell__unit__isnull=False,
        ended_at=None,
    ).values_list("cell__unit_id", "cell__product_line_id", "kind", "level")
