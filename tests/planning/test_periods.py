"""Rolling windows of calendar months."""

from __future__ import annotations

import datetime as dt
from fractions import Fraction

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from sightline.planning.errors import InvalidValue
from sightline.planning.periods import (
    Window,
    days_between,
    last_days,
    month_end,
    month_starts,
    months_back,
    months_between,
    months_in,
    months_of,
    prior_r12,
    r12,
    r24,
    rolling,
)

DAY = dt.timedelta(days=1)
DATES = st.dates(dt.date(1990, 1, 1), dt.date(2090, 12, 31))


@pytest.mark.parametrize(
    ("as_of", "start"),
    [
        (dt.date(2026, 11, 21), dt.date(2025, 11, 22)),
        (dt.date(2026, 11, 30), dt.date(2025, 12, 1)),
        (dt.date(2024, 2, 29), dt.date(2023, 3, 1)),
        (dt.date(2025, 2, 28), dt.date(2024, 3, 1)),
        (dt.date(2026, 12, 31), dt.date(2026, 1, 1)),
    ],
)
def test_r12_ends_on_its_own_day_and_holds_twelve_months(as_of: dt.date, start: dt.date) -> None:
    assert r12(as_of) == Window(start, as_of)


@given(DATES, st.integers(1, 36), st.integers(0, 36))
def test_neighbouring_windows_touch_and_never_overlap(
    as_of: dt.date, months: int, back: int
) -> None:
    later = rolling(as_of, months=months, back=back)
    earlier = rolling(as_of, months=6, back=back + months)
    assert earlier.end + DAY == later.start


@given(DATES, st.integers(1, 28))
def test_a_monthly_line_falls_into_r12_exactly_twelve_times(as_of: dt.date, day: int) -> None:
    months = [dt.date(year, month, day) for year in range(1987, 2092) for month in range(1, 13)]
    assert sum(date in r12(as_of) for date in months) == 12


@given(DATES)
def test_lines_of_a_months_last_day_fall_into_r12_exactly_twelve_times(as_of: dt.date) -> None:
    # on 28 February of a leap year this February's line is still to come, last year's just left
    assume((as_of.month, as_of.day) != (2, 28) or as_of == month_end(as_of))
    ends = [
        month_end(start) for start in month_starts(Window(dt.date(1987, 1, 1), as_of + 40 * DAY))
    ]
    assert sum(date in r12(as_of) for date in ends) == 12


@given(DATES)
def test_r24_is_r12_and_the_twelve_months_before(as_of: dt.date) -> None:
    assert r24(as_of).start == prior_r12(as_of).start
    assert r24(as_of).days == r12(as_of).days + prior_r12(as_of).days


def test_months_back_keeps_a_months_end() -> None:
    assert months_back(dt.date(2026, 11, 30), 1) == dt.date(2026, 10, 31)
    assert months_back(dt.date(2026, 3, 30), 1) == dt.date(2026, 2, 28)
    assert months_back(dt.date(2026, 1, 15), -1) == dt.date(2026, 2, 15)


def test_ninety_days_include_the_day_itself() -> None:
    window = last_days(dt.date(2026, 11, 21), 90)
    assert window.days == 90
    assert dt.date(2026, 11, 21) in window
    assert dt.date(2026, 8, 23) not in window


@pytest.mark.parametrize(
    ("start", "end", "months"),
    [
        (dt.date(2026, 1, 1), dt.date(2026, 12, 31), Fraction(12)),
        (dt.date(2026, 3, 15), dt.date(2027, 3, 14), Fraction(12)),
        (dt.date(2024, 2, 29), dt.date(2025, 2, 27), Fraction(12)),
        (dt.date(2026, 1, 31), dt.date(2026, 2, 27), Fraction(1)),
        (dt.date(2026, 1, 1), dt.date(2026, 4, 15), Fraction(7, 2)),
        (dt.date(2026, 4, 1), dt.date(2026, 4, 15), Fraction(1, 2)),
    ],
)
def test_a_term_is_counted_in_months(start: dt.date, end: dt.date, months: Fraction) -> None:
    assert months_in(Window(start, end)) == months


@given(DATES, st.integers(1, 120))
def test_a_term_of_n_months_has_n_months(start: dt.date, months: int) -> None:
    window = months_of(start, months)
    assert months_between(window.start, window.end) == months
    assert months_in(window) == months


def test_days_between_counts_backwards_too() -> None:
    assert days_between(dt.date(2026, 3, 1), dt.date(2026, 2, 28)) == -1


def test_overlap_is_the_days_in_both() -> None:
    first = Window(dt.date(2026, 1, 1), dt.date(2026, 1, 31))
    assert first.overlap(Window(dt.date(2026, 1, 20), dt.date(2026, 3, 1))) == Window(
        dt.date(2026, 1, 20), dt.date(2026, 1, 31)
    )
    assert first.overlap(Window(dt.date(2026, 2, 1), dt.date(2026, 3, 1))) is None


def test_a_window_that_ends_before_it_starts_is_refused() -> None:
    with pytest.raises(InvalidValue):
        Window(dt.date(2026, 1, 2), dt.date(2026, 1, 1))
