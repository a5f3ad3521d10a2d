"""Whitespace lists: only lines not owned, by evidence up to the day, in words that hold."""

from __future__ import annotations

import dataclasses
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from sightline.ledger.insight.whitespace import Market, rank_lines, top
from sightline.ledger.insight.whitespace_rows import WhitespaceRow, whitespace_rows
from sightline.ledger.method import shipped
from sightline.ledger.source import opened
from sightline.ledger.version import LedgerVersion
from tests.ledger.made import ledger, line

P = shipped()
AS_OF = date(2026, 6, 30)
OWNED = hnp.arrays(bool, st.tuples(st.integers(1, 30), st.integers(1, 8)))


def market(owned: Any, recent: Any | None = None) -> Market:
    fresh = np.zeros_like(owned) if recent is None else recent & owned
    return Market(owned, fresh, np.ones(owned.shape[1], dtype=bool))


@given(OWNED, st.integers(1, 8))
def test_only_lines_not_owned_are_listed_each_once(owned: Any, count: int) -> None:
    evidence = rank_lines(market(owned), parameters=P)
    for row in range(len(owned)):
        listed = top(evidence, row, count=count)
        assert not owned[row, listed].any()
        assert len(set(listed)) == len(listed) == min(count, int((~owned[row]).sum()))


@given(OWNED, st.randoms(use_true_random=False))
def test_renaming_buyers_and_lines_changes_nothing(owned: Any, draw: Any) -> None:
    n, m = owned.shape
    rows, columns = list(range(n)), list(range(m))
    draw.shuffle(rows)
    draw.shuffle(columns)
    recent = np.indices(owned.shape).sum(axis=0) % 3 == 0
    plain = rank_lines(market(owned, recent), parameters=P)
    mixed = rank_lines(market(owned[rows][:, columns], recent[rows][:, columns]), parameters=P)
    kinds = plain.kind[rows]
    score, owning = plain.score[kinds][:, columns], plain.peers_owning[kinds][:, columns]
    np.testing.assert_allclose(mixed.score[mixed.kind], score, rtol=1e-9)
    np.testing.assert_array_equal(mixed.peers[mixed.kind], plain.peers[kinds])
    np.testing.assert_array_equal(mixed.peers_owning[mixed.kind], owning)


@given(OWNED)
def test_no_buyer_is_its_own_peer(owned: Any) -> None:
    evidence = rank_lines(market(owned), parameters=P)
    assert (evidence.peers <= len(owned) - 1).all()
    assert (evidence.peers_owning <= evidence.peers[:, None]).all()
    owning = evidence.peers_owning[evidence.kind]
    assert (owning <= evidence.adopters[None, :] - owned).all()


def test_a_line_that_alike_buyers_own_comes_before_one_that_others_own() -> None:
    """Two worlds of thirty buyers; within each, most own the third line of it."""
    owned = np.zeros((61, 6), dtype=bool)
    owned[:30, :2], owned[30:60, 3:5] = True, True
    owned[:20, 2], owned[30:55, 5] = True, True
    owned[60, :2] = True
    evidence = rank_lines(market(owned), parameters=P)
    assert next(iter(top(evidence, 60, count=2))) == 2
    assert evidence.adoption[5] > evidence.adoption[2], "popularity alone would say otherwise"


def test_an_adoption_under_way_counts_more_than_one_long_past() -> None:
    owned = np.zeros((40, 3), dtype=bool)
    owned[:, 0] = True
    owned[:10, 1], owned[10:20, 2] = True, True
    recent = np.zeros_like(owned)
    recent[10:20, 2] = True
    evidence = rank_lines(market(owned, recent), parameters=P)
    assert list(top(evidence, 39, count=2)) == [2, 1]


def test_few_buyers_fall_back_to_overall_adoption() -> None:
    owned = np.zeros((10, 3), dtype=bool)
    owned[:, 0], owned[:3, 1], owned[:6, 2] = True, True, True
    evidence = rank_lines(market(owned), parameters=P)
    assert evidence.by_adoption.all()
    assert list(top(evidence, 9, count=2)) == [2, 1]


def test_the_fall_back_is_adoption_itself_and_only_ties_ask_what_is_recent() -> None:
    owned, recent = np.zeros((10, 4), dtype=bool), np.zeros((10, 4), dtype=bool)
    owned[:, 0], owned[:5, 1], owned[:3, 2], owned[:3, 3] = True, True, True, True
    recent[:3, 2] = True  # a rush on a line that fewer own does not pass one that more own
    evidence = rank_lines(market(owned, recent), parameters=P)
    assert list(top(evidence, 9, count=3)) == [1, 2, 3]


