"""Messages leave in the reader's own day: never in quiet hours, across changes of the clock."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sightline.planning.mentions import named
from sightline.planning.notices import (
    How,
    MessageParameters,
    Quiet,
    at_hour,
    leaves_at,
    monday_morning,
    next_morning,
)
from sightline.planning.parameters import load_defaults

PARAMETERS = load_defaults().section(MessageParameters, "messages")
ZONES = ["UTC", "Europe/Berlin", "America/New_York", "Asia/Kolkata", "Pacific/Auckland"]
ZONES += ["Pacific/Apia", "America/Sao_Paulo", "Australia/Lord_Howe"]
EVENING = Quiet(dt.time(18), dt.time(7), weekends=True)
NEVER = Quiet(dt.time(0), dt.time(0), weekends=False)
moments = st.datetimes(
    dt.datetime(2024, 1, 1), dt.datetime(2030, 1, 1), timezones=st.just(dt.UTC)
).map(lambda at: at.replace(microsecond=0))
zones = st.sampled_from(ZONES).map(ZoneInfo)
hours = st.integers(0, 23).map(dt.time)


def utc(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("now", "zone", "leaves"),
    [
        ("2027-03-26T16:30", "Europe/Berlin", "2027-03-26T16:30"),  # Friday, half past five
        ("2027-03-26T17:30", "Europe/Berlin", "2027-03-29T05:00"),  # the clock changed on Sunday
        ("2027-03-23T22:00", "Europe/Berlin", "2027-03-24T06:00"),
        ("2027-03-26T20:00", "America/New_York", "2027-03-26T20:00"),
    ],
)
def test_what_comes_in_quiet_hours_leaves_after_them(now: str, zone: str, leaves: str) -> None:
    found = leaves_at(
        utc(now), how=How.AT_ONCE, quiet=EVENING, zone=ZoneInfo(zone), parameters=PARAMETERS
    )
    assert found == utc(leaves)


def test_an_hour_that_the_clock_skips_is_the_first_moment_after_it() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    assert at_hour(dt.date(2027, 3, 28), 2, zone=berlin) == utc("2027-03-28T01:00")
    assert at_hour(dt.date(2027, 10, 31), 2, zone=berlin) == utc("2027-10-31T00:00")


def test_mondays_mail_leaves_once_a_week_whatever_the_clock_does() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    assert monday_morning(utc("2027-03-27T12:00"), zone=berlin, parameters=PARAMETERS) == (
        dt.date(2027, 3, 29),
        utc("2027-03-29T05:00"),
    )
    late = monday_morning(utc("2027-03-29T16:00"), zone=berlin, parameters=PARAMETERS)
    assert late[0] == dt.date(2027, 3, 29)
    gone = monday_morning(utc("2027-03-29T18:00"), zone=berlin, parameters=PARAMETERS)
    assert gone == (dt.date(2027, 4, 5), utc("2027-04-05T05:00"))


def test_off_never_leaves() -> None:
    assert (
        leaves_at(
            utc("2027-03-26T12:00"),
            how=How.OFF,
            quiet=NEVER,
            zone=ZoneInfo("UTC"),
            parameters=PARAMETERS,
        )
        is None
    )


@given(now=moments, zone=zones, starts=hours, ends=hours, weekends=st.booleans())
def test_nothing_leaves_before_it_is_made_nor_in_quiet_hours(
    now: dt.datetime, zone: ZoneInfo, starts: dt.time, ends: dt.time, weekends: bool
) -> None:
    quiet = Quiet(starts, ends, weekends)
    for how in (How.AT_ONCE, How.DIGEST):
        found = leaves_at(now, how=how, quiet=quiet, zone=zone, parameters=PARAMETERS)
        assert found is not None and found >= now
        assert not quiet.holds(found.astimezone(zone))
        assert found - now <= dt.timedelta(days=5)


@given(now=moments, zone=zones)
def test_a_morning_is_the_next_one_and_mondays_are_mondays(
    now: dt.datetime, zone: ZoneInfo
) -> None:
    morning = next_morning(now, zone=zone, parameters=PARAMETERS)
    assert dt.timedelta(0) < morning - now <= dt.timedelta(hours=26 + 24)
    day, moment = monday_morning(now, zone=zone, parameters=PARAMETERS)
    assert day.weekday() == 0 and moment.astimezone(zone).date() == day


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("ask @Ann Lee about it", (1,)),
        ("@ann lee, @Bo Ek!", (1, 2)),
        ("@Ann Leeds knows", (3,)),
        ("mail ann@Ann Lee", ()),
        ("@Annabel", ()),
        ("@Ann Lee and @Ann Lee", (1,)),
        ("nobody", ()),
    ],
)
def test_who_is_named(text: str, found: tuple[int, ...]) -> None:
    assert named(text, {1: "Ann Lee", 2: "Bo Ek", 3: "Ann Leeds"}) == found
