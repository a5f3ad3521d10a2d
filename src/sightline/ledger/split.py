"""Lines in buckets of accounts, so that memory does not grow with lines and a run can stop between.

A few buckets each read every line and keep their own: DuckDB reads only the accounts of the others.
Many would make that n² work, so there the lines are first split in one pass, into `split/` of the
result's folder; it goes when the result is whole, and is taken up by a later run.
"""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from sightline.ledger.duck import text
from sightline.ledger.tables import LINES

if TYPE_CHECKING:
    import duckdb

    from sightline.ledger.source import Source

LINES_PER_BUCKET = 25_000_000
# A split costs about as much as reading the lines so many times for one bucket's part of them.
MOST_READINGS = 8
PER_ACCOUNT = ("cells", "rhythm")
_COLUMNS = ("account", "unit", "product_line", "date", "amount")
_WHOLE = "whole"


@dataclass(frozen=True, slots=True)
class Buckets:
    """`number` buckets of a result in `place`; `only_touched` leaves out all accounts but those
    of the table `touched`."""

    place: Path
    number: int
    only_touched: bool

    def flows(self, connection: duckdb.DuckDBPyConnection, bucket: int) -> str:
        """SQL for one bucket's flows, read from `all_flows`, or from the split of many buckets."""
        columns = ", ".join(_COLUMNS)
        if self.number <= MOST_READINGS:
            mine = f"{self._bucket} = {bucket}" if self.number > 1 else "TRUE"
            return f"SELECT {columns} FROM all_flows WHERE {mine}{self._and_touched}"
        if not (self._folder / _WHOLE).is_file():
            self._split(connection)
        folder = self._folder / f"bucket={bucket}"
        if not folder.is_dir():
            return f"SELECT {columns} FROM all_flows WHERE FALSE"
        return (
            f"SELECT {columns} FROM read_parquet({text(folder / '*.parquet')}, "
            "hive_partitioning = false)"
        )

    def forget(self) -> None:
        """Remove the split."""
        shutil.rmtree(self._folder, ignore_errors=True)

    def _split(self, connection: duckdb.DuckDBPyConnection) -> None:
        self.forget()
        self._folder.mkdir(parents=True)
        query = f"SELECT *, {self._bucket} AS bucket FROM all_flows WHERE TRUE{self._and_touched}"
        connection.execute(
            f"COPY ({query}) TO {text(self._folder)} (FORMAT parquet, COMPRESSION lz4_raw, "
            "PARTITION_BY (bucket), OVERWRITE_OR_IGNORE)"
        )
        (self._folder / _WHOLE).touch()

    @property
    def _folder(self) -> Path:
        return self.place / "split"

    @property
    def _bucket(self) -> str:
        return f"hash(account) % {self.number}"

    @property
    def _and_touched(self) -> str:
        return " AND account IN (SELECT account FROM touched)" if self.only_touched else ""


def make_by_account(source: Source, *, per_bucket: int = LINES_PER_BUCKET) -> None:
    """`cells` and `rhythm` of a source, computed with no more than a bucket's lines in memory.

    Tables where one bucket is enough; else views over files beside the engine's own spilled ones,
    which go with the session.
    """
    number = -(-source.version.rows(LINES) // per_bucket)
    connection = source.connection
    if number <= 1:
        for name in PER_ACCOUNT:
            source.make(name)
        return
    (spill,) = connection.execute("SELECT current_setting('temp_directory')").fetchone() or ("",)
    place = Path(spill) / "buckets"
    place.mkdir(parents=True)
    connection.execute("SET preserve_insertion_order = false")
    connection.execute("CREATE OR REPLACE TEMP VIEW all_flows AS SELECT * FROM memory.main.flows")
    some = Buckets(place, number, only_touched=False)
    for bucket in range(number):
        source.progress(f"adding lines up, part {bucket + 1} of {number}")
        flows = some.flows(connection, bucket)
        connection.execute(f"CREATE OR REPLACE TEMP VIEW flows AS {flows}")
        for name in PER_ACCOUNT:
            path = text(place / f"{name}-{bucket:04d}.parquet")
            connection.execute(
                f"COPY ({source.sql(name)}) TO {path} (FORMAT parquet, COMPRESSION lz4_raw)"
            )
    some.forget()
    connection.execute("DROP VIEW temp.main.flows")
    for name in PER_ACCOUNT:
        files = text(place / f"{name}-*.parquet")
        connection.execute(
            f"CREATE OR REPLACE TEMP VIEW {name} AS SELECT * FROM read_parquet({files})"
        )
