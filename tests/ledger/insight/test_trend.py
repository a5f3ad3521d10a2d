"""Off trend: seasons are no break, a lasting change is, one odd month is not."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from sightline.ledger.insight.trend import Direction, cusum, off_trend, seasonal_index
from sightline.ledger.method import shipped
from sightline.ledger.trends import off_trend_cells
from sightline.planning.periods import months_back
from tests.ledger.made import ledger, line

P = shipped()
SEASON = np.array([1.0, 0.8, 1.0, 1.1, 0.9, 1.2, 0.6, 0.5, 1.1, 1.2, 1.3, 1.3])


def course(years: int = 4, seed: int = 1, noise: float = 0.05) -> Any:
    draw = np.random.default_rng(seed)
    return 1000 * np.tile(SEASON, years) * np.exp(draw.normal(0, noise, 12 * years))


@pytest.mark.parametrize("seed", range(10))
def test_a_seasonal_course_is_on_its_trend(seed: int) -> None:
    assert off_trend(course(seed=seed), parameters=P) is None


@pytest.mark.parametrize(("factor", "direction"), [(0.5, Direction.FALL), (2.0, Direction.JUMP)])
def test_a_lasting_change_is_found_with_its_size(factor: float, direction: Direction) -> None:
    changed = course()
    changed[-5:] *= factor
    found = off_trend(changed, parameters=P)
    assert found is not None
    assert found.direction is direction
    assert found.months >= 2
    assert found.factor == pytest.approx(factor, rel=0.15)


def test_one_month_alone_is_no_break() -> None:
    """A single bad month stays in the three-month sums for a while, but must persist."""
    for month in (-1,):
        changed = course()
        changed[month] *= 0.5
        assert off_trend(changed, parameters=P) is None


def test_growth_at_a_steady_rate_is_on_its_trend() -> None:
    growing = course(5) * np.exp(np.arange(60) * 0.02)
    assert off_trend(growing, parameters=P) is None


def test_too_few_or_sparse_months_are_not_judged() -> None:
    short = course(2)[:23]
    short[-6:] *= 0.2
    assert off_trend(short, parameters=P) is None
    gaps = course(3)
    gaps[12:16] = 0
    assert off_trend(gaps, parameters=P) is None


def test_the_cumulated_sum_forgets_what_went_the_other_way() -> None:
    path = cusum(np.array([-9.0, 2.0, 2.0, -3.0, 0.5]), slack=0.5)
    assert list(path) == [0.0, 1.5, 3.0, 0.0, 0.0]


def test_the_seasonal_index_needs_three_years_and_is_drawn_to_one() -> None:
    assert seasonal_index(course(2), first_month=1) is None
    plain = np.tile(SEASON, 3)
    index = seasonal_index(plain, first_month=1)
    assert index is not None
    np.testing.assert_allclose(index, (3 * SEASON / SEASON.mean() + 3) / 6)
    shifted = seasonal_index(np.roll(plain, -4)[:36], first_month=5)
    assert shifted is not None
    np.testing.assert_allclose(shifted, index, rtol=1e-9)


def test_cells_off_their_trend_are_found_in_a_ledger(tmp_path: Path) -> None:
    changed, steady = course(), course(seed=2)
    changed[-5:] *= 0.4
    last = date(2026, 6, 1)
    rows = [
        line(name, "licence", str(months_back(last, 47 - place)), int(amount))
        for name, months in (("falling", changed), ("steady", steady))
        for place, amount in enumerate(months)
    ]
    rows.append(line("steady", "licence", "2026-07-03", 1))
    version = ledger(tmp_path, lines=rows)
    found = off_trend_cells(version, folder=tmp_path, as_of=date(2026, 7, 15))
    assert [(cell.account, cell.found.direction) for cell in found] == [("falling", Direction.FALL)]
    assert found[0].last_month == last
    nobody = off_trend_cells(version, folder=tmp_path, as_of=date(2026, 7, 15), account="steady")
    assert nobody == ()
