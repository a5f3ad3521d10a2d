"""Which way a tie takes so that it runs through nobody's box: the curve, because it reads best where
nobody stands between, else along the free lines beside, above and under the boxes."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from math import ceil, hypot

from sightline.drawing.org_map.flat import Run, runs
from sightline.drawing.org_map.lanes import Box, Lanes
from sightline.drawing.org_map.layout import GAP_X, HEIGHT, LEAF_GAP, WIDTH, Frame, Layout, Tie
from sightline.drawing.org_map.routes import Corner, tie_route
from sightline.drawing.sheet import plain, text_width

STEP = 8.0
"""Corners of a curve this far apart are looked at; it may cut a corner of a box by less."""
EDGE = 1.0
NEAR = 5
"""Boxes across as far as a curve is tried: over more of them it is never free and says nothing."""
OUT, ARROW = 1.0, 3.0
BEND = 5.0
ACROSS, DOWN = WIDTH + GAP_X, HEIGHT + LEAF_GAP
"""A cell of the plan; a box lies in four at most."""
LABEL_LEFT, LABEL_TOP, LABEL_FOOT, LABEL_SIZE = 12.0, 6.0, 22.0, 12.0
"""Where a frame's name stands in its corner."""


class Ways:
    """The ways between the boxes of one layout."""

    def __init__(self, layout: Layout) -> None:
        self._places = layout.places
        boxes = [(x, y, x + WIDTH, y + HEIGHT) for x, y in layout.places.values()]
        names = [_name(frame) for frame in layout.frames if frame.label]
        self._lanes = Lanes(boxes, beside=GAP_X / 2, above=LEAF_GAP / 2, blocks=names)
        self._cells: dict[tuple[int, int], list[Box]] = {}
        for box in (*boxes, *names):
            for cell in _cells_of(box):
                self._cells.setdefault(cell, []).append(box)

    def way(self, tie: Tie) -> str:
        """The path of a tie between two people who both stand in the layout."""
        source, target = self._places[tie.source], self._places[tie.target]
        curve = tie_route(source, target)
        near = abs(source[0] - target[0]) < NEAR * ACROSS
        if near and self._is_free(runs(curve)[0], without=(source, target)):
            return curve
        corners = self._lanes.way(_sides(source, OUT), _sides(target, ARROW))
        return _angled((*_from(source, corners[0]), *corners[1:])) if corners else curve

    def run(self, tie: Tie) -> Run:
        """The same way as corners."""
        return runs(self.way(tie))[0]

    def _is_free(self, run: Run, *, without: tuple[Corner, ...]) -> bool:
        """Whether a run of corners goes through nothing but the boxes named."""
        cells = self._cells
        for x, y in _along(run):
            for box in cells.get((int(x // ACROSS), int(y // DOWN)), ()):
                left, top, right, bottom = box
                if (
                    left + EDGE < x < right - EDGE
                    and top + EDGE < y < bottom - EDGE
                    and (left, top) not in without
                ):
                    return False
        return True


def _name(frame: Frame) -> Box:
    """Where a frame's name is written."""
    wide = min(text_width(frame.label, size=LABEL_SIZE), frame.width - 2 * LABEL_LEFT)
    left = frame.x + LABEL_LEFT
    return left, frame.y + LABEL_TOP, left + wide, frame.y + LABEL_FOOT


def _cells_of(box: Box) -> Iterator[tuple[int, int]]:
    left, top, right, bottom = box
    for column in range(int(left // ACROSS), int(right // ACROSS) + 1):
        for row in range(int(top // DOWN), int(bottom // DOWN) + 1):
            yield column, row


def _along(run: Run) -> Iterator[Corner]:
    """Corners of the run and between them, none further than a step from the next."""
    x, y = run[0]
    for right, down in run[1:]:
        parts = ceil(max(abs(right - x), abs(down - y)) / STEP) or 1
        for part in range(parts):
            share = part / parts
            yield x + (right - x) * share, y + (down - y) * share
        x, y = right, down
    yield x, y


def _sides(box: Corner, off: float) -> tuple[Corner, Corner]:
    """The middle of the left and of the right side, so far off."""
    middle = box[1] + HEIGHT / 2
    return (box[0] - off, middle), (box[0] + WIDTH + off, middle)


def _from(box: Corner, start: Corner) -> tuple[Corner]:
    """Where a way that starts just beside a box leaves it."""
    return ((box[0] if start[0] < box[0] else box[0] + WIDTH, start[1]),)


def _angled(corners: Run) -> str:
    """Lines in right angles with a small bend at each."""
    at = corners[0]
    parts = [f"M{plain(at[0])} {plain(at[1])}"]
    for here, after in pairwise(corners[1:]):
        parts.append(_leg(at, here, after))
        at = here
    return "".join(parts) + _straight(at, corners[-1])


def _leg(before: Corner, here: Corner, after: Corner) -> str:
    """As far as a corner, and round it where there is room."""
    into = (here[0] - before[0], here[1] - before[1])
    out = (after[0] - here[0], after[1] - here[1])
    radius = min(BEND, hypot(*into) / 2, hypot(*out) / 2)
    if radius < 1 or bool(into[0]) == bool(out[0]):
        return _straight(before, here)
    one, other = _towards(into, radius), _towards(out, radius)
    near = (here[0] - one[0], here[1] - one[1])
    bend = f"q{plain(one[0])} {plain(one[1])} {plain(one[0] + other[0])} {plain(one[1] + other[1])}"
    return _straight(before, near) + bend


def _towards(way: Corner, length: float) -> Corner:
    whole = hypot(*way)
    return way[0] / whole * length, way[1] / whole * length


def _straight(before: Corner, here: Corner) -> str:
    if before[0] != here[0]:
        return f"H{plain(here[0])}"
    return f"V{plain(here[1])}" if before[1] != here[1] else ""
