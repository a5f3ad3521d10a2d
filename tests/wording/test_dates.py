"""Days and moments in words."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sightline.wording import dates

TODAY = date(2026, 11, 23)
NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("days", "said"),
    [
        (0, "today"),
        (1, "tomorrow"),
        (-1, "yesterday"),
        (9, "in 9 days"),
        (-3, "3 days ago"),
        (60, "in 60 days"),
        (111, "in 3 months"),
        (-400, "13 months ago"),
        (800, "in 2 years"),
    ],
)
def test_relative_days(days: int, said: str) -> None:
    assert dates.relative_day(TODAY + timedelta(days=days), today=TODAY) == said


def test_a_deadline_counts_in_days() -> None:
    assert dates.days_between(date(2027, 3, 14), today=TODAY) == "111 days"
    assert dates.days_between(TODAY - timedelta(days=1), today=TODAY) == "1 day ago"


@pytest.mark.parametrize(
    ("passed", "said"),
    [
        (timedelta(seconds=20), "just now"),
        (timedelta(minutes=6), "6 minutes ago"),
        (timedelta(hours=1), "1 hour ago"),
        (timedelta(days=1), "yesterday"),
        (timedelta(days=9, hours=5), "9 days ago"),
    ],
)
def test_time_ago(passed: timedelta, said: str) -> None:
    assert dates.time_ago(NOW - passed, now=NOW) == said


def test_a_moment_is_shown_in_the_readers_zone() -> None:
    late = datetime(2026, 11, 23, 23, 30, tzinfo=UTC)
    assert dates.moment(late, zone=ZoneInfo("Europe/Berlin")) == "24 Nov 2026, 00:30"
    assert dates.moment(late, zone=ZoneInfo("America/Lima")) == "23 Nov 2026, 18:30"


def test_a_moment_without_a_zone_is_an_error() -> None:
    with pytest.raises(ValueError, match="zone"):
        dates.moment(datetime(2026, 11, 23), zone=UTC)


def test_the_year_is_said_only_where_it_is_not_this_one() -> None:
    assert dates.day_short(date(2026, 11, 30), today=TODAY) == "30 Nov"
    assert dates.day_short(date(2027, 1, 12), today=TODAY) == "12 Jan 2027"


@given(st.integers(-20_000, 20_000))
def test_past_and_future_are_never_confused(days: int) -> None:
    said = dates.relative_day(TODAY + timedelta(days=days), today=TODAY)
    assert (said.startswith("in ") or said == "tomorrow") == (days > 0)
