"""A scored grid after something was said of some cells, or plays were made: these alone are computed,
and the sums they stand in. Of a grid that is kept in parts only those of the cells are read.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace

from sightline.planning.stakeholders.access import units_above
from sightline.planning.whitespace import (
    CellScore,
    Pick,
    Totals,
    add_up,
    rank_suggestions,
    rescore_cells,
    seen_of,
)
from sightline.records.queries.whitespace.compute import (
    MOST_PICKS,
    GridBase,
    picks_of,
    shown_of,
)
from sightline.records.queries.whitespace.said import Said, owner_names, owners_of
from sightline.records.queries.whitespace.scored import Key, Marks, Overlay, ScoredGrid
from sightline.records.queries.whitespace.suggested import Suggested
from sightline.records.queries.whitespace.sums import whole_of

Plays = Mapping[Key, tuple[str, ...]]
Sums = Mapping[tuple[str, str], Totals]


def change_grid(
    base: GridBase,
    grid: ScoredGrid,
    *,
    newer: Mapping[Key, Said],
    suggested: Suggested,
    plays: Plays | None,
) -> ScoredGrid:
    """The grid with what is `newer` said, and with `plays` where they may be other than before.

    At most one query, for names of who works a cell.
    """
    numbers, currency, marks = base.setting.numbers, base.setting.currency, grid.marks
    said = Overlay(grid.said, newer) if newer else grid.said
    now = marks.plays if plays is None else plays
    moved = {key for key in {*now, *marks.plays} if now.get(key, ()) != marks.plays.get(key, ())}
    cells = [
        base.merged(key, said=said.get(key), suggested=suggested, plays=now.get(key, ()))
        for key in sorted({*newer, *moved})
        if shows(base, key)
    ]
    found = rescore_cells(
        grid.scores,
        cells,
        worth=marks.worth,
        currency=currency,
        on=base.setting.on,
        parameters=numbers,
    )
    scores = Overlay(grid.scores, found.scores)
    by_family = Overlay(grid.by_family, _sums(base, scores, found.scores))
    totals = _totals(base, grid, by_family, {unit for unit, _line in found.scores})
    dropped = {key: owner for key, owner in marks.owners.items() if key not in newer}
    owners = dropped | owners_of(newer)
    picks = _picks(base, grid, found.scores, scores, suggested)
    other = Marks(found.worth, now, owners, *picks)
    return replace(
        grid,
        scores=scores,
        by_family=by_family,
        totals=totals,
        whole=whole_of(totals, base.parents, currency),
        said=said,
        owners=grid.owners if owners == marks.owners else owner_names(owners),
        suggested=suggested,
        suggestions=shown_of(other, base),
        marks=other,
        seen=Overlay(grid.seen, {key: seen_of(score) for key, score in found.scores.items()}),
    )


def shows(base: GridBase, key: Key) -> bool:
    """Whether the grid has this cell."""
    return key[0] in base.parents and key[1] in base.families


def _sums(base: GridBase, scores: Mapping[Key, CellScore], changed: Collection[Key]) -> Sums:
    """Each touched family of a touched unit, added up anew."""
    lines: dict[str, list[str]] = {}
    for line, family in base.families.items():
        lines.setdefault(family, []).append(line)
    touched = {(unit, base.families[line]) for unit, line in changed}
    return {
        (unit, family): add_up(
            (scores[unit, line] for line in lines[family]), currency=base.setting.currency
        )
        for unit, family in touched
    }


def _totals(
    base: GridBase, grid: ScoredGrid, by_family: Sums, units: Iterable[str]
) -> dict[str, Totals]:
    """Touched units and all above them, from their own families and the units right below."""
    below: dict[str | None, list[str]] = {}
    for unit, parent in base.parents.items():
        below.setdefault(parent, []).append(unit)
    families = dict.fromkeys(base.families.values())
    above = {place for unit in units for place in (unit, *units_above(unit, base.parents))}
    depth = {unit: len(units_above(unit, base.parents)) for unit in above}
    totals = dict(grid.totals)
    for unit in sorted(above, key=lambda one: -depth[one]):
        own = [by_family[unit, one] for one in families if (unit, one) in by_family]
        parts = [totals[part] for part in below.get(unit, ())]
        totals[unit] = sum([*own, *parts], Totals(base.setting.currency))
    return totals


def _picks(
    base: GridBase,
    grid: ScoredGrid,
    changed: Mapping[Key, CellScore],
    scores: Mapping[Key, CellScore],
    told: Suggested,
) -> tuple[tuple[Pick, ...], bool]:
    """What to look at next: changed cells find their place among the best that are known."""
    before = grid.marks
    if told.declined is not grid.suggested.declined:
        return picks_of(scores.values(), base=base, told=told)
    numbers = base.setting.numbers
    ranked = rank_suggestions(
        changed.values(), counts=told.counts, declined=told.declined, parameters=numbers
    )
    found = sorted([*(one for one in before.picks if one.key not in changed), *ranked])
    if before.whole:
        return tuple(found[:MOST_PICKS]), len(found) <= MOST_PICKS
    # beyond the last that is known stand others that are not
    found = [one for one in found if one <= before.picks[-1]]
    if len(found) < numbers.suggestions_shown:
        return picks_of(scores.values(), base=base, told=told)
    return tuple(found[:MOST_PICKS]), False
