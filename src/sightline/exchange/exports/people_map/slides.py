"""The map as slides: boxes, bars and lines as shapes that can be moved and written in, where the
drawing puts them and in its colours; then the same people as a table.

A slide is as large as the drawing needs, in 16:9, so that its text keeps its size beside the boxes.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from itertools import islice

from pptx import Presentation
from pptx.presentation import Presentation as Deck
from pptx.slide import Slide
from pptx.util import Emu, Pt

from sightline.drawing.org_map.around import Ways
from sightline.drawing.palette import PRINT
from sightline.exchange.exports.people_map.canvas import Canvas
from sightline.exchange.exports.people_map.cards import draw_card, draw_frame
from sightline.exchange.exports.people_map.lines import draw_reports, draw_tie
from sightline.exchange.exports.people_map.paper import MapPaper

PX = 9525
"""English Metric Units of one unit of the drawing (1/96 inch)."""
SIDE, HEAD, FOOT = 28.0, 84.0, 44.0
LEAST_WIDTH, WIDE = 1280.0, 16 / 9
MOST = 5300.0
"""No slide may be wider than 56 inches."""
LARGEST = 3.0
TITLE_ONLY = 5
ROWS = 16


Told = Callable[[int], None]


def slides_of(paper: MapPaper, *, told: Told | None = None) -> bytes:
    """A presentation: the drawing on the first slide, then tables of the same people. `told` hears
    how many cards are drawn."""
    deck: Deck = Presentation()
    width, scale = _size(paper)
    deck.slide_width, deck.slide_height = Emu(int(width * PX)), Emu(int(width / WIDE * PX))
    deck.core_properties.title = paper.title
    deck.core_properties.author = "Sightline"
    deck.core_properties.language = paper.language
    _map_slide(deck, paper, (width, scale), told or (lambda _done: None))
    table = paper.table()
    rows = iter(table.rows)
    while page := list(islice(rows, ROWS)):
        _table_slide(deck, paper, (table.columns, *page), width)
    target = io.BytesIO()
    deck.save(target)
    return target.getvalue()


def _size(paper: MapPaper) -> tuple[float, float]:
    """The slide's width in units, and how much smaller than itself the drawing stands on it."""
    wide = paper.layout.width + 2 * SIDE
    by = _grown(max(wide, (paper.layout.height + HEAD + FOOT) * WIDE))
    high = paper.layout.height + (HEAD + FOOT) * by
    width = max(LEAST_WIDTH, wide, high * WIDE)
    return (width, 1.0) if width <= MOST else (MOST, MOST / width)


def _grown(width: float) -> float:
    """How much larger than on the smallest slide the words around the drawing are."""
    return min(max(1.0, width / LEAST_WIDTH), LARGEST)


def _map_slide(deck: Deck, paper: MapPaper, size: tuple[float, float], told: Told) -> None:
    width, scale = size
    slide = _titled(deck, paper, width)
    left = (width - paper.layout.width * scale) / 2
    top = HEAD * _grown(width)
    # else every shape is numbered by looking at all before it, and four hundred people take minutes
    slide.shapes.turbo_add_enabled = True
    canvas = Canvas(slide.shapes, PX * scale, left / scale, top / scale, scale)
    for frame in paper.layout.frames:
        draw_frame(canvas, frame)
    draw_reports(canvas, paper.layout)
    ways = Ways(paper.layout)
    for tie in paper.ties:
        if tie.source in paper.layout.places and tie.target in paper.layout.places:
            draw_tie(canvas, tie, ways)
    for done, node in enumerate(paper.nodes):
        told(done)
        draw_card(canvas, node, paper.layout.places[node.key])


def _titled(deck: Deck, paper: MapPaper, width: float) -> Slide:
    """A slide with its title, the notes under it, and at the foot who may be shown it."""
    slide: Slide = deck.slides.add_slide(deck.slide_layouts[TITLE_ONLY])
    by = _grown(width)
    page = Canvas(slide.shapes, PX, 0, 0, 1.0)
    title = slide.shapes.title
    if title is not None:
        title.left, title.top = page.emu(SIDE), page.emu(14 * by)
        title.width, title.height = page.emu(width - 2 * SIDE), page.emu(34 * by)
        page.write(title.text_frame, [(paper.title, 22 * by, True, PRINT.text)])
    room = (width - 2 * SIDE, 24 * by)
    notes = " · ".join(paper.notes)
    page.text((SIDE, 48 * by), room, notes, size=13 * by, colour=PRINT.text_2)
    foot = (SIDE, width / WIDE - 32 * by)
    page.text(foot, room, paper.audience, size=12 * by, colour=PRINT.text_3)
    return slide


def _table_slide(deck: Deck, paper: MapPaper, rows: Sequence[Sequence[str]], width: float) -> None:
    slide = _titled(deck, paper, width)
    page = Canvas(slide.shapes, PX, 0, 0, 1.0)
    by = _grown(width)
    high = (width / WIDE - (HEAD + FOOT) * by) / (ROWS + 1)
    shape = slide.shapes.add_table(
        *(len(rows), len(rows[0]), page.emu(SIDE), page.emu(HEAD * by)),
        *(page.emu(width - 2 * SIDE), page.emu(high * len(rows))),
    )
    shape.name = paper.words.title
    size = 13 * by
    for at, row in enumerate(rows):
        for column, text in enumerate(row):
            cell = shape.table.cell(at, column)
            cell.text = text
            for paragraph in cell.text_frame.paragraphs:
                paragraph.font.size = Pt(size * 0.75)
