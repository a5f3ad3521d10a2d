"""Wallets: the arithmetic, the range, and that hidden suppliers are really not looked at."""

from __future__ import annotations

import math
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sightline.ledger.errors import MissingRate, NothingToJudge
from sightline.ledger.insight.wallet import MarketFacts, estimate
from sightline.ledger.insight.wallet_rows import WalletRow, wallet_rows
from sightline.ledger.method import shipped
from sightline.ledger.source import opened
from sightline.ledger.version import LedgerVersion
from tests.ledger.made import ledger

P = shipped()
AS_OF = date(2026, 6, 30)
DAY = date(2026, 3, 1)
MONEY = st.floats(0, 1e12)


def test_the_worked_example() -> None:
    """Own 200,000; overall share 20% says 1.0 m; size × intensity says 4.0 m: √ = 2.0 m."""
    market = MarketFacts(whole=50e6, ours=10e6, size_total=1000.0)
    found = estimate(ours=200e3, size=80.0, market=market, parameters=P)
    assert found is not None
    assert found.likely == pytest.approx(math.sqrt(1.0e6 * 4.0e6))
    assert found.method == "size and share"


@given(MONEY, MONEY, MONEY, st.floats(0, 1e6), st.floats(1, 1e9))
def test_a_range_is_ordered_and_holds_what_was_sold(
    own: float, ours: float, others: float, size: float, total: float
) -> None:
    market = MarketFacts(whole=max(ours, own) + others, ours=max(ours, own), size_total=total)
    found = estimate(ours=own, size=size, market=market, parameters=P)
    if found is not None:
        assert own * (1 - 1e-9) <= found.low <= found.likely <= found.high
        assert found.high <= max(own, others + own) + 1e-9 * market.whole


def test_without_sales_the_size_alone_decides_and_without_both_nothing_is_said() -> None:
    market = MarketFacts(whole=1000.0, ours=100.0, size_total=10.0)
    alone = estimate(ours=0.0, size=1.0, market=market, parameters=P)
    assert alone is not None
    assert (alone.likely, alone.method) == (100.0, "size")
    assert estimate(ours=0.0, size=None, market=market, parameters=P) is None


def spend(unit: str, category: str, supplier: str, amount: int) -> tuple[Any, ...]:
    return "buyer", unit, category, supplier, DAY, amount


OURS = [spend("north", "paper", "us", 4000), spend("south", "paper", "us", 1000)]
SIZES = {"north": 10.0, "south": 30.0, "west": 60.0}


def rows_of(
    folder: Path,
    version: LedgerVersion,
    *,
    hide: bool = True,
    us: str = "us",
    sizes: dict[str, float] | None = None,
) -> list[WalletRow]:
    with opened(version, folder=folder, as_of=AS_OF) as source:
        found = wallet_rows(
            source,
            us=us,
            as_of=AS_OF,
            hide_others=hide,
            sizes=SIZES if sizes is None else sizes,
            parameters=P,
        )
        return list(found)


def test_hidden_suppliers_change_nothing_but_by_their_category_total(tmp_path: Path) -> None:
    """The same totals spread in any way over units, suppliers and one told sum: one answer."""
    spread = [
        [spend("north", "paper", "them", 90_000), spend("south", "paper", "rival", 5_000)],
        [spend("east", "paper", "rival", 95_000)],
        [spend("west", "paper", "them", 100_000), spend("west", "paper", "them", -5_000)],
        [spend("", "paper", "(all others)", 95_000)],
    ]
    answers = []
    for number, others in enumerate(spread):
        folder = tmp_path / str(number)
        answers.append(rows_of(folder, ledger(folder, spend=[*OURS, *others])))
    assert answers[0]
    assert all(answer == answers[0] for answer in answers[1:])
    assert [row.unit for row in answers[0]] == ["north", "south", "west"]


def test_a_told_total_stands_for_all_others(tmp_path: Path) -> None:
    others = [spend("", "paper", "(all others)", 95_000), spend("north", "paper", "them", 7)]
    told = rows_of(tmp_path, ledger(tmp_path, spend=[*OURS, *others]))
    assert told == rows_of(tmp_path / "b", ledger(tmp_path / "b", spend=[*OURS, others[0]]))


def test_open_lines_are_observed_and_not_estimated(tmp_path: Path) -> None:
    others = [spend("north", "paper", "them", 6000), spend("north", "ink", "them", 500)]
    rows = rows_of(tmp_path, ledger(tmp_path, spend=[*OURS, *others]), hide=False)
    north = next(row for row in rows if (row.unit, row.category) == ("north", "paper"))
    assert (north.ours, north.likely, north.method) == ("40.00", "100.00", "observed")
    assert north.share_likely == 0.4
    ink = next(row for row in rows if row.category == "ink")
    assert (ink.ours, ink.likely, ink.share_likely) == ("0.00", "5.00", 0.0)


def test_where_only_a_total_is_told_nothing_is_called_observed(tmp_path: Path) -> None:
    others = [spend("", "paper", "(all others)", 95_000)]
    rows = rows_of(tmp_path, ledger(tmp_path, spend=[*OURS, *others]), hide=False)
    assert {row.method for row in rows} == {"size and share", "size"}


def test_without_a_size_file_only_what_we_sell_is_estimated(tmp_path: Path) -> None:
    others = [spend("", "paper", "(all others)", 95_000)]
    rows = rows_of(tmp_path, ledger(tmp_path, spend=[*OURS, *others]), sizes={})
    assert [(row.unit, row.likely, row.method) for row in rows] == [
        ("north", "800.00", "share"),
        ("south", "200.00", "share"),
    ]


def test_lines_outside_the_twelve_months_do_not_count(tmp_path: Path) -> None:
    old = ("buyer", "north", "paper", "us", date(2025, 6, 30), 10**9)
    later = ("buyer", "north", "paper", "us", date(2026, 7, 1), 10**9)
    base = rows_of(tmp_path / "a", ledger(tmp_path / "a", spend=OURS))
    assert rows_of(tmp_path / "b", ledger(tmp_path / "b", spend=[*OURS, old, later])) == base


def test_a_line_without_a_unit_belongs_to_the_buyer(tmp_path: Path) -> None:
    rows = rows_of(tmp_path, ledger(tmp_path, spend=[spend("", "paper", "us", 500)]), sizes={})
    assert [row.unit for row in rows] == ["buyer"]


def test_our_name_is_found_whatever_its_capitals_and_else_named(tmp_path: Path) -> None:
    version = ledger(tmp_path, spend=OURS)
    assert rows_of(tmp_path, version, us="US ") == rows_of(tmp_path, version)
    with pytest.raises(NothingToJudge, match='no supplier is called "usa"; the nearest'):
        rows_of(tmp_path, version, us="usa")


def test_spend_in_a_currency_without_decimals_keeps_its_size(tmp_path: Path) -> None:
    rows = [(*spend("north", "paper", "us", 4000), "JPY")]
    found = rows_of(tmp_path, ledger(tmp_path, spend=rows), sizes={}, hide=False)
    assert (found[0].ours, found[0].likely) == ("4000", "4000")
    assert "Spent 4,000 JPY" in found[0].text


def test_spend_in_several_currencies_is_refused(tmp_path: Path) -> None:
    rows = [(*spend("n", "c", "us", 4), "JPY"), (*spend("n", "c", "us", 4), "EUR")]
    with pytest.raises(MissingRate, match="amounts are in EUR, JPY"):
        rows_of(tmp_path, ledger(tmp_path, spend=rows))
