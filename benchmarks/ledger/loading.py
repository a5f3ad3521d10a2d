"""Loading revenue lines with every check, beside DuckDB reading the same CSV unchecked.

python -m benchmarks.ledger.loading --lines 2000000
"""

from __future__ import annotations

import argparse
import tempfile
import time
from pathlib import Path

import duckdb

from benchmarks.ledger.generate import select
from sightline.ledger.catalogue import FileCatalogue
from sightline.ledger.load import load_files
from sightline.ledger.load.cells import Format


def main() -> None:
    """Print rows per second of both, and their ratio."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lines", type=int, default=2_000_000)
    parser.add_argument("--repeat", type=int, default=3)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        path = folder / "lines.csv"
        duckdb.connect().execute(
            "COPY (SELECT * REPLACE (amount / 100 AS amount) FROM "
            f"({select(0, asked.lines)})) TO '{path}' (HEADER)"
        )
        best = {"load": float("inf"), "table": float("inf"), "parquet": float("inf")}
        for turn in range(asked.repeat):
            started = time.monotonic()
            place = folder / f"ledger-{turn}"
            load_files(
                [path],
                table="lines",
                folder=place,
                catalogue=FileCatalogue(place),
                form=Format(),
            )
            best["load"] = min(best["load"], time.monotonic() - started)
            for kind, query in (
                ("table", f"CREATE TABLE raw AS FROM read_csv('{path}')"),
                ("parquet", f"COPY (FROM read_csv('{path}')) TO '{folder}/raw.parquet'"),
            ):
                connection = duckdb.connect()
                started = time.monotonic()
                connection.execute(query)
                best[kind] = min(best[kind], time.monotonic() - started)
    rates = {kind: asked.lines / seconds for kind, seconds in best.items()}
    for kind, rate in rates.items():
        print(f"{kind:8} {rate:12,.0f} rows/s")
    print(f"load against table {rates['load'] / rates['table']:.2f}, ", end="")
    print(f"against parquet {rates['load'] / rates['parquet']:.2f}")


if __name__ == "__main__":
    main()
