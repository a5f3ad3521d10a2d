"""The geometry of the charts: what stands where, and what is said when data is missing."""

from __future__ import annotations

import itertools
import re
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sightline.drawing import lines, marks, pareto, scatter, timeline, wallet, waterfall
from sightline.drawing.palette import PRINT
from sightline.drawing.sheet import text_width
from sightline.drawing.waterfall_rows import waterfall_rows
from sightline.wording.chances import percent

TODAY = date(2026, 11, 23)


def plain(value: float) -> str:
    return f"{value:g}"


def bars(svg: str) -> list[tuple[float, float, float, float]]:
    found = re.findall(r'<rect x="([\d.]+)" y="([\d.]+)" width="([\d.]+)" height="([\d.]+)"', svg)
    return [(float(a), float(b), float(c), float(d)) for a, b, c, d in found]


def step(kind: waterfall.Kind, value: float) -> waterfall.Step:
    return waterfall.Step(kind, value, kind)


BRIDGE = [
    step("base", 2.42),
    step("up", 0.88),
    step("down", -0.12),
    step("total", 3.18),
    step("gap", 0.42),
    step("target", 3.6),
]


def test_each_floating_bar_starts_where_the_last_one_ended() -> None:
    base, up, down, total, gap, target = bars(waterfall.waterfall(BRIDGE, key="w", label=plain).svg)
    assert up[1] + up[3] == pytest.approx(base[1], abs=0.2)
    assert down[1] == pytest.approx(up[1], abs=0.2)
    assert total[1] == pytest.approx(down[1] + down[3], abs=0.2)
    assert gap[1] + gap[3] == pytest.approx(total[1], abs=0.2)
    assert target[1] == pytest.approx(gap[1], abs=0.2)


def test_levels_stand_on_one_ground() -> None:
    base, _, _, total, _, target = bars(waterfall.waterfall(BRIDGE, key="w", label=plain).svg)
    feet = {round(bar[1] + bar[3], 0) for bar in (base, total, target)}
    assert len(feet) == 1


def test_a_bridge_for_a_phone_says_every_step_in_letters_to_be_read() -> None:
    long = waterfall.Step("Whole plant of Nordwerk, second line and its depot", 0.3, "up", "1 part")
    svg = waterfall_rows([*BRIDGE[:2], long, *BRIDGE[2:]], key="r", label=plain)
    base, up, also, down, total, gap, target = bars(svg)
    assert up[0] == pytest.approx(base[0] + base[2], abs=0.2)
    assert also[0] == pytest.approx(up[0] + up[2], abs=0.2)
    assert down[0] + down[2] == pytest.approx(also[0] + also[2], abs=0.2)
    assert base[0] == total[0] == target[0] and gap[0] > total[0]
    assert min(map(float, re.findall(r'font-size="([\d.]+)"', svg)[1:])) >= 12
    for one in (*BRIDGE[:2], *BRIDGE[2:]):
        assert plain(one.value) in svg
    assert "Axis starts at 2" in svg and "Whole plant of Nordwerk" in svg and "…" in svg
    assert all(x + width <= 340 for x, _y, width, _height in bars(svg))


def test_a_truncated_axis_says_where_it_starts_and_a_whole_one_says_nothing() -> None:
    assert "Axis starts at 2" in waterfall.waterfall(BRIDGE, key="w", label=plain).svg
    from_zero = [step("base", 0.2), step("up", 3.0), step("target", 4.0)]
    assert "Axis starts" not in waterfall.waterfall(from_zero, key="w", label=plain).svg


def test_a_bridge_that_falls_below_zero_is_not_broken() -> None:
    falling = [step("base", 1.0), step("down", -1.5), step("total", -0.5)]
    drawing = waterfall.waterfall(falling, key="w", label=plain)
    assert "Axis starts" not in drawing.svg
    _, _, total = bars(drawing.svg)
    assert total[3] > 2


def test_many_steps_widen_the_drawing_instead_of_squeezing_it() -> None:
    drawing = waterfall.waterfall([step("up", 1.0)] * 20, key="w", label=plain)
    assert drawing.width > 1600
    lefts = [bar[0] for bar in bars(drawing.svg)]
    assert lefts == sorted(lefts)


def test_the_table_of_a_bridge_keeps_the_running_level() -> None:
    rows = waterfall.waterfall(BRIDGE, key="w", label=lambda v: f"{v:.2f}").table.rows
    assert [row[2] for row in rows] == ["2.42", "3.30", "3.18", "3.18", "3.60", "3.60"]
    assert rows[1][1] == "+0.88"


def test_no_steps_are_an_error() -> None:
    with pytest.raises(ValueError, match="step"):
        waterfall.waterfall([], key="w", label=plain)


@pytest.mark.parametrize(
    ("values", "share", "count"),
    [([5, 3, 1, 1], 0.8, 2), ([5, 3, 1, 1], 0.9, 3), ([1], 0.8, 1), ([0, 0], 0.8, 0), ([], 0.8, 0)],
)
def test_reached_counts_the_fewest_that_hold_the_share(
    values: list[float], share: float, count: int
) -> None:
    assert pareto.reached(values, share) == count


def test_effort_follows_its_account_when_potential_is_sorted() -> None:
    drawing = pareto.pareto([1, 9], effort=[0, 10], key="p")
    assert drawing.table.rows[0] == ("1", "90%", "100%")


@given(st.lists(st.floats(0, 1e6), max_size=60))
def test_any_potential_can_be_drawn(potential: list[float]) -> None:
    drawing = pareto.pareto(potential, key="p")
    assert drawing.svg.startswith("<svg")


