"""What people said of an account's cells, as far as it decides them: without words, days and names.

`said` reads the same facts whole, for the cells that are shown.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import QuerySet

from sightline.planning.whitespace import EligibilityKind, HolderKind, Method, eligible
from sightline.records.models import Cell, CellFact
from sightline.records.prepared import prepared
from sightline.records.queries.account_grid import WHOLE
from sightline.records.queries.whitespace.said import METHODS
from sightline.records.queries.whitespace.scored import Key

_HOLDER, _ELIGIBILITY = CellFact.Kind.HOLDER.value, CellFact.Kind.ELIGIBILITY.value
_HOLDERS = {one.value: one for one in HolderKind}
_LEVELS = frozenset(
    kind.value for kind in (CellFact.Kind.NEED, CellFact.Kind.ACCESS, CellFact.Kind.BUDGET)
)


@dataclass(frozen=True, slots=True)
class Voices:
    """Every cell that somebody said something of, with its id; the facts in force by this id.

    `levels` are answers from 0 to 3 by kind; `values` minor units of the grid's currency by method
    (a value in another currency is none); `stands` eligibility as it holds on the grid's day.
    """

    ids: Mapping[Key, int]
    owners: Mapping[Key, str]
    chosen: Mapping[int, Method]
    targeted: frozenset[int]
    holders: Mapping[int, HolderKind]
    levels: Mapping[int, Mapping[str, int]]
    values: Mapping[int, Mapping[Method, int]]
    stands: Mapping[int, EligibilityKind | None]


def voices_of(account_id: int, *, currency: str, on: date) -> Voices:
    """Everything said of a planning account. Four queries; one where nobody said anything."""
    cells = _cells(account_id)
    ids = {(str(unit) if unit else WHOLE, str(line)): pk for pk, unit, line, *_ in cells}
    keys = {pk: key for key, pk in ids.items()}
    holders: dict[int, HolderKind] = {}
    levels: dict[int, dict[str, int]] = defaultdict(dict)
    values: dict[int, dict[Method, int]] = defaultdict(dict)
    for cell, kind, choice, level, likely, code in _undated(account_id) if ids else ():
        if kind in _LEVELS:
            levels[cell][kind] = level or 0
        elif kind == _HOLDER:
            holders[cell] = _HOLDERS[choice]
        elif likely is not None and code == currency:
            values[cell][METHODS[kind]] = likely
    return Voices(
        ids=ids,
        owners={keys[pk]: str(owner) for pk, _, _, owner, _ in cells if owner},
        chosen={pk: Method(chosen) for pk, _, _, _, chosen in cells if chosen},
        targeted=frozenset(_targeted(account_id) if ids else ()),
        holders=holders,
        levels=levels,
        values=values,
        stands={
            cell: eligible(EligibilityKind(choice), until, on=on)
            for cell, choice, until in (_eligibility(account_id) if ids else ())
        },
    )


@prepared
def _cells(account_id: int) -> QuerySet[Cell, Any]:
    columns = ("pk", "unit_id", "product_line_id", "owner_id", "chosen")
    return Cell.objects.filter(account_id=account_id).values_list(*columns)


@prepared
def _targeted(account_id: int) -> QuerySet[Cell, Any]:
    """Apart: making a yes or no of thousands of cells takes longer than asking for the few."""
    return Cell.objects.filter(account_id=account_id, in_target=True).values_list("pk", flat=True)


@prepared
def _undated(account_id: int) -> QuerySet[CellFact, Any]:
    """Without a day in them: reading thousands of days takes as long as all the rest."""
    rows = CellFact.objects.filter(ended_at=None, cell__account_id=account_id)
    columns = ("cell_id", "kind", "choice", "level", "likely", "currency")
    return rows.exclude(kind=_ELIGIBILITY).values_list(*columns)


@prepared
def _eligibility(account_id: int) -> QuerySet[CellFact, Any]:
    rows = CellFact.objects.filter(ended_at=None, cell__account_id=account_id)
    return rows.filter(kind=_ELIGIBILITY).values_list("cell_id", "choice", "until")
