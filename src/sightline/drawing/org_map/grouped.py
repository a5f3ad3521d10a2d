"""Two further ways to stand: by unit, each in a frame of its own, and as a plot of two scales."""

from __future__ import annotations

from collections.abc import Sequence

from sightline.drawing.org_map.layout import (
    HEIGHT,
    WIDTH,
    Frame,
    Layout,
    Node,
    Rail,
    arrange,
    extent,
)

PAD, HEAD, GAP = 14.0, 26.0, 18.0
ROW_WIDTH = 1500.0
STEP = HEIGHT + 16.0
AXIS = 108.0
SIDE_BY_SIDE, WIDEST_CELL = 4, 2
"""At most so many boxes side by side in one field of a plot."""


def arrange_units(people: Sequence[Node]) -> Layout:
    """Every `group` in a frame, its reporting lines inside it; frames fill rows of about 1,500.

    In the order in which groups first come. A line to a manager in another unit is not drawn.
    """
    groups: dict[str, list[Node]] = {}
    for person in people:
        groups.setdefault(person.group, []).append(person)
    layout = Layout()
    x, y, tallest = 0.0, 0.0, 0.0
    for label, members in groups.items():
        inner = arrange(members, across=SIDE_BY_SIDE)
        width = max(inner.width, WIDTH) + 2 * PAD
        if x and x + width > ROW_WIDTH:
            x, y, tallest = 0.0, y + tallest + GAP, 0.0
        height = inner.height + HEAD + 2 * PAD
        layout.frames.append(Frame(x, y, width, height, label))
        _take_over(layout, inner, x + PAD, y + HEAD + PAD)
        x, tallest = x + width + GAP, max(tallest, height)
    extent(layout)
    return layout


def arrange_plot(people: Sequence[Node], *, rows: Sequence[str], columns: Sequence[str]) -> Layout:
    """Boxes in fields of rows × columns by `cell`; no box covers another, however many share one.

    Rows come from the top, columns from the left, both by index into the labels.
    """
    cells: dict[tuple[int, int], list[Node]] = {}
    for person in people:
        cells.setdefault(person.cell, []).append(person)
    wide = [_wide(cells, column, len(rows)) for column in range(len(columns))]
    high = [_high(cells, row, len(columns)) for row in range(len(rows))]
    layout = Layout()
    y = HEAD + 8
    lefts = [AXIS + sum(wide[:at]) + 6 * at for at in range(len(columns))]
    for x, width, title in zip(lefts, wide, columns, strict=True):
        layout.frames.append(Frame(x, 0, width, HEAD, title))
    for row, name in enumerate(rows):
        layout.frames.append(Frame(0, y, AXIS - 8, high[row], name))
        for column, x in enumerate(lefts):
            layout.frames.append(Frame(x, y, wide[column], high[row], ""))
            for at, person in enumerate(cells.get((row, column), ())):
                across, down = at % WIDEST_CELL, at // WIDEST_CELL
                layout.places[person.key] = (
                    x + PAD + across * (WIDTH + PAD),
                    y + PAD + down * STEP,
                )
                layout.levels[person.key] = 1
        y += high[row] + 6
    extent(layout)
    return layout


def _take_over(layout: Layout, inner: Layout, x: float, y: float) -> None:
    for key, (px, py) in inner.places.items():
        layout.places[key] = (px + x, py + y)
    for key, rail in inner.rails.items():
        layout.rails[key] = Rail(rail.x + x, rail.top + y)
    layout.levels |= inner.levels
    layout.parents |= inner.parents


def _wide(cells: dict[tuple[int, int], list[Node]], column: int, rows: int) -> float:
    most = max((len(cells.get((row, column), ())) for row in range(rows)), default=0)
    across = min(max(most, 1), WIDEST_CELL)
    return across * (WIDTH + PAD) + PAD


def _high(cells: dict[tuple[int, int], list[Node]], row: int, columns: int) -> float:
    most = max((len(cells.get((row, column), ())) for column in range(columns)), default=0)
    down = max(1, -(-most // WIDEST_CELL))
    return down * STEP + PAD
