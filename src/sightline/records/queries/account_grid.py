"""Units × lines of an account as facts: what is sold, what ran out, what is open, who won instead.

Accounts of the family that the person may not see stand together as one unit, `OTHER_UNITS`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import QuerySet

from sightline.planning.money import Converter, Rates
from sightline.planning.whitespace import (
    CellFacts,
    Confidence,
    Holder,
    HolderKind,
    OpenDeal,
    Origin,
)
from sightline.records.gathered import Gathered, in_one_row, listed
from sightline.records.models import (
    AccountMeasures,
    Asset,
    CellMeasures,
    OpportunityCompetitor,
    OpportunityLine,
    ProductLine,
    Unit,
)
from sightline.records.prepared import prepared
from sightline.records.queries.account_scope import AccountScope
from sightline.records.queries.bare_deals import bare_deals, unit_of_line
from sightline.records.queries.grid_cells import CellRow, Ground, Key, ground_of

WHOLE = "account"
OTHER_UNITS = "other"
_UnitRow = tuple[int, str, str, int | None, int | None, int | None, int | None]


@dataclass(frozen=True, slots=True)
class GridUnit:
    """A row: a unit, the account where no unit is named, or all hidden accounts together.

    `employees` as told of the unit; `staff` the same, else that of the child account it stands for.
    """

    key: str
    name: str
    kind: str
    parent: str | None
    employees: int | None
    staff: int | None = None


@dataclass(frozen=True, slots=True)
class GridLine:
    """A column: a product line with its family."""

    key: str
    name: str
    family: str
    kind: str


@dataclass(frozen=True, slots=True)
class Places:
    """Which row of the grid an account and unit of the records belong to."""

    hidden: frozenset[int]
    linked: Mapping[int, str]
    units: frozenset[int]

    def key(self, account_id: int, unit_id: int | None) -> str:
        """The unit's key in the grid."""
        if account_id in self.hidden:
            return OTHER_UNITS
        if unit_id is not None and unit_id in self.units:
            return str(unit_id)
        return self.linked.get(account_id, WHOLE)


@dataclass(frozen=True, slots=True)
class GridFacts:
    """Everything the grid is derived from.

    `measured` is False where nothing was measured: then what is owned is not known. `rows` are
    the measures, one per cell that has any. `unnamed_deals` are open deals that name no product.
    """

    currency: str
    on: date
    units: tuple[GridUnit, ...]
    lines: tuple[GridLine, ...]
    ground: Ground
    rows: Mapping[Key, CellRow]
    measured: bool
    places: Places

    @property
    def cells(self) -> tuple[CellFacts, ...]:
        """Every cell, made anew each time."""
        return tuple(
            self.ground.cell((unit.key, line.key)) for unit in self.units for line in self.lines
        )

    @property
    def parents(self) -> dict[str, str | None]:
        """The unit above each unit."""
        return {unit.key: unit.parent for unit in self.units}


def grid_facts(
    scope: AccountScope, *, on: date, currency: str, rates: Rates, measured: bool | None = None
) -> GridFacts:
    """The grid of an account and its family. Seven queries, whatever its size; six where it is
    told whether anything was measured."""
    units, places = _units(scope)
    ids = list(scope.member_ids)
    rows = _rows(ids, places)
    ends = _ends(ids, places)
    deals = _deals(ids, places, Converter(currency, rates, on))
    lost = _lost(ids, places, on=on)
    if measured is None:
        measured = AccountMeasures.objects.filter(account_id__in=ids).exists()
    lines = _lines()
    used = {key[0] for key in (*rows, *deals, *lost)}
    shown = [unit for unit in units if unit.key not in (WHOLE, OTHER_UNITS) or unit.key in used]
    if not shown:
        shown = [unit for unit in units if unit.key == WHOLE]
    ground = ground_of(rows, ends, deals, lost, measured=measured, currency=currency, on=on)
    return GridFacts(currency, on, tuple(shown), lines, ground, rows, measured, places)


