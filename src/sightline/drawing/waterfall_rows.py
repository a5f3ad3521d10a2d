"""The same bridge for a narrow screen: a row a step, the words above its bar, in letters to be read.

A truncated axis is drawn broken, as in the upright drawing, and says where it starts.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from sightline.drawing.axis import Scale, axis_start
from sightline.drawing.marks import hatch
from sightline.drawing.palette import SCREEN, Palette
from sightline.drawing.sheet import Sheet, cut, plain, text_width
from sightline.drawing.waterfall import Bar, Step, Words, bars_of, fill_of, signed

WIDTH = 340.0
EDGE, ROW, WORDS_AT, BAR_AT, BAR = 4.0, 52.0, 16.0, 24.0, 18.0
SIZE, NOTE_SIZE = 14.0, 12.0
GAP = 10.0


def waterfall_rows(
    steps: Sequence[Step],
    *,
    key: str,
    label: Callable[[float], str],
    palette: Palette = SCREEN,
    words: Words | None = None,
) -> str:
    """The bridge as SVG, 340 units wide and a row of 52 for each step. No steps is a ValueError."""
    if not steps:
        raise ValueError("a bridge has at least one step")
    said = words or Words()
    bars = bars_of(steps, WIDTH)
    levels = [edge for bar in bars for edge in (bar.low, bar.high)]
    start = axis_start(levels)
    top = ROW / 2 if start > 0 else 0.0
    sheet = Sheet(WIDTH, top + ROW * len(bars), palette, key)
    scale = Scale(start, max(levels), EDGE, WIDTH - EDGE)
    sheet.add(hatch(f"{key}-gap", colour=palette.warn_line))
    if start > 0:
        sheet.text(EDGE, WORDS_AT - 2, said.axis.format(start=label(start)), size=NOTE_SIZE)
    for index, bar in enumerate(bars):
        y = top + index * ROW
        if index + 1 < len(bars):
            # around the words of the next row, not through them
            x, below = plain(scale.at(bar.level)), y + ROW
            sheet.path(
                f"M{x} {plain(y + BAR_AT + BAR)}V{plain(below + 2)}"
                f"M{x} {plain(below + WORDS_AT + 4)}V{plain(below + BAR_AT)}",
                stroke=palette.neu_line,
            )
        _row(sheet, bar, scale, y, label)
    described = "; ".join(f"{bar.step.label} {label(bar.step.value)}" for bar in bars)
    return sheet.svg(title=said.title, description=described)


def _row(sheet: Sheet, bar: Bar, scale: Scale, y: float, label: Callable[[float], str]) -> None:
    step, palette = bar.step, sheet.palette
    shown = signed(step, label)
    from_zero = bar.stands and bar.level > 0
    left = scale.at(0.0) if from_zero else scale.at(bar.low)
    width = max(scale.at(bar.high) - left, 2)
    with sheet.link(step.href, f"{step.label}: {shown}"):
        room = WIDTH - 2 * EDGE - text_width(shown, size=SIZE) - GAP
        name = cut(step.label, room, size=SIZE)
        sheet.text(EDGE, y + WORDS_AT, name, fill=palette.text_2, size=SIZE)
        left_over = room - text_width(name, size=SIZE) - GAP
        note = cut(step.note, left_over, size=NOTE_SIZE) if left_over > 40 else ""
        if note:
            beside = EDGE + text_width(name, size=SIZE) + GAP
            sheet.text(beside, y + WORDS_AT, note, size=NOTE_SIZE)
        sheet.text(
            WIDTH - EDGE,
            y + WORDS_AT,
            shown,
            fill=palette.text,
            size=SIZE,
            weight=600,
            anchor="end",
        )
        sheet.rect(left, y + BAR_AT, width, BAR, rx=3, **fill_of(step.kind, sheet))
        if bar.stands and scale.low > 0:
            _break(sheet, left + 12, y + BAR_AT)


def _break(sheet: Sheet, x: float, y: float) -> None:
    quarter = plain(BAR / 4)
    sheet.path(
        f"M{plain(x)} {plain(y - 2)}l6 {quarter} -6 {quarter} 6 {quarter} -6 {plain(BAR / 4 + 4)}",
        stroke=sheet.palette.surface,
        stroke_width=4,
    )
