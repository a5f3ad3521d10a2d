"""What people said of an account's cells, as far as it decides them: without words, days and names.

`said` reads the same facts whole, for the cells that are shown.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet

from sightline.planning.whitespace import EligibilityKind, HolderKind, Method, eligible
from sightline.records.gathered import Gathered, in_one_row, listed
from sightline.records.models import Cell, CellFact
from sightline.records.prepared import prepared
from sightline.records.queries.account_grid import WHOLE
from sightline.records.queries.cell_values import METHODS
from sightline.records.queries.whitespace.scored import Key

_HOLDER, _ELIGIBILITY = CellFact.Kind.HOLDER.value, CellFact.Kind.ELIGIBILITY.value
_HOLDERS = {one.value: one for one in HolderKind}
_LEVELS = (CellFact.Kind.NEED.value, CellFact.Kind.ACCESS.value, CellFact.Kind.BUDGET.value)


@dataclass(frozen=True, slots=True)
class Voices:
    """Every cell that somebody said something of, with its id; the facts in force by this id.

    `levels` are answers from 0 to 3, for each kind by id; `values` minor units of the grid's currency,
    for each method by id (a value in another currency is none); `stands` eligibility as it holds on the
    grid's day.
    """

    ids: Mapping[Key, int]
    owners: Mapping[Key, str]
    chosen: Mapping[int, Method]
    targeted: frozenset[int]
    holders: Mapping[int, HolderKind]
    levels: Mapping[str, Mapping[int, int]]
    values: Mapping[Method, Mapping[int, int]]
    stands: Mapping[int, EligibilityKind | None]


def voices_of(account_id: int, *, currency: str, on: date) -> Voices:
    """Everything said of a planning account. Four queries; one where nobody said anything."""
    ids = _ids(account_id)
    marked = list(_marked(account_id)) if ids else []
    owned = {pk: str(owner) for pk, owner, _, _ in marked if owner}
    holders, levels, values = _facts(account_id, currency) if ids else ({}, {}, {})
    return Voices(
        ids=ids,
        owners={key: owned[pk] for key, pk in ids.items() if pk in owned} if owned else {},
        chosen={pk: Method(chosen) for pk, _, chosen, _ in marked if chosen},
        targeted=frozenset(pk for pk, _, _, targeted in marked if targeted),
        holders=holders,
        levels={kind: levels.get(kind, {}) for kind in _LEVELS},
        values={method: values.get(kind, {}) for kind, method in METHODS.items()},
        stands={
            cell: eligible(EligibilityKind(choice), until, on=on)
            for cell, choice, until in (_eligibility(account_id) if ids else ())
        },
    )


def _ids(account_id: int) -> dict[Key, int]:
    """Every cell that somebody ever said something of. One query."""
    for gathered in _cells(account_id):
        keys, units, lines = map(listed, gathered)
        named = [str(unit) if unit else WHOLE for unit in units]
        return dict(zip(zip(named, map(str, lines), strict=True), keys, strict=True))
    return {}


def _facts(
    account_id: int, currency: str
) -> tuple[dict[int, HolderKind], dict[str, dict[int, int]], dict[str, dict[int, int]]]:
    """Who holds what, the levels of each kind and the values of each, by the cell's id. One query."""
    holders: dict[int, HolderKind] = {}
    levels: dict[str, dict[int, int]] = {}
    values: dict[str, dict[int, int]] = {}
    for gathered in _undated(account_id):
        columns = iter(map(listed, gathered))
        held = zip(next(columns), next(columns), strict=True)
        holders = {cell: _HOLDERS[choice] for cell, choice in held}
        for kind in _LEVELS:
            answered = zip(next(columns), next(columns), strict=True)
            levels[kind] = {cell: level or 0 for cell, level in answered}
        for kind in METHODS:
            told = zip(next(columns), next(columns), next(columns), strict=True)
            values[kind] = {
                cell: likely
                for cell, likely, code in told
                if likely is not None and code == currency
            }
    return holders, levels, values


@prepared
def _cells(account_id: int) -> QuerySet[Cell, Any]:
    """No more than an index holds, which takes half the time of reading the rows themselves."""
    rows = Cell.objects.filter(account_id=account_id)
    return in_one_row(rows, [Gathered(name) for name in ("pk", "unit_id", "product_line_id")])


@prepared
def _marked(account_id: int) -> QuerySet[Cell, Any]:
    """The few that somebody works, chose a method for, or counts in the target."""
    some = Q(owner__isnull=False) | ~Q(chosen="") | Q(in_target=True)
    rows = Cell.objects.filter(some, account_id=account_id)
    return rows.values_list("pk", "owner_id", "chosen", "in_target")


@prepared
def _undated(account_id: int) -> QuerySet[CellFact, Any]:
    """Without a day in them: reading thousands of days takes as long as all the rest."""
    facts = CellFact.objects.filter(ended_at=None, cell__account_id=account_id)
    asked: dict[str, tuple[str, ...]] = {_HOLDER: ("cell_id", "choice")}
    asked |= dict.fromkeys(_LEVELS, ("cell_id", "level"))
    asked |= dict.fromkeys(METHODS, ("cell_id", "likely", "currency"))
    return in_one_row(
        facts,
        [Gathered(name, filter=Q(kind=kind)) for kind, names in asked.items() for name in names],
    )


@prepared
def _eligibility(account_id: int) -> QuerySet[CellFact, Any]:
    rows = CellFact.objects.filter(ended_at=None, cell__account_id=account_id)
    return rows.filter(kind=_ELIGIBILITY).values_list("cell_id", "choice", "until")