def product_lines() -> tuple[tuple[str, str], ...]:
    """Key and name of every product line in use, in the grid's order. One query."""
    return tuple((line.key, line.name) for line in _lines())


def units_and_places(scope: AccountScope) -> tuple[list[GridUnit], Places]:
    """The grid's rows, the whole account and other units among them, and which row an account and
    a unit of the records belong to. One query."""
    return _units(scope)


def _units(scope: AccountScope) -> tuple[list[GridUnit], Places]:
    hidden = frozenset(scope.hidden_ids)
    rows: list[_UnitRow] = _unit_rows(scope.planning_id)
    own = None
    if not scope.plans_itself:
        own = next((row[0] for row in rows if row[5] == scope.account_id), None)
    seen = {row[0]: row for row in rows if row[5] is None or row[5] in scope.seen_ids}
    if not scope.plans_itself:
        seen = _below(seen, own)
    else:
        seen = {pk: row for pk, row in seen.items() if _visible(row, seen)}
    units = [
        GridUnit(
            str(pk),
            row[1],
            row[2],
            str(row[3]) if row[3] in seen else None,
            row[4],
            row[4] if row[4] is not None else row[6],
        )
        for pk, row in seen.items()
    ]
    whole = GridUnit(WHOLE, scope.name, "account", None, None)
    other = GridUnit(OTHER_UNITS, "", "other", None, None)
    linked = {row[5]: str(pk) for pk, row in seen.items() if row[5] is not None}
    return [whole, *units, other], Places(hidden, linked, frozenset(seen))


def _visible(row: _UnitRow, seen: Mapping[int, _UnitRow]) -> bool:
    """Whether every unit above is visible too: what lies under a hidden account is hidden."""
    above, steps = row[3], 0
    while above is not None and steps < len(seen) + 1:
        if above not in seen:
            return False
        above, steps = seen[above][3], steps + 1
    return True


def _below(seen: Mapping[int, _UnitRow], top: int | None) -> dict[int, _UnitRow]:
    """The units under one unit, without it: a child account shows its own parts."""
    found: dict[int, _UnitRow] = {}
    reached = {top} if top is not None else set()
    while True:
        more = {pk: row for pk, row in seen.items() if row[3] in reached and pk not in found}
        if not more:
            return found
        found |= more
        reached |= set(more)


def _rows(ids: list[int], places: Places) -> dict[Key, CellRow]:
    found: dict[Key, CellRow] = {}
    for gathered in _cells(ids):
        for row in sorted(zip(*map(listed, gathered), strict=True)):
            _pk, account, unit, line, r12, before, acv, source, last, owned = row
            key = (places.key(account, unit), str(line))
            day = date.fromisoformat(last) if last is not None else None
            one = CellRow(*key, r12, before, acv, source, day, bool(owned))
            found[key] = _joined(found[key], one) if key in found else one
    return found


def _joined(one: CellRow, other: CellRow) -> CellRow:
    known = [acv for acv in (one.acv, other.acv) if acv is not None]
    days = [day for day in (one.last_purchase_on, other.last_purchase_on) if day is not None]
    return CellRow(
        unit=one.unit,
        line=one.line,
        r12=one.r12 + other.r12,
        r12_before=one.r12_before + other.r12_before,
        acv=sum(known) if known else None,
        source=one.source or other.source,
        last_purchase_on=max(days, default=None),
        owned=one.owned or other.owned,
    )


def _ends(ids: list[int], places: Places) -> dict[Key, date]:
    """The latest end of anything that ran in a cell."""
    found: dict[Key, date] = {}
    for account, unit, line, end in _asset_ends(ids):
        key = (places.key(account, unit), str(line))
        if end is not None:
            found[key] = max(found.get(key, end), end)
    return found


