"""Reviews: when, how ready, in what order, how they close, and what rolls on."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sightline.planning.errors import InvalidValue, MissingValue
from sightline.planning.money import Money
from sightline.planning.parameters import load_defaults
from sightline.planning.periods import Window
from sightline.planning.reviews import (
    AgendaFacts,
    AgendaItem,
    Area,
    Away,
    Decision,
    Ending,
    ItemKind,
    ReadinessFacts,
    ReviewParameters,
    RollItem,
    SettledItem,
    Verdict,
    agenda,
    changed_nothing,
    check_closed,
    differences,
    entry,
    is_overdue,
    joint_before,
    next_review,
    readiness,
    reviews_in,
    roll_forward,
    snapshot,
    stays,
)

PARAMETERS = load_defaults().section(ReviewParameters, "reviews")
YEAR = Window(dt.date(2027, 1, 1), dt.date(2027, 12, 31))
START = YEAR.start


def due(tier: int | None, last: dt.date | None = None, away: Away | None = None):  # type: ignore[no-untyped-def]
    return next_review(
        tier=tier, last=last, plan_start=START, away=away or Away(), parameters=PARAMETERS
    )


def test_tier_one_meets_quarterly_tier_two_twice_a_year_others_not() -> None:
    held = dt.date(2027, 2, 10)
    assert due(1, held).due == dt.date(2027, 5, 10)
    assert due(2, held).due == dt.date(2027, 8, 10)
    assert due(3, held) is None and due(None) is None
    counts = [
        len(reviews_in(YEAR, tier=tier, away=Away(), parameters=PARAMETERS)) for tier in (1, 2, 3)
    ]
    assert counts == [4, 2, 0]


def test_a_review_moves_off_weekends_holidays_and_weeks_away() -> None:
    saturday = due(1, dt.date(2027, 2, 8), Away(holidays=frozenset({dt.date(2027, 5, 7)})))
    assert (saturday.due, saturday.proposed) == (dt.date(2027, 5, 8), dt.date(2027, 5, 6))
    assert saturday.reasons[0].code == "reviews.moved"
    week = Away(weeks=(Window(dt.date(2027, 5, 3), dt.date(2027, 5, 14)),))
    assert due(1, dt.date(2027, 2, 8), week).proposed == dt.date(2027, 4, 30)


def test_a_day_that_is_full_is_passed_over_while_another_is_open() -> None:
    full = Away(full=frozenset({dt.date(2027, 5, 10)}))
    moved = due(1, dt.date(2027, 2, 10), full)
    assert moved.proposed == dt.date(2027, 5, 11) and moved.reasons[0].code == "reviews.day_full"
    assert moved.reasons[0].text == "Moved from 10 May 2027: that day has enough reviews."
    only = Away(
        full=frozenset({dt.date(2027, 5, 10)}),
        holidays=frozenset(YEAR.start + dt.timedelta(days=n) for n in range(365))
        - {dt.date(2027, 5, 10)},
    )
    assert due(1, dt.date(2027, 2, 10), only).proposed == dt.date(2027, 5, 10)


def test_a_week_with_room_is_taken_before_one_that_is_full() -> None:
    monday = dt.date(2027, 5, 10)
    week = due(1, dt.date(2027, 2, 10), Away(busy={monday: 1}))
    assert week.proposed == dt.date(2027, 5, 7) and week.reasons[0].code == "reviews.week_full"
    assert week.reasons[0].text == "Moved from 10 May 2027: that week has enough reviews."
    every = {monday + dt.timedelta(weeks=n): 1 + (n == -1) for n in range(-6, 6)}
    full = Away(busy=every, full=frozenset({monday}))
    assert due(1, dt.date(2027, 2, 10), full).proposed == dt.date(2027, 5, 11), "no week has room"


def test_a_proposed_day_stays_while_it_is_open_and_not_too_full() -> None:
    before, now = dt.date(2027, 5, 13), dt.date(2027, 5, 11)
    assert stays(before, now, away=Away(busy={dt.date(2027, 5, 10): 4}))
    assert not stays(before, now, away=Away(full=frozenset({before})))
    assert stays(before, now, away=Away(full=frozenset({before, now}))), "no better"
    assert not stays(before, now, away=Away(holidays=frozenset({before})))
    assert not stays(before, None, away=Away()) and not stays(None, now, away=Away())


INTERNAL = dt.date(2027, 5, 6)


def joint(
    *,
    tier: int | None = 1,
    last: dt.date | None = None,
    today: dt.date = dt.date(2027, 4, 1),
    away: Away | None = None,
    internal: dt.date = INTERNAL,
) -> dt.date | None:
    return joint_before(
        internal, tier=tier, last=last, today=today, away=away or Away(), parameters=PARAMETERS
    )


def test_a_joint_review_is_proposed_a_week_before_the_internal_one_every_second_time() -> None:
    held = dt.date(2026, 10, 20)
    assert joint(last=held) == joint() == dt.date(2027, 4, 29)
    assert joint(away=Away(holidays=frozenset({dt.date(2027, 4, 29)}))) == dt.date(2027, 4, 28)
    assert joint(last=dt.date(2026, 11, 10)) is None, "held within six months"
    assert joint(tier=2) is None and joint(tier=3) is None and joint(tier=None) is None


@given(
    internal=st.dates(START, YEAR.end),
    ahead=st.integers(0, 60),
    closed=st.frozensets(st.dates(START - dt.timedelta(days=60), YEAR.end), max_size=40),
)
def test_a_joint_review_is_never_proposed_in_the_past_or_after_the_internal_one(
    internal: dt.date, ahead: int, closed: frozenset[dt.date]
) -> None:
    today, away = internal - dt.timedelta(days=ahead), Away(holidays=closed)
    found = joint(internal=internal, today=today, away=away)
    assert (found is None) or (today <= found < internal and not away.blocks(found))
    assert found is None or ahead >= PARAMETERS.joint_lead_days


def test_where_no_day_is_open_none_is_proposed() -> None:
    whole = Away(weeks=(YEAR,))
    found = due(1, dt.date(2027, 2, 8), whole)
    assert found.proposed is None and found.reasons[0].code == "reviews.no_open_day"


@given(
    st.dates(dt.date(2026, 1, 1), dt.date(2028, 1, 1)),
    st.frozensets(st.dates(dt.date(2026, 1, 1), dt.date(2028, 12, 31)), max_size=30),
)
def test_a_proposed_day_is_always_open_and_the_nearest(
    last: dt.date, holidays: frozenset[dt.date]
) -> None:
    away = Away(holidays=holidays)
    found = due(1, last, away)
    if found.proposed is None:
        return
    assert not away.blocks(found.proposed)
    apart = abs((found.proposed - found.due).days)
    nearer = (found.due + dt.timedelta(days=n) for n in range(1 - apart, apart))
    assert all(away.blocks(day) for day in nearer)


def test_a_review_is_overdue_after_its_grace_unless_held() -> None:
    day = dt.date(2027, 3, 31)

    def overdue(today: dt.date, *held: dt.date) -> bool:
        return is_overdue(day, held=held, today=today, parameters=PARAMETERS)

    assert not overdue(dt.date(2027, 4, 14))
    assert overdue(dt.date(2027, 4, 15))
    assert not overdue(dt.date(2027, 4, 15), dt.date(2027, 3, 10))


READY = ReadinessFacts(2, 2, 3, 3, 4, 5, 1, 2, 0, 0, True, dt.date(2027, 3, 1))


def test_readiness_names_what_is_missing_three_days_before() -> None:
    review = dt.date(2027, 3, 10)
    found = readiness(READY, review=review, today=dt.date(2027, 3, 7), parameters=PARAMETERS)
    assert [r.code for r in found.missing] == ["readiness.plays", "readiness.challenges"]
    assert (found.share, found.say_now) == (10 / 12, True)
    early = readiness(READY, review=review, today=dt.date(2027, 3, 6), parameters=PARAMETERS)
    assert not early.say_now
    empty = ReadinessFacts(0, 0, 0, 0, 0, 0, 0, 0, 0, 0)
    nothing = readiness(empty, review=review, today=review, parameters=PARAMETERS)
    assert nothing.share is None and nothing.missing[0].code == "readiness.data"


def test_the_agenda_is_sixty_minutes_in_order_with_losing_ground_and_departures_first() -> None:
    items = (
        AgendaItem("metric", ItemKind.METRIC),
        AgendaItem("small", ItemKind.LOSING_GROUND, Money(1, "EUR")),
        AgendaItem("large", ItemKind.LOSING_GROUND, Money(2, "EUR")),
        AgendaItem("newcomer", ItemKind.NEW_PERSON),
        AgendaItem("leaver", ItemKind.DEPARTURE),
        AgendaItem("assumption", ItemKind.ASSUMPTION),
        AgendaItem("play", ItemKind.PLAY),
        AgendaItem("next", ItemKind.NEXT_PLAY),
    )
    parts = agenda(AgendaFacts(items), parameters=PARAMETERS)
    assert [(p.starts, p.minutes) for p in parts] == [(0, 8), (8, 12), (20, 14), (34, 14), (48, 12)]
    assert [[item.key for item in part.items] for part in parts] == [
        ["assumption"],
        ["large", "small", "metric"],
        ["leaver", "newcomer"],
        ["play"],
        ["next"],
    ]
    broken = replace(PARAMETERS, minutes={"opening": 60})
    with pytest.raises(InvalidValue):
        agenda(AgendaFacts(items), parameters=broken)


def test_every_item_ends_and_a_commitment_has_owner_and_date() -> None:
    settled = [
        SettledItem("a", Ending.LEAVE, "Already in the bridge."),
        SettledItem("b", Ending.COMMITMENT, "Meet them.", owner="dana"),
        SettledItem("c", Ending.DECISION, " "),
    ]
    codes = [reason.code for reason in check_closed({"a", "b", "c", "d"}, settled)]
    assert codes == ["reviews.item_open", "reviews.commitment_open", "reviews.no_words"]


def test_a_review_that_changed_nothing_says_so() -> None:
    before = snapshot("p", taken_on=START, entries=[entry(Area.TEXT, "thesis", {"version": 1})])
    text = snapshot("p", taken_on=START, entries=[entry(Area.TEXT, "thesis", {"version": 2})])
    cell = snapshot("p", taken_on=START, entries=[entry(Area.GRID, "c", {"state": "open"})])
    promise = SettledItem("a", Ending.COMMITMENT, "Call.", "dana", START)
    decision = SettledItem("a", Ending.DECISION, "Stop it.")
    assert changed_nothing([promise], differences(before, text)) is not None
    assert changed_nothing([promise], differences(before, cell)) is None
    assert changed_nothing([decision], ()) is None


ITEMS = [RollItem("a", "play"), RollItem("b", "objective"), RollItem("c", "assumption")]


def test_a_year_rolls_on_once_every_item_is_decided() -> None:
    made = [
        Decision("c", Verdict.DROP, "It was proven wrong."),
        Decision("a", Verdict.KEEP),
        Decision("b", Verdict.CHANGE, "Half of it is reached."),
    ]
    found = roll_forward(ITEMS, made)
    assert (found.kept, found.changed, found.dropped) == (("a",), ("b",), ("c",))
    with pytest.raises(MissingValue, match="1 items"):
        roll_forward(ITEMS, made[:2])
    with pytest.raises(InvalidValue):
        roll_forward(ITEMS, [*made, made[0]])
    with pytest.raises(MissingValue):
        Decision("a", Verdict.DROP)
