"""Reporting lines, influence, conflict and second managers on a slide."""

from __future__ import annotations

from typing import Any

from pptx.enum.dml import MSO_LINE_DASH_STYLE
from pptx.oxml.ns import qn

from sightline.drawing.org_map import Layout, Tie
from sightline.drawing.org_map.around import Ways
from sightline.drawing.org_map.flat import report_runs
from sightline.drawing.palette import PRINT
from sightline.exchange.exports.people_map.canvas import Canvas, told_as

LOOKS = {
    "blocks": (PRINT.neg_line, 1.8, MSO_LINE_DASH_STYLE.ROUND_DOT, "diamond"),
    "matrix": (PRINT.neu_line, 1.4, MSO_LINE_DASH_STYLE.ROUND_DOT, "triangle"),
    "influences": (PRINT.accent, 1.6, MSO_LINE_DASH_STYLE.DASH, "triangle"),
}


def draw_reports(canvas: Canvas, layout: Layout) -> None:
    """All reporting lines as one shape behind the boxes."""
    shape = canvas.trace(report_runs(layout))
    if shape is not None:
        canvas.look(shape, fill="", line=PRINT.neu_line, width=1.3)
        told_as(shape, "Reporting lines", "")


def draw_tie(canvas: Canvas, tie: Tie, ways: Ways) -> None:
    """One line between two people, with its end and its words."""
    shape = canvas.trace([ways.run(tie)])
    colour, width, dash, end = LOOKS.get(tie.kind, LOOKS["influences"])
    canvas.look(shape, fill="", line=colour, width=width)
    shape.line.dash_style = dash
    _ends(shape, end)
    told_as(shape, tie.described, tie.described)


def _ends(shape: Any, kind: str) -> None:
    line = shape.line._get_or_add_ln()
    end = line.makeelement(qn("a:tailEnd"), {"type": kind, "w": "med", "len": "med"})
    line.append(end)
