"""The whitespace on paper: the units and lines with most money first, each cell with its sign."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from sightline.exchange.exports.two_pages.paper import Grid, GridRow, Square
from sightline.planning.whitespace import Seen
from sightline.records.queries.account_grid import OTHER_UNITS, WHOLE
from sightline.records.queries.whitespace import GridSetting, ScoredGrid, scored_grid
from sightline.wording import dates, labels
from sightline.wording.cells import look_of
from sightline.wording.money import short_money

if TYPE_CHECKING:
    from sightline.exchange.exports.two_pages.compose import Source

NOTHING = "–"


def shown_grid(source: Source) -> Grid | None:
    """The grid as the reader may see it; None where nothing is known of units or lines."""
    setting = GridSetting(source.today, source.plan.currency, source.setting.parameters)
    grid = scored_grid(source.scope, setting=setting, rates=source.setting.rates)
    if not grid.units or not grid.lines:
        return None
    weight = _weights(grid)
    units = sorted(grid.units, key=lambda unit: (-weight.get(unit.key, 0), unit.name.casefold()))
    lines = sorted(grid.lines, key=lambda line: (-weight.get(line.key, 0), line.name.casefold()))
    names = {WHOLE: _("Whole account"), OTHER_UNITS: _("Other units")}
    return Grid(
        units=tuple(names.get(unit.key, unit.name) for unit in units),
        rows=tuple(
            GridRow(
                line.name,
                tuple(_square(grid.seen.get((unit.key, line.key))) for unit in units),
            )
            for line in lines
        ),
    )


def _weights(grid: ScoredGrid) -> dict[str, int]:
    """Money that stands in each unit and each line, to put the telling ones first."""
    found: dict[str, int] = {}
    for (unit, line), seen in grid.seen.items():
        money = seen.money
        if money is not None:
            found[unit] = found.get(unit, 0) + abs(money.minor)
            found[line] = found.get(line, 0) + abs(money.minor)
    return found


def _square(seen: Seen | None) -> Square:
    if seen is None:
        return Square("unknown", NOTHING)
    look = look_of(seen)
    return Square(look, _shown(seen, look))


def _shown(seen: Seen, look: str) -> str:
    if look == "competitor":
        return seen.competitor or _("Competitor")
    if look == "blocked" and seen.until:
        return dates.month(seen.until)
    money = seen.money if look in labels.CELLS_WITH_MONEY else None
    return short_money(money) if money is not None and money.minor else NOTHING
