"""Who has a wallet that was estimated: our sales of a unit and category now and a year before, cells
that others hold there, and what comparable accounts give us of theirs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import QuerySet

from sightline.planning.money import Money, total
from sightline.planning.whitespace import CellScore, State
from sightline.records.models import (
    AccountMeasures,
    CategoryLine,
    CellMeasures,
    TierResult,
    Unit,
)
from sightline.records.prepared import prepared
from sightline.records.queries.account_grid import WHOLE
from sightline.records.queries.account_scope import AccountScope
from sightline.records.queries.whitespace.scored import ScoredGrid

MOST_PEERS = 5_000
Place = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Sold:
    """Our revenue of the last 12 months and of the 12 before; None where it is not known."""

    now: Money | None = None
    before: Money | None = None


@dataclass(frozen=True, slots=True)
class Held:
    """Likely yearly value of the cells that others are said to hold; `unvalued` have no value."""

    rivals: Mapping[str, Money] = field(default_factory=dict)
    in_house: Money | None = None
    unvalued: int = 0


def lines_by_category() -> dict[str, frozenset[str]]:
    """Which product lines a category of spend means, by its name without case. One query."""
    found: dict[str, set[str]] = {}
    for category, line in CategoryLine.objects.values_list("category", "product_line_id"):
        found.setdefault(category.casefold(), set()).add(str(line))
    return {category: frozenset(lines) for category, lines in found.items()}


def linked_units(account_id: int) -> dict[int, str]:
    """The unit that stands for each child account, by the child's number. One query."""
    rows = Unit.objects.filter(account_id=account_id, removed_at=None, linked_account__isnull=False)
    return {child: str(unit) for child, unit in rows.values_list("linked_account_id", "pk")}


def sold_cells(scope: AccountScope, *, currency: str) -> dict[Place, tuple[int, int]]:
    """Revenue by unit and line, in minor units: the last 12 months, and the 12 before.

    Accounts measured in another currency are left out. Three queries.
    """
    measured = AccountMeasures.objects.filter(account_id__in=scope.seen_ids, currency=currency)
    known = set(measured.values_list("account_id", flat=True))
    linked = linked_units(scope.planning_id)
    found: dict[Place, tuple[int, int]] = {}
    for account, unit, line, now, before in _measured(sorted(known)):
        key = (str(unit) if unit else linked.get(account, WHOLE), str(line))
        held = found.get(key, (0, 0))
        found[key] = (held[0] + now, held[1] + before)
    return found


@prepared
def _measured(accounts: list[int]) -> QuerySet[CellMeasures, Any]:
    return CellMeasures.objects.filter(account_id__in=accounts).values_list(
        "account_id", "unit_id", "product_line_id", "r12", "r12_before"
    )


def sold_in(
    cells: Mapping[Place, tuple[int, int]],
    *,
    units: frozenset[str] | None,
    lines: frozenset[str] | None,
    currency: str,
) -> Sold:
    """Our sales in some units and lines; None stands for all. Never below zero. No query."""
    found = [
        sums
        for (unit, line), sums in cells.items()
        if (units is None or unit in units) and (lines is None or line in lines)
    ]
    now, before = (max(0, sum(one[at] for one in found)) for at in (0, 1))
    return Sold(Money(now, currency), Money(before, currency))


def held_in(
    grid: ScoredGrid, *, units: frozenset[str] | None, lines: frozenset[str] | None
) -> Held:
    """Cells that a competitor or the customer itself holds, in some units and lines. No query."""
    rivals: dict[str, list[Money]] = {}
    own: list[Money] = []
    unvalued = asked = 0
    for (unit, line), score in grid.scores.items():
        if (units is not None and unit not in units) or (lines is not None and line not in lines):
            continue
        name = _holder(score)
        if name is None:
            continue
        asked += not name
        if score.likely is None:
            unvalued += 1
        else:
            (rivals.setdefault(name, []) if name else own).append(score.likely)
    return Held(
        {name: total(found, currency=grid.currency) for name, found in rivals.items()},
        total(own, currency=grid.currency) if asked else None,
        unvalued,
    )


def _holder(score: CellScore) -> str | None:
    """A competitor's name, nothing for in-house, None where neither holds the cell."""
    holder = score.cell.holder
    if score.state.state is State.COMPETITOR and holder is not None:
        return holder.competitor or "?"
    if score.state.state is State.IN_HOUSE:
        return ""
    return None


def units_below(grid: ScoredGrid, unit: str) -> frozenset[str]:
    """A unit with all below it. No query."""
    below: dict[str | None, list[str]] = {}
    for one in grid.units:
        below.setdefault(one.parent, []).append(one.key)
    found = [unit]
    for key in found:
        found.extend(below.get(key, ()))
    return frozenset(found)


def peer_shares(account_id: int, *, currency: str) -> tuple[float, ...]:
    """Our share of every other planning account's wallet that somebody told. One query."""
    rows = TierResult.objects.filter(
        wallet_method="told", wallet__gt=0, revenue__gte=0, currency=currency
    ).exclude(account_id=account_id)
    pairs = rows.order_by("pk").values_list("wallet", "revenue")[:MOST_PEERS]
    return tuple(min(1.0, (revenue or 0) / wallet) for wallet, revenue in pairs if wallet)
