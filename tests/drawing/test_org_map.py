"""The map: nobody is lost, no box covers another, whatever the reporting lines are."""

from __future__ import annotations

import re
import time
from dataclasses import replace
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sightline.drawing.org_map import HEIGHT, WIDTH, Node, Tie, arrange, org_map
from sightline.drawing.palette import PRINT


def person(key: str, manager: str = "") -> Node:
    return Node(key, f"Person {key}", "Title", f"Person {key}, Title", manager=manager)


def tree(managers: list[int]) -> list[Node]:
    """Person n reports to managers[n], counted from 1; 0 or unknown is nobody."""
    return [person(str(n), str(m) if m else "") for n, m in enumerate(managers, 1)]


def overlaps(places: dict[str, tuple[float, float]]) -> list[tuple[str, str]]:
    boxes = sorted(places.items(), key=lambda item: item[1])
    found = []
    for at, (one, (x, y)) in enumerate(boxes):
        for other, (ox, oy) in boxes[at + 1 :]:
            if ox >= x + WIDTH:
                break
            if abs(oy - y) < HEIGHT:
                found.append((one, other))
    return found


@given(st.lists(st.integers(0, 45), min_size=1, max_size=45))
def test_everybody_has_a_place_and_nobody_covers_another(managers: list[int]) -> None:
    people = tree(managers)
    layout = arrange(people)
    assert set(layout.places) == {each.key for each in people}
    assert overlaps(layout.places) == []


@given(st.lists(st.integers(0, 45), min_size=1, max_size=45), st.integers(1, 4))
def test_roles_nobody_fills_stand_on_the_top_row_and_cover_nobody(
    managers: list[int], count: int
) -> None:
    people = tree(managers)
    wanted = [replace(person(f"w{n}"), state="wanted") for n in range(count)]
    layout = arrange([*people, *wanted])
    assert overlaps(layout.places) == []
    assert {layout.places[one.key][1] for one in wanted} == {0.0}
    assert layout.parents == arrange(people).parents


@given(st.lists(st.integers(0, 45), min_size=1, max_size=45))
def test_reports_stand_below_their_managers_one_level_deeper(managers: list[int]) -> None:
    layout = arrange(tree(managers))
    for child, manager in layout.parents.items():
        assert layout.places[child][1] >= layout.places[manager][1] + HEIGHT
        assert layout.levels[child] == layout.levels[manager] + 1


@given(st.lists(st.integers(0, 12), min_size=2, max_size=12))
def test_a_ring_of_managers_is_opened_and_loses_nobody(managers: list[int]) -> None:
    layout = arrange(tree(managers))
    for key in layout.places:
        above, steps = layout.parents.get(key, ""), 0
        while above:
            above, steps = layout.parents.get(above, ""), steps + 1
            assert steps <= len(managers)


def test_forty_people_stay_about_fifteen_hundred_units_wide() -> None:
    managers = [0] + [1] * 4 + [2 + n // 2 for n in range(8)] + [6 + n // 4 for n in range(27)]
    assert arrange(tree(managers)).width < 1700


def test_many_leaves_stand_in_several_columns() -> None:
    layout = arrange(tree([0] + [1] * 40))
    assert layout.height < 800
    assert overlaps(layout.places) == []


@pytest.mark.parametrize("count", [12, 400])
def test_a_map_is_drawn_in_time_and_is_well_formed(count: int) -> None:
    people = tree([0] + [max(1, n // 4) for n in range(2, count + 1)])
    ties = [Tie(str(n), str(n - 3), "influences", "influences") for n in range(5, count, 7)]
    start = time.perf_counter()
    drawing = org_map(people, key="m", ties=ties)
    assert time.perf_counter() - start < 2
    root = ElementTree.fromstring(drawing.svg)
    items = [each for each in root.iter() if each.get("role") == "treeitem"]
    assert len(items) == count
    assert [each.get("tabindex") for each in items].count("0") == 1


def test_a_tie_to_somebody_not_shown_is_left_out() -> None:
    shown = org_map([person("1")], key="m", ties=[Tie("1", "9", "blocks", "blocks")])
    assert "marker-end" not in shown.svg


def test_lines_and_boxes_are_told_apart_by_more_than_colour() -> None:
    people = tree([0, 1, 1])
    ties = [Tie("2", "3", "influences", "a"), Tie("3", "1", "blocks", "b")]
    svg = org_map(people, key="m", ties=ties).svg
    assert 'marker-end="url(#m-arrow)"' in svg
    assert 'marker-end="url(#m-bar)"' in svg
    dashes = re.findall(r'stroke-dasharray="([^"]+)" ?/?>?', svg)
    assert len(set(dashes)) == 2


def test_on_paper_the_map_is_one_named_picture() -> None:
    svg = org_map(tree([0, 1]), key="m", palette=PRINT).svg
    assert 'role="img"' in svg
    assert "tabindex" not in svg


def test_nobody_makes_an_empty_map() -> None:
    drawing = org_map([], key="m")
    assert drawing.table.rows == ()
    ElementTree.fromstring(drawing.svg)


def test_screen_readers_hear_level_and_description() -> None:
    svg = org_map(tree([0, 1]), key="m").svg
    assert 'aria-level="2"' in svg
    assert 'aria-label="Person 2, Title"' in svg
