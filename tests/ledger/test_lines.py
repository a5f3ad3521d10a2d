"""The lines behind a figure add up to it, page by page, and nothing else can be read."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import duckdb
import pytest

from sightline.ledger import duck
from sightline.ledger.errors import LedgerError
from sightline.ledger.lines import Line, LineFilter, Total, page
from sightline.planning.periods import Window
from tests.ledger.made import ledger, line

LINES = [
    line("a", "x", "2026-01-01", 100, unit="north", code="EUR"),
    line("a", "x", "2026-02-01", -30, unit="north", code="EUR"),
    line("a", "y", "2026-02-01", 70, unit="south", code="EUR"),
    line("a", "y", "2026-03-01", 500, code="USD"),
    line("b", "x", "2026-02-01", 9, unit="north", code="EUR"),
]


def test_totals_count_all_lines_and_the_page_only_its_own(tmp_path: Path) -> None:
    found = page(ledger(tmp_path, lines=LINES), folder=tmp_path, where=LineFilter("a"), limit=2)
    assert found.totals == (Total("EUR", 140, 3), Total("USD", 500, 1))
    assert [each.amount for each in found.lines] == [500, -30]
    assert found.rows == 4


def test_pages_follow_each_other_without_loss(tmp_path: Path) -> None:
    version = ledger(tmp_path, lines=LINES)
    seen: list[Line] = []
    for offset in range(4):
        one = page(version, folder=tmp_path, where=LineFilter("a"), offset=offset, limit=1)
        seen += one.lines
    assert tuple(seen) == page(version, folder=tmp_path, where=LineFilter("a")).lines


def test_unit_line_and_window_narrow_the_lines(tmp_path: Path) -> None:
    version = ledger(tmp_path, lines=LINES)
    window = Window(date(2026, 2, 1), date(2026, 3, 1))

    def amounts(where: LineFilter) -> list[int]:
        return [each.amount for each in page(version, folder=tmp_path, where=where).lines]

    assert amounts(LineFilter("a", unit="north", window=window)) == [-30]
    assert amounts(LineFilter("a", unit="")) == [500]
    assert amounts(LineFilter("a", product_line="y", window=window)) == [500, 70]
    assert amounts(LineFilter("' OR 1=1 --")) == []


@pytest.mark.parametrize(("offset", "limit"), [(-1, 5), (0, 0), (0, 1001)])
def test_an_unreasonable_page_is_refused(tmp_path: Path, offset: int, limit: int) -> None:
    version = ledger(tmp_path, lines=LINES)
    with pytest.raises(LedgerError):
        page(version, folder=tmp_path, where=LineFilter("a"), offset=offset, limit=limit)


def test_a_locked_session_reads_no_other_file(tmp_path: Path) -> None:
    secret = tmp_path / "secret.csv"
    secret.write_text("a\n1\n")
    place = tmp_path / "ledger"
    version = ledger(place, lines=LINES)
    with duck.session() as connection:
        duck.open_version(connection, version, folder=place)
        duck.lock(connection, folder=place)
        assert connection.execute("SELECT count(*) FROM lines").fetchone() == (5,)
        with pytest.raises(duckdb.PermissionException):
            connection.execute(f"SELECT * FROM read_csv('{secret}')")
        with pytest.raises(duckdb.Error):
            connection.execute("SET enable_external_access = true")
