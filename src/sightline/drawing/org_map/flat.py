"""The lines of a map as plain corners, for programs that know no curves: bends in short steps."""

from __future__ import annotations

import re
from collections.abc import Iterator

from sightline.drawing.org_map.layout import Layout
from sightline.drawing.org_map.routes import Corner, report_route

STEPS = 8
_PARTS = re.compile(r"([MHVCq])([^MHVCq]*)")
_NUMBERS = re.compile(r"-?\d+(?:\.\d+)?")

Run = tuple[Corner, ...]


def report_runs(layout: Layout) -> tuple[Run, ...]:
    """Every reporting line, from the managers down."""
    return tuple(
        run
        for child, manager in layout.parents.items()
        for run in runs(report_route(child, manager, layout))
    )


def runs(path: str) -> tuple[Run, ...]:
    """The corners of a path of moves, lines, cubic bends, and quadratic bends told from where they
    begin (the commands M, H, V, C and q); another command is an error."""
    if re.search(r"[A-Za-z]", _PARTS.sub("", path)):
        raise ValueError(f"Not a route of this drawing: {path[:40]}")
    found: list[list[Corner]] = []
    for letter, told in _PARTS.findall(path):
        values = [float(text) for text in _NUMBERS.findall(told)]
        if letter == "M":
            found.append([(values[0], values[1])])
        else:
            found[-1].extend(_steps(letter, values, found[-1][-1]))
    return tuple(tuple(run) for run in found)


def _steps(letter: str, values: list[float], at: Corner) -> Iterator[Corner]:
    x, y = at
    if letter == "H":
        yield (values[0], y)
    elif letter == "V":
        yield (x, values[0])
    elif letter == "C":
        a, b, c, d, e, f = values
        yield from _bend(at, (a, b), (c, d), (e, f))
    else:
        a, b, c, d = values
        middle, end = (x + a, y + b), (x + c, y + d)
        yield from _bend(at, _between(at, middle), _between(end, middle), end)


def _between(one: Corner, middle: Corner) -> Corner:
    """The handle of a cubic bend that runs as a quadratic one does."""
    return (one[0] + 2 / 3 * (middle[0] - one[0]), one[1] + 2 / 3 * (middle[1] - one[1]))


def _bend(p: Corner, q: Corner, r: Corner, s: Corner) -> Iterator[Corner]:
    for step in range(1, STEPS + 1):
        t = step / STEPS
        u = 1 - t
        weights = (u**3, 3 * u * u * t, 3 * u * t * t, t**3)
        yield (
            sum(w * point[0] for w, point in zip(weights, (p, q, r, s), strict=True)),
            sum(w * point[1] for w, point in zip(weights, (p, q, r, s), strict=True)),
        )
