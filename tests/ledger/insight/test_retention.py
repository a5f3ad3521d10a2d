"""Retention and bridge: worked examples, and what holds for any customers."""

from __future__ import annotations

import tempfile
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from sightline.ledger.errors import NothingToJudge
from sightline.ledger.insight.retention import Retention, as_json, retention
from sightline.ledger.source import opened
from sightline.ledger.version import LedgerVersion
from sightline.planning.periods import r12
from tests.ledger.made import ledger, line

EXAMPLES = Path(__file__).parents[2] / "examples" / "retention" / "bridge.yaml"
START, END = date(2024, 12, 31), date(2025, 12, 31)


def between(folder: Path, version: LedgerVersion, **more: Any) -> Retention:
    with opened(version, folder=folder, as_of=END) as source:
        return retention(source, opening=r12(START), closing=r12(END), **more)


@pytest.mark.parametrize(
    "example", yaml.safe_load(EXAMPLES.read_text()), ids=lambda example: example["name"]
)
def test_bridge_example(tmp_path: Path, example: dict[str, Any]) -> None:
    rows = []
    for name, sums in example["customers"].items():
        days = {"earlier": "2022-05-01", "opening": "2024-05-01", "closing": "2025-05-01"}
        rows += [line(name, "x", days[when], amount) for when, amount in sums.items()]
    found = between(tmp_path, ledger(tmp_path, lines=rows))
    flat = {**found.bridge, "residual": found.residual} | {
        "grr": found.grr,
        "nrr": found.nrr,
        "logo": found.logo,
    }
    for name, value in example["then"].items():
        assert flat[name] == pytest.approx(value, abs=1e-6), name


CUSTOMERS = st.lists(
    st.tuples(
        st.integers(-500, 5000), st.integers(-2000, 10**6), st.integers(-2000, 10**6), st.booleans()
    ),
    min_size=1,
    max_size=12,
)


@settings(max_examples=30)
@given(CUSTOMERS)
def test_the_bridge_closes_to_the_cent_and_ties_to_the_lines(customers: list[Any]) -> None:
    rows = []
    for number, (earlier, opening, closing, split) in enumerate(customers):
        name = f"c{number}"
        rows.append(line(name, "x", "2023-12-31", earlier))
        rows.append(line(name, "x" if split else "y", "2024-01-01", opening))
        rows.append(line(name, "x", "2025-12-31", closing))
    with tempfile.TemporaryDirectory() as folder:
        version = ledger(Path(folder), lines=rows)
        if not any(opening > 0 for _, opening, _, _ in customers):
            with pytest.raises(NothingToJudge):
                between(Path(folder), version)
            return
        found = between(Path(folder), version)
    assert found.residual == 0
    assert found.bridge["start"] + found.credits_start == sum(c[1] for c in customers)
    assert found.bridge["end"] + found.credits_end == sum(c[2] for c in customers)
    assert found.grr is not None
    assert found.nrr is not None
    assert found.grr <= 1.0
    assert found.grr <= found.nrr + 1e-12
    assert all(found.bridge[part] >= 0 for part in ("lost", "contraction", "expansion", "new"))


def test_recurring_lines_alone_are_counted_where_there_are_any(tmp_path: Path) -> None:
    rows = [
        line("a", "licence", "2024-05-01", 1000),
        line("a", "licence", "2025-05-01", 900),
        line("a", "goods", "2024-05-01", 50_000),
    ]
    version = ledger(tmp_path, lines=rows, kinds=[("licence", "recurring")])
    found = between(tmp_path, version)
    assert (found.basis, found.bridge["start"], found.nrr) == ("recurring", 1000, 0.9)
    assert between(tmp_path, version, basis="repeat").bridge["start"] == 50_000


def test_a_recurring_line_that_begins_after_the_windows_changes_nothing(tmp_path: Path) -> None:
    rows = [
        line("a", "spares", "2024-05-01", 100),
        line("a", "spares", "2025-05-01", 80),
        line("a", "licence", "2026-01-01", 10),
    ]
    found = between(tmp_path, ledger(tmp_path, lines=rows, kinds=[("licence", "recurring")]))
    assert (found.basis, found.nrr) == ("repeat", 0.8)


def test_plain_values_carry_the_bridge_at_the_top_and_by_name(tmp_path: Path) -> None:
    rows = [
        line("a", "x", "2024-05-01", 1234, code="EUR"),
        line("a", "x", "2025-05-01", 1233, code="EUR"),
    ]
    found = between(tmp_path, ledger(tmp_path, lines=rows))
    plain = as_json(found, opening=r12(START), closing=r12(END), currency="EUR")
    assert plain["start"] == 12.34
    assert plain["contraction"] == 0.01
    assert plain["residual"] == 0
    assert plain["label"] == "repeat-revenue retention"
    assert isinstance(plain["bridge"], dict)
    assert plain["bridge"]["end"] == 12.33


def test_a_purchase_between_earlier_and_now_makes_no_difference_to_new(tmp_path: Path) -> None:
    rows = [
        line("base", "x", "2024-05-01", 100),
        line("fresh", "x", "2025-01-01", 70),
        line("back", "x", "2023-12-31", 1),
        line("back", "x", "2025-01-01", 30),
    ]
    found = between(tmp_path, ledger(tmp_path, lines=rows))
    assert (found.bridge["new"], found.bridge["reactivated"]) == (70, 30)


def test_a_dearer_currency_is_neither_growth_nor_loss(tmp_path: Path) -> None:
    months = [date(2024 + n // 12, 1 + n % 12, 15) for n in range(24)]
    rows = [line("a", "x", str(day), 10_000, code="USD") for day in months]
    rows += [line("b", "x", str(day), 5_000, code="EUR") for day in months]
    rates = [
        (day.replace(day=1), "USD", "EUR", 0.9 if day.year == START.year else 0.99)
        for day in months
    ]
    version = ledger(tmp_path, lines=rows, rates=rates)
    with opened(version, folder=tmp_path, as_of=END, reporting_currency="EUR") as source:
        found = retention(source, opening=r12(START), closing=r12(END))
    assert (found.nrr, found.grr, found.residual) == (1.0, 1.0, 0)
    assert found.bridge["end"] == 12 * (9_000 + 5_000)
    assert found.exchange == 12 * 900