def test_a_thousand_accounts_make_a_table_one_can_read() -> None:
    drawing = pareto.pareto([1.0] * 1000, key="p")
    assert len(drawing.table.rows) <= 54
    assert drawing.table.rows[-1][0] == "1000"


def test_names_of_points_cross_neither_each_other_nor_a_point() -> None:
    axes = scatter.Axes("x", "y", 10, 10, 5, 5)
    places = [(5, 5), (5, 5), (5, 5), (5, 5), (5, 5), (6.5, 5), (1, 1), (1.5, 1)]
    points = [scatter.Point(f"Account number {n}", *at, 1, 1, "d") for n, at in enumerate(places)]
    svg = scatter.scatter(points, axes=axes, key="s").svg
    names = re.findall(r'<text x="([\d.]+)" y="([\d.]+)"[^>]*>(Account number \d)<', svg)
    boxes = [
        (float(x), float(y) - 8, float(x) + text_width(words), float(y) + 2)
        for x, y, words in names
    ]
    spots = [
        (float(x), float(y), 16.0)
        for x, y in re.findall(r'<circle cx="([\d.]+)" cy="([\d.]+)"', svg)
    ]
    boxes += list({(x - r, y - r, x + r, y + r) for x, y, r in spots})
    crossing = [
        (a, b)
        for a, b in itertools.combinations(boxes, 2)
        if a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]
    ]
    own = {(x, y) for x, y, _ in spots}
    assert len(names) >= 4
    assert len(own) == 4
    assert [pair for pair in crossing if pair[0] in boxes[: len(names)]] == []


def test_what_is_not_known_leaves_a_hole_and_is_said_in_the_table() -> None:
    moments = [lines.Moment(m, v) for m, v in (("Jan", 1.0), ("Feb", None), ("Mar", 3.0))]
    drawing = lines.trend(moments, key="t", label=plain)
    assert ("Feb", "not known") in drawing.table.rows
    assert drawing.svg.count("<circle") == 2


def test_a_trend_without_a_year_before_has_no_column_for_it() -> None:
    drawing = lines.trend([lines.Moment("Jan", 1.0)], key="t", label=plain)
    assert drawing.table.columns == ("Period", "This year")


@pytest.mark.parametrize("values", [[], [1.0], [None, None], [1.0, None]])
def test_a_sparkline_needs_two_known_values(values: list[float | None]) -> None:
    assert lines.sparkline(values, described="x") == ""


def test_a_flat_sparkline_runs_through_the_middle() -> None:
    svg = lines.sparkline([4.0, 4.0], described='a "flat" one', height=26)
    assert "M3 13L93 13" in svg
    assert "&quot;flat&quot;" in svg


def test_shares_of_a_wallet_fill_the_bar_and_zero_is_left_out() -> None:
    shares = [wallet.Share("Us", 3, "ours"), wallet.Share("R", 0), wallet.Share("-", 1, "unspent")]
    drawing = wallet.stacked_bar(shares, key="w", label=plain, percent=percent, width=400)
    assert [row[2] for row in drawing.table.rows] == ["75%", "", "25%"]
    stacked = [bar for bar in bars(drawing.svg) if bar[3] > 12]
    assert sum(bar[2] + 2 for bar in stacked) == pytest.approx(400, abs=0.5)


def test_a_small_share_of_a_wallet_never_reads_as_none() -> None:
    shares = [wallet.Share("Us", 999, "ours"), wallet.Share("R", 1)]
    drawing = wallet.stacked_bar(shares, key="w", label=plain, percent=percent)
    assert [row[2] for row in drawing.table.rows] == ["100%", "under 1%"]
    assert "R under 1%" in drawing.svg


def test_events_that_would_collide_stand_in_different_rows() -> None:
    events = [timeline.Event(f"Event {n}", TODAY + timedelta(days=n)) for n in range(6)]
    drawing = timeline.timeline(
        events, key="t", first=TODAY, last=TODAY + timedelta(days=365), today=TODAY, label=str
    )
    heights = re.findall(r'<circle cx="[\d.]+" cy="([\d.]+)"', drawing.svg)
    assert len(set(heights)) == 6


def test_events_outside_stand_only_in_the_table() -> None:
    events = [timeline.Event("Long ago", TODAY - timedelta(days=400))]
    drawing = timeline.timeline(
        events, key="t", first=TODAY, last=TODAY + timedelta(days=90), today=TODAY, label=str
    )
    assert "Long ago" not in drawing.svg
    assert drawing.table.rows[0][0] == "Long ago"


@pytest.mark.parametrize("level", range(6))
def test_as_many_bars_are_filled_as_the_strength_says(level: int) -> None:
    drawn = marks.strength_bars(level, palette=PRINT)
    assert drawn.count("<rect") == 5
    assert drawn.count(PRINT.str_off) == 5 - level


def test_every_stance_has_a_mark_of_its_own() -> None:
    shapes = {tuple(re.findall(r' d="([^"]+)"', marks.stance_mark(each))) for each in marks.STANCES}
    assert len(shapes) == len(marks.STANCES)


def test_a_landing_short_of_its_target_shows_the_gap() -> None:
    assert "hatch-gap" in marks.landing_bar(2, target=3, scale=4)
    assert "hatch-gap" not in marks.landing_bar(3, target=3, scale=4)
    assert "<pattern" in marks.landing_bar(2, target=3, scale=4, key="row-1")
