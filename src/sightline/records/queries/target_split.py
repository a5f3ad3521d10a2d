"""Where each part of a plan's bridge belongs: units and product lines, for a bridge by place.

Keys of units are the grid's; what belongs to accounts that may not be seen is "other units".
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any

from django.db.models import QuerySet

from sightline.planning.bridge.split import Placed
from sightline.planning.money import Converter, Money
from sightline.records.models import (
    Asset,
    Contract,
    Opportunity,
    OpportunityLine,
    PlayCell,
    TargetPart,
)
from sightline.records.prepared import prepared
from sightline.records.queries.account_grid import (
    OTHER_UNITS,
    GridUnit,
    Places,
    units_and_places,
)
from sightline.records.queries.account_scope import AccountScope
from sightline.records.queries.bridge_base import BaseRows, base_rows
from sightline.records.queries.cell_values import split_by_worth, values_said

Sums = dict[str | None, int]
_WHOLE = 1_000_000_000


@dataclass(frozen=True, slots=True)
class SplitFacts:
    """By a part's key (`line:…`, `account:…`, `since:…`, `contract:…`, `opportunity:…`, `play:…`) the units
    and the product lines it belongs to. `held`: lines with recurring value on the first day."""

    by_unit: Mapping[str, tuple[Placed, ...]]
    by_line: Mapping[str, tuple[Placed, ...]]
    held: frozenset[str]
    units: tuple[GridUnit, ...]


@dataclass(frozen=True, slots=True)
class PlacedTarget:
    """A part of a target as kept, its unit by the grid's key; None where none was named."""

    kind: str
    unit: str | None
    line: str | None
    amount: int


class _Shares:
    """Weights by part and place, added up."""

    def __init__(self) -> None:
        self.units: dict[str, Sums] = {}
        self.lines: dict[str, Sums] = {}

    def add(self, key: str, unit: str | None, line: int | None, weight: int) -> None:
        """One share of a part; money below zero is a credit and carries no weight."""
        for sums, place in (
            (self.units, unit),
            (self.lines, str(line) if line is not None else None),
        ):
            own = sums.setdefault(key, {})
            own[place] = own.get(place, 0) + max(0, weight)


def split_facts(scope: AccountScope, *, first_day: date, convert: Converter) -> SplitFacts:
    """Of a planning account and its family, whose plan year begins on a day; values of cells are
    compared by `convert`. Seven queries, two more where that day's ACV is not known, one more where
    a play has several cells."""
    units, places = units_and_places(scope)
    ids = list(scope.member_ids)
    shares = _Shares()
    held = _base(base_rows(ids, first_day=first_day), places, shares)
    _contracts(ids, places, shares)
    _deals(ids, places, shares)
    _plays(scope.planning_id, places, shares, convert=convert)
    return SplitFacts(_placed(shares.units), _placed(shares.lines), held, tuple(units))


def placed_targets(plan_id: int, scope: AccountScope) -> tuple[PlacedTarget, ...]:
    """The parts of a target, largest first, with the units this person may see. Two queries."""
    places = units_and_places(scope)[1]
    rows = TargetPart.objects.filter(plan_id=plan_id).order_by("-amount", "pk")
    return tuple(
        PlacedTarget(
            kind=kind,
            unit=_unit_key(unit, places) if unit is not None else None,
            line=str(line) if line is not None else None,
            amount=amount,
        )
        for kind, unit, line, amount in rows.values_list(
            "kind", "unit_id", "product_line_id", "amount"
        )
    )


def _unit_key(unit_id: int, places: Places) -> str:
    return str(unit_id) if unit_id in places.units else OTHER_UNITS


def _base(rows: BaseRows, places: Places, shares: _Shares) -> frozenset[str]:
    """Each line and source over its cells; an account told as a whole over its own, the rest open."""
    itemised: dict[int, int] = {}
    held = set()
    for cell in rows.cells:
        place = places.key(cell.account, cell.unit)
        for key in (f"line:{cell.line_name}:{cell.source}", f"account:{cell.account}"):
            shares.add(key, place, cell.line, cell.acv)
        itemised[cell.account] = itemised.get(cell.account, 0) + cell.acv
        if cell.acv > 0:
            held.add(str(cell.line))
    for one in rows.accounts:
        unit_of_account = places.key(one.id, None)
        if one.acv is not None:
            rest = one.acv - itemised.get(one.id, 0)
            shares.add(f"account:{one.id}", unit_of_account, None, rest)
        for kind in ("since", "settled"):
            shares.add(f"{kind}:{one.id}", unit_of_account, None, 1)
    return frozenset(held)


