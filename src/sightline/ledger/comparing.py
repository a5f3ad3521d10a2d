"""What comparing two windows of a cell asks beside its revenue: held rates, and quantities.

Definitions: docs/method/metrics.md. Both are null-safe additions: a ledger in one currency that
tells no quantities costs nothing more.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from sightline.ledger import duck
from sightline.ledger.money import hold_rates

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sightline.ledger.source import Source
    from sightline.ledger.windows import Cut

Cell = tuple[str, str, str]


def volumes(source: Source, *, folder: Path) -> dict[Cell, tuple[int | None, int | None]]:
    """By account, unit and line: the last twelve months' quantity and that of the twelve before.

    In ten-thousandths; None where it is not told whole. Empty where no line tells any.
    """
    connection = source.connection
    if not duck.tells_quantity(connection, source.version, folder=folder):
        return {}
    duck.open_quantities(connection, source.version, folder=folder)
    return _pairs(connection.execute(source.sql("volumes")).fetchall())


def held(source: Source, *, cut: Cut) -> dict[Cell, tuple[int | None, int | None]]:
    """By account, unit and line: both windows' revenue at the rates of the first one's first month.

    Empty where no amount is converted. From here on the source's amounts are at those rates.
    """
    if not hold_rates(source.connection, cut.prior_first):
        return {}
    query = f"SELECT account, unit, product_line, r12, r12_prior FROM ({source.sql('cells')})"
    return _pairs(source.connection.execute(query).fetchall())


def _pairs(rows: Iterable[tuple[Any, ...]]) -> dict[Cell, tuple[int | None, int | None]]:
    return {(account, unit, line): (now, before) for account, unit, line, now, before in rows}
