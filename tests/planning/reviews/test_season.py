"""The season's steps, the year's last review, an agenda cut to sixty minutes."""

from __future__ import annotations

import dataclasses
import datetime as dt

from hypothesis import given
from hypothesis import strategies as st

from sightline.planning.money import Money
from sightline.planning.parameters import load_defaults
from sightline.planning.periods import Window
from sightline.planning.reviews import (
    AgendaFacts,
    AgendaItem,
    Away,
    ItemKind,
    ReviewParameters,
    SeasonFacts,
    Step,
    next_in_year,
    next_step,
    season_from,
    season_steps,
    season_window,
    shortened,
)

NUMBERS = load_defaults().section(ReviewParameters, "reviews")
YEAR = Window(dt.date(2026, 10, 1), dt.date(2027, 9, 30))
EMPTY = SeasonFacts(False, 0, False, False, False, 0, 0, 1)
WHOLE = SeasonFacts(True, 1, True, True, True, 2, 2, 3, 3)


def test_the_shipped_season_is_the_first_three_weeks_and_thesis_is_half_way() -> None:
    season = season_window(YEAR, parameters=NUMBERS)
    assert season == Window(dt.date(2026, 10, 1), dt.date(2026, 10, 21))
    steps = season_steps(EMPTY, season=season, today=dt.date(2026, 10, 12), parameters=NUMBERS)
    days = {one.step: one.until for one in steps}
    assert days[Step.THESIS] == dt.date(2026, 10, 11)
    assert [one.step for one in steps if one.late] == [
        Step.BASELINE,
        Step.PRIORITIES,
        Step.THESIS,
    ]
    assert next_step(steps) is steps[0]


def test_a_plan_drafted_after_the_season_began_has_as_many_days_of_its_own() -> None:
    season = season_window(YEAR, parameters=NUMBERS)
    assert season_from(season, dt.date(2026, 8, 1)) == season
    assert season_from(season, dt.date(2026, 11, 22)) == Window(
        dt.date(2026, 11, 22), dt.date(2026, 12, 12)
    )


def test_a_plan_that_holds_everything_has_no_next_step() -> None:
    season = season_window(YEAR, parameters=NUMBERS)
    steps = season_steps(WHOLE, season=season, today=YEAR.end, parameters=NUMBERS)
    assert next_step(steps) is None and not any(one.late for one in steps)
    changed = dataclasses.replace(WHOLE, version=4)
    steps = season_steps(changed, season=season, today=YEAR.end, parameters=NUMBERS)
    assert next_step(steps) == steps[-1]


def test_a_day_that_somebody_set_counts_before_the_share() -> None:
    season = season_window(YEAR, parameters=NUMBERS)
    until = {"thesis": dt.date(2026, 10, 5)}
    steps = season_steps(EMPTY, season=season, today=season.start, parameters=NUMBERS, until=until)
    assert {one.step: one.until for one in steps}[Step.THESIS] == dt.date(2026, 10, 5)


def test_the_last_review_of_a_year_is_held_in_it() -> None:
    found = next_in_year(YEAR, tier=1, since=dt.date(2027, 7, 20), away=Away(), parameters=NUMBERS)
    assert found is not None and found.due == YEAR.end
    after = next_in_year(YEAR, tier=1, since=dt.date(2027, 9, 10), away=Away(), parameters=NUMBERS)
    assert after is None
    assert next_in_year(YEAR, tier=3, since=YEAR.start, away=Away(), parameters=NUMBERS) is None


@given(st.lists(st.tuples(st.sampled_from(list(ItemKind)), st.integers(0, 10**9)), max_size=60))
def test_an_agenda_keeps_the_largest_of_each_kind_and_counts_the_rest(
    drawn: list[tuple[ItemKind, int]],
) -> None:
    items = tuple(
        AgendaItem(f"item:{place}", kind, Money(minor, "GBP"))
        for place, (kind, minor) in enumerate(drawn)
    )
    kept, left = shortened(AgendaFacts(items), parameters=NUMBERS)
    assert len(kept.items) + left == len(items)
    for kind in ItemKind:
        held = [item.money.minor for item in kept.items if item.kind is kind and item.money]
        gone = [
            item.money.minor
            for item in items
            if item.kind is kind and item not in kept.items and item.money
        ]
        assert len(held) <= NUMBERS.most_items[kind.value]
        assert not gone or min(held) >= max(gone)
