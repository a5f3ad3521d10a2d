"""The map as a PDF: tagged (PDF/UA-1), fonts embedded, the drawing whole on one page at its own
size, then the same people as a table on A4."""

from __future__ import annotations

import io
from dataclasses import replace
from html import escape
from pathlib import Path
from typing import Any

from sightline.drawing.palette import PRINT
from sightline.drawing.sheet import Drawing, Table
from sightline.exchange.exports.fonts import FAMILIES, faces
from sightline.exchange.exports.people_map.paper import MapPaper

SIDE, HEAD, FOOT = 36.0, 92.0, 56.0
A4 = (1123.0, 794.0)
"""A4 across, in units of 1/96 inch: a small map stands on it, a larger one has a page as large."""


def pdf_of(paper: MapPaper) -> bytes:
    """The document. The drawing is never made smaller: its smallest letter is 11 units, 8¼ pt."""
    from weasyprint import HTML
    from weasyprint.text.fonts import FontConfiguration

    drawing = paper.drawing(palette=replace(PRINT, font=FAMILIES))
    fonts = FontConfiguration()
    target = io.BytesIO()
    document = HTML(string=markup(paper, drawing), url_fetcher=_nothing)
    document.write_pdf(
        target, stylesheets=_rules(_size(drawing), fonts), font_config=fonts, pdf_variant="pdf/ua-1"
    )
    return target.getvalue()


def markup(paper: MapPaper, drawing: Drawing) -> str:
    """The pages as HTML: title, notes, drawing, table, and on every page who may be shown it."""
    notes = " · ".join(paper.notes)
    return (
        f'<!doctype html><html lang="{escape(paper.language)}"><head><meta charset="utf-8">'
        f"<title>{escape(paper.title)}</title></head><body>"
        f'<p class="audience">{escape(paper.audience)}</p>'
        f'<section class="map"><h1>{escape(paper.title)}</h1><p>{escape(notes)}</p>'
        f"{drawing.svg}</section>{_table(paper.table())}</body></html>"
    )


def _table(table: Table) -> str:
    head = "".join(f'<th scope="col">{escape(text)}</th>' for text in table.columns)
    rows = "".join(
        "<tr>" + "".join(f"<td>{escape(text)}</td>" for text in row) + "</tr>" for row in table.rows
    )
    return (
        f'<section class="people"><h2>{escape(table.caption)}</h2>'
        f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></section>"
    )


def _size(drawing: Drawing) -> tuple[float, float]:
    wide, high = drawing.width + 2 * SIDE, drawing.height + HEAD + FOOT
    return max(A4[0], wide), max(A4[1], high)


def _rules(size: tuple[float, float], fonts: Any) -> list[Any]:
    from weasyprint import CSS

    page = f"@page map {{ size: {size[0]:.0f}px {size[1]:.0f}px; }}"
    written = (Path(__file__).parent / "print.css").read_text(encoding="utf-8")
    return [CSS(string=text, font_config=fonts) for text in (faces(), written, page)]


def _nothing(url: str, *_args: object, **_kwargs: object) -> dict[str, object]:
    """A paper has no outside parts: whatever asks for one is refused."""
    raise ValueError(f"A paper fetches nothing: {url[:80]}")