def test_too_many_patterns_are_compared_with_the_frequent_ones(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from sightline.ledger.insight import whitespace

    monkeypatch.setattr(whitespace, "_MOST_REFERENCES", 4)
    owned = np.random.default_rng(0).random((50, 6)) < 0.4
    evidence = rank_lines(market(owned), parameters=P)
    assert np.isfinite(evidence.score[evidence.kind][~owned]).all()
    assert (evidence.peers >= 0).all()


def rows_of(folder: Path, version: LedgerVersion, as_of: date = AS_OF) -> list[WhitespaceRow]:
    with opened(version, folder=folder, as_of=as_of) as source:
        return list(whitespace_rows(source, as_of=as_of, count=5, parameters=P))


def _thirty_buyers() -> list[Any]:
    rows = []
    for n in range(30):
        rows.append(line(f"b{n:02}", "base", "2025-01-10", 100))
        rows.append(line(f"b{n:02}", "plus", "2025-01-10", 100))
        if n < 12:
            rows.append(line(f"b{n:02}", "next", "2026-03-10", 100))
    return [*rows, line("b29", "base", "2026-06-30", 100), line("b29", "plus", "2026-06-30", 100)]


def test_the_evidence_is_said_in_words_that_match_the_figures(tmp_path: Path) -> None:
    rows = rows_of(tmp_path, ledger(tmp_path, lines=_thirty_buyers()))
    row = next(row for row in rows if row.account == "b20")
    assert (row.product_line, row.rank, row.peers, row.peers_owning) == ("next", 1, 29, 12)
    assert row.adoption == pytest.approx(0.4)
    assert row.text == (
        "12 of the 29 most similar buyers own it (12 began in the last 6 months); "
        "12 of all 30 buyers own it (12 began in the last 6 months). "
        "Similar because they share 2 of its 2 lines on average."
    )
    assert len(rows) == 18, "the twelve owners have nothing open"


def test_counts_under_five_are_a_few(tmp_path: Path) -> None:
    rows = [*_thirty_buyers(), line("b00", "rare", "2026-05-01", 5)]
    found = rows_of(tmp_path, ledger(tmp_path, lines=rows))
    rare = next(row for row in found if row.product_line == "rare")
    assert "a few of all 30 buyers own it" in rare.text


def test_the_day_itself_counts_and_nothing_after_it(tmp_path: Path) -> None:
    base = _thirty_buyers()
    before = rows_of(tmp_path, ledger(tmp_path, source="a", lines=base))
    later = [line(f"b{n:02}", "next", "2026-07-01", 9) for n in range(12, 30)]
    more = [line("new", "other", "2026-07-01", 9)]
    version = ledger(tmp_path, source="b", lines=[*later, *more])
    assert rows_of(tmp_path, version) == before
    on_the_day = [line(f"b{n:02}", "next", "2026-06-30", 9) for n in range(12, 30)]
    version = ledger(tmp_path, source="c", lines=on_the_day)
    assert rows_of(tmp_path, version) == []


def test_a_unit_is_a_buyer_of_its_own(tmp_path: Path) -> None:
    rows = [
        line("a", "x", "2026-01-01", 1, unit="north"),
        line("a", "y", "2026-01-01", 1, unit="south"),
    ]
    found = rows_of(tmp_path, ledger(tmp_path, lines=rows))
    assert [row[:3] for row in found] == [("a", "north", "y"), ("a", "south", "x")]


def test_a_line_nobody_bought_lately_is_not_offered(tmp_path: Path) -> None:
    rows = [line("a", "gone", "2024-01-01", 1), line("b", "here", "2026-06-01", 1)]
    found = rows_of(tmp_path, ledger(tmp_path, lines=rows))
    assert [(row.account, row.product_line) for row in found] == [("a", "here")]


def test_a_line_credited_only_was_never_bought(tmp_path: Path) -> None:
    rows = [
        line("a", "x", "2026-01-01", -5),
        line("a", "y", "2026-01-01", 5),
        line("b", "x", "2026-06-01", 1),
    ]
    found = rows_of(tmp_path, ledger(tmp_path, lines=rows))
    assert ("a", "x") in [(row.account, row.product_line) for row in found]


def test_the_number_of_peers_is_a_parameter() -> None:
    owned = np.ones((60, 2), dtype=bool)
    owned[:30, 1] = False
    fewer = dataclasses.replace(P, whitespace_peers=10)
    assert rank_lines(market(owned), parameters=fewer).peers[0] == 29, "ties belong to the peers"
