"""The whitespace grid as a spreadsheet: one row a cell, with what is known and what it comes to."""

from __future__ import annotations

from decimal import Decimal
from typing import IO

from sightline.exchange.tables.formulas import SafeWriter
from sightline.planning.money import Money
from sightline.planning.whitespace import CellScore
from sightline.records.queries.whitespace import ScoredGrid

HEADER = (
    "unit key",
    "unit",
    "line key",
    "line",
    "state",
    "why",
    "competitor",
    "contract end",
    "need",
    "evidence",
    "likely a year",
    "low",
    "high",
    "currency",
    "access",
    "budget",
    "rank a year",
    "standing",
)


def write_grid(file: IO[str], grid: ScoredGrid, *, with_people: bool) -> int:
    """Writes every cell; answers how many. What is not known is empty, never 0.

    `with_people` False leaves access and budget out, which rest on opinions.
    """
    units = {unit.key: unit.name for unit in grid.units}
    lines = {line.key: line.name for line in grid.lines}
    writer = SafeWriter(file, HEADER)
    for (unit, line), score in grid.scores.items():
        writer.row(
            (
                unit,
                units[unit],
                line,
                lines[line],
                *_facts(score),
                grid.currency,
                score.access.level if with_people else "",
                score.budget.level if with_people else "",
                _amount(score.rank) if with_people else "",
                score.standing.value,
            )
        )
    return len(grid.scores)


def _facts(score: CellScore) -> tuple[object, ...]:
    holder, need, value = score.cell.holder, score.cell.need, score.value
    ends = holder.contract_end if holder is not None else None
    return (
        score.state.state.value,
        score.state.reason.text,
        (holder.competitor or "") if holder is not None else "",
        ends.isoformat() if ends is not None else "",
        need.level if need is not None else "",
        need.evidence if need is not None else "",
        _amount(value.likely if value else None),
        _amount(value.low if value else None),
        _amount(value.high if value else None),
    )


def _amount(money: Money | None) -> Decimal | str:
    return money.amount if money is not None else ""
