"""A wallet as one stacked bar: whose share is how large; what is not spent is hatched."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sightline.drawing.marks import hatch
from sightline.drawing.palette import SCREEN, Palette
from sightline.drawing.sheet import Drawing, Sheet, Table, text_width

BAR = 24.0
ROW = 18.0


@dataclass(frozen=True, slots=True)
class Share:
    """One holder's part, in one unit for all. `kind` ours, rival, in_house or unspent."""

    name: str
    value: float
    kind: str = "rival"


@dataclass(frozen=True, slots=True)
class Words:
    """The fixed words, to be translated by the caller."""

    title: str = "Wallet share"
    columns: tuple[str, str, str] = ("Holder", "Amount", "Share")


def stacked_bar(
    shares: Sequence[Share],
    *,
    key: str,
    label: Callable[[float], str],
    percent: Callable[[float], str],
    width: float = 330,
    palette: Palette = SCREEN,
    words: Words | None = None,
) -> Drawing:
    """The bar with its legend below. Shares of zero or less are left out of the bar."""
    said = words or Words()
    drawn = [share for share in shares if share.value > 0]
    whole = sum(share.value for share in drawn)
    entries = [(share, f"{share.name} {percent(share.value / whole)}") for share in drawn]
    sheet = Sheet(width, 0, palette, key)
    sheet.add(hatch(f"{key}-unspent", colour=palette.border_ctl, step=6))
    x, rivals = 0.0, 0
    legend_x, legend_y = 0.0, BAR + 22
    for share, text in entries:
        fill = _fill(share.kind, rivals, sheet)
        rivals += share.kind == "rival"
        extent = width * share.value / whole
        look = {"rx": 4, "fill": fill}
        if share.kind == "unspent":
            look["stroke"] = palette.border_ctl
        sheet.rect(x + 0.5, 0.5, extent - 2, BAR - 1, **look)
        x += extent
        room = 18 + text_width(text) + 14
        if legend_x + room > width and legend_x:
            legend_x, legend_y = 0.0, legend_y + ROW
        sheet.rect(legend_x, legend_y - 9, 12, 11, **(look | {"rx": 3}))
        sheet.text(legend_x + 18, legend_y, text, fill=palette.text_2)
        legend_x += room
    sheet.height = legend_y + 8
    rows = tuple(
        (
            share.name,
            label(share.value),
            percent(share.value / whole) if share.value > 0 else "",
        )
        for share in shares
    )
    described = ", ".join(text for _, text in entries)
    return Drawing(
        svg=sheet.svg(title=said.title, description=described),
        table=Table(said.title, said.columns, rows),
        width=width,
        height=sheet.height,
    )


def _fill(kind: str, rivals: int, sheet: Sheet) -> str:
    palette = sheet.palette
    if kind == "ours":
        return palette.c1
    if kind == "in_house":
        return palette.c6
    if kind == "unspent":
        return f"url(#{sheet.key}-unspent)"
    return (palette.c5, palette.c2, palette.c4, palette.c3)[rivals % 4]
