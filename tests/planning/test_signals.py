"""Signals come from facts, are dated by what happened, and stay silent where nothing is known."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sightline.planning.explanations import TrendFacts
from sightline.planning.money import Money
from sightline.planning.parameters import load_defaults
from sightline.planning.reasons import because
from sightline.planning.signals import (
    PersonSeen,
    RenewalSeen,
    RivalSeen,
    SignalFacts,
    SignalKind,
    signals_of,
)
from sightline.planning.stakeholders import PersonStatus, Status

TODAY = dt.date(2026, 11, 23)
PARAMETERS = load_defaults()


def pounds(major: int) -> Money:
    return Money(major * 100, "GBP")


def person(status: Status, **values: object) -> PersonSeen:
    base: dict[str, object] = {
        "key": "7",
        "name": "Ada Lind",
        "status": PersonStatus(status, because(f"status.{status}", "said"), 175, 40.0),
        "left_on": None,
        "added_on": None,
        "last_two_way": dt.date(2026, 6, 1),
        "decides": True,
        "carries": pounds(120_000),
    }
    return PersonSeen(**{**base, **values})  # type: ignore[arg-type]


def kinds(facts: SignalFacts) -> list[SignalKind]:
    return [one.kind for one in signals_of(facts, on=TODAY, parameters=PARAMETERS)]


def test_nothing_known_is_no_signal() -> None:
    assert kinds(SignalFacts()) == []


def test_the_worked_example_of_a_quiet_economic_buyer() -> None:
    found = signals_of(SignalFacts(people=(person(Status.QUIET),)), on=TODAY, parameters=PARAMETERS)
    assert [(one.kind, one.on, one.money) for one in found] == [
        (SignalKind.CONTACT_QUIET, dt.date(2026, 7, 11), pounds(120_000))
    ]


def test_somebody_without_role_or_play_may_be_quiet_unheard() -> None:
    assert kinds(SignalFacts(people=(person(Status.QUIET, decides=False, carries=None),))) == []


@pytest.mark.parametrize(("days", "told"), [(0, True), (179, True), (180, False), (-1, False)])
def test_a_contact_who_left_is_a_signal_for_180_days(days: int, told: bool) -> None:
    left = person(Status.LEFT, left_on=TODAY - dt.timedelta(days=days))
    assert (SignalKind.CONTACT_LEFT in kinds(SignalFacts(people=(left,)))) is told


def test_a_leaver_without_a_day_or_a_contact_is_dated_by_nothing() -> None:
    assert kinds(SignalFacts(people=(person(Status.LEFT, last_two_way=None),))) == []


@pytest.mark.parametrize(("days", "told"), [(0, True), (59, True), (60, False)])
def test_a_deciding_person_is_new_for_sixty_days(days: int, told: bool) -> None:
    new = person(Status.NEW, added_on=TODAY - dt.timedelta(days=days))
    assert (SignalKind.CONTACT_NEW in kinds(SignalFacts(people=(new,)))) is told


def trend(now: int, before: int, *, gap: bool = False, line: str = "core") -> TrendFacts:
    return TrendFacts(line, "", True, pounds(now), pounds(before), pounds(100_000), gap)


@pytest.mark.parametrize(
    ("now", "told"), [(85_000, True), (86_000, False), (124_000, False), (125_000, True)]
)
def test_a_line_is_off_trend_from_fifteen_down_and_twenty_five_up(now: int, told: bool) -> None:
    facts = SignalFacts(as_of=TODAY, trends=(trend(now, 100_000),))
    assert (SignalKind.OFF_TREND in kinds(facts)) is told


def test_a_small_line_off_its_trend_is_no_signal() -> None:
    assert kinds(SignalFacts(as_of=TODAY, trends=(trend(0, 1_999),))) == []
    assert kinds(SignalFacts(as_of=TODAY, trends=(trend(0, 2_000),))) == [SignalKind.OFF_TREND]


def test_a_gap_alarm_of_the_account_is_said_once() -> None:
    facts = SignalFacts(as_of=TODAY, whole=trend(1, 1, gap=True), trends=(trend(1, 1),))
    assert kinds(facts) == [SignalKind.REVENUE_SILENT]


@pytest.mark.parametrize(("change", "told"), [(-0.2, True), (-0.19, False), (None, False)])
def test_usage_down_by_a_fifth(change: float | None, told: bool) -> None:
    facts = SignalFacts(as_of=TODAY, usage_change=change)
    assert (kinds(facts) == [SignalKind.USAGE_DOWN]) is told


@pytest.mark.parametrize(("days", "told"), [(0, True), (270, True), (271, False), (-1, False)])
def test_a_renewal_is_in_sight_for_270_days(days: int, told: bool) -> None:
    seen = RenewalSeen("c", "Frame", TODAY + dt.timedelta(days=days), pounds(1), 3)
    assert (kinds(SignalFacts(renewals=(seen,))) == [SignalKind.RENEWAL_IN_SIGHT]) is told


def test_serious_cases_carry_the_day_of_the_oldest() -> None:
    day = TODAY - dt.timedelta(days=9)
    (one,) = signals_of(
        SignalFacts(serious_cases=2, oldest_serious=day), on=TODAY, parameters=PARAMETERS
    )
    assert (one.kind, one.on) == (SignalKind.SERIOUS_CASES, day)
    assert kinds(SignalFacts(serious_cases=0, oldest_serious=None)) == []


@given(st.lists(st.integers(0, 400), max_size=12))
def test_the_newest_come_first_and_each_rival_once(days: list[int]) -> None:
    rivals = tuple(
        RivalSeen(str(n), "Tessera", "Deal", TODAY - dt.timedelta(days=day), pounds(n))
        for n, day in enumerate(days)
    )
    found = signals_of(SignalFacts(rivals=rivals), on=TODAY, parameters=PARAMETERS)
    assert [one.on for one in found] == sorted((one.on for one in found), reverse=True)
    assert len(found) == sum(day < 180 for day in days)


@pytest.mark.parametrize(("booked", "source"), [(True, "bookings"), (False, "ledger")])
def test_a_signal_of_derived_revenue_says_so(booked: bool, source: str) -> None:
    whole = trend(100_000, 100_000, gap=True)
    facts = SignalFacts(as_of=TODAY, whole=whole, from_bookings=booked)
    found = signals_of(facts, on=TODAY, parameters=PARAMETERS)
    assert [(one.kind, one.source) for one in found] == [(SignalKind.REVENUE_SILENT, source)]
