"""Quantities are told where every line tells them; ledgers without them are read as before."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from sightline.ledger import comparing
from sightline.ledger.catalogue import FileCatalogue
from sightline.ledger.load import load_files
from sightline.ledger.load.cells import Format
from sightline.ledger.money import Rate
from sightline.ledger.source import opened
from sightline.ledger.tables import LINES
from sightline.ledger.version import LedgerVersion
from sightline.ledger.windows import Cut

AS_OF = date(2026, 6, 30)
HEAD = "account,product_line,date,amount,currency"


def loaded(folder: Path, *files: str) -> LedgerVersion:
    paths = []
    for number, content in enumerate(files):
        path = folder / f"{number}.csv"
        path.write_text(content)
        paths.append(path)
    place = folder / "ledger"
    done = load_files(
        paths, table=LINES, folder=place, catalogue=FileCatalogue(place), form=Format()
    )
    return done.version


def quantities(folder: Path, version: LedgerVersion) -> dict[str, tuple[int | None, int | None]]:
    with opened(version, folder=folder / "ledger", as_of=AS_OF) as source:
        found = comparing.volumes(source, folder=folder / "ledger")
    return {account: pair for (account, _, _), pair in found.items()}


def test_quantities_add_up_by_window_and_one_line_without_leaves_its_window_untold(
    tmp_path: Path,
) -> None:
    version = loaded(
        tmp_path,
        f"{HEAD},Quantity\n"
        "whole,x,2026-01-05,100.00,EUR,10\n"
        "whole,x,2026-02-05,-20.00,EUR,-2.5\n"
        "whole,x,2025-01-05,90.00,EUR,9\n"
        "free,x,2026-01-05,0.00,EUR,\n"
        "free,x,2026-02-05,5.00,EUR,1\n"
        "part,x,2026-01-05,100.00,EUR,10\n"
        "part,x,2026-02-05,5.00,EUR,some\n"
        "part,x,2025-02-05,5.00,EUR,4\n"
        "later,x,2026-07-01,5.00,EUR,4\n"
        "older,x,2024-06-30,5.00,EUR,4\n",
    )
    assert quantities(tmp_path, version) == {
        "whole": (75_000, 90_000),
        "free": (10_000, None),
        "part": (None, 40_000),
    }


def test_a_ledger_that_tells_none_is_the_same_bytes_as_before_and_has_no_volumes(
    tmp_path: Path,
) -> None:
    bare = loaded(tmp_path, f"{HEAD},remark\na,x,2026-01-05,100.00,EUR,hello\n")
    (part,) = bare.of(LINES)
    import pyarrow.parquet as pq

    names = pq.read_schema(tmp_path / "ledger/parts/lines" / part.name).names
    assert names == ["account", "unit", "product_line", "date", "amount", "currency"]
    assert quantities(tmp_path, bare) == {}


def test_old_and_new_parts_stand_side_by_side_in_either_order(tmp_path: Path) -> None:
    old = f"{HEAD}\nold,x,2026-01-05,100.00,EUR\nboth,x,2025-01-05,7.00,EUR\n"
    new = f"{HEAD},quantity\nnew,x,2026-01-05,50.00,EUR,5\nboth,x,2026-01-05,7.00,EUR,1\n"
    for number, files in enumerate(((old, new), (new, old))):
        folder = tmp_path / str(number)
        folder.mkdir()
        version = loaded(folder, *files)
        assert quantities(folder, version) == {"new": (50_000, None), "both": (10_000, None)}
        with opened(version, folder=folder / "ledger", as_of=AS_OF) as source:
            assert len(source.rows("cells")) == 3


@pytest.mark.parametrize("told", ["quantity,Quantity", "quantity,qty"])
def test_a_file_that_tells_twice_or_in_words_is_taken_without(tmp_path: Path, told: str) -> None:
    version = loaded(tmp_path, f"{HEAD},{told}\na,x,2026-01-05,100.00,EUR,a box,2\n")
    assert quantities(tmp_path, version) == {}


def test_held_rates_are_those_of_the_first_windows_first_month(tmp_path: Path) -> None:
    version = loaded(tmp_path, f"{HEAD}\na,x,2025-01-05,100.00,USD\na,x,2026-01-05,100.00,USD\n")
    rates = [
        Rate(date(year, month, 1), "USD", "EUR", rate)
        for year, rate in ((2024, 0.8), (2025, 0.9), (2026, 1.0))
        for month in range(1, 13)
    ]
    with opened(
        version,
        folder=tmp_path / "ledger",
        as_of=AS_OF,
        reporting_currency="EUR",
        rates=rates,
    ) as source:
        held = comparing.held(source, cut=Cut.on(AS_OF))
    assert held == {("a", "", "x"): (8_000, 8_000)}
    with opened(version, folder=tmp_path / "ledger", as_of=AS_OF) as source:
        assert comparing.held(source, cut=Cut.on(AS_OF)) == {}
