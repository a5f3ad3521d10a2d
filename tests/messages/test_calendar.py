"""The feed is read whole by a standard parser, whatever names hold."""

from __future__ import annotations

from datetime import UTC, date, datetime

import icalendar
from hypothesis import given
from hypothesis import strategies as st

from sightline.messages.calendar import calendar_text
from sightline.records.queries.messages import Dated

AT = datetime(2027, 3, 1, 8, tzinfo=UTC)
words = st.text(
    st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp"]), min_size=1, max_size=120
)


def feed(*days: Dated) -> str:
    return calendar_text(days, name="Sightline", host="plans.example")


@given(account=words, act=words)
def test_account_and_act_come_back_as_they_were(account: str, act: str) -> None:
    text = feed(Dated("action-1", "action", date(2027, 12, 31), account, act, AT))
    (event,) = icalendar.Calendar.from_ical(text).walk("VEVENT")
    assert str(event["SUMMARY"]) == f"{account}: {act}"
    assert event["DTSTART"].dt == date(2027, 12, 31) and event["DTEND"].dt == date(2028, 1, 1)
    assert event["UID"] == "action-1@plans.example"


@given(account=words)
def test_no_line_is_longer_than_75_octets_and_none_cuts_a_character(account: str) -> None:
    raw = feed(Dated("a", "action", date(2027, 1, 1), account * 4, "x" * 200, AT)).encode()
    for line in raw.split(b"\r\n"):
        assert len(line) <= 75
        line.decode()


def test_a_line_break_in_a_name_cannot_begin_an_entry_of_its_own() -> None:
    evil = "A\r\nEND:VEVENT\r\nBEGIN:VEVENT\r\nSUMMARY:x"
    text = feed(Dated("a", "action", date(2027, 1, 1), evil, "y", AT))
    assert text.count("\r\nBEGIN:VEVENT") == 1


def test_an_empty_feed_is_a_calendar() -> None:
    assert icalendar.Calendar.from_ical(feed()).walk("VEVENT") == []
