"""What falls when: events on a line of days, each in the first row where its words have room."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from sightline.drawing.axis import Scale
from sightline.drawing.palette import SCREEN, Palette
from sightline.drawing.sheet import Drawing, Sheet, Table, cut, plain, text_width

LEFT, RIGHT, TOP, ROW, FOOT = 10.0, 10.0, 12.0, 30.0, 30.0
LONGEST = 200.0
MOST_MONTHS = 12


@dataclass(frozen=True, slots=True)
class Event:
    """One event; with an `until` it is a span. `tone` pos, warn, neg, accent or neutral."""

    name: str
    on: date
    until: date | None = None
    tone: str = ""
    note: str = ""
    href: str = ""


@dataclass(frozen=True, slots=True)
class Words:
    """The fixed words, to be translated by the caller."""

    title: str = "Timeline"
    today: str = "Today"
    columns: tuple[str, str, str] = ("Event", "Date", "Note")


def timeline(
    events: Sequence[Event],
    *,
    key: str,
    first: date,
    last: date,
    today: date,
    label: Callable[[date], str],
    width: float = 720,
    palette: Palette = SCREEN,
    words: Words | None = None,
) -> Drawing:
    """Events from `first` to `last`; those outside stand only in the table. `label` writes a day.

    `first` after `last` is a ValueError.
    """
    if first > last:
        raise ValueError("a timeline starts before it ends")
    said = words or Words()
    sheet = Sheet(width, 0, palette, key)
    across = Scale(first.toordinal(), last.toordinal(), LEFT, width - RIGHT)
    shown = sorted(
        (e for e in events if e.on <= last and (e.until or e.on) >= first), key=lambda e: e.on
    )
    rows = _rows(shown, across, width)
    depth = max(rows, default=0) + 1
    base = TOP + depth * ROW
    sheet.height = base + FOOT
    _draw_months(sheet, first, last, across, base)
    if first <= today <= last:
        x = plain(across.at(today.toordinal()))
        sheet.path(f"M{x} {plain(TOP - 6)}V{plain(base)}", stroke=palette.accent, stroke_width=1.4)
        sheet.text(across.at(today.toordinal()) + 4, TOP, said.today, fill=palette.accent)
    for event, row in zip(shown, rows, strict=True):
        _draw_event(sheet, event, TOP + row * ROW + 18, across, label)
    table = tuple(
        (event.name, _when(event, label), event.note) for event in sorted(events, key=_by_day)
    )
    return Drawing(
        svg=sheet.svg(title=said.title, description=f"{label(first)} – {label(last)}"),
        table=Table(said.title, said.columns, table),
        width=width,
        height=sheet.height,
    )


def _rows(events: Sequence[Event], across: Scale, width: float) -> list[int]:
    """For each event the first row whose last words end before it begins."""
    ends: list[float] = []
    rows: list[int] = []
    for event in events:
        start, end = _extent(event, across, width)
        row = next((at for at, taken in enumerate(ends) if taken + 8 <= start), len(ends))
        if row == len(ends):
            ends.append(end)
        else:
            ends[row] = end
        rows.append(row)
    return rows


def _extent(event: Event, across: Scale, width: float) -> tuple[float, float]:
    """From the left edge of mark or words to the right edge of either."""
    start = across.at(event.on.toordinal())
    end = across.at((event.until or event.on).toordinal())
    words = text_width(cut(event.name, LONGEST))
    if _flipped(event, across, width):
        return start - 12 - words, max(end, start) + 6
    return start - 6, max(start + 12 + words, end + 6)


def _flipped(event: Event, across: Scale, width: float) -> bool:
    """Whether the words stand left of the mark, because right of it is the edge."""
    words = text_width(cut(event.name, LONGEST))
    start = across.at(event.on.toordinal())
    return start + 12 + words > width - RIGHT and start - 12 - words >= 0


def _draw_event(
    sheet: Sheet, event: Event, y: float, across: Scale, label: Callable[[date], str]
) -> None:
    colour = sheet.palette.tone(event.tone)[2]
    start = across.at(event.on.toordinal())
    described = ", ".join(part for part in (event.name, _when(event, label), event.note) if part)
    with sheet.link(event.href, described):
        if event.until:
            end = across.at(event.until.toordinal())
            sheet.rect(start, y + 4, max(end - start, 3), 4, rx=2, fill=colour)
        sheet.circle(start, y - 4, 4, fill=colour)
        flipped = _flipped(event, across, sheet.width)
        sheet.text(
            start - 9 if flipped else start + 9,
            y,
            cut(event.name, LONGEST),
            fill=sheet.palette.text_2,
            anchor="end" if flipped else "start",
        )


def _draw_months(sheet: Sheet, first: date, last: date, across: Scale, base: float) -> None:
    palette = sheet.palette
    sheet.path(f"M{plain(LEFT)} {plain(base)}H{plain(across.end)}", stroke=palette.border_2)
    months = [
        date(year, month, 1)
        for year in range(first.year, last.year + 1)
        for month in range(1, 13)
        if first <= date(year, month, 1) <= last
    ]
    every = max(1, -(-len(months) // MOST_MONTHS))
    for at, start in enumerate(months):
        x = across.at(start.toordinal())
        sheet.path(f"M{plain(x)} {plain(base)}v5", stroke=palette.border_2)
        if at % every == 0 and x < across.end - 20:
            words = f"{start:%b}" if start.month > 1 else f"{start:%b} {start.year}"
            sheet.text(x, base + 18, words)


def _when(event: Event, label: Callable[[date], str]) -> str:
    return label(event.on) + (f" – {label(event.until)}" if event.until else "")


def _by_day(event: Event) -> tuple[date, str]:
    return event.on, event.name
