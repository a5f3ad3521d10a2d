"""What every drawing promises: escaped, without style, the same figures as a table."""

from __future__ import annotations

import re
from datetime import date, timedelta
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sightline.drawing import lines, pareto, scatter, timeline, wallet, waterfall
from sightline.drawing.axis import Scale, axis_start, round_step, ticks
from sightline.drawing.icons import ICONS
from sightline.drawing.org_map import Node, org_map
from sightline.drawing.palette import PRINT, SCREEN, Palette
from sightline.drawing.sheet import Drawing, cut, plain, text_width, wrapped
from sightline.wording.chances import percent

HOSTILE = "<script>\"&'</script>"
TODAY = date(2026, 11, 23)


def pounds(value: float) -> str:
    return f"£{value:.2f}m"


def all_drawings(palette: Palette, name: str = HOSTILE) -> list[Drawing]:
    axes = scatter.Axes(name, "y", 100, 9, 50, 4, corners=(name, "", "", ""))
    return [
        waterfall.waterfall(
            [
                waterfall.Step(name, 2.0, "base", name, "/x?a=1&b=2"),
                waterfall.Step("t", 3.0, "target"),
            ],
            key="a",
            label=pounds,
            palette=palette,
        ),
        scatter.scatter(
            [scatter.Point(name, 1, 2, 3, shape, name, href="/p") for shape in (1, 2, 3)],
            axes=axes,
            key="b",
            palette=palette,
        ),
        pareto.pareto([3, 2, 1], effort=[1, 1, 1], key="c", palette=palette),
        lines.trend([lines.Moment(name, 1.0, 2.0, "/m")], key="d", label=pounds, palette=palette),
        wallet.stacked_bar(
            [wallet.Share(name, 1.0)], key="e", label=pounds, percent=percent, palette=palette
        ),
        timeline.timeline(
            [timeline.Event(name, TODAY, note=name, href="/e")],
            key="f",
            first=TODAY,
            last=TODAY + timedelta(days=90),
            today=TODAY,
            label=str,
            palette=palette,
        ),
        org_map([Node("1", name, name, name, role=name, flag=name)], key="g", palette=palette),
    ]


@pytest.mark.parametrize("palette", [SCREEN, PRINT], ids=["screen", "print"])
def test_names_from_data_cannot_leave_their_place(palette: Palette) -> None:
    for drawing in all_drawings(palette):
        ElementTree.fromstring(drawing.svg)
        assert "<script" not in drawing.svg


@pytest.mark.parametrize("palette", [SCREEN, PRINT], ids=["screen", "print"])
def test_no_drawing_uses_a_style(palette: Palette) -> None:
    for drawing in all_drawings(palette, name="Helvion"):
        assert "style" not in drawing.svg


def test_print_drawings_hold_resolved_colours_only() -> None:
    for drawing in all_drawings(PRINT, name="Helvion"):
        assert "var(" not in drawing.svg
        assert "class=" not in drawing.svg


def test_the_print_palette_is_the_light_theme_of_the_tokens() -> None:
    from importlib.resources import files

    tokens = (files("sightline") / "web/static/css/tokens.css").read_text()
    light = dict(re.findall(r"--([a-z0-9-]+): light-dark\((#[0-9a-f]{6}),", tokens))
    for name in (
        "surface",
        "text_3",
        "accent",
        "pos_line",
        "warn_soft",
        "neg",
        "c1",
        "c6",
        "str_off",
    ):
        assert getattr(PRINT, name) == light[name.replace("_", "-")]


def test_every_colour_of_the_screen_is_a_token() -> None:
    from importlib.resources import files

    tokens = (files("sightline") / "web/static/css/tokens.css").read_text()
    named = [getattr(SCREEN, name) for name in SCREEN.__slots__ if name != "name"]
    for variable in named:
        assert f"{variable.removeprefix('var(').removesuffix(')')}:" in tokens


def test_every_id_starts_with_the_key_so_that_two_charts_share_a_page() -> None:
    for drawing in all_drawings(SCREEN, name="x"):
        found = re.findall(r' id="([^"]+)"', drawing.svg)
        assert all(re.match(r"^[a-g]-", each) for each in found)


def test_a_drawing_with_links_is_a_group_and_one_without_a_picture() -> None:
    linked, *_, alone = (d for d in all_drawings(SCREEN, name="x") if 'role="tree"' not in d.svg)
    assert 'role="group"' in linked.svg
    assert 'role="img"' in pareto.pareto([1], key="k").svg
    assert alone.table.rows


def test_every_table_row_has_a_value_for_every_column() -> None:
    for drawing in all_drawings(SCREEN, name="x"):
        assert drawing.table.rows
        assert {len(row) for row in drawing.table.rows} == {len(drawing.table.columns)}


def test_icons_are_path_data_and_nothing_else() -> None:
    assert all(re.fullmatch(r"[MmLlHhVvAaCcSsQqZz0-9 .,\-]+", path) for path in ICONS.values())


@given(st.floats(-1e9, 1e9))
def test_a_coordinate_has_at_most_one_decimal_and_no_negative_zero(value: float) -> None:
    text = plain(value)
    assert re.fullmatch(r"-?\d+(\.\d)?", text)
    assert text not in {"-0", "-0.0"}


@given(st.text(max_size=60), st.floats(20, 300))
def test_cut_text_fits_and_whole_text_is_left_alone(words: str, width: float) -> None:
    shown = cut(words, width)
    assert text_width(shown) <= width or shown in {"…", words}
    if text_width(words) <= width:
        assert shown == words


@given(st.text(alphabet="abc def", max_size=80), st.integers(1, 3))
def test_wrapped_text_keeps_its_number_of_lines(words: str, count: int) -> None:
    assert len(wrapped(words, 60, lines=count)) <= count


@given(st.floats(0.001, 1e9))
def test_steps_are_round_and_about_as_many_as_wanted(extent: float) -> None:
    assert 2 <= extent / round_step(extent) <= 8.1


@given(st.floats(-1e6, 1e6), st.floats(0.01, 1e6))
def test_ticks_lie_inside_their_axis(low: float, extent: float) -> None:
    for tick in ticks(low, low + extent):
        assert low - extent * 1e-6 <= tick <= low + extent * (1 + 1e-6)


@given(st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=9))
def test_an_axis_never_starts_above_its_lowest_level(levels: list[float]) -> None:
    start = axis_start(levels)
    assert start <= min(levels)
    assert start >= 0 or min(levels) <= 0


def test_a_scale_holds_values_inside_itself() -> None:
    scale = Scale(0, 10, 100, 0)
    assert [scale.at(value) for value in (-5, 0, 5, 10, 99)] == [100, 100, 50, 0, 0]
