"""ACV of an account, and bookings as revenue."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sightline.planning.accounts import Acv, AcvSource, RevenueKind
from sightline.planning.measures import Cell, account_acv, booked_flows
from sightline.planning.money import Money
from sightline.planning.periods import Window

ASSET, CONTRACT, WON, TRAILING = AcvSource


def acv(amount: int | None, source: AcvSource | None) -> Acv:
    value = None if amount is None else Money(amount, "GBP")
    return Acv(value, source, (), None, None, ())


def total(cells: dict[Cell, Acv]) -> int | None:
    found = account_acv(cells, currency="GBP")
    return found.value.minor if found.value else None


def test_the_worked_example_of_the_definition() -> None:
    cells = {
        (1, 7): acv(12_000, ASSET),
        (1, 0): acv(20_000, CONTRACT),
        (2, 7): acv(9_000, TRAILING),
        (2, 0): acv(10_000, CONTRACT),
    }
    found = account_acv(cells, currency="GBP")
    assert found.value == Money(22_000, "GBP")
    assert set(found.covered) == {(1, 0), (2, 7)}


def test_nothing_known_is_unknown_and_not_zero() -> None:
    assert total({}) is None
    assert total({(None, 1): acv(None, None)}) is None


def test_won_lines_without_a_unit_give_way_to_assets_in_units() -> None:
    assert total({(None, 7): acv(48, WON), (1, 7): acv(30, ASSET), (2, 7): acv(25, ASSET)}) == 55


def test_assets_without_a_unit_take_the_place_of_trailing_revenue_in_units() -> None:
    assert total({(None, 7): acv(48, ASSET), (1, 7): acv(30, TRAILING)}) == 48


def test_one_source_on_both_sides_is_two_things() -> None:
    assert total({(None, 7): acv(48, ASSET), (1, 7): acv(30, ASSET)}) == 78


def test_a_contract_for_the_whole_account_covers_every_unit_but_where_assets_are() -> None:
    assert total({(None, 0): acv(100, CONTRACT), (1, 7): acv(30, TRAILING)}) == 100
    assert total({(None, 0): acv(100, CONTRACT), (1, 7): acv(30, ASSET)}) == 30


def test_the_source_named_is_the_one_that_carries_most() -> None:
    found = account_acv({(1, 7): acv(10, ASSET), (1, 8): acv(90, TRAILING)}, currency="GBP")
    assert found.source is TRAILING


@pytest.mark.parametrize(
    ("kind", "service", "months"),
    [
        (RevenueKind.RECURRING, None, 13),
        (RevenueKind.REPEAT, None, 1),
        (RevenueKind.ONE_OFF, None, 1),
        (RevenueKind.REPEAT, Window(date(2026, 1, 1), date(2026, 3, 31)), 3),
    ],
)
def test_a_booking_becomes_revenue_by_its_kind(
    kind: RevenueKind, service: Window | None, months: int
) -> None:
    flows = booked_flows(
        Money(10_001, "GBP"), kind=kind, closed_on=date(2026, 3, 15), service=service
    )
    assert len(flows) == months
    assert sum(flow.minor for flow in flows) == 10_001


@given(
    st.integers(-(10**9), 10**9),
    st.dates(date(2020, 1, 1), date(2030, 1, 1)),
    st.integers(0, 2000),
)
def test_no_cent_of_a_booking_is_lost_and_no_day_lies_outside(
    minor: int, start: date, days: int
) -> None:
    service = Window(start, date.fromordinal(start.toordinal() + days))
    flows = booked_flows(
        Money(minor, "GBP"), kind=RevenueKind.RECURRING, closed_on=start, service=service
    )
    assert sum(flow.minor for flow in flows) == minor
    assert all(flow.day in service for flow in flows)
    assert len({flow.day for flow in flows}) == len(flows)
    assert all(0 < flow.months <= 1 for flow in flows)
