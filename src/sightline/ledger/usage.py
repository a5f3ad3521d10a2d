"""Usage by month behind a figure, for the web process: compiled SQL only, bounded memory, no Ibis."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

from sightline.ledger import duck
from sightline.ledger.tables import USAGE
from sightline.ledger.version import LedgerVersion


def months(
    version: LedgerVersion, *, folder: Path, accounts: Sequence[str], since: date, until: date
) -> tuple[tuple[date, float], ...]:
    """(first of month, quantity) of some accounts, all units and lines, oldest first.

    Days from `since` to `until`, both included; a month without a line is left out, not zero.
    DamagedPart when a part is gone.
    """
    if not version.of(USAGE) or not accounts:
        return ()
    with duck.reading(folder) as connection:
        connection.execute(f"CREATE TEMP VIEW {USAGE} AS {duck.parts_sql(version, folder, USAGE)}")
        rows = connection.execute(
            f"SELECT date_trunc('month', date)::DATE AS month, sum(quantity) FROM {USAGE} "
            "WHERE list_contains($accounts, account) AND date BETWEEN $since AND $until "
            "AND quantity IS NOT NULL GROUP BY ALL ORDER BY month",
            {"accounts": list(accounts), "since": since, "until": until},
        ).fetchall()
    return tuple((month, float(quantity)) for month, quantity in rows)
