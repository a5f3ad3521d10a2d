"""Generated revenue lines at any size: accounts with paces, units, skewed lines and stops.

Deterministic; about 74 lines an account over four years.
"""

from __future__ import annotations

from pathlib import Path

import duckdb

from sightline.ledger.catalogue import FileCatalogue
from sightline.ledger.duck import session, text
from sightline.ledger.parts import adopt_part, draft_path
from sightline.ledger.version import LedgerVersion, Part

LINES_PER_ACCOUNT = 74
_LINES_PER_PART = 10_000_000


def select(first: int, last: int) -> str:
    """SQL for the lines numbered `first` to `last` − 1."""
    return f"""
    SELECT 'A' || lpad((i // {LINES_PER_ACCOUNT})::VARCHAR, 8, '0') AS account,
      'U' || (hash(i * 5) % (1 + hash(i // {LINES_PER_ACCOUNT}) % 3))::VARCHAR AS unit,
      'line ' || least(hash(i * 7) % 14, hash(i * 11) % 14, 2 + hash(i // {LINES_PER_ACCOUNT}) % 9
        )::VARCHAR AS product_line,
      (DATE '2022-07-01' + ((hash(i * 3) % 1460) * (1 + hash(i // {LINES_PER_ACCOUNT} * 13) % 10)
        // 10)::INT)::DATE AS date,
      (100 + hash(i * 17) % (1000 * (1 + hash(i // {LINES_PER_ACCOUNT} * 19) % 500))
        - 40 * (hash(i * 23) % 40 = 0)::INT * 100)::BIGINT AS amount,
      'EUR' AS currency
    FROM range({first}, {last}) AS t(i)
    """


def make_ledger(folder: Path, *, lines: int) -> LedgerVersion:
    """A ledger of so many lines, made once and found again."""
    catalogue = FileCatalogue(folder)
    if catalogue.current().rows("lines") == lines:
        return catalogue.current()
    parts = []
    with session(memory="3GiB") as connection:
        for first in range(0, lines, _LINES_PER_PART):
            last = min(lines, first + _LINES_PER_PART)
            draft = draft_path(folder, "lines")
            connection.execute(
                f"COPY ({select(first, last)}) TO {text(draft)} "
                "(FORMAT parquet, COMPRESSION lz4_raw)"
            )
            row = connection.execute(
                f"SELECT min(date), max(date) FROM read_parquet({text(draft)})"
            ).fetchone()
            assert row is not None
            parts.append(
                adopt_part(
                    folder,
                    "lines",
                    draft,
                    source="generated",
                    rows=last - first,
                    days=(row[0], row[1]),
                )
            )
        parts.append(_kinds(connection, folder))
    now = catalogue.current()
    return catalogue.commit(parts, expected_version=now.number)


def _kinds(connection: duckdb.DuckDBPyConnection, folder: Path) -> Part:
    """Two lines are billed by contract, one is sold once."""
    draft = draft_path(folder, "kinds")
    connection.execute(
        "COPY (SELECT * FROM (VALUES ('line 3', 'recurring'), ('line 6', 'recurring'), "
        f"('line 9', 'one_off')) AS t(product_line, kind)) TO {text(draft)} (FORMAT parquet)"
    )
    return adopt_part(folder, "kinds", draft, source="generated", rows=3, days=(None, None))
