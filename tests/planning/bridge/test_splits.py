"""A stage's past narrowed to deals like one, only where enough of them closed."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from sightline.planning.bridge import BridgeParameters, Tally, stage_odds
from sightline.planning.bridge.splits import StageSplits, narrowed, size_bounds, size_of
from sightline.planning.parameters import load_defaults

NUMBERS = load_defaults().section(BridgeParameters, "bridge")
SPLITS = StageSplits(
    lines={"7": (30, 40), "8": (1, 10)},
    sizes={0: (40, 50), 2: (5, 60)},
    aged=(2, 38),
    aged_days=45,
)


def chance(*, lines: set[str], size: int | None, days: int | None) -> tuple[float, str]:
    splits = narrowed(SPLITS, lines=lines, size=size, days=days)
    odds = stage_odds(0.5, history=Tally(won=50, closed=100), parameters=NUMBERS, splits=splits)
    assert odds.probability is not None
    return round(odds.probability, 4), odds.split


def test_age_comes_before_product_line_and_that_before_size() -> None:
    assert chance(lines={"7"}, size=2, days=46) == (0.1458, "more than 45 days in the stage")
    assert chance(lines={"7"}, size=2, days=45) == (0.7, "of this product line")
    assert chance(lines={"9"}, size=2, days=None) == (0.1429, "large deals")


def test_too_few_closed_several_lines_or_no_size_fall_back_to_the_stage() -> None:
    assert chance(lines={"8"}, size=1, days=3) == (0.5, "")
    assert chance(lines={"7", "8"}, size=None, days=None) == (0.5, "")


@given(st.lists(st.integers(0, 10**12), min_size=9, max_size=60), st.integers(0, 10**12))
def test_bands_hold_about_a_third_each_and_every_amount_has_one(
    amounts: list[int], other: int
) -> None:
    bounds = size_bounds(amounts, least=3)
    assert len(bounds) == 2 and bounds[0] <= bounds[1]
    assert size_of(other, bounds=bounds) in (0, 1, 2)
    assert sum(size_of(one, bounds=bounds) == 0 for one in amounts) >= len(amounts) // 3
    assert size_of(None, bounds=bounds) is None
    assert size_bounds(amounts, least=len(amounts)) == ()
