"""Lines between people of a map: around everybody who stands between, whoever they connect."""

from __future__ import annotations

import itertools
import random
import re
from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sightline.drawing.org_map import (
    HEIGHT,
    WIDTH,
    Layout,
    Node,
    Tie,
    arrange,
    arrange_units,
    org_map,
)
from sightline.drawing.org_map.around import Ways
from sightline.drawing.org_map.routes import Corner

TWELVE = [0, *(1 + at // 5 for at in range(10)), 0]
LEAVES = [0] + [1] * 20


def tree(managers: list[int]) -> list[Node]:
    return [
        Node(str(at), f"Person {at}", "Title", "", manager=str(boss) if boss else "")
        for at, boss in enumerate(managers, start=1)
    ]


def through(layout: Layout, tie: Tie) -> int:
    """Boxes that a tie runs through, counted corner by corner and not as the ways count them."""
    run = Ways(layout).run(tie)
    found = set()
    for (ax, ay), (bx, by) in itertools.pairwise(run):
        for part in range(41):
            x, y = ax + (bx - ax) * part / 40, ay + (by - ay) * part / 40
            for key, (left, top) in layout.places.items():
                inside = left + 2 < x < left + WIDTH - 2 and top + 2 < y < top + HEIGHT - 2
                if inside and key not in (tie.source, tie.target):
                    found.add(key)
    return len(found)


@pytest.mark.parametrize("managers", [TWELVE, LEAVES])
def test_no_line_runs_through_anybody_else(managers: list[int]) -> None:
    layout = arrange(tree(managers))
    pairs = [*itertools.permutations(layout.places, 2)][::3]
    assert [pair for pair in pairs if through(layout, Tie(*pair, "influences", ""))] == []


@settings(max_examples=25, deadline=None)
@given(st.lists(st.integers(0, 9), min_size=2, max_size=14), st.data())
def test_every_line_starts_at_one_and_ends_at_the_edge_of_the_other(
    bosses: list[int], data: st.DataObject
) -> None:
    layout = arrange(tree([boss if boss <= at else 0 for at, boss in enumerate(bosses)]))
    source, target = data.draw(st.permutations(sorted(layout.places)))[:2]
    run = Ways(layout).run(Tie(source, target, "conflicts", ""))
    for (x, y), key in ((run[0], source), (run[-1], target)):
        left, top = layout.places[key]
        assert -4 <= x - left <= WIDTH + 4
        assert -4 <= y - top <= HEIGHT + 4


@pytest.mark.parametrize("how", [arrange, arrange_units])
def test_among_four_hundred_every_line_finds_a_way_around_everybody(
    how: Callable[[list[Node]], Layout],
) -> None:
    people = tree([0, *(1 + (at + 1) // 6 for at in range(399))])
    layout = how([replace(one, group=f"Unit {at % 7}") for at, one in enumerate(people)])
    ways, pairs = Ways(layout), random.Random(7)
    crossed = []
    for _ in range(40):
        source, target = pairs.sample(sorted(layout.places), 2)
        run = ways.run(Tie(source, target, "influences", ""))
        others = [at for key, at in layout.places.items() if key not in (source, target)]
        hits = (hit(leg, at) for leg in itertools.pairwise(run) for at in others)
        crossed += [(source, target)] if any(hits) else []
    assert crossed == []


def hit(leg: tuple[Corner, Corner], place: Corner) -> bool:
    """Whether a straight line reaches inside a box, one that bends as if it filled its corner."""
    (ax, ay), (bx, by) = leg
    left, top = place
    beside = max(ax, bx) <= left + 2 or min(ax, bx) >= left + WIDTH - 2
    return not (beside or max(ay, by) <= top + 2 or min(ay, by) >= top + HEIGHT - 2)


def test_lines_are_drawn_behind_the_boxes() -> None:
    svg = org_map(tree(TWELVE), key="m", ties=[Tie("2", "9", "influences", "a")]).svg
    assert svg.index("m-arrow)") < svg.index('class="node"')
    assert re.search(r"<title>a</title>", svg)
