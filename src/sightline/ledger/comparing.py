"""What comparing two windows of a cell asks beside its revenue: held rates, and quantities.

Definitions: docs/method/metrics.md. Both are null-safe additions: a ledger in one currency that
tells no quantities costs nothing more.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from sightline.ledger import duck
from sightline.ledger.money import hold_rates

if TYPE_CHECKING:
    from sightline.ledger.source import Source
    from sightline.ledger.windows import Cut

Cell = tuple[str, str, str]
TOLD, STEADY = "told_quantities", "at_held_rates"


def make_volumes(source: Source, *, folder: Path) -> bool:
    """Make the table `TOLD`: by account, unit and line the quantity of the last twelve months and
    that of the twelve before, in ten-thousandths, null where it is not told whole.

    False, and no table, where no line tells any.
    """
    connection = source.connection
    if not duck.tells_quantity(connection, source.version, folder=folder):
        return False
    duck.open_quantities(connection, source.version, folder=folder)
    source.make("volumes", table=TOLD)
    return True


def make_held(source: Source, *, cut: Cut) -> bool:
    """Make the table `STEADY`: by account, unit and line both windows' revenue at the rates of the
    first one's first month. From here on the source's amounts are at those rates.

    False, and no table, where no amount is converted.
    """
    if not hold_rates(source.connection, cut.prior_first):
        return False
    source.make("cells", table="held_cells")
    source.connection.execute(
        f"CREATE OR REPLACE TEMP TABLE {STEADY} AS SELECT account, unit, product_line, r12, "
        "r12_prior FROM held_cells"
    )
    return True


def volumes(source: Source, *, folder: Path) -> dict[Cell, tuple[int | None, int | None]]:
    """What `make_volumes` makes, by account, unit and line."""
    return _pairs(source, TOLD) if make_volumes(source, folder=folder) else {}


def held(source: Source, *, cut: Cut) -> dict[Cell, tuple[int | None, int | None]]:
    """What `make_held` makes, by account, unit and line."""
    return _pairs(source, STEADY) if make_held(source, cut=cut) else {}


def _pairs(source: Source, table: str) -> dict[Cell, tuple[int | None, int | None]]:
    rows = source.connection.execute(f"SELECT * FROM {table}").fetchall()
    return {(account, unit, line): (now, before) for account, unit, line, now, before in rows}
