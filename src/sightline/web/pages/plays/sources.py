"""What a new play stands on: cells, a renewal, or what somebody still has to choose."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import Http404
from django.utils.translation import gettext as _

from sightline.planning.money import Money
from sightline.planning.whitespace import CellScore, Order
from sightline.records.queries.account_renewals import ContractRow, contract_of, contracts_of
from sightline.web.gate import Request
from sightline.web.pages.whitespace.place import Work
from sightline.web.pages.whitespace.present import line_names, ordered_cells, unit_names

MOST_CELLS = 40
MOST_OFFERED = 12


@dataclass(frozen=True, slots=True)
class Source:
    """What a play is made from: cells, or the renewal of one contract."""

    scores: tuple[CellScore, ...]
    renewal: ContractRow | None


@dataclass(frozen=True, slots=True)
class OfferedCell:
    """One cell to choose."""

    key: str
    line: str
    unit: str
    value: Money | None
    why: str


@dataclass(frozen=True, slots=True)
class OfferedRenewal:
    """One contract to choose."""

    id: int
    name: str
    ends: date
    value: Money | None


def source_of(request: Request, work: Work) -> Source | None:
    """What the address or the form names; None where it names nothing. 404 for what is not here."""
    given = request.POST if request.method == "POST" else request.GET
    wanted = given.get("renewal", "")
    renewal = None
    if wanted:
        found = contract_of(work.shell.scope, int(wanted)) if wanted.isdecimal() else None
        if found is None or found.ends_on is None:
            raise Http404(_("There is no such renewal."))
        renewal = found
    keys = dict.fromkeys(given.getlist("cell")[:MOST_CELLS])
    scores = tuple(_score(work, key) for key in keys)
    return Source(scores, renewal) if scores or renewal is not None else None


def _score(work: Work, key: str) -> CellScore:
    unit, _dash, line = key.rpartition("-")
    return work.score(unit, line)


def offered_cells(work: Work) -> tuple[OfferedCell, ...]:
    """The best cells that no play is about yet, by rank."""
    grid = work.grid
    open_ = [one for one in grid.scores.values() if one.state.whitespace and not one.cell.in_plays]
    units, lines = unit_names(work), line_names(work)
    return tuple(
        OfferedCell(
            f"{score.cell.unit}-{score.cell.line}",
            lines[score.cell.line],
            units[score.cell.unit],
            score.likely,
            score.state.reason.text,
        )
        for score in ordered_cells(work, open_, by=Order.RANK)[:MOST_OFFERED]
    )


def offered_renewals(work: Work) -> tuple[OfferedRenewal, ...]:
    """Running contracts with an end, the first to end first."""
    rows = contracts_of(work.shell.scope, on=work.shell.today)
    ending = [row for row in rows if row.ends_on is not None][:MOST_OFFERED]
    return tuple(
        OfferedRenewal(row.id, row.name or _("Contract"), row.ends_on, worth(row))
        for row in ending
        if row.ends_on is not None
    )


def worth(row: ContractRow) -> Money | None:
    """What a contract brings a year."""
    return Money(row.value, row.currency) if row.value is not None else None


def from_renewal(row: ContractRow, *, currency: str) -> Mapping[str, Any]:
    """What a play for a renewal starts with."""
    money = worth(row)
    known = money is not None and money.currency == currency
    return {
        "name": _("Renew %s") % (row.name or _("the contract")),
        "value": f"{money.amount:,.0f}" if money is not None and known else "",
        "target_close": row.ends_on.isoformat() if row.ends_on else "",
        "people": [str(row.strategy.decider_id)] if row.strategy.decider_id else [],
        "owner": str(row.strategy.owner_id) if row.strategy.owner_id else "",
        "first_action": _("Agree the renewal goal with who decides"),
    }
