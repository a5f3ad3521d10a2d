"""Where won opportunities that a play is tied to stand: in the cells of that play, as they did while
they were open."""

from __future__ import annotations

from collections.abc import Sequence

from sightline.planning.money import Money
from sightline.records.models import OpportunityLine, PlayCell
from sightline.records.queries.bare_deals import unit_of_line
from sightline.records.queries.cell_values import Cell, Place, values_said


def units_of_won_lines(account_ids: Sequence[int] | None = None) -> dict[int, int]:
    """The unit of each line of a won opportunity that names none itself, by line. One query."""
    rows = OpportunityLine.objects.filter(
        opportunity__is_won=True,
        opportunity__unit=None,
        opportunity__play__removed_at=None,
        opportunity__play__isnull=False,
    )
    if account_ids is not None:
        rows = rows.filter(opportunity__account_id__in=account_ids)
    told = rows.annotate(at=unit_of_line()).values_list("pk", "at")
    return {line: unit for line, unit in told if unit is not None}


def cells_of_bare_wins() -> dict[int, dict[Cell, Money | None]]:
    """The cells of the play of each won opportunity without products, each with what people said
    it is worth, by opportunity. One query, one more where any has several."""
    rows = PlayCell.objects.filter(
        play__opportunity__is_won=True, play__opportunity__lines=None, play__removed_at=None
    )
    found: dict[int, list[Place]] = {}
    told = rows.order_by("pk").values_list(
        "play__opportunity_id", "play__account_id", "unit_id", "product_line_id"
    )
    for deal, account, unit, line in told:
        if deal is not None:
            found.setdefault(deal, []).append((account, unit, line))
    several = {places[0][0] for places in found.values() if len(places) > 1}
    said = values_said(several) if several else {}
    return {
        deal: {(unit, line): said.get((account, unit, line)) for account, unit, line in places}
        for deal, places in found.items()
    }
