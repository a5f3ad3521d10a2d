"""A bridge from a start to a goal: what adds, what takes away, what is still uncovered."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from sightline.drawing.axis import Scale, axis_start
from sightline.drawing.marks import hatch
from sightline.drawing.palette import SCREEN, Palette
from sightline.drawing.sheet import Drawing, Sheet, Table, plain, wrapped

Kind = Literal["base", "up", "down", "total", "gap", "target"]
LEFT, TOP, BOTTOM = 8.0, 28.0, 58.0
NOTE = 14.0
LEAST_BAR = 84.0


@dataclass(frozen=True, slots=True)
class Step:
    """One bar. Levels (base, total, target) stand on the axis; up, down and gap hang between.

    `value` is signed for up and down (a fall is below zero) and in one unit for all steps.
    """

    label: str
    value: float
    kind: Kind
    note: str = ""
    href: str = ""


@dataclass(frozen=True, slots=True)
class Words:
    """The fixed words, to be translated by the caller."""

    title: str = "Bridge from baseline to target"
    axis: str = "Axis starts at {start}"
    columns: tuple[str, str, str] = ("Step", "Amount", "Level after it")


@dataclass(frozen=True, slots=True)
class Bar:
    """One step laid out: its place, the levels it spans, and the level after it."""

    step: Step
    x: float
    width: float
    low: float
    high: float
    level: float

    @property
    def stands(self) -> bool:
        """It stands on the axis; else it hangs between two levels."""
        return self.step.kind in {"base", "total", "target"}


def waterfall(
    steps: Sequence[Step],
    *,
    key: str,
    label: Callable[[float], str],
    width: float = 720,
    height: float = 300,
    palette: Palette = SCREEN,
    words: Words | None = None,
) -> Drawing:
    """The bridge. `label` writes a value (£2.42m). More than eight steps widen the drawing.

    A truncated axis is drawn broken and says where it starts. No steps is a ValueError.
    """
    if not steps:
        raise ValueError("a bridge has at least one step")
    said = words or Words()
    sheet = Sheet(max(width, len(steps) * LEAST_BAR + 2 * LEFT), height, palette, key)
    bars = bars_of(steps, sheet.width)
    levels = [edge for bar in bars for edge in (bar.low, bar.high)]
    start = axis_start(levels)
    top = TOP + (NOTE if start > 0 else 0)
    scale = Scale(start, max(levels), height - BOTTOM, top)
    sheet.add(hatch(f"{key}-gap", colour=palette.warn_line))
    for index, bar in enumerate(bars):
        _draw_bar(sheet, bar, scale, label)
        if index + 1 < len(bars):
            y = plain(scale.at(bar.level))
            sheet.path(
                f"M{plain(bar.x + bar.width)} {y}H{plain(bars[index + 1].x)}",
                stroke=palette.neu_line,
                stroke_dasharray="2 2",
            )
    zero = scale.at(max(start, 0.0))
    sheet.path(f"M{plain(LEFT)} {plain(zero)}H{plain(sheet.width - LEFT)}", stroke=palette.border_2)
    if start > 0:
        note = said.axis.format(start=label(start))
        sheet.text(sheet.width - LEFT, 11, note, anchor="end")
    described = "; ".join(f"{bar.step.label} {label(bar.step.value)}" for bar in bars)
    return Drawing(
        svg=sheet.svg(title=said.title, description=described),
        table=_table(bars, label, said),
        width=sheet.width,
        height=height,
    )


def bars_of(steps: Sequence[Step], width: float) -> list[Bar]:
    """The steps beside one another over a width, each from where the one before it ended."""
    slot = (width - 2 * LEFT) / len(steps)
    bars: list[Bar] = []
    level = 0.0
    for index, step in enumerate(steps):
        stands = step.kind in {"base", "total", "target"}
        before = 0.0 if stands else level
        level = step.value if stands else level + step.value
        low, high = min(before, level), max(before, level)
        if stands and level > 0:
            low = level
        bars.append(Bar(step, LEFT + index * slot + 7, slot - 14, low, high, level))
    return bars


def _draw_bar(sheet: Sheet, bar: Bar, scale: Scale, label: Callable[[float], str]) -> None:
    palette, step, stands = sheet.palette, bar.step, bar.stands
    foot = scale.at(0.0) if scale.low < 0 else scale.start
    top = scale.at(bar.high)
    bottom = foot if stands and bar.level > 0 else scale.at(bar.low)
    shown = signed(step, label)
    with sheet.link(step.href, f"{step.label}: {shown}"):
        sheet.rect(bar.x, top, bar.width, max(bottom - top, 2), rx=3, **fill_of(step.kind, sheet))
        if stands and scale.low > 0:
            _draw_break(sheet, bar, foot)
        middle = bar.x + bar.width / 2
        sheet.text(middle, top - 6, shown, fill=palette.text, weight=600, anchor="middle")
        lines = wrapped(step.label, bar.width + 8)
        y = sheet.height - BOTTOM + 17
        for line in lines:
            sheet.text(middle, y, line, fill=palette.text_2, anchor="middle")
            y += 13
        for line in wrapped(step.note, bar.width + 8, lines=1, size=10.5):
            sheet.text(middle, y, line, size=10.5, anchor="middle")


def fill_of(kind: Kind, sheet: Sheet) -> dict[str, object]:
    """How a bar of a kind is painted; a gap needs the sheet's own hatching."""
    palette = sheet.palette
    fills: dict[Kind, dict[str, object]] = {
        "base": {"fill": palette.c6},
        "total": {"fill": palette.c1},
        "up": {"fill": palette.c1, "fill_opacity": ".82"},
        "down": {"fill": palette.c5},
        "gap": {
            "fill": f"url(#{sheet.key}-gap)",
            "stroke": palette.warn_line,
            "stroke_width": "1.4",
            "stroke_dasharray": "4 3",
        },
        "target": {"fill": palette.surface_3, "stroke": palette.text, "stroke_width": "1.4"},
    }
    return fills[kind]


def _draw_break(sheet: Sheet, bar: Bar, foot: float) -> None:
    quarter = bar.width / 4
    y = foot - 11
    sheet.path(
        f"M{plain(bar.x - 3)} {plain(y)}l{plain(quarter)} -7 {plain(quarter)} 7 "
        f"{plain(quarter)} -7 {plain(quarter + 6)} 7",
        stroke=sheet.palette.surface,
        stroke_width=4,
    )


def signed(step: Step, label: Callable[[float], str]) -> str:
    """The value as it is written beside its bar: what adds has a plus."""
    text = label(step.value)
    return f"+{text}" if step.kind in {"up", "gap"} and step.value > 0 else text


def _table(bars: Sequence[Bar], label: Callable[[float], str], words: Words) -> Table:
    rows = tuple(
        (
            f"{bar.step.label}, {bar.step.note}" if bar.step.note else bar.step.label,
            signed(bar.step, label),
            label(bar.level),
        )
        for bar in bars
    )
    return Table(words.title, words.columns, rows)
