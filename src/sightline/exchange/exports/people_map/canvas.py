"""A slide in units of the drawing: shapes placed from a corner, text in the drawing's sizes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from pptx.dml.color import RGBColor
from pptx.enum.dml import MSO_LINE_DASH_STYLE
from pptx.enum.shapes import MSO_AUTO_SHAPE_TYPE
from pptx.enum.text import MSO_ANCHOR, PP_ALIGN
from pptx.oxml import parse_xml
from pptx.oxml.ns import nsdecls, qn
from pptx.util import Emu, Pt

Corner = tuple[float, float]
Line = tuple[str, float, bool, str]
"""A line of text: words, size in units, bold, colour."""
POINTS = 0.75
FACE = "Arial"
"""Every program has it or a face as wide: the drawing cuts words for one that is no narrower."""


@dataclass(frozen=True, slots=True)
class Canvas:
    """Shapes of one slide; `unit` is EMU for one unit, `left` and `top` where the drawing starts,
    `scale` how much smaller than itself its text is."""

    shapes: Any
    unit: float
    left: float
    top: float
    scale: float

    def emu(self, length: float) -> Emu:
        """A length of the drawing on the slide."""
        return Emu(int(length * self.unit))

    def box(
        self,
        corner: Corner,
        size: Corner,
        *,
        fill: str,
        line: str,
        width: float = 1.0,
        dash: bool = False,
        kind: MSO_AUTO_SHAPE_TYPE = MSO_AUTO_SHAPE_TYPE.ROUNDED_RECTANGLE,
        round_by: float = 0.14,
    ) -> Any:
        """A filled shape; no fill and no line where their colour is empty."""
        x, y = self.left + corner[0], self.top + corner[1]
        shape = self.shapes.add_shape(
            *(kind, self.emu(x), self.emu(y), self.emu(size[0]), self.emu(size[1]))
        )
        if kind == MSO_AUTO_SHAPE_TYPE.ROUNDED_RECTANGLE:
            shape.adjustments[0] = round_by
        _bare(shape)
        self.look(shape, fill=fill, line=line, width=width, dash=dash)
        return shape

    def look(self, shape: Any, *, fill: str, line: str, width: float, dash: bool = False) -> None:
        """Colours of a shape, as `#rrggbb`."""
        if fill:
            shape.fill.solid()
            shape.fill.fore_color.rgb = colour_of(fill)
        else:
            shape.fill.background()
        if not line:
            shape.line.fill.background()
            return
        shape.line.color.rgb = colour_of(line)
        shape.line.width = Pt(width * POINTS * self.scale)
        if dash:
            shape.line.dash_style = MSO_LINE_DASH_STYLE.DASH

    def text(
        self,
        corner: Corner,
        room: Corner,
        words: str,
        *,
        colour: str,
        size: float = 11,
        align: PP_ALIGN | None = None,
    ) -> None:
        """Words alone, on one line."""
        x, y = self.left + corner[0], self.top + corner[1]
        place = (self.emu(x), self.emu(y), self.emu(room[0]), self.emu(room[1]))
        shape = self.shapes.add_textbox(*place)
        self.write(shape.text_frame, [(words, size, False, colour)], align=align, wrap=True)

    def write(
        self,
        frame: Any,
        lines: Iterable[Line],
        *,
        inset: float = 0,
        align: PP_ALIGN | None = None,
        wrap: bool = False,
    ) -> None:
        """Lines of text from the top of a shape, cut by nothing and wrapped only where that is said:
        LibreOffice centres a box of text alone that does not wrap, however its lines are aligned."""
        frame.word_wrap = wrap
        frame.vertical_anchor = MSO_ANCHOR.TOP
        frame.margin_left = frame.margin_right = self.emu(inset)
        frame.margin_top = frame.margin_bottom = self.emu(inset / 2)
        for at, (words, size, bold, colour) in enumerate(lines):
            paragraph = frame.paragraphs[0] if at == 0 else frame.add_paragraph()
            paragraph.alignment = align or PP_ALIGN.LEFT
            run = paragraph.add_run()
            run.text = words
            run.font.size = Pt(max(1.0, size * POINTS * self.scale))
            run.font.bold = bold
            run.font.name = FACE
            run.font.color.rgb = colour_of(colour)

    def trace(self, runs: Sequence[Sequence[Corner]], *, closed: bool = False) -> Any:
        """One shape of many runs of corners; None without any."""
        told = [[(self.left + x, self.top + y) for x, y in run] for run in runs if len(run) > 1]
        if not told:
            return None
        corners = [corner for run in told for corner in run]
        left, top = min(x for x, _ in corners), min(y for _, y in corners)
        wide, high = max(x for x, _ in corners) - left, max(y for _, y in corners) - top
        place = (self.emu(left), self.emu(top), self.emu(wide), self.emu(high))
        shape = self.shapes.add_shape(MSO_AUTO_SHAPE_TYPE.RECTANGLE, *place)
        moved = [[(self.emu(x - left), self.emu(y - top)) for x, y in run] for run in told]
        properties = shape._element.spPr
        properties.replace(
            properties.find(qn("a:prstGeom")), parse_xml(_geometry(moved, place, closed))
        )
        _bare(shape)
        return shape


def _geometry(
    runs: Sequence[Sequence[tuple[Emu, Emu]]], place: tuple[Emu, ...], closed: bool
) -> str:
    """The corners as a shape's own outline. The library's builder of freeforms goes through all
    shapes and all corners for each: four hundred people take minutes with it."""
    end = "<a:close/>" if closed else ""
    parts = []
    for run in runs:
        points = [f'<a:pt x="{x}" y="{y}"/>' for x, y in run]
        lines = "".join(f"<a:lnTo>{point}</a:lnTo>" for point in points[1:])
        parts.append(f"<a:moveTo>{points[0]}</a:moveTo>{lines}{end}")
    return (
        f"<a:custGeom {nsdecls('a')}><a:avLst/><a:gdLst/><a:ahLst/><a:cxnLst/>"
        f'<a:rect l="0" t="0" r="r" b="b"/><a:pathLst><a:path w="{place[2]}" h="{place[3]}">'
        f"{''.join(parts)}</a:path></a:pathLst></a:custGeom>"
    )


def _bare(shape: Any) -> None:
    """Without the theme's look: LibreOffice draws its shadow even where the shape says it has none."""
    style = shape._element.find(qn("p:style"))
    if style is not None:
        shape._element.remove(style)


def colour_of(text: str) -> RGBColor:
    """`#rrggbb` as a colour of the slide."""
    return RGBColor(*(int(text[at : at + 2], 16) for at in (1, 3, 5)))  # type: ignore[no-untyped-call]


def faint(text: str, *, by: float) -> str:
    """A colour as it looks at `by` of its strength on white."""
    parts = [int(text[at : at + 2], 16) for at in (1, 3, 5)]
    return "#" + "".join(f"{round(255 - (255 - part) * by):02x}" for part in parts)


def told_as(shape: Any, name: str, words: str) -> None:
    """What a shape is called, and what a screen reader says of it."""
    shape.name = name
    shape._element._nvXxPr.cNvPr.set("descr", words)
