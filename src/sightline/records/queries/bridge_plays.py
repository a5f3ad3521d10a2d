"""Plays of the plan alone as the bridge takes them, and which of them stand on cells without a path.

A fantasy cell adds nothing to a plan: an open play counts only by its cells that somebody reaches.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet

from sightline.planning.bridge import CellShare, Outcome, PlayFacts, StageOdds
from sightline.planning.errors import MissingRate
from sightline.planning.money import Money
from sightline.planning.parameters import Parameters
from sightline.planning.stakeholders import PlanPaths, StakeholderParameters, ways_in
from sightline.planning.whitespace import Method, chosen_method
from sightline.records.models import CellFact, Play, PlayCell, Unit
from sightline.records.prepared import prepared
from sightline.records.queries import people
from sightline.records.queries.cell_values import METHODS
from sightline.records.queries.standing import WHOLE, map_of, standing

Convert = Callable[[int, str], Money]
_Place = tuple[int | None, int]
_LEVELS = (CellFact.Kind.ACCESS.value, CellFact.Kind.BUDGET.value)


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
    counting = [one for one in plays if _may_count(one, odds)]
    cells = _cells(counting, account_id, on, convert=convert, parameters=parameters)
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
            cells=tuple(cells.get(play.pk, ())),
        )
        for play in plays
        for told in [None if play.outcome else odds.get(play.stage_id or 0)]
    )


def _may_count(play: Play, odds: Mapping[int, StageOdds]) -> bool:
    return not play.outcome and play.value is not None and (play.stage_id or 0) in odds


@dataclass(slots=True)
class _Said:
    """What people said of one cell: how far access and budget reach, and what it is worth."""

    levels: dict[str, int] = field(default_factory=dict)
    values: dict[Method, Money] = field(default_factory=dict)
    chosen: Method | None = None

    @property
    def value(self) -> Money | None:
        """By the method that counts; None where nobody gave one."""
        method = chosen_method(self.values, self.chosen)
        return self.values[method] if method is not None else None


def _cells(
    plays: Sequence[Play], account_id: int, on: date, *, convert: Convert, parameters: Parameters
) -> dict[int, list[CellShare]]:
    """Each play's cells, with what they are said to be worth and whether nobody reaches them."""
    cells = list(_cells_of([one.pk for one in plays])) if plays else []
    if not cells:
        return {}
    paths = _paths(account_id, on, parameters)
    said = _said(account_id, convert)
    found: dict[int, list[CellShare]] = {}
    for play, unit, line in cells:
        told = said.get((unit, line)) or _Said()
        share = CellShare(f"{unit}:{line}", told.value, _fantasy((unit, line), paths, told.levels))
        found.setdefault(play, []).append(share)
    return found


def _said(account_id: int, convert: Convert) -> dict[_Place, _Said]:
    found: dict[_Place, _Said] = {}
    for unit, line, chosen, kind, level, likely, code in _said_of_cells(account_id):
        told = found.setdefault((unit, line), _Said(chosen=Method(chosen) if chosen else None))
        method = METHODS.get(kind)
        if method is None:
            told.levels[kind] = level or 0
        elif likely is not None:
            with suppress(MissingRate):  # a weight that cannot be compared is not known
                told.values[method] = convert(likely, code)
    return found


def _fantasy(place: _Place, paths: PlanPaths, said: Mapping[str, int]) -> bool:
    """As the grid judges a cell that a play relies on; path unknown is not fantasy."""
    unit, line = place
    path = paths.path(str(unit) if unit else WHOLE, str(line))
    access, budget = (said.get(kind) for kind in _LEVELS)
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
def _said_of_cells(account_id: int) -> QuerySet[CellFact, Any]:
    return CellFact.objects.filter(
        kind__in=(*_LEVELS, *METHODS),
        cell__account_id=account_id,
        ended_at=None,
    ).values_list(
        "cell__unit_id",
        "cell__product_line_id",
        "cell__chosen",
        "kind",
        "level",
        "likely",
        "currency",
    )


@prepared
def _units_of(account_id: int) -> QuerySet[Unit, Any]:
    return Unit.objects.filter(account_id=account_id).values_list("pk", "parent_id")
