"""The grid as the page lays it out: families as bands of rows, units as columns, both foldable."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from sightline.planning.money import Money
from sightline.planning.whitespace import (
    CellScore,
    Order,
    Standing,
    Totals,
    order_cells,
    select_cells,
)
from sightline.planning.whitespace.rollup import EXCLUDED_WORDS
from sightline.records.queries.account_grid import OTHER_UNITS, WHOLE, GridLine, GridUnit
from sightline.web.pages.whitespace.chosen import Chosen, address
from sightline.web.pages.whitespace.looks import (
    FoldedWords,
    classes_of,
    rolled,
    shown_in,
    stale_words,
)
from sightline.web.pages.whitespace.place import Work
from sightline.wording.money import short_money

Key = tuple[str, str]
MOST_CELLS = 1_500
ALL_UNITS = 24


@dataclass(frozen=True, slots=True)
class Column:
    """A unit as a column. Folded, it stands for `members`, itself and all below it."""

    key: str
    name: str
    note: str
    depth: int
    folded: bool
    members: tuple[str, ...]
    toggle: str


@dataclass(frozen=True, slots=True)
class Square:
    """One cell: its address below the page's own, its classes, its text."""

    href: str
    look: str
    shown: str


@dataclass(frozen=True, slots=True)
class Row:
    """One product line over all columns."""

    key: str
    name: str
    kind: str
    squares: tuple[Square, ...]


@dataclass(frozen=True, slots=True)
class Band:
    """One family: its sums, and the rows that are in the page. `more` is where the rest is."""

    index: int
    name: str
    lines: int
    open_value: Money
    sums: tuple[str, ...]
    rows: tuple[Row, ...]
    shown: bool
    toggle: str
    more: str


@dataclass(frozen=True, slots=True)
class Grid:
    """The whole page's grid."""

    columns: tuple[Column, ...]
    bands: tuple[Band, ...]
    looks: frozenset[str]
    cells: int
    across: int


@dataclass(frozen=True, slots=True)
class _Page:
    """What every part of one page needs: worked out once."""

    work: Work
    chosen: Chosen
    query: Mapping[str, str]
    columns: tuple[Column, ...]
    families: tuple[tuple[str, tuple[GridLine, ...]], ...]
    kept: frozenset[Key] | None
    opened: frozenset[int]
    words: FoldedWords


