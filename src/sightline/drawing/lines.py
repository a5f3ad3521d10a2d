"""A figure over time: a sparkline beside a number, and a trend with the year before."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sightline.drawing.axis import Scale, round_step, ticks
from sightline.drawing.palette import SCREEN, Palette
from sightline.drawing.sheet import Drawing, Sheet, Table, plain, text_width

TOP, BOTTOM, RIGHT = 14.0, 28.0, 14.0


@dataclass(frozen=True, slots=True)
class Moment:
    """One period of a trend; `value` and `before` (a year earlier) are None where not known."""

    label: str
    value: float | None
    before: float | None = None
    href: str = ""


@dataclass(frozen=True, slots=True)
class Words:
    """The fixed words, to be translated by the caller."""

    title: str = "Trend"
    now: str = "This year"
    before: str = "Year before"
    period: str = "Period"
    unknown: str = "not known"


def sparkline(
    values: Sequence[float | None],
    *,
    described: str,
    width: float = 96,
    height: float = 26,
    tone: str = "",
    palette: Palette = SCREEN,
) -> str:
    """A small line without axes; None leaves a hole. Under two known values it is empty.

    `described` says in words what it shows; `tone` warn or neg colours it.
    """
    known = [value for value in values if value is not None]
    if len(known) < 2:
        return ""
    colour = palette.tone(tone)[2] if tone else palette.c1
    across = Scale(0, len(values) - 1, 3, width - 3)
    up = Scale(min(known), max(known), height - 4, 4)
    if min(known) == max(known):
        up = Scale(min(known) - 1, max(known) + 1, height - 4, 4)
    sheet = Sheet(width, height, palette, "spark")
    for run in _runs(values):
        points = [(across.at(at), up.at(value)) for at, value in run]
        sheet.polyline(points, stroke=colour, stroke_width="1.6", stroke_linejoin="round")
    last = max(at for at, value in enumerate(values) if value is not None)
    sheet.circle(across.at(last), up.at(known[-1]), 2.4, fill=colour)
    box = f"0 0 {plain(width)} {plain(height)}"
    name = described.replace("&", "&amp;").replace('"', "&quot;").replace("<", "&lt;")
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{plain(width)}" '
        f'height="{plain(height)}" viewBox="{box}" role="img" aria-label="{name}">'
        f"{''.join(sheet.parts)}</svg>"
    )


def trend(
    moments: Sequence[Moment],
    *,
    key: str,
    label: Callable[[float], str],
    width: float = 720,
    height: float = 240,
    palette: Palette = SCREEN,
    words: Words | None = None,
) -> Drawing:
    """Values by period on an axis from zero, the year before dashed behind them.

    A period that is not known leaves a hole and is said in the table; it is never drawn as zero.
    """
    said = words or Words()
    known = [v for m in moments for v in (m.value, m.before) if v is not None]
    low, high = min([0.0, *known]), max([0.0, *known])
    high = high + round_step(high - low) * 0.1 if high > low else low + 1.0
    sheet = Sheet(width, height, palette, key)
    marks = ticks(low, high)
    left = max(text_width(label(value)) for value in marks) + 12
    across = Scale(0, max(len(moments) - 1, 1), left + 6, width - RIGHT)
    up = Scale(low, high, height - BOTTOM, TOP)
    for value in marks:
        y = plain(up.at(value))
        sheet.path(f"M{plain(left)} {y}H{plain(width - RIGHT)}", stroke=palette.border)
        sheet.text(left - 8, up.at(value) + 4, label(value), anchor="end")
    _draw_labels(sheet, moments, across)
    before = [moment.before for moment in moments]
    for run in _runs(before):
        points = [(across.at(at), up.at(value)) for at, value in run]
        sheet.polyline(points, stroke=palette.c6, stroke_width="1.6", stroke_dasharray="5 4")
    _draw_values(sheet, moments, across, up, label)
    rows = tuple(
        (moment.label, *(_written(v, label, said) for v in (moment.value, moment.before)))
        for moment in moments
    )
    table = Table(said.title, (said.period, said.now, said.before), rows)
    if all(value is None for value in before):
        table = Table(said.title, (said.period, said.now), tuple(row[:2] for row in rows))
    return Drawing(
        svg=sheet.svg(title=said.title, description=_described(moments, label)),
        table=table,
        width=width,
        height=height,
    )


def _draw_labels(sheet: Sheet, moments: Sequence[Moment], across: Scale) -> None:
    widest = max((text_width(moment.label) for moment in moments), default=0) + 10
    room = (across.end - across.start) / max(len(moments) - 1, 1)
    every = max(1, -(-int(widest) // max(int(room), 1)))
    for at, moment in enumerate(moments):
        if at % every == 0:
            anchor = "end" if at == len(moments) - 1 and at else "middle"
            x = across.at(at) + (RIGHT - 4 if anchor == "end" else 0)
            sheet.text(x, sheet.height - 8, moment.label, anchor=anchor)


def _draw_values(
    sheet: Sheet,
    moments: Sequence[Moment],
    across: Scale,
    up: Scale,
    label: Callable[[float], str],
) -> None:
    palette = sheet.palette
    values = [moment.value for moment in moments]
    for run in _runs(values):
        points = [(across.at(at), up.at(value)) for at, value in run]
        sheet.polyline(points, stroke=palette.c1, stroke_width="2.2", stroke_linejoin="round")
    for at, moment in enumerate(moments):
        if moment.value is None:
            continue
        with sheet.link(moment.href, f"{moment.label}: {label(moment.value)}"):
            x, y = across.at(at), up.at(moment.value)
            sheet.circle(x, y, 3, fill=palette.surface, stroke=palette.c1, stroke_width="1.6")


def _runs(values: Sequence[float | None]) -> list[list[tuple[int, float]]]:
    runs: list[list[tuple[int, float]]] = [[]]
    for at, value in enumerate(values):
        if value is None:
            runs.append([])
        else:
            runs[-1].append((at, value))
    return [run for run in runs if run]


def _written(value: float | None, label: Callable[[float], str], words: Words) -> str:
    return words.unknown if value is None else label(value)


def _described(moments: Sequence[Moment], label: Callable[[float], str]) -> str:
    known = [(moment.label, moment.value) for moment in moments if moment.value is not None]
    if not known:
        return ""
    (first, start), (last, end) = known[0], known[-1]
    return f"{first} {label(start)}; {last} {label(end)}"
