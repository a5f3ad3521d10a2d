"""A reliability diagram: what was predicted against what happened, with the diagonal of being right."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sightline.drawing.axis import Scale
from sightline.drawing.palette import SCREEN, Palette
from sightline.drawing.sheet import Drawing, Sheet, Table, plain

LEFT, RIGHT, TOP, BOTTOM = 52.0, 14.0, 14.0, 44.0


@dataclass(frozen=True, slots=True)
class Bin:
    """Predictions of one bin: how many, their mean and the share that happened, 0 to 1."""

    label: str
    count: int
    predicted: float
    observed: float


@dataclass(frozen=True, slots=True)
class ReliabilityWords:
    """What the drawing says."""

    title: str = "Predicted against happened"
    across: str = "Predicted"
    up: str = "Happened"
    columns: tuple[str, str, str, str] = ("Predicted", "Deals", "Mean predicted", "Happened")


def reliability(
    bins: Sequence[Bin],
    *,
    key: str,
    words: ReliabilityWords | None = None,
    width: float = 420,
    height: float = 340,
    palette: Palette = SCREEN,
) -> Drawing:
    """Circles by number of predictions; above the diagonal more happened than was said."""
    said = words or ReliabilityWords()
    sheet = Sheet(width, height, palette, key)
    right, bottom = width - RIGHT, height - BOTTOM
    across, up = Scale(0, 1, LEFT, right), Scale(0, 1, bottom, TOP)
    sheet.rect(LEFT, TOP, right - LEFT, bottom - TOP, rx=6, fill=palette.surface_2)
    sheet.polyline([(LEFT, bottom), (right, TOP)], stroke=palette.text_3, stroke_dasharray="4 4")
    for share in (0.0, 0.5, 1.0):
        sheet.text(across.at(share), bottom + 16, f"{share:.0%}", anchor="middle")
        sheet.text(LEFT - 6, up.at(share) + 4, f"{share:.0%}", anchor="end")
    sheet.text((LEFT + right) / 2, height - 8, f"{said.across} →", anchor="middle")
    centre = (TOP + bottom) / 2
    turn = f"rotate(-90 14 {plain(centre)})"
    sheet.text(14, centre, f"{said.up} →", anchor="middle", transform=turn)
    most = max((one.count for one in bins), default=0) or 1
    points = [(across.at(one.predicted), up.at(one.observed)) for one in bins]
    colour = palette.series(0)
    sheet.polyline(points, stroke=colour, stroke_width="1.6")
    for one, (x, y) in zip(bins, points, strict=True):
        described = f"{one.label}: {one.count}, {one.predicted:.0%}, {one.observed:.0%}"
        with sheet.link("", described):
            radius = 4 + 8 * (one.count / most) ** 0.5
            sheet.circle(x, y, radius, fill=colour, fill_opacity=".35", stroke=colour)
    rows = tuple(
        (one.label, str(one.count), f"{one.predicted:.0%}", f"{one.observed:.0%}") for one in bins
    )
    number = sum(one.count for one in bins)
    return Drawing(
        svg=sheet.svg(title=said.title, description=f"{said.title}: {number}"),
        table=Table(said.title, said.columns, rows),
        width=width,
        height=height,
    )
