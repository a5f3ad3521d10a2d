"""What of a file's lines the ledger lacks.

Lines without an id of their own are compared whole and counted as often as they stand. A line with
an id is known where the ledger holds it unchanged, and replaces the one that it holds otherwise.

A quantity tells no two lines apart unless they have ids: a file that was loaded before the ledger
took quantities is known, and loading it again doubles no revenue.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from django.conf import settings

from sightline.ledger.duck import keyed_sql, parts_sql, text
from sightline.ledger.tables import MAY_TELL, OUTSIDE_ID, SCHEMAS
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
    """Write the draft's lines that the version lacks to `fresh`, with what they tell."""
    columns = _columns(table)
    held = parts_sql(version, Path(settings.SIGHTLINE_LEDGER), table)
    told = _told(duck, table, draft)
    if told:
        wide = ", ".join((columns, *told))
        beyond = lacking(
            table,
            f"SELECT {wide} FROM read_parquet({text(draft)})",
            f"SELECT {columns} FROM ({held})",
            told=told,
        )
        duck.execute(f"COPY ({beyond}) TO {text(fresh)} {signed(source)}")
        return
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
    folder = Path(settings.SIGHTLINE_LEDGER)
    told = (*_told(duck, table, draft), OUTSIDE_ID)
    wide = ", ".join((_columns(table), *told))
    duck.execute(f"CREATE TEMP VIEW held AS {keyed_sql(version, folder, table, wide)}")
    duck.execute(f"CREATE TEMP VIEW given AS SELECT {wide} FROM read_parquet({text(draft)})")
    duck.execute(
        f"CREATE TEMP TABLE replaced AS SELECT {OUTSIDE_ID} FROM (SELECT {wide} FROM given "
        f"WHERE {OUTSIDE_ID} IN (SELECT {OUTSIDE_ID} FROM held) EXCEPT SELECT {wide} FROM held)"
    )
    fresh_ids = (
        f"SELECT {wide} FROM given WHERE {OUTSIDE_ID} IS NULL OR {OUTSIDE_ID} NOT IN "
        f"(SELECT {OUTSIDE_ID} FROM held WHERE {OUTSIDE_ID} IS NOT NULL)"
    )
    bare = f"SELECT {_columns(table)} FROM held WHERE {OUTSIDE_ID} IS NULL"
    duck.execute(
        f"CREATE TEMP TABLE unknown AS SELECT {wide} FROM given "
        f"WHERE {OUTSIDE_ID} IN (SELECT {OUTSIDE_ID} FROM replaced) UNION ALL "
        f"{lacking(table, fresh_ids, bare, told=told)}"
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


def lacking(table: str, given: str, held: str, *, told: Sequence[str]) -> str:
    """SQL for the given lines beyond as many as are held alike; what is told tells none apart."""
    columns = _columns(table)
    same = " AND ".join(
        f'given."{one}" IS NOT DISTINCT FROM held."{one}"' for one in SCHEMAS[table]
    )
    order = ", ".join(reversed(told))
    return (
        f"SELECT given.* EXCLUDE (nth) FROM (SELECT *, row_number() OVER (PARTITION BY {columns} "
        f"ORDER BY {order}) AS nth FROM ({given})) AS given LEFT JOIN (SELECT {columns}, "
        f"count(*) AS often FROM ({held}) GROUP BY ALL) AS held ON {same} "
        "WHERE nth > coalesce(often, 0)"
    )


def _told(duck: duckdb.DuckDBPyConnection, table: str, draft: Path) -> tuple[str, ...]:
    """What the draft's lines tell beside the table's columns."""
    rows = duck.execute(f"SELECT name FROM parquet_schema({text(draft)})").fetchall()
    held = {name for (name,) in rows}
    return tuple(name for name in MAY_TELL.get(table, {}) if name in held)