def _deals(ids: list[int], places: Places, convert: Converter) -> dict[Key, list[OpenDeal]]:
    """Open deals by cell: by their lines, else by the cells of their play; a renewal counts only
    where nothing is owned any more (see the page)."""
    found: dict[Key, list[OpenDeal]] = defaultdict(list)
    for deal, account, unit, code, line, minor in _open_lines(ids):
        key = (places.key(account, unit), str(line))
        found[key].append(OpenDeal(f"opportunity:{deal}", convert(minor, code)))
    for key, one in bare_deals(ids, places.key, convert):
        found[key].append(one)
    return dict(found)


def _lost(ids: list[int], places: Places, *, on: date) -> dict[Key, Holder]:
    """Who was seen in the deal that was lost last in a cell: reported, not known to hold it."""
    newest: dict[Key, tuple[date, str]] = {}
    for account, unit, line, closed, name in _lost_to(ids):
        key = (places.key(account, unit), str(line))
        day = min(closed, on) if closed is not None else None
        if day is not None and (day, name) > newest.get(key, (date.min, "")):
            newest[key] = (day, name)
    return {
        key: Holder(
            HolderKind.COMPETITOR,
            Origin("lost opportunity", day, confidence=Confidence.LOW),
            competitor=name,
            reported=True,
        )
        for key, (day, name) in newest.items()
    }


def _lines() -> tuple[GridLine, ...]:
    return tuple(
        GridLine(str(pk), name, family or "", kind) for pk, name, family, kind in _product_lines()
    )


@prepared
def _unit_rows(account_id: int) -> QuerySet[Unit, Any]:
    rows = Unit.objects.filter(account_id=account_id, removed_at=None).order_by("name", "pk")
    columns = ("pk", "name", "kind", "parent_id", "employees", "linked_account_id")
    return rows.values_list(*columns, "linked_account__employees")


@prepared
def _cells(ids: list[int]) -> QuerySet[CellMeasures, Any]:
    """One row of lists: a large grid has thousands of cells."""
    columns = (
        *("pk", "account_id", "unit_id", "product_line_id", "r12", "r12_before", "acv"),
        *("acv_source", "last_purchase_on", "owned"),
    )
    return in_one_row(
        CellMeasures.objects.filter(account_id__in=ids), [Gathered(name) for name in columns]
    )


@prepared
def _asset_ends(ids: list[int]) -> QuerySet[Asset, Any]:
    rows = Asset.objects.filter(
        account_id__in=ids, removed_at=None, ends_on__isnull=False, product_line__isnull=False
    )
    return rows.values_list("account_id", "unit_id", "product_line_id", "ends_on")


@prepared
def _open_lines(ids: list[int]) -> QuerySet[OpportunityLine, Any]:
    rows = OpportunityLine.objects.filter(
        opportunity__account_id__in=ids,
        opportunity__is_closed=False,
        opportunity__is_renewal=False,
        opportunity__removed_at=None,
        removed_at=None,
        product_line__isnull=False,
    )
    return rows.order_by("pk").values_list(
        "opportunity_id",
        "opportunity__account_id",
        unit_of_line(),
        "opportunity__currency",
        "product_line_id",
        "total",
    )


@prepared
def _lost_to(ids: list[int]) -> QuerySet[OpportunityCompetitor, Any]:
    rows = OpportunityCompetitor.objects.filter(
        opportunity__account_id__in=ids,
        opportunity__is_closed=True,
        opportunity__is_won=False,
        opportunity__removed_at=None,
        opportunity__lines__product_line__isnull=False,
        opportunity__lines__removed_at=None,
        removed_at=None,
    )
    return rows.values_list(
        "opportunity__account_id",
        "opportunity__unit_id",
        "opportunity__lines__product_line_id",
        "opportunity__close_date",
        "competitor__name",
    )


@prepared
def _product_lines() -> QuerySet[ProductLine, Any]:
    rows = ProductLine.objects.order_by("family__position", "family__name", "position", "name")
    return rows.values_list("pk", "name", "family__name", "revenue_kind")
