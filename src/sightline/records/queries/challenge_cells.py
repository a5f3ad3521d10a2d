"""The cells that a plan counts on, each with whether a way to its buyer is known."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet

from sightline.planning.challenges.facts import CellFacts, PathToCell
from sightline.planning.money import Money, total
from sightline.planning.stakeholders import (
    CellPath,
    PlanPaths,
    Relationship,
    StakeholderParameters,
    people_map,
    ways_in,
)
from sightline.records.models import OpportunityLine, Unit
from sightline.records.prepared import prepared
from sightline.records.queries import plan_plays
from sightline.records.queries.challenge_given import Challenged
from sightline.records.queries.people import AccountPeople


def counted_cells(
    given: Challenged, known: AccountPeople, held: dict[str, Relationship]
) -> tuple[CellFacts, ...]:
    """The cells that open opportunities and plays of the plan count on, each with whether a way to
    its buyer is known; where somebody set access and budget, these count."""
    numbers = given.setting.parameters.section(StakeholderParameters, "stakeholders")
    values: dict[tuple[int, int], list[Money]] = {}
    for unit, line, total_, code in _cells_of_deals(list(given.plan.account_ids)):
        money = given.money(total_, code)
        if unit is not None and line is not None:
            values.setdefault((unit, line), []).extend([money] if money is not None else [])
    counted = plan_plays.counted_cells(given.plan.account_id, convert=given.money)
    for cell, worth in counted.items():
        # an open opportunity in the cell already says what is counted on
        if cell not in values:
            values[cell] = [worth] if worth is not None else []
    if not values:
        return ()
    units = _units_of(given.plan.account_id)
    parents = {str(unit): str(parent) if parent else None for unit, parent in units}
    parents |= {str(unit): None for unit, _ in values if str(unit) not in parents}
    paths = PlanPaths(
        ways_in(people_map(known.people, relationships=held)),
        parents=parents,
        on=given.today,
        parameters=numbers,
    )
    own = plan_plays.overridden_paths(given.plan.account_id)
    return tuple(
        CellFacts(
            key=f"cell:{unit}:{line}",
            path=_path(paths.path(str(unit), str(line)), own.get((unit, line))),
            value=total(amounts, currency=given.plan.currency) if amounts else None,
        )
        for (unit, line), amounts in sorted(values.items())
    )


def _path(found: CellPath, own: int | None) -> PathToCell:
    if own is not None:
        return PathToCell.OPEN if own else PathToCell.FANTASY
    if not found.mapped:
        return PathToCell.UNKNOWN
    return PathToCell.OPEN if found.level else PathToCell.FANTASY


@prepared
def _cells_of_deals(ids: list[int]) -> QuerySet[OpportunityLine, Any]:
    """Unit, line and amount of what open deals are about."""
    rows = OpportunityLine.objects.filter(
        opportunity__account_id__in=ids,
        opportunity__is_closed=False,
        opportunity__is_renewal=False,
        opportunity__removed_at=None,
        opportunity__unit__isnull=False,
        product_line__isnull=False,
        removed_at=None,
    )
    return rows.values_list(
        "opportunity__unit_id", "product_line_id", "total", "opportunity__currency"
    )


@prepared
def _units_of(account_id: int) -> QuerySet[Unit, Any]:
    """The account's units and the one above each."""
    return Unit.objects.filter(account_id=account_id).values_list("pk", "parent_id")
