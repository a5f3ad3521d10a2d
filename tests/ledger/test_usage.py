"""Usage by month adds up over units and lines, for the accounts asked for and no other."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from sightline.ledger import usage
from sightline.ledger.errors import DamagedPart
from sightline.ledger.version import LedgerVersion
from tests.ledger.made import ledger

ROWS = [
    ("a", "north", "x", date(2026, 1, 5), 10.0),
    ("a", "south", "y", date(2026, 1, 31), 2.5),
    ("a", "north", "x", date(2026, 3, 1), 7.0),
    ("a", "north", "x", date(2026, 3, 2), None),
    ("b", "", "x", date(2026, 1, 9), 100.0),
]


def months(folder: Path, *accounts: str) -> tuple[tuple[date, float], ...]:
    version = ledger(folder, usage=ROWS)
    return usage.months(
        version, folder=folder, accounts=accounts, since=date(2026, 1, 1), until=date(2026, 3, 31)
    )


def test_months_without_a_line_are_left_out_and_never_zero(tmp_path: Path) -> None:
    assert months(tmp_path, "a") == ((date(2026, 1, 1), 12.5), (date(2026, 3, 1), 7.0))


def test_several_accounts_are_one_sum(tmp_path: Path) -> None:
    assert months(tmp_path, "a", "b")[0] == (date(2026, 1, 1), 112.5)


def test_no_account_and_no_part_are_nothing(tmp_path: Path) -> None:
    assert months(tmp_path) == ()
    window = {"since": date(2026, 1, 1), "until": date(2026, 2, 1)}
    assert usage.months(LedgerVersion(), folder=tmp_path, accounts=["a"], **window) == ()


def test_the_window_holds_both_its_days(tmp_path: Path) -> None:
    version = ledger(tmp_path, usage=ROWS)
    day = date(2026, 1, 31)
    found = usage.months(version, folder=tmp_path, accounts=["a"], since=day, until=day)
    assert found == ((date(2026, 1, 1), 2.5),)


def test_a_part_that_is_gone_is_said(tmp_path: Path) -> None:
    version = ledger(tmp_path, usage=ROWS)
    for path in version.paths(tmp_path, "usage"):
        path.unlink()
    with pytest.raises(DamagedPart):
        usage.months(
            version,
            folder=tmp_path,
            accounts=["a"],
            since=date(2026, 1, 1),
            until=date(2026, 3, 31),
        )
