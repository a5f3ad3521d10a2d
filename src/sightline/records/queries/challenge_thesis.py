"""What a growth thesis names, and how much ranked open whitespace is there.

Definition: docs/method/challenges.md. A thesis that names no line and no unit is not judged.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from sightline.planning.bridge import Bar, BarCode
from sightline.planning.errors import PlanningError
from sightline.planning.money import Money, total
from sightline.records.models import Plan, ProductLine, Unit
from sightline.records.prepared import prepared
from sightline.records.queries.account_scope import AccountScope, Rights
from sightline.records.queries.challenge_given import Challenged
from sightline.records.queries.whitespace import GridSetting, ScoredGrid, scored_grid


@dataclass(frozen=True, slots=True)
class ThesisFacts:
    """Growth that is in neither base nor plays, and the ranked open value of what is named; None
    where nothing is named or nothing is known."""

    growth: Money | None = None
    open_value: Money | None = None


def thesis_facts(given: Challenged) -> ThesisFacts:
    """One query; where the thesis names lines or units, those of the grid and two more."""
    text = next(iter(_thesis(given.plan.id)), "")
    growth = _growth(given)
    if not text.strip() or growth is None or not growth.minor:
        return ThesisFacts()
    lines = _named(text, dict(_lines()))
    units = _named(text, dict(_units(given.plan.account_id)))
    if not lines and not units:
        return ThesisFacts()
    setting = GridSetting(given.today, given.plan.currency, given.setting.parameters)
    try:
        grid = scored_grid(_whole(given), setting=setting, rates=given.setting.rates)
    except PlanningError:
        return ThesisFacts()
    return ThesisFacts(growth, _open_value(grid, lines=lines, units=units))


def _growth(given: Challenged) -> Money | None:
    """Target less base and open plays; nothing below zero, None without a target."""
    target = given.bridge.target
    if target is None:
        return None
    held = [_amount(bar) for bar in given.bridge.bars]
    return Money(max(0, target.minor - sum(held)), target.currency)


def _amount(bar: Bar) -> int:
    held = (BarCode.BASELINE, BarCode.SINCE, BarCode.PLAYS)
    return bar.amount.minor if bar.code in held else 0


def _open_value(grid: ScoredGrid, *, lines: frozenset[str], units: frozenset[str]) -> Money | None:
    """Nothing where no named cell is open; None where some are and none of them is ranked."""
    open_cells = [
        score
        for (unit, line), score in grid.scores.items()
        if score.state.whitespace and (line in lines or unit in units)
    ]
    ranked = [score.rank for score in open_cells if score.rank is not None]
    if open_cells and not ranked:
        return None
    return total(ranked, currency=grid.currency)


def _named(text: str, names: Mapping[int, str]) -> frozenset[str]:
    """Keys of the names that stand in the text as whole words, whatever the case."""
    low = text.casefold()
    return frozenset(
        str(key)
        for key, name in names.items()
        if name.strip() and re.search(rf"(?<!\w){re.escape(name.strip().casefold())}(?!\w)", low)
    )


def _whole(given: Challenged) -> AccountScope:
    plan = given.plan
    return AccountScope(
        account_id=plan.account_id,
        name="",
        planning_id=plan.account_id,
        planning_name="",
        member_ids=plan.account_ids,
        seen_ids=plan.account_ids,
        rights=Rights(facts=True, plan=True, whitespace=True, wallet=True),
    )


@prepared
def _thesis(plan_id: int) -> QuerySet[Plan, Any]:
    return Plan.objects.filter(pk=plan_id).values_list("thesis", flat=True)


def _lines() -> QuerySet[ProductLine, Any]:
    return ProductLine.objects.values_list("pk", "name")


def _units(account_id: int) -> QuerySet[Unit, Any]:
    return Unit.objects.filter(account_id=account_id).values_list("pk", "name")
