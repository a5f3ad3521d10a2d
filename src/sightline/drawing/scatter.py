"""Accounts by two measures, with a third as area and the tier as shape.

Names keep clear of every point and of each other; one that finds no room is left to the table.
"""

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


# Left, top, right and bottom, in the drawing's own units.
Box = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a point stands and how far it reaches, in the drawing's own units."""

    x: float
    y: float
    radius: float

    @property
    def box(self) -> Box:
        """What the point covers, whatever its shape."""
        return (
            self.x - self.radius,
            self.y - self.radius,
            self.x + self.radius,
            self.y + self.radius,
        )


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
    widest = max((point.area for point in points), default=0) or 1.0
    order = sorted(points, key=lambda point: -point.area)
    spots = [
        Spot(across.at(point.x), up.at(point.y), 4 + 12 * max(point.area / widest, 0) ** 0.5)
        for point in order
    ]
    boxes = [spot.box for spot in spots]
    taken = _draw_field(sheet, axes, across, up, boxes)
    for rank, (point, spot) in enumerate(zip(order, spots, strict=True)):
        with sheet.link(point.href, point.described):
            _draw_shape(sheet, point.shape, spot.x, spot.y, spot.radius)
            if rank < named:
                others = (*boxes[:rank], *boxes[rank + 1 :])
                _draw_name(sheet, point.name, spot, taken, others)
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
    sheet: Sheet, axes: Axes, across: Scale, up: Scale, points: Sequence[Box]
) -> list[Box]:
    """The ground with its quadrants; answers where words stand.

    A quadrant's words go where no point stands: at its corner, else at its other end.
    """
    taken: list[Box] = []
    palette = sheet.palette
    right, bottom = sheet.width - RIGHT, sheet.height - BOTTOM
    sheet.rect(LEFT, TOP, right - LEFT, bottom - TOP, rx=6, fill=palette.surface_2)
    cut_x, cut_y = across.at(axes.x_cut), up.at(axes.y_cut)
    sheet.path(
        f"M{plain(cut_x)} {plain(TOP)}V{plain(bottom)}M{plain(LEFT)} {plain(cut_y)}H{plain(right)}",
        stroke=palette.border_2,
        stroke_dasharray="3 3",
    )
    high, low = TOP + 16, bottom - 8
    for words, outer, inner, baseline in zip(
        axes.corners,
        (LEFT + 8, right - 8, LEFT + 8, right - 8),
        (cut_x - 8, cut_x + 8, cut_x - 8, cut_x + 8),
        (high, high, low, low),
        strict=True,
    ):
        if words:
            taken.append(_draw_corner(sheet, words, (outer, inner), baseline, points))
    middle = (LEFT + right) / 2
    sheet.text(middle, sheet.height - 12, f"{axes.x_label} →", anchor="middle")
    centre = (TOP + bottom) / 2
    turn = f"rotate(-90 16 {plain(centre)})"
    sheet.text(16, centre, f"{axes.y_label} →", anchor="middle", transform=turn)
    return taken


def _draw_corner(
    sheet: Sheet, words: str, ends: tuple[float, float], baseline: float, points: Sequence[Box]
) -> Box:
    """A quadrant's words at its outer end, or at the inner one where points stand there."""
    outer, inner = ends
    extent = text_width(words, size=10)
    reaching_right = outer < inner
    found: list[tuple[float, str, Box]] = []
    for at, starts in ((outer, reaching_right), (inner, not reaching_right)):
        left = at if starts else at - extent
        box = (left, baseline - 9, left + extent, baseline + 2)
        found.append((at, "start" if starts else "end", box))
    at, anchor, box = next((one for one in found if _free(one[2], points)), found[0])
    sheet.text(at, baseline, words, size=10, anchor=anchor)
    return box


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
    sheet: Sheet, name: str, spot: Spot, taken: list[Box], points: Sequence[Box]
) -> None:
    """The name right of its point, else left, above or below; none where all would collide."""
    words = cut(name, 110)
    width = text_width(words)
    gap = spot.radius + 4
    for left, baseline in (
        (spot.x + gap, spot.y + 4),
        (spot.x - gap - width, spot.y + 4),
        (spot.x - width / 2, spot.y - gap),
        (spot.x - width / 2, spot.y + gap + 8),
    ):
        box = (left, baseline - 9, left + width, baseline + 3)
        inside = (
            box[0] >= LEFT
            and box[2] <= sheet.width - RIGHT
            and box[1] >= TOP
            and box[3] <= sheet.height - BOTTOM
        )
        if inside and _free(box, (*taken, *points)):
            taken.append(box)
            sheet.text(left, baseline, words, fill=sheet.palette.text_2)
            return


def _free(box: Box, others: Sequence[Box]) -> bool:
    left, top, right, bottom = box
    return all(
        right <= other[0] or left >= other[2] or bottom <= other[1] or top >= other[3]
        for other in others
    )
