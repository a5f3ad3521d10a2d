"""Plays of the plan alone as the bridge takes them, and which of them stand on cells without a path.

A fantasy cell adds nothing to a plan: an open play counts only by its cells that somebody reaches.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet

from sightline.planning.bridge import Outcome, PlayFacts, StageOdds
from sightline.planning.money import Money
from sightline.planning.parameters import Parameters
from sightline.planning.stakeholders import PlanPaths, StakeholderParameters, ways_in
from sightline.records.models import CellFact, Play, PlayCell, Unit
from sightline.records.prepared import prepared
from sightline.records.queries import people
from sightline.records.queries.standing import WHOLE, map_of, standing

Convert = Callable[[int, str], Money]
_Cell = tuple[str, str]
_Levels = Mapping[tuple[int | None, int, str], int]


def plays_alone(
    account_id: int,
    *,
    start: date,
    end: date,
    on: date,
    convert: Convert,
    odds: Mapping[int, StageOdds],
    parameters: Parameters,
) -> tuple[PlayFacts, ...]:
    """Plays without an opportunity: open ones count by the stage somebody gave them, without one
    they have no probability and are named; those won inside the plan year count whole.

    One query; where an open one may count and has cells, those of the people map and three more.
    """
    plays = list(_plays_alone(account_id, start, end))
    pathless = _pathless(
        [one for one in plays if _may_count(one, odds)], account_id, on, parameters
    )
    return tuple(
        PlayFacts(
            account=str(play.account_id),
            key=f"play:{play.pk}",
            label=play.name,
            recurring=convert(play.value, play.currency) if play.value is not None else None,
            probability=told.probability if told else None,
            closes=play.outcome_on if play.outcome else play.target_close,
            outcome=Outcome.WON if play.outcome else Outcome.OPEN,
            calibrated=told.calibrated if told else False,
            odds=told.reasons if told else (),
            renewal=f"contract:{play.renewal_id}" if play.renewal_id else None,
            fantasy=pathless.get(play.pk, (0, 0)),
        )
        for play in plays
        for told in [None if play.outcome else odds.get(play.stage_id or 0)]
    )


def _may_count(play: Play, odds: Mapping[int, StageOdds]) -> bool:
    return not play.outcome and play.value is not None and (play.stage_id or 0) in odds


def _pathless(
    plays: Sequence[Play], account_id: int, on: date, parameters: Parameters
) -> dict[int, tuple[int, int]]:
    """How many of a play's cells are mapped and reached by nobody, of how many."""
    cells = list(_cells_of([one.pk for one in plays])) if plays else []
    if not cells:
        return {}
    paths = _paths(account_id, on, parameters)
    said: _Levels = {
        (unit, line, kind): level or 0 for unit, line, kind, level in _overrides(account_id)
    }
    found: dict[int, tuple[int, int]] = {}
    for play, unit, line in cells:
        without, of = found.get(play, (0, 0))
        found[play] = (without + _fantasy(unit, line, paths, said), of + 1)
    return found


def _fantasy(unit: int | None, line: int, paths: PlanPaths, said: _Levels) -> bool:
    """As the grid judges a cell that a play relies on; path unknown is not fantasy."""
    path = paths.path(str(unit) if unit else WHOLE, str(line))
    kinds = CellFact.Kind
    access = said.get((unit, line, kinds.ACCESS.value))
    budget = said.get((unit, line, kinds.BUDGET.value))
    mapped = path.mapped or (access is not None and budget is not None)
    levels = (
        path.access.level if access is None else access,
        path.budget.level if budget is None else budget,
    )
    return mapped and min(levels) == 0


def _paths(account_id: int, on: date, parameters: Parameters) -> PlanPaths:
    """Ways in, as of a grid: who names no unit belongs to the account, above all units."""
    numbers = parameters.section(StakeholderParameters, "stakeholders")
    known = people.people_of([account_id], with_opinions=True).get(
        account_id, people.AccountPeople()
    )
    held = standing(known, on=on, parameters=numbers)
    above: dict[str, str | None] = {
        str(unit): str(parent) if parent else WHOLE for unit, parent in _units_of(account_id)
    }
    above[WHOLE] = None
    return PlanPaths(ways_in(map_of(known, held=held)), parents=above, on=on, parameters=numbers)


@prepared
def _plays_alone(account_id: int, start: date, end: date) -> QuerySet[Play]:
    rows = Play.objects.filter(
        account_id=account_id, removed_at=None, parked=False, opportunity=None
    )
    won = Q(outcome="won", outcome_on__gte=start, outcome_on__lte=end)
    return rows.filter(Q(outcome="") | won).order_by("pk")


@prepared
def _cells_of(plays: list[int]) -> QuerySet[PlayCell, Any]:
    return PlayCell.objects.filter(play_id__in=plays).values_list(
        "play_id", "unit_id", "product_line_id"
    )


@prepared
def _overrides(account_id: int) -> QuerySet[CellFact, Any]:
    return CellFact.objects.filter(
        kind__in=(CellFact.Kind.ACCESS, CellFact.Kind.BUDGET),
        cell__account_id=account_id,
        ended_at=None,
    ).values_list("cell__unit_id", "cell__product_line_id", "kind", "level")


@prepared
def _units_of(account_id: int) -> QuerySet[Unit, Any]:
    return Unit.objects.filter(account_id=account_id).values_list("pk", "parent_id")
