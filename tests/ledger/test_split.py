"""Buckets of accounts: the same cells and rhythm as in one go, split on disk or not."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sightline.ledger.source import opened
from sightline.ledger.split import make_by_account
from tests.ledger.made import ledger, line

AS_OF = date(2026, 6, 30)
LINES = st.lists(
    st.tuples(st.integers(0, 8), st.integers(0, 2), st.integers(-30, 900), st.integers(-500, 5000)),
    min_size=1,
    max_size=60,
)


def made(folder: Path, version: Any, per_bucket: int) -> tuple[list[Any], list[Any], int]:
    with opened(version, folder=folder, as_of=AS_OF) as source:
        make_by_account(source, per_bucket=per_bucket)
        cells, rhythm = (
            source.connection.execute(f"SELECT * FROM {name} ORDER BY ALL").fetchall()
            for name in ("cells", "rhythm")
        )
        row = source.connection.execute("SELECT count(*) FROM flows").fetchone()
        return cells, rhythm, row[0] if row else 0


@settings(max_examples=6, deadline=None)
@given(LINES, st.integers(1, 25))
def test_any_number_of_buckets_gives_what_one_gives(
    tmp_path_factory: pytest.TempPathFactory, drawn: list[tuple[int, ...]], per_bucket: int
) -> None:
    folder = tmp_path_factory.mktemp("ledger")
    rows = [
        line(f"a{a}", f"line {p}", str(AS_OF - timedelta(days=age)), amount)
        for a, p, age, amount in drawn
    ]
    version = ledger(folder, lines=rows)
    assert made(folder, version, per_bucket) == made(folder, version, 10_000)


def test_the_split_is_gone_when_the_result_is_whole(tmp_path: Path) -> None:
    from sightline.ledger import results, split
    from sightline.ledger.results import MeasureJob, measure

    version = ledger(
        tmp_path, lines=[line(f"a{n}", "Pumps", "2026-01-0" + str(1 + n % 9), 5) for n in range(40)]
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(results, "_LINES_PER_BUCKET", 10)
        patch.setattr(split, "MOST_READINGS", 2)
        result = measure(MeasureJob(version, tmp_path, AS_OF))
    assert result.buckets == 4
    assert not (result.folder / "split").exists()
    assert result.read_totals().num_rows == 40
