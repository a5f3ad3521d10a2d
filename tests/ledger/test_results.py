"""Measuring anew only what was touched gives what measuring everything gives."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest

from sightline.ledger import results
from sightline.ledger.errors import Cancelled, LedgerError
from sightline.ledger.measures import account_measures, account_totals
from sightline.ledger.results import MeasureJob, Result, measure
from sightline.ledger.source import Source
from sightline.ledger.version import LedgerVersion
from tests.ledger.made import ledger, line

AS_OF = date(2026, 6, 30)


def rows(seed: int, accounts: int, count: int) -> list[Any]:
    draw = random.Random(seed)
    return [
        line(
            f"a{draw.randrange(accounts)}",
            f"line {draw.randrange(6)}",
            str(AS_OF - timedelta(days=draw.randrange(-30, 900))),
            draw.randrange(-2000, 20000),
            unit=draw.choice(["", "north", "south"]),
        )
        for _ in range(count)
    ]


def as_rows(result: Result) -> tuple[list[Any], list[Any]]:
    files = ", ".join(f"'{path}'" for path in result.cells())
    cells = (
        duckdb.connect().execute(f"SELECT * FROM read_parquet([{files}]) ORDER BY ALL").fetchall()
    )
    return cells, result.read_totals().to_pylist()


def job(folder: Path, version: LedgerVersion) -> MeasureJob:
    return MeasureJob(version, folder, AS_OF)


@pytest.fixture
def small_buckets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(results, "_LINES_PER_BUCKET", 300)


def test_buckets_give_what_one_go_gives(tmp_path: Path, small_buckets: None) -> None:
    version = ledger(tmp_path, lines=rows(1, 80, 1500))
    result = measure(job(tmp_path, version))
    assert result.buckets == 5
    cells, totals = as_rows(result)
    settings: Any = {"folder": tmp_path, "as_of": AS_OF, "rates": None, "reporting_currency": None}
    whole = account_measures(version, **settings).to_pylist()
    assert [tuple(row.values()) for row in whole] == cells
    assert account_totals(version, **settings).to_pylist() == totals


@pytest.mark.parametrize("seed", range(4))
def test_touched_accounts_alone_equal_a_full_pass(
    tmp_path: Path, small_buckets: None, seed: int
) -> None:
    first = ledger(tmp_path, source="first", lines=rows(seed, 60, 1200))
    before = measure(job(tmp_path, first))
    second = ledger(tmp_path, source="second", lines=rows(seed + 100, 8, 40))
    quick = measure(job(tmp_path, second), previous=before, previous_version=first)
    assert quick.recomputed is not None
    assert 0 < quick.recomputed <= 8
    answer = as_rows(quick)
    results.forget(tmp_path, keep=[before])
    full = measure(job(tmp_path, second))
    assert full.recomputed is None
    assert as_rows(full)[1] == answer[1]
    assert sorted(as_rows(full)[0]) == sorted(answer[0])


def test_taking_an_import_back_is_measured_by_its_accounts(tmp_path: Path) -> None:
    first = ledger(tmp_path, source="first", lines=rows(1, 30, 400))
    start = measure(job(tmp_path, first))
    second = ledger(tmp_path, source="second", lines=rows(2, 5, 50))
    grown = measure(job(tmp_path, second))
    from sightline.ledger.catalogue import FileCatalogue

    third = FileCatalogue(tmp_path).commit(second.without("second"), expected_version=2)
    back = measure(job(tmp_path, third), previous=grown, previous_version=second)
    assert back.recomputed == 5
    assert as_rows(back) == as_rows(start)


def test_a_changed_revenue_kind_measures_everything(tmp_path: Path) -> None:
    first = ledger(tmp_path, source="first", lines=rows(1, 30, 400))
    before = measure(job(tmp_path, first))
    second = ledger(tmp_path, source="kinds", kinds=[("line 1", "one_off")])
    after = measure(job(tmp_path, second), previous=before, previous_version=first)
    assert after.recomputed is None


def test_a_cancelled_run_is_taken_up_where_it_stopped(
    tmp_path: Path, small_buckets: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    version = ledger(tmp_path, lines=rows(1, 80, 1500))
    done: list[int] = []
    with pytest.raises(Cancelled, match="3 of 5"):
        measure(
            job(tmp_path, version),
            progress=lambda n, _: done.append(n),
            should_stop=lambda: len(done) == 3,
        )
    assert results._finished(next((tmp_path / "results").iterdir())) is None
    made: list[str] = []
    write = results._write

    def noted(source: Source, query: str, path: Path) -> None:
        made.append(path.name)
        write(source, query, path)

    monkeypatch.setattr(results, "_write", noted)
    result = measure(job(tmp_path, version))
    assert sorted(made) == [
        "cells-0003.parquet",
        "cells-0004.parquet",
        "rhythm-0003.parquet",
        "rhythm-0004.parquet",
        "totals.parquet",
    ]
    monkeypatch.undo()
    other = tmp_path / "other"
    fresh = measure(job(other, ledger(other, lines=rows(1, 80, 1500))))
    assert as_rows(fresh)[1] == as_rows(result)[1]


def test_a_finished_result_is_returned_without_work(tmp_path: Path) -> None:
    version = ledger(tmp_path, lines=rows(1, 20, 100))
    first = measure(job(tmp_path, version))
    told: list[int] = []
    assert measure(job(tmp_path, version), progress=lambda n, _: told.append(n)) == first
    assert told == []


def test_another_day_is_another_result(tmp_path: Path) -> None:
    version = ledger(tmp_path, lines=rows(1, 20, 100))
    one = measure(job(tmp_path, version))
    two = measure(replace(job(tmp_path, version), as_of=date(2026, 5, 31)))
    assert one.folder != two.folder


def test_a_previous_result_of_another_version_is_refused(tmp_path: Path) -> None:
    first = ledger(tmp_path, lines=rows(1, 20, 100))
    before = measure(job(tmp_path, first))
    second = ledger(tmp_path, source="b", lines=rows(2, 20, 100))
    with pytest.raises(LedgerError, match="another version"):
        measure(job(tmp_path, second), previous=before, previous_version=second)
