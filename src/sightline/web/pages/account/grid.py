"""The whitespace grid as a page shows it: lines in families down, units across, sums at the edge."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from sightline.planning.money import Money
from sightline.planning.whitespace import CellFacts, CellState, State, derive_state
from sightline.records.queries.account_grid import (
    OTHER_UNITS,
    WHOLE,
    GridFacts,
    GridLine,
    GridUnit,
)
from sightline.wording.money import short_money

UnitLine = tuple[str, str]


@dataclass(frozen=True, slots=True)
class ShownCell:
    """One square: its look, what is written in it, and where it opens."""

    look: str
    shown: str
    where: str
    url: str
    also: str = ""


@dataclass(frozen=True, slots=True)
class ShownLine:
    """A row of squares with its sum of the last twelve months."""

    name: str
    kind: str
    cells: tuple[ShownCell, ...]
    owned: Money


@dataclass(frozen=True, slots=True)
class ShownFamily:
    """A band of rows; `owned` by unit and over all of them, `open_deals` in progress."""

    name: str
    fold: str
    lines: tuple[ShownLine, ...]
    owned: tuple[Money | None, ...]
    total: Money
    penetration: str


@dataclass(frozen=True, slots=True)
class ShownUnit:
    """A column's heading."""

    name: str
    note: str


@dataclass(frozen=True, slots=True)
class ShownGrid:
    """The whole grid; `legend` names the looks that occur."""

    units: tuple[ShownUnit, ...]
    families: tuple[ShownFamily, ...]
    totals: tuple[Money | None, ...]
    owned: Money
    in_progress: Money
    counts: tuple[tuple[str, int], ...]
    legend: str
    measured: bool

    @property
    def empty(self) -> bool:
        """Nothing to show: no line is known."""
        return not self.families


def shown_grid(grid: GridFacts, *, account_id: int) -> ShownGrid:
    """Each square leads to its cell in the grid at work."""
    facts = {cell.key: cell for cell in grid.cells}
    states = {key: derive_state(cell, on=grid.on) for key, cell in facts.items()}
    base = reverse("whitespace:show", args=[account_id])
    known = _Known(grid, facts, states, base)
    families = tuple(
        _family(at, family, lines, known)
        for at, (family, lines) in enumerate(_by_family(grid.lines))
    )
    looks = [cell.look for family in families for line in family.lines for cell in line.cells]
    counts = tuple((look, looks.count(look)) for look in dict.fromkeys(sorted(looks)))
    progress = [
        deal.share.minor for cell in facts.values() for deal in cell.deals if deal.share is not None
    ]
    return ShownGrid(
        units=tuple(_unit(unit, grid.units) for unit in grid.units),
        families=families,
        totals=tuple(_sum_of(grid, unit.key) for unit in grid.units),
        owned=Money(sum(row.r12 for row in grid.rows.values()), grid.currency),
        in_progress=Money(sum(progress), grid.currency),
        counts=counts,
        legend=" ".join(dict.fromkeys(sorted(looks))),
        measured=grid.measured,
    )


def _by_family(lines: Sequence[GridLine]) -> list[tuple[str, list[GridLine]]]:
    found: dict[str, list[GridLine]] = {}
    for line in lines:
        found.setdefault(line.family, []).append(line)
    return list(found.items())


@dataclass(frozen=True, slots=True)
class _Known:
    """What every square is drawn from."""

    grid: GridFacts
    facts: Mapping[UnitLine, CellFacts]
    states: Mapping[UnitLine, CellState]
    base: str


def _family(at: int, name: str, lines: Sequence[GridLine], known: _Known) -> ShownFamily:
    grid, states = known.grid, known.states
    rows = tuple(
        ShownLine(
            name=line.name,
            kind=_kind(line.kind),
            cells=tuple(_cell(unit, line, known) for unit in grid.units),
            owned=Money(
                sum(row.r12 for row in grid.rows.values() if row.line == line.key), grid.currency
            ),
        )
        for line in lines
    )
    keys = {line.key for line in lines}
    owned = sum(
        states[unit.key, line.key].state is State.OWNED for unit in grid.units for line in lines
    )
    every = len(grid.units) * len(lines)
    return ShownFamily(
        name=name or _("Without a family"),
        fold=f"fold-{at}",
        lines=rows,
        owned=tuple(_sum_of(grid, unit.key, keys) for unit in grid.units),
        total=Money(sum(row.r12 for row in grid.rows.values() if row.line in keys), grid.currency),
        penetration=_("%(owned)s of %(every)s owned") % {"owned": owned, "every": every},
    )


def _sum_of(grid: GridFacts, unit: str, lines: set[str] | None = None) -> Money | None:
    """Revenue of the last twelve months in a unit; None where nothing was measured there."""
    found = [
        row.r12
        for row in grid.rows.values()
        if row.unit == unit and (lines is None or row.line in lines)
    ]
    return Money(sum(found), grid.currency) if found else None


def _cell(unit: GridUnit, line: GridLine, known: _Known) -> ShownCell:
    cell, state = known.facts[unit.key, line.key], known.states[unit.key, line.key]
    look = look_of(state)
    return ShownCell(
        look=look,
        shown=_written(cell, look, known.grid),
        where=_("%(line)s in %(unit)s:") % {"line": line.name, "unit": unit_name(unit)},
        url=f"{known.base}{unit.key}/{line.key}",
        also="in_progress" if state.also_in_progress else "",
    )


def look_of(state: CellState) -> str:
    """The look of a square: its state, or lapsed where it was ours and nobody else is seen."""
    if state.lapsed and state.state in (State.OPEN, State.UNKNOWN):
        return "lapsed"
    return state.state.value


def _written(cell: CellFacts, look: str, grid: GridFacts) -> str:
    row = grid.rows.get(cell.key)
    if look == "owned":
        minor = (row.r12 or row.acv or 0) if row else 0
        return short_money(Money(minor, grid.currency)) if minor else ""
    if look == "in_progress":
        known = [deal.share for deal in cell.deals if deal.share is not None]
        total = sum(share.minor for share in known)
        return short_money(Money(total, grid.currency)) if known else ""
    if look == "competitor" and cell.holder is not None:
        return cell.holder.competitor or ""
    if look == "lapsed" and row is not None and row.r12_before > 0:
        return short_money(Money(row.r12_before, grid.currency))
    return ""


def unit_name(unit: GridUnit) -> str:
    """The heading of a column."""
    if unit.key == OTHER_UNITS:
        return _("Other units")
    return _("No unit named") if unit.key == WHOLE else unit.name


def _unit(unit: GridUnit, units: Sequence[GridUnit]) -> ShownUnit:
    above = next((one.name for one in units if one.key == unit.parent), "")
    note = _("in %s") % above if above else ""
    if unit.employees:
        note = ngettext("%(n)s person", "%(n)s people", unit.employees) % {
            "n": f"{unit.employees:,}"
        }
    if unit.key == OTHER_UNITS:
        note = _("in one sum")
    elif unit.kind == "child_account" and not note:
        note = _("account")
    return ShownUnit(unit_name(unit), note)


def _kind(kind: str) -> str:
    return {
        "recurring": _("recurring"),
        "repeat": _("repeat"),
        "one_off": _("one-off"),
    }.get(kind, kind)
