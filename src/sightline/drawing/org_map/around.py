"""Which way a tie takes so that it runs through nobody's box: the first free one, else the freest.

Every column of boxes has a free channel right of it and every row a free strip under it; a way
leaves at a side, follows a channel or a strip, and arrives at a side. The curve comes first, because
it reads best where nobody stands between.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from math import ceil, hypot

from sightline.drawing.org_map.flat import Run, runs
from sightline.drawing.org_map.layout import (
    GAP_X,
    HEIGHT,
    INDENT,
    LEAF_GAP,
    WIDTH,
    Layout,
    Tie,
)
from sightline.drawing.org_map.routes import Corner, tie_route
from sightline.drawing.sheet import plain

Box = tuple[float, float]
STEP, FINE = 30.0, 8.0
"""Corners this far apart are looked at: less than half the height of a box; closer on a curve, which
may cut a corner."""
EDGE = 1.0
ARROW = 3.0
BEND = 5.0
ACROSS, DOWN = WIDTH + GAP_X, HEIGHT + LEAF_GAP
"""A cell of the plan; a box lies in four at most."""


class Ways:
    """The ways between the boxes of one layout."""

    def __init__(self, layout: Layout) -> None:
        self._places = layout.places
        self._cells: dict[tuple[int, int], list[Box]] = {}
        for x, y in layout.places.values():
            for cell in {
                _cell(x + right, y + down) for right in (0, WIDTH) for down in (0, HEIGHT)
            }:
                self._cells.setdefault(cell, []).append((x, y))

    def way(self, tie: Tie) -> str:
        """The path of a tie between two people who both stand in the layout."""
        source, target = self._places[tie.source], self._places[tie.target]
        curve = tie_route(source, target)
        fewest = self.crossed(runs(curve)[0], without=(source, target), step=FINE)
        best: Run = ()
        if fewest:
            for corners in _ways(source, target):
                crossed = self.crossed(corners, without=(source, target))
                if crossed < fewest:
                    best, fewest = corners, crossed
                if not crossed:
                    break
        return _angled(best) if best else curve

    def run(self, tie: Tie) -> Run:
        """The same way as corners."""
        return runs(self.way(tie))[0]

    def crossed(self, run: Run, *, without: tuple[Box, ...] = (), step: float = STEP) -> int:
        """How many boxes a run of corners goes through."""
        found: set[Box] = set()
        cells = self._cells
        for x, y in _along(run, step):
            for box in cells.get((int(x // ACROSS), int(y // DOWN)), ()):
                if (
                    box[0] + EDGE < x < box[0] + WIDTH - EDGE
                    and box[1] + EDGE < y < box[1] + HEIGHT - EDGE
                    and box not in without
                ):
                    found.add(box)
        return len(found)


def _cell(x: float, y: float) -> tuple[int, int]:
    return int(x // ACROSS), int(y // DOWN)


def _along(run: Run, step: float) -> Iterator[Corner]:
    """Corners of the run and between them, none further than a step from the next."""
    x, y = run[0]
    for right, down in run[1:]:
        parts = ceil(max(abs(right - x), abs(down - y)) / step) or 1
        for part in range(parts):
            share = part / parts
            yield x + (right - x) * share, y + (down - y) * share
        x, y = right, down
    yield x, y


def _ways(source: Box, target: Box) -> Iterator[Run]:
    """From the plainest to the longest."""
    # left of the first column there is no more than the margin
    channels = target[0] + WIDTH + GAP_X / 2, max(-GAP_X, target[0] - INDENT - GAP_X / 2)
    if source[0] < target[0]:
        channels = (channels[1], channels[0])
    for channel in channels:
        yield _by_channel(source, target, channel)
    edges = (-LEAF_GAP / 2, HEIGHT + LEAF_GAP / 2)
    strips = [y + at for y in (source[1], target[1]) for at in edges]
    for channel in channels:
        for strip in strips:
            yield _by_strip(source, target, channel, strip)


def _by_channel(source: Box, target: Box, channel: float) -> Run:
    """Out of a side, along the channel beside the target, and in."""
    start = source[0] + (WIDTH if channel > source[0] else 0)
    out = (start, _middle(source)), (channel, _middle(source))
    return *out, (channel, _middle(target)), _end(target, channel)


def _by_strip(source: Box, target: Box, channel: float, strip: float) -> Run:
    """Out into the channel beside the source, over a strip to the target's, and in."""
    right = channel > source[0]
    start = source[0] + (WIDTH if right else 0)
    x = start + GAP_X / 2 if right else max(-GAP_X, start - INDENT - GAP_X / 2)
    out = (start, _middle(source)), (x, _middle(source)), (x, strip)
    return *out, (channel, strip), (channel, _middle(target)), _end(target, channel)


def _middle(box: Box) -> float:
    return box[1] + HEIGHT / 2


def _end(target: Box, channel: float) -> Corner:
    side = target[0] + WIDTH + ARROW if channel > target[0] else target[0] - ARROW
    return side, _middle(target)


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