def _contracts(ids: list[int], places: Places, shares: _Shares) -> None:
    """A contract's own unit and line, else those of the assets under it: linked to it, or of its
    account and ending on its day."""
    under: dict[object, list[tuple[int | None, int | None, int]]] = {}
    for contract, account, ends, unit, line, price, quantity in _assets(ids):
        weight = int((price or 0) * (1 if quantity is None else quantity))
        under.setdefault(contract or (account, ends), []).append((unit, line, weight))
    for pk, account, ends, unit, line in _agreements(ids):
        known = under.get(pk) or under.get((account, ends)) or [(None, None, 1)]
        for asset_unit, asset_line, weight in known:
            place = places.key(account, unit if unit is not None else asset_unit)
            shares.add(
                f"contract:{pk}", place, line if line is not None else asset_line, max(1, weight)
            )


def _deals(ids: list[int], places: Places, shares: _Shares) -> None:
    lines: dict[int, list[tuple[int | None, int]]] = {}
    for deal, line, total in _deal_lines(ids):
        lines.setdefault(deal, []).append((line, total or 0))
    for pk, account, unit in _open_deals(ids):
        place = places.key(account, unit)
        for line, weight in lines.get(pk) or [(None, 1)]:
            shares.add(f"opportunity:{pk}", place, line, weight)


def _plays(account_id: int, places: Places, shares: _Shares, *, convert: Converter) -> None:
    """A play's cells by what people said they are worth; one without a value as the mean of the
    others. Weights are whole numbers: parts of a thousand million."""
    plays = [list(rows) for _, rows in groupby(_play_cells(account_id), key=lambda row: row[0])]
    said = values_said([account_id]) if any(len(rows) > 1 for rows in plays) else {}
    whole = Money(_WHOLE, convert.currency)
    for rows in plays:
        cells = {(unit, line): said.get((account_id, unit, line)) for _, _, unit, line in rows}
        for (unit, line), part in split_by_worth(whole, cells, convert=convert).items():
            shares.add(f"play:{rows[0][0]}", places.key(account_id, unit), line, part.minor)


def _placed(sums: Mapping[str, Sums]) -> dict[str, tuple[Placed, ...]]:
    return {
        key: tuple(Placed(place, weight) for place, weight in _in_order(own.items()))
        for key, own in sums.items()
    }


def _in_order(shares: Iterable[tuple[str | None, int]]) -> list[tuple[str | None, int]]:
    """The same order each time, so that a cent that is left over goes to the same place."""
    return sorted(shares, key=lambda share: (-share[1], share[0] or ""))


@prepared
def _agreements(ids: list[int]) -> QuerySet[Contract, Any]:
    rows = Contract.objects.filter(account_id__in=ids, removed_at=None)
    return rows.values_list("pk", "account_id", "ends_on", "unit_id", "product_line_id")


@prepared
def _assets(ids: list[int]) -> QuerySet[Asset, Any]:
    rows = Asset.objects.filter(account_id__in=ids, removed_at=None, is_active=True)
    return rows.values_list(
        "contract_id", "account_id", "ends_on", "unit_id", "product_line_id", "price", "quantity"
    )


@prepared
def _open_deals(ids: list[int]) -> QuerySet[Opportunity, Any]:
    rows = Opportunity.objects.filter(account_id__in=ids, removed_at=None)
    return rows.values_list("pk", "account_id", "unit_id")


@prepared
def _deal_lines(ids: list[int]) -> QuerySet[OpportunityLine, Any]:
    rows = OpportunityLine.objects.filter(
        opportunity__account_id__in=ids, opportunity__removed_at=None, removed_at=None
    )
    return rows.values_list("opportunity_id", "product_line_id", "total")


@prepared
def _play_cells(account_id: int) -> QuerySet[PlayCell, Any]:
    rows = PlayCell.objects.filter(play__account_id=account_id, play__removed_at=None)
    return rows.order_by("play_id", "pk").values_list(
        "play_id", "play__account_id", "unit_id", "product_line_id"
    )
