"""The reader that a process keeps: it sees one folder, and no connection sees another's views."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from sightline.ledger import duck


def test_each_connection_begins_with_nothing(tmp_path: Path) -> None:
    with duck.reading(tmp_path) as one, duck.reading(tmp_path) as other:
        one.execute("CREATE TEMP VIEW lines AS SELECT 1 AS n")
        other.execute("CREATE TEMP VIEW lines AS SELECT 2 AS n")
        found = [kept.execute("SELECT n FROM lines").fetchall() for kept in (one, other)]
    assert found == [[(1,)], [(2,)]]
    with duck.reading(tmp_path) as after, pytest.raises(duckdb.CatalogException):
        after.execute("SELECT n FROM lines")


def test_it_reads_its_own_folder_alone(tmp_path: Path) -> None:
    for name in ("here", "there"):
        folder = tmp_path / name
        folder.mkdir()
        with duck.session() as writing:
            writing.execute(f"COPY (SELECT '{name}' AS n) TO '{folder}/part.parquet'")
    for name, other in (("here", "there"), ("there", "here")):
        with duck.reading(tmp_path / name) as reading:
            asked = f"SELECT n FROM read_parquet('{tmp_path}/%s/part.parquet')"
            assert reading.execute(asked % name).fetchall() == [(name,)]
            with pytest.raises(duckdb.PermissionException):
                reading.execute(asked % other)


def test_nobody_changes_how_it_is_set(tmp_path: Path) -> None:
    with duck.reading(tmp_path) as reading:
        zone = reading.execute("SELECT current_setting('TimeZone')").fetchall()
        with pytest.raises(duckdb.InvalidInputException):
            reading.execute("SET memory_limit = '4GiB'")
    assert zone == [("UTC",)]
