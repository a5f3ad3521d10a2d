"""Accounts by two measures, with a third as area and the tier as shape."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sightline.drawing.axis import Scale
from sightline.drawing.palette import SCREEN, Palette
from sightline.drawing.sheet import Drawing, Sheet, Table, cut, plain, text_width

LEFT, RIGHT, TOP, BOTTOM = 40.0, 12.0, 12.0, 42.0
INSET = 16.0


@dataclass(frozen=True, slots=True)
class Point:
    """One account. `x`, `y` and `area` are plain numbers; `described` is what a reader hears.

    `shape` is 1 circle, 2 square, 3 triangle (the tier). Large and first ones keep their name.
    """

    name: str
    x: float
    y: float
    area: float
    shape: int
    described: str
    cells: tuple[str, ...] = ()
    href: str = ""


@dataclass(frozen=True, slots=True)
class Axes:
    """What the axes measure, their upper ends, where the quadrants part and what they are called.

    `corners` are top left, top right, bottom left, bottom right.
    """

    x_label: str
    y_label: str
    x_top: float
    y_top: float
    x_cut: float
    y_cut: float
    corners: tuple[str, str, str, str] = ("", "", "", "")
    title: str = ""
    columns: tuple[str, ...] = ()


def scatter(
    points: Sequence[Point],
    *,
    axes: Axes,
    key: str,
    named: int = 12,
    width: float = 620,
    height: float = 340,
    palette: Palette = SCREEN,
) -> Drawing:
    """The chart; the `named` points of largest area carry their name where there is room."""
    sheet = Sheet(width, height, palette, key)
    across = Scale(0, axes.x_top or 1, LEFT + INSET, width - RIGHT - INSET)
    up = Scale(0, axes.y_top or 1, height - BOTTOM - INSET, TOP + INSET)
    taken = _draw_field(sheet, axes, across, up)
    widest = max((point.area for point in points), default=0) or 1.0
    order = sorted(points, key=lambda point: -point.area)
    for rank, point in enumerate(order):
        x, y = across.at(point.x), up.at(point.y)
        radius = 4 + 12 * max(point.area / widest, 0) ** 0.5
        with sheet.link(point.href, point.described):
            _draw_shape(sheet, point.shape, x, y, radius)
            if rank < named:
                _draw_name(sheet, point.name, (x, y, radius), taken)
    title = axes.title or f"{axes.y_label} by {axes.x_label}"
    rows = tuple(
        (point.name, *(point.cells or (plain(point.x), plain(point.y), plain(point.area))))
        for point in points
    )
    return Drawing(
        svg=sheet.svg(title=title, description=f"{title}, {len(points)} accounts"),
        table=Table(title, axes.columns or ("Account", axes.x_label, axes.y_label, "Area"), rows),
        width=width,
        height=height,
    )


def _draw_field(
    sheet: Sheet, axes: Axes, across: Scale, up: Scale
) -> list[tuple[float, float, float]]:
    """The ground with its quadrants; answers where words stand (from, to, baseline)."""
    taken: list[tuple[float, float, float]] = []
    palette = sheet.palette
    right, bottom = sheet.width - RIGHT, sheet.height - BOTTOM
    sheet.rect(LEFT, TOP, right - LEFT, bottom - TOP, rx=6, fill=palette.surface_2)
    x, y = plain(across.at(axes.x_cut)), plain(up.at(axes.y_cut))
    sheet.path(
        f"M{x} {plain(TOP)}V{plain(bottom)}M{plain(LEFT)} {y}H{plain(right)}",
        stroke=palette.border_2,
        stroke_dasharray="3 3",
    )
    top_left, top_right, low_left, low_right = axes.corners
    for words, at, baseline, anchor in (
        (top_left, LEFT + 8, TOP + 16, "start"),
        (top_right, right - 8, TOP + 16, "end"),
        (low_left, LEFT + 8, bottom - 8, "start"),
        (low_right, right - 8, bottom - 8, "end"),
    ):
        if words:
            sheet.text(at, baseline, words, size=10, anchor=anchor)
            extent = text_width(words, size=10)
            start = at if anchor == "start" else at - extent
            taken.append((start, start + extent, baseline - 4))
    middle = (LEFT + right) / 2
    sheet.text(middle, sheet.height - 12, f"{axes.x_label} →", anchor="middle")
    centre = (TOP + bottom) / 2
    turn = f"rotate(-90 16 {plain(centre)})"
    sheet.text(16, centre, f"{axes.y_label} →", anchor="middle", transform=turn)
    return taken


def _draw_shape(sheet: Sheet, shape: int, x: float, y: float, radius: float) -> None:
    colour = sheet.palette.series(shape - 1)
    look = {"fill": colour, "fill_opacity": ".28", "stroke": colour, "stroke_width": "1.6"}
    if shape == 1:
        sheet.circle(x, y, radius, **look)
    elif shape == 2:
        half = radius * 0.88
        sheet.rect(x - half, y - half, 2 * half, 2 * half, rx=2, **look)
    else:
        wide, tall = plain(radius * 1.15), plain(radius * 2)
        data = f"M{plain(x)} {plain(y - radius * 1.2)}l{wide} {tall}h-{plain(radius * 2.3)}z"
        sheet.path(data, **look)


def _draw_name(
    sheet: Sheet,
    name: str,
    at: tuple[float, float, float],
    taken: list[tuple[float, float, float]],
) -> None:
    """The name right of its point, else left of it; none where both would collide."""
    x, y, radius = at
    words = cut(name, 110)
    width = text_width(words)
    for left in (x + radius + 4, x - radius - 4 - width):
        inside = left >= LEFT and left + width <= sheet.width - RIGHT
        free = all(
            abs(y - row) >= 12 or left >= end or left + width <= start for start, end, row in taken
        )
        if inside and free:
            taken.append((left, left + width, y))
            sheet.text(left, y + 4, words, fill=sheet.palette.text_2)
            return
