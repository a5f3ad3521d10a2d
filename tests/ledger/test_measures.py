"""Rolling revenue, penetration, rhythm and money, as docs/method/revenue.md and quiet.md say."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
import yaml

from sightline.ledger.errors import DamagedPart, MissingRate
from sightline.ledger.measures import account_measures, account_totals
from sightline.ledger.money import Rate
from sightline.ledger.version import LedgerVersion, part_path
from tests.ledger.made import ledger, line

EXAMPLES = Path(__file__).parents[1] / "examples" / "revenue" / "rolling.yaml"
AS_OF = date(2026, 6, 30)


def cells(folder: Path, version: LedgerVersion, **more: Any) -> list[dict[str, Any]]:
    settings = {"as_of": AS_OF, "rates": None, "reporting_currency": None} | more
    table: pa.Table = account_measures(version, folder=folder, **settings)
    return list(table.to_pylist())


def totals(folder: Path, version: LedgerVersion, **more: Any) -> dict[str, dict[str, Any]]:
    settings = {"as_of": AS_OF, "rates": None, "reporting_currency": None} | more
    table: pa.Table = account_totals(version, folder=folder, **settings)
    return {row["account"]: row for row in table.to_pylist()}


@pytest.mark.parametrize(
    "example", yaml.safe_load(EXAMPLES.read_text()), ids=lambda example: example["name"]
)
def test_rolling_revenue_example(tmp_path: Path, example: dict[str, Any]) -> None:
    rows = [line("a", "x", str(each["day"]), each["amount"]) for each in example["lines"]]
    version = ledger(tmp_path, lines=rows)
    cell = cells(tmp_path, version, as_of=example["as_of"])[0]
    account = totals(tmp_path, version, as_of=example["as_of"])["a"]
    for name, value in example["then"].items():
        found = account[name] if name == "trend" else cell[name]
        assert found == value, name


def test_penetration_counts_owned_cells_over_units_and_lines_on_sale(tmp_path: Path) -> None:
    version = ledger(
        tmp_path,
        lines=[
            line("a", "x", "2026-01-01", 100, unit="north"),
            line("a", "y", "2026-01-01", 100, unit="north"),
            line("a", "x", "2024-09-01", 100, unit="south"),
            line("b", "z", "2026-01-01", 100),
            line("b", "old", "2023-01-01", 100),
        ],
    )
    account = totals(tmp_path, version)["a"]
    assert (account["units"], account["owned_cells"], account["lapsed_cells"]) == (2, 2, 1)
    assert account["penetration"] == pytest.approx(2 / (2 * 3))


def test_retention_inputs_are_capped_at_unit_and_line(tmp_path: Path) -> None:
    """Growth in one line must not hide what another lost."""
    version = ledger(
        tmp_path,
        lines=[
            line("a", "x", "2025-01-01", 1000),
            line("a", "x", "2026-01-01", 400),
            line("a", "y", "2025-01-01", 1000),
            line("a", "y", "2026-01-01", 1900),
            line("a", "z", "2026-01-01", 50),
            line("a", "fee", "2025-01-01", 7000),
        ],
        kinds=[("x", "recurring"), ("y", "recurring"), ("z", "recurring"), ("fee", "one_off")],
    )
    account = totals(tmp_path, version)["a"]
    assert account["opening_recurring"] == 2000
    assert account["kept_recurring"] == 1400
    assert account["closing_recurring"] == 2350
    assert account["opening_repeat"] == 0


def test_the_kind_told_last_stands(tmp_path: Path) -> None:
    ledger(
        tmp_path,
        source="a",
        lines=[line("a", "x", "2026-01-01", 400)],
        kinds=[("x", "one_off")],
    )
    version = ledger(tmp_path, source="b", kinds=[("x", "recurring")])
    assert cells(tmp_path, version)[0]["kind"] == "recurring"


def _visits(days: list[int]) -> list[Any]:
    return [line("a", "x", str(AS_OF - timedelta(days=day)), 100) for day in days]


def test_the_usual_gap_is_the_ninetieth_percentile_by_nearest_rank(tmp_path: Path) -> None:
    # gaps 1 … 10 days: the ninth of ten is 9
    days = [20]
    for gap in range(1, 11):
        days.append(days[-1] + gap)
    account = totals(tmp_path, ledger(tmp_path, lines=_visits(days)))["a"]
    assert (account["usual_gap"], account["days_silent"], account["purchase_days"]) == (9, 20, 11)
    assert account["alarm"] is True


@pytest.mark.parametrize(("silent", "alarm"), [(15, False), (16, True)])
def test_the_alarm_needs_more_than_one_and_a_half_usual_gaps(
    tmp_path: Path, silent: int, alarm: bool
) -> None:
    version = ledger(tmp_path, lines=_visits([silent + 10 * n for n in range(6)]))
    assert totals(tmp_path, version)["a"]["alarm"] is alarm


@pytest.mark.parametrize(("silent", "alarm"), [(20, False), (40, False), (41, True)])
def test_a_silence_that_has_been_before_is_no_alarm(
    tmp_path: Path, silent: int, alarm: bool
) -> None:
    # nine gaps of 10 days and one of 40: the usual gap is 10
    days = [silent + 10 * n for n in range(10)] + [silent + 90 + 40]
    account = totals(tmp_path, ledger(tmp_path, lines=_visits(days)))["a"]
    assert (account["usual_gap"], account["alarm"]) == (10, alarm)


def test_several_lines_on_one_day_are_one_purchase_day(tmp_path: Path) -> None:
    version = ledger(tmp_path, lines=_visits([5, 5, 5, 15, 25, 35]))
    assert totals(tmp_path, version)["a"]["purchase_days"] == 4


@pytest.mark.parametrize("days", [[5, 15, 25], [200, 210, 220, 230]])
def test_too_few_days_or_half_a_year_of_silence_give_no_score(
    tmp_path: Path, days: list[int]
) -> None:
    account = totals(tmp_path, ledger(tmp_path, lines=_visits(days)))["a"]
    assert account["quiet_score"] is None
    assert account["alarm"] is False


def test_the_formula_at_its_worked_example(tmp_path: Path) -> None:
    account = totals(tmp_path, ledger(tmp_path, lines=_visits([71, 90, 110, 130])))["a"]
    # -3.049 + .826 ln 72 - .779 ln 5 = -.7702; 1 / (1 + e^.7702) = .3164
    assert account["quiet_score"] == pytest.approx(0.3164, abs=1e-4)


def test_recurring_lines_have_no_rhythm(tmp_path: Path) -> None:
    version = ledger(tmp_path, lines=_visits([5, 15, 25, 35]), kinds=[("x", "recurring")])
    assert totals(tmp_path, version)["a"]["purchase_days"] is None


def test_amounts_are_converted_at_the_rate_of_their_month(tmp_path: Path) -> None:
    version = ledger(
        tmp_path,
        lines=[
            line("a", "x", "2026-01-31", 1000, code="USD"),
            line("a", "x", "2026-02-01", 1000, code="USD"),
            line("a", "x", "2026-02-01", 500, code="JPY"),
            line("a", "x", "2026-02-01", 7, code="EUR"),
        ],
    )
    rates = [
        Rate(date(2026, 1, 1), "USD", "EUR", 0.9),
        Rate(date(2026, 2, 15), "USD", "EUR", 0.8),
        Rate(date(2026, 2, 1), "JPY", "EUR", 0.006),
        Rate(date(2026, 2, 1), "EUR", "USD", 1.25),
    ]
    cell = cells(tmp_path, version, rates=rates, reporting_currency="EUR")[0]
    assert cell["r12"] == 900 + 800 + 300 + 7


def test_a_missing_rate_refuses_the_figure_and_names_it(tmp_path: Path) -> None:
    lines = [
        line("a", "x", "2026-02-01", 1000, code="USD"),
        line("a", "x", "2026-02-01", 1000, code="EUR"),
    ]
    version = ledger(tmp_path, lines=lines)
    with pytest.raises(MissingRate, match="no rate from USD into EUR for 2026-02"):
        cells(tmp_path, version, rates=[], reporting_currency="EUR")
    with pytest.raises(MissingRate, match="say the reporting currency"):
        cells(tmp_path, version)


def test_a_missing_rate_after_the_day_asked_about_is_no_matter(tmp_path: Path) -> None:
    lines = [
        line("a", "x", "2026-02-01", 1000, code="EUR"),
        line("a", "x", "2026-08-01", 1000, code="USD"),
    ]
    version = ledger(tmp_path, lines=lines)
    assert cells(tmp_path, version, rates=[], reporting_currency="EUR")[0]["r12"] == 1000


def test_rates_loaded_into_the_ledger_are_used(tmp_path: Path) -> None:
    version = ledger(
        tmp_path,
        lines=[
            line("a", "x", "2026-02-01", 1000, code="USD"),
            line("b", "x", "2026-02-01", 1000, code="EUR"),
        ],
        rates=[(date(2026, 2, 1), "USD", "EUR", 0.5)],
    )
    assert [row["r12"] for row in cells(tmp_path, version, reporting_currency="EUR")] == [500, 1000]


def test_nothing_after_the_day_changes_anything(tmp_path: Path) -> None:
    rows = [*_visits([5, 15, 25, 35]), line("b", "y", "2025-12-01", 40)]
    before = ledger(tmp_path, source="a", lines=rows)
    later = [line("a", "x", "2026-07-01", 10**9), line("c", "new", "2026-07-02", 5)]
    after = ledger(tmp_path, source="b", lines=later)
    assert cells(tmp_path, before) == cells(tmp_path, after)
    assert totals(tmp_path, before) == totals(tmp_path, after)


def test_an_empty_ledger_measures_to_nothing(tmp_path: Path) -> None:
    assert cells(tmp_path, LedgerVersion()) == []
    assert totals(tmp_path, LedgerVersion()) == {}


def test_a_missing_part_is_no_smaller_figure_but_an_error(tmp_path: Path) -> None:
    version = ledger(tmp_path, lines=_visits([5]))
    part_path(tmp_path, version.parts[0]).unlink()
    with pytest.raises(DamagedPart):
        cells(tmp_path, version)
