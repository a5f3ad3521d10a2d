"""The other ways to stand, and what every map owes its readers: no overlap, text of 11 and more."""

from __future__ import annotations

import itertools
import re
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from sightline.drawing.org_map import (
    HEIGHT,
    WIDTH,
    Layout,
    Node,
    Tie,
    arrange,
    arrange_plot,
    arrange_units,
    org_map,
)
from tests.drawing.test_org_map import overlaps, person, tree

GROUPS = st.lists(st.sampled_from("abc"), min_size=30, max_size=30)
CELLS = st.lists(st.tuples(st.integers(0, 3), st.integers(0, 4)), min_size=1, max_size=40)


def inside(layout: Layout) -> bool:
    return all(
        0 <= x <= layout.width - WIDTH and 0 <= y <= layout.height - HEIGHT
        for x, y in layout.places.values()
    )


@given(st.lists(st.integers(0, 30), min_size=1, max_size=30), GROUPS)
def test_units_hold_everybody_and_nobody_covers_another(
    managers: list[int], groups: list[str]
) -> None:
    people = [replace(one, group=groups[at]) for at, one in enumerate(tree(managers))]
    layout = arrange_units(people)
    assert set(layout.places) == {one.key for one in people}
    assert overlaps(layout.places) == []
    assert inside(layout)
    frames = sorted(layout.frames, key=lambda one: (one.y, one.x))
    for one, after in itertools.pairwise(frames):
        assert after.y >= one.y + one.height or after.x >= one.x + one.width


@given(CELLS)
def test_a_plot_holds_everybody_however_many_share_a_field(cells: list[tuple[int, int]]) -> None:
    people = [replace(person(str(at)), cell=cell) for at, cell in enumerate(cells)]
    layout = arrange_plot(people, rows="wxyz", columns="abcde")
    assert set(layout.places) == {one.key for one in people}
    assert overlaps(layout.places) == []
    assert inside(layout)


def test_four_hundred_without_a_manager_stay_on_a_page_wide_grid() -> None:
    layout = arrange([person(str(at)) for at in range(400)], alone="No reporting line known")
    assert overlaps(layout.places) == []
    assert layout.width < 1600
    assert [frame.label for frame in layout.frames] == ["No reporting line known"]


def test_text_is_eleven_and_more_at_full_size() -> None:
    people = [
        Node(
            "1", "Łukasz " * 9, "Title " * 9, "all", role="Economic buyer", ours="AB", flag="left"
        ),
        Node("2", "Plato", "", "all", manager="1", strength=3, folded=7, state="waiting"),
    ]
    svg = org_map(people, key="m", ties=[Tie("1", "2", "matrix", "also")]).svg
    assert min(float(size) for size in re.findall(r'font-size="([\d.]+)"', svg)) >= 11
    assert "+7" in svg
    assert 'aria-expanded="false"' in svg


def test_long_names_stay_inside_their_box() -> None:
    svg = org_map([Node("1", "W" * 90, "i" * 200, "all")], key="m").svg
    assert "…" in svg
    assert f"<title>{'W' * 90}</title>" in svg
