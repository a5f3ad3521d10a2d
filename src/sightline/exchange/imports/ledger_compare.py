"""What of a file's lines the ledger lacks.

Lines without an id of their own are compared whole and counted as often as they stand. A line with
an id is known where the ledger holds it unchanged, and replaces the one that it holds otherwise.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from django.conf import settings

from sightline.ledger.duck import keyed_sql, parts_sql, text
from sightline.ledger.tables import OUTSIDE_ID, SCHEMAS
from sightline.ledger.version import LedgerVersion

if TYPE_CHECKING:
    import duckdb


def signed(source: str) -> str:
    """How a part is written: its import is in its bytes, so that no two imports share a part."""
    return f"(FORMAT parquet, COMPRESSION lz4, KV_METADATA {{source: {text(source)}}})"


def write_unknown(
    duck: duckdb.DuckDBPyConnection,
    table: str,
    draft: Path,
    version: LedgerVersion,
    *,
    fresh: Path,
    source: str,
) -> None:
    """Write the draft's lines that the version lacks to `fresh`."""
    columns = _columns(table)
    held = parts_sql(version, Path(settings.SIGHTLINE_LEDGER), table)
    duck.execute(
        f"COPY (SELECT {columns} FROM read_parquet({text(draft)}) EXCEPT ALL "
        f"SELECT {columns} FROM ({held})) TO {text(fresh)} {signed(source)}"
    )


def write_keyed(
    duck: duckdb.DuckDBPyConnection,
    table: str,
    draft: Path,
    version: LedgerVersion,
    *,
    fresh: Path,
    gone: Path,
    source: str,
) -> int:
    """Write new and corrected lines to `fresh` and the ids of corrected ones to `gone`.

    Answers how many are corrected. A line with an id that stands here without one, loaded before
    its file had ids, is known; it keeps standing without.
    """
    folder, columns = Path(settings.SIGHTLINE_LEDGER), _columns(table)
    wide = f'{columns}, "{OUTSIDE_ID}"'
    duck.execute(f"CREATE TEMP VIEW held AS {keyed_sql(version, folder, table, wide)}")
    duck.execute(f"CREATE TEMP VIEW given AS SELECT {wide} FROM read_parquet({text(draft)})")
    duck.execute(
        f"CREATE TEMP TABLE replaced AS SELECT {OUTSIDE_ID} FROM (SELECT {wide} FROM given "
        f"WHERE {OUTSIDE_ID} IN (SELECT {OUTSIDE_ID} FROM held) EXCEPT SELECT {wide} FROM held)"
    )
    same = " AND ".join(
        f'given."{one}" IS NOT DISTINCT FROM bare."{one}"' for one in SCHEMAS[table]
    )
    duck.execute(
        f"CREATE TEMP TABLE unknown AS SELECT {wide} FROM given "
        f"WHERE {OUTSIDE_ID} IN (SELECT {OUTSIDE_ID} FROM replaced) UNION ALL "
        f"SELECT given.* EXCLUDE (nth) FROM (SELECT {wide}, row_number() OVER (PARTITION BY "
        f"{columns} ORDER BY {OUTSIDE_ID}) AS nth FROM given WHERE {OUTSIDE_ID} IS NULL "
        f"OR {OUTSIDE_ID} NOT IN (SELECT {OUTSIDE_ID} FROM held WHERE {OUTSIDE_ID} IS NOT NULL)"
        f") AS given LEFT JOIN (SELECT {columns}, count(*) AS often FROM held "
        f"WHERE {OUTSIDE_ID} IS NULL GROUP BY ALL) AS bare ON {same} "
        "WHERE nth > coalesce(often, 0)"
    )
    duck.execute(f"COPY (SELECT {wide} FROM unknown) TO {text(fresh)} {signed(source)}")
    duck.execute(
        f"COPY (SELECT {OUTSIDE_ID}, {text(source)} AS source FROM replaced) "
        f"TO {text(gone)} {signed(source)}"
    )
    row = duck.execute("SELECT count(*) FROM replaced").fetchone()
    return int(row[0]) if row else 0


def _columns(table: str) -> str:
    return ", ".join(f'"{name}"' for name in SCHEMAS[table])
