"""Fiscal calendars: every day in exactly one period, quarter and year."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sightline.planning.errors import BadCalendar
from sightline.planning.fiscal import (
    FiscalCalendar,
    MonthCalendar,
    NamedAfter,
    PeriodRow,
    TableCalendar,
    WeekCalendar,
    YearEnd,
    next_quarter,
    period_of,
    quarter_of,
)
from sightline.planning.periods import Window

DAY = dt.timedelta(days=1)
DATES = st.dates(dt.date(2000, 1, 1), dt.date(2060, 12, 31))
CALENDARS = st.one_of(
    st.builds(MonthCalendar, st.integers(1, 12), st.sampled_from(NamedAfter)),
    st.builds(
        WeekCalendar,
        st.integers(1, 12),
        st.integers(0, 6),
        st.sampled_from(YearEnd),
        st.sampled_from([(4, 4, 5), (4, 5, 4), (5, 4, 4)]),
        st.sampled_from(NamedAfter),
    ),
)


@given(CALENDARS, DATES)
def test_every_day_has_one_period_and_years_follow_without_a_gap(
    calendar: FiscalCalendar, day: dt.date
) -> None:
    year = calendar.year_of(day)
    assert day in year.window
    assert sum(day in period.window for period in year.periods) == 1
    assert sum(day in quarter.window for quarter in year.quarters) == 1
    assert calendar.year(year.year) == year
    after = calendar.year_of(year.window.end + DAY)
    assert (after.year, after.window.start) == (year.year + 1, year.window.end + DAY)
    assert len(year.periods) == 12
    assert len(year.quarters) == 4


def test_a_fiscal_year_is_named_after_its_end_unless_told_otherwise() -> None:
    day = dt.date(2026, 11, 21)
    assert MonthCalendar(4).year_of(day).label == "FY2027"
    assert MonthCalendar(4, NamedAfter.START).year_of(day).label == "FY2026"
    assert MonthCalendar(1).year_of(day).label == "FY2026"


def test_quarters_follow_the_fiscal_year() -> None:
    quarter = quarter_of(MonthCalendar(2), dt.date(2026, 11, 21))
    assert quarter.label == "FY2027 Q4"
    assert quarter.window.start == dt.date(2026, 11, 1)
    assert quarter.window.end == dt.date(2027, 1, 31)
    assert next_quarter(MonthCalendar(2), dt.date(2026, 11, 21)).label == "FY2028 Q1"


def test_weeks_by_4_4_5_end_on_the_named_weekday() -> None:
    year = WeekCalendar(end_month=1, weekday=5, rule=YearEnd.NEAREST).year(2025)
    # the retail year 2024: 4 February 2024 to 1 February 2025
    assert year.window.start == dt.date(2024, 2, 4)
    assert year.window.end == dt.date(2025, 2, 1)
    assert [period.window.days // 7 for period in year.periods[:3]] == [4, 4, 5]


def test_the_53rd_week_joins_the_last_period() -> None:
    # the retail year 2023 had 53 weeks and ended on 3 February 2024
    year = WeekCalendar(end_month=1, weekday=5, rule=YearEnd.NEAREST).year(2024)
    assert year.window.end == dt.date(2024, 2, 3)
    assert year.window.days == 53 * 7
    assert year.periods[-1].window.days == 6 * 7


def table(**change: object) -> TableCalendar:
    rows = [
        PeriodRow(2026, 1, dt.date(2026, 1, 1), dt.date(2026, 3, 1), 1),
        PeriodRow(2026, 2, dt.date(2026, 3, 2), dt.date(2026, 6, 30), 2),
        PeriodRow(2027, 1, dt.date(2026, 7, 1), dt.date(2026, 12, 31), 1),
    ]
    if change:
        rows[1] = PeriodRow(**({"year": 2026, "number": 2, "start": rows[1].start,
                                "end": rows[1].end, "quarter": 2} | change))  # type: ignore[arg-type]  # fmt: skip
    return TableCalendar(tuple(rows))


def test_an_uploaded_table_is_followed() -> None:
    assert period_of(table(), dt.date(2026, 3, 2)).number == 2
    assert table().year_of(dt.date(2026, 7, 1)).year == 2027


def test_years_of_twelve_months_join_on_to_the_table() -> None:
    later = table().year_of(dt.date(2027, 1, 1))
    assert (later.year, later.window) == (2028, Window(dt.date(2027, 1, 1), dt.date(2027, 12, 31)))
    assert [one.window.end for one in later.quarters][:2] == [
        dt.date(2027, 3, 31),
        dt.date(2027, 6, 30),
    ]
    assert table().year(2025).window == Window(dt.date(2025, 1, 1), dt.date(2025, 12, 31))
    assert next_quarter(table(), dt.date(2026, 12, 31)).label == "FY2028 Q1"


@given(
    st.dates(dt.date(2000, 1, 1), dt.date(2060, 1, 1)),
    st.dates(dt.date(2020, 1, 1), dt.date(2024, 12, 31)),
)
def test_every_day_has_one_year_whatever_day_the_table_ends_on(day: dt.date, last: dt.date) -> None:
    start = last - dt.timedelta(days=363)
    short = TableCalendar((PeriodRow(2024, 1, start, last, 1),))
    year = short.year_of(day)
    assert day in year.window and day in period_of(short, day).window
    assert short.year(year.year) == year
    assert short.year(year.year + 1).window.start == year.window.end + dt.timedelta(days=1)


@pytest.mark.parametrize(
    "change",
    [
        {"start": dt.date(2026, 3, 3)},
        {"start": dt.date(2026, 3, 1)},
        {"number": 3},
        {"end": dt.date(2026, 6, 29)},
        {"quarter": 3},
        {"end": dt.date(2026, 2, 1)},
    ],
)
def test_a_table_with_a_gap_overlap_or_wrong_number_is_refused(change: dict[str, object]) -> None:
    with pytest.raises(BadCalendar):
        table(**change)


@pytest.mark.parametrize("month", [0, 13])
def test_a_year_starts_in_a_month(month: int) -> None:
    with pytest.raises(BadCalendar):
        MonthCalendar(month)
