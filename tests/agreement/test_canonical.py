"""What a cell's text means, in a stated format."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sightline.agreement.canonical import DayOrder, Unreadable, bool_of, day_of, moment_of, text_of
from sightline.agreement.naming import column_key, company_key


@pytest.mark.parametrize(
    "text",
    [
        "2026-01-31T09:30:05.000Z",
        "2026-01-31T09:30:05Z",
        "2026-01-31T09:30:05.000+0000",
        "2026-01-31T11:30:05+02:00",
        "2026-01-31 09:30:05",
        "2026-01-31 9:30:05 AM",
    ],
)
def test_every_spelling_of_an_export_is_the_same_moment(text: str) -> None:
    assert moment_of(text) == dt.datetime(2026, 1, 31, 9, 30, 5, tzinfo=dt.UTC)


def test_a_moment_without_a_zone_is_taken_in_the_stated_one() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    assert moment_of("2026-07-01 09:00:00", zone=berlin).hour == 7


def test_a_day_never_passes_through_a_zone() -> None:
    assert day_of("2026-01-31T23:59:59.000-1200") == dt.date(2026, 1, 31)


@given(st.dates(dt.date(1971, 1, 1), dt.date(2068, 12, 31)))
def test_stated_orders_read_back_what_was_written(day: dt.date) -> None:
    assert day_of(day.isoformat()) == day
    assert day_of(day.strftime("%d/%m/%Y"), order=DayOrder.DAY_FIRST) == day
    assert day_of(day.strftime("%m/%d/%Y"), order=DayOrder.MONTH_FIRST) == day
    assert day_of(day.strftime("%d.%m.%y"), order=DayOrder.DAY_FIRST) == day


@pytest.mark.parametrize("text", ["2027-02-31", "31/02/2027", "soon", "2026-13-01", "12:30", ""])
def test_a_day_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(Unreadable):
        day_of(text, order=DayOrder.DAY_FIRST)


def test_an_unstated_order_is_never_guessed() -> None:
    with pytest.raises(Unreadable):
        day_of("03/04/2026")


def test_switches_and_texts() -> None:
    assert bool_of(" TRUE ") and not bool_of("0")
    with pytest.raises(Unreadable):
        bool_of("maybe")
    assert text_of("  e\u0301té ") == "été"


def test_a_competitor_has_one_key_however_it_is_spelled() -> None:
    spellings = ["ACME, Inc.", "Acme inc", "acme Incorporated", "The Acme Company", "ÁCME GmbH"]
    assert {company_key(name) for name in spellings} == {"acme"}
    assert company_key("The Company Ltd") == "the company ltd"


def test_custom_fields_keep_their_mark() -> None:
    assert column_key("Business_Unit__c") == column_key("BUSINESS_UNIT__C") == "businessunit__c"
    assert column_key("Account ID") == column_key("AccountId") == "accountid"
