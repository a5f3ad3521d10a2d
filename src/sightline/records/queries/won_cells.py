"""Where won opportunities that a play is tied to stand: in the cells of that play, as they did while
they were open."""

from __future__ import annotations

from collections.abc import Sequence

from sightline.planning.money import Money
from sightline.records.models import OpportunityLine, PlayCell
from sightline.records.queries.bare_deals import unit_of_line

Cell = tuple[int | None, int]


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


def cells_of_bare_wins() -> dict[int, tuple[Cell, ...]]:
    """The cells of the play of each won opportunity without products, by opportunity. One query."""
    rows = PlayCell.objects.filter(
        play__opportunity__is_won=True, play__opportunity__lines=None, play__removed_at=None
    )
    found: dict[int, list[Cell]] = {}
    told = rows.order_by("pk").values_list("play__opportunity_id", "unit_id", "product_line_id")
    for deal, unit, line in told:
        if deal is not None:
            found.setdefault(deal, []).append((unit, line))
    return {deal: tuple(cells) for deal, cells in found.items()}


def shared(minor: int, currency: str, cells: Sequence[Cell]) -> list[tuple[Cell, int]]:
    """An amount over cells in equal parts, to the last minor unit."""
    parts = Money(minor, currency).split([1] * len(cells))
    return [(cell, part.minor) for cell, part in zip(cells, parts, strict=True)]