def grid_of(work: Work, chosen: Chosen, query: Mapping[str, str]) -> Grid:
    """The first page of the grid: at most `MOST_CELLS` cells, further bands are fragments."""
    page = _page(work, chosen, query)
    across = max(1, len(page.columns))
    budget, bands = MOST_CELLS - across * len(page.families), []
    for index, (name, lines) in enumerate(page.families):
        most = max(0, budget // across) if index in page.opened else 0
        band = _band(page, index, name, lines, most)
        budget -= len(band.rows) * across
        bands.append(band)
    squares = [square.look for band in bands for row in band.rows for square in row.squares]
    return Grid(page.columns, tuple(bands), frozenset(squares), len(squares), across + 1)


def band_of(
    work: Work, chosen: Chosen, query: Mapping[str, str], *, index: int, start: int
) -> tuple[tuple[Row, ...], str, int]:
    """Further rows of one family, where the rest of it is, and how many columns there are."""
    page = _page(work, chosen, query)
    across = len(page.columns)
    if not 0 <= index < len(page.families):
        return (), "", across + 1
    lines = page.families[index][1]
    end = start + max(1, MOST_CELLS // max(1, across))
    more = _more(page, index, end) if end < len(lines) else ""
    return _rows(page, lines[start:end]), more, across + 1


def _more(page: _Page, index: int, start: int) -> str:
    base = reverse("whitespace:show", args=[page.work.account_id])
    return f"{base}{address(page.query)}&band={index}.{start}"


def kept_cells(work: Work, chosen: Chosen) -> tuple[CellScore, ...]:
    """The cells that the filter leaves, in no order."""
    family = {line.key: line.family for line in work.grid.lines}
    return select_cells(work.grid.scores.values(), wanted=chosen.filter, family_of=family)


def _page(work: Work, chosen: Chosen, query: Mapping[str, str]) -> _Page:
    kept = None
    if chosen.filtered:
        kept = frozenset(score.cell.key for score in kept_cells(work, chosen))
    lines = {line for _unit, line in kept} if kept is not None else None
    groups: dict[str, list[GridLine]] = {}
    for line in _ordered_lines(work, chosen):
        if lines is None or line.key in lines:
            groups.setdefault(line.family, []).append(line)
    families = tuple((name, tuple(found)) for name, found in groups.items())
    columns = _columns(work, chosen, query)
    opened = _opened(families, len(columns), chosen)
    words = FoldedWords.looked_up()
    return _Page(work, chosen, query, columns, families, kept, opened, words)


def _ordered_lines(work: Work, chosen: Chosen) -> Sequence[GridLine]:
    """Lines by the best of their cells; without an order as the catalogue has them."""
    grid = work.grid
    if chosen.by is None:
        return grid.lines
    if chosen.by is Order.NAME:
        return sorted(grid.lines, key=lambda line: (line.name.casefold(), line.key))
    ordered = ordered_cells(work, grid.scores.values(), by=chosen.by)
    place = {line: at for at, line in enumerate(dict.fromkeys(s.cell.line for s in ordered))}
    return sorted(grid.lines, key=lambda line: place.get(line.key, len(place)))


def unit_names(work: Work) -> dict[str, str]:
    """Names of units by key. Units and lines have keys of their own that may be the same."""
    return {unit.key: _name(unit) for unit in work.grid.units}


def line_names(work: Work) -> dict[str, str]:
    """Names of lines by key."""
    return {line.key: line.name for line in work.grid.lines}


def ordered_cells(work: Work, scores: Iterable[CellScore], *, by: Order) -> tuple[CellScore, ...]:
    """In the order of the method; by name: the line's, then the unit's."""
    units, lines = unit_names(work), line_names(work)

    def name(score: CellScore) -> tuple[str, str]:
        return (lines[score.cell.line].casefold(), units[score.cell.unit].casefold())

    named = sorted(scores, key=name)
    if by is Order.NAME:
        return tuple(named)
    return order_cells(named, by=by, names={}, on=work.grid.on, parameters=work.numbers)


def _opened(
    families: Sequence[tuple[str, Sequence[GridLine]]], across: int, chosen: Chosen
) -> frozenset[int]:
    """Which bands are open: those named, else all where everything fits into one page."""
    if chosen.open:
        return frozenset(int(one) for one in chosen.open.split(".") if one.isdecimal())
    cells = sum(len(lines) for _name, lines in families) * across
    fits = cells + len(families) * across <= MOST_CELLS
    return frozenset(range(len(families))) if fits else frozenset()


def _band(page: _Page, index: int, name: str, lines: Sequence[GridLine], most: int) -> Band:
    grid = page.work.grid
    sums = [grid.brief(column.members, name) for column in page.columns]
    open_value = sum(one for one, _owned, _fantasy in sums)
    currency, words = grid.currency, page.words
    shown = index in page.opened
    others = sorted(page.opened - {index} if shown else page.opened | {index})
    return Band(
        index=index,
        name=name or _("Other lines"),
        lines=len(lines),
        open_value=Money(open_value, currency),
        sums=tuple(rolled(*one, currency=currency, words=words) for one in sums),
        rows=_rows(page, lines[:most]),
        shown=shown,
        toggle=address(page.query, open=".".join(map(str, others)) or "none"),
        more=_more(page, index, most) if shown and most < len(lines) else "",
    )


def _rows(page: _Page, lines: Iterable[GridLine]) -> tuple[Row, ...]:
    return tuple(
        Row(
            line.key,
            line.name,
            str(_KINDS.get(line.kind, "")),
            tuple(_square(page, column, line.key) for column in page.columns),
        )
        for line in lines
    )


_KINDS = {
    "recurring": gettext_lazy("a year"),
    "repeat": gettext_lazy("repeat"),
    "one_off": gettext_lazy("one-off"),
}


def _square(page: _Page, column: Column, line: str) -> Square:
    grid, show = page.work.grid, page.chosen.show
    if column.folded:
        open_value, owned, fantasy = grid.brief_of((unit, line) for unit in column.members)
        shown = rolled(open_value, owned, fantasy, currency=grid.currency, words=page.words)
        head = f"#u{column.key}" if page.work.shell.rights.plan else ""
        return Square(head, "r", shown)  # its head unfolds it
    key = (column.key, line)
    seen = grid.seen[key]
    if show == "staleness":
        shown = stale_words(grid.scores[key], on=grid.on, numbers=page.work.numbers)
    else:
        shown = shown_in(seen, show=show)
    aside = page.kept is not None and key not in page.kept
    next_ = " s" if key in grid.suggestions else ""
    look = classes_of(seen) + next_ + (" z" if aside else "")
    behind = f"{column.key}/{line}" if page.work.shell.rights.plan else ""
    return Square(behind, look, shown)


def _columns(work: Work, chosen: Chosen, query: Mapping[str, str]) -> tuple[Column, ...]:
    """Units as a tree; with many of them those with parts are folded until somebody opens one."""
    units = work.grid.units
    below: dict[str | None, list[GridUnit]] = {}
    for unit in units:
        below.setdefault(unit.parent, []).append(unit)
    parents = {unit.parent for unit in units if unit.parent}
    opened = set(chosen.units.split(".")) if chosen.units else set()
    if not chosen.units and len(units) <= ALL_UNITS:
        opened = {key for key in parents if key}
    found: list[Column] = []

    def add(unit: GridUnit, depth: int) -> None:
        parts = below.get(unit.key, [])
        folded = bool(parts) and unit.key not in opened
        members = _subtree(unit.key, below) if folded else (unit.key,)
        others = opened - {unit.key} if not folded else opened | {unit.key}
        toggle = address(query, units=".".join(sorted(others)) or "none") if parts else ""
        name, note = _named(unit, len(members) - 1)
        found.append(Column(unit.key, name, note, min(depth, 4), folded, members, toggle))
        if not folded:
            for part in parts:
                add(part, depth + 1)

    for unit in below.get(None, []):
        add(unit, 0)
    return tuple(found)


def _subtree(key: str, below: Mapping[str | None, list[GridUnit]]) -> tuple[str, ...]:
    found = [key]
    for place in found:
        found.extend(unit.key for unit in below.get(place, []))
    return tuple(found)


def _name(unit: GridUnit) -> str:
    if unit.key == OTHER_UNITS:
        return _("Other units")
    return unit.name or _("Whole account")


def _named(unit: GridUnit, parts: int) -> tuple[str, str]:
    name = _name(unit)
    if unit.key == OTHER_UNITS:
        return name, _("not visible to you")
    if unit.key == WHOLE:
        return name, _("no unit named")
    if parts:
        return name, ngettext("with %s part", "with %s parts", parts) % parts
    if unit.employees:
        return name, _("%s staff") % f"{unit.employees:,}"
    return name, ""


def left_words(totals: Totals, only: Collection[Standing] = EXCLUDED_WORDS) -> str:
    """How many cells the sums leave out, by why: fantasy first."""
    found = (
        (standing, totals.excluded[standing])
        for standing in EXCLUDED_WORDS
        if standing in totals.excluded and standing in only
    )
    return ", ".join(
        f"{one.cells} {_LEFT[standing]}"
        + (f" ({short_money(totals.money(one.money))})" if one.money else "")
        for standing, one in found
    )


# what has a value and no way to it
NO_WAY = (Standing.FANTASY, Standing.PATH_UNKNOWN, Standing.NO_PATH)
_LEFT = {
    Standing.FANTASY: gettext_lazy("fantasy"),
    Standing.PATH_UNKNOWN: gettext_lazy("path unknown"),
    Standing.NO_PATH: gettext_lazy("no path yet"),
    Standing.NO_NEED: gettext_lazy("need not asked"),
    Standing.NO_VALUE: gettext_lazy("no value known"),
}


def headline(totals: Totals) -> list[tuple[str, str, str]]:
    """The sums above the grid: label, value, note. What is left out is named, never hidden."""
    open_value = totals.money(totals.open_value)
    ranked = totals.money(totals.ranked)
    deals = totals.unvalued_deals
    unvalued = ngettext("%s deal without an amount", "%s deals without an amount", deals) % deals
    return [
        (_("Open, with a path"), short_money(open_value), _("likely value a year")),
        (_("Weighted by need and path"), short_money(ranked), _("rank, a year")),
        (
            _("In progress"),
            short_money(totals.money(totals.in_progress)),
            unvalued if deals else _("open opportunities"),
        ),
        (_("Owned"), short_money(totals.money(totals.owned)), _("revenue, last 12 months")),
    ]
