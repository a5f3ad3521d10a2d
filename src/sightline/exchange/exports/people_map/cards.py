"""One person, and one frame around several, as shapes of a slide."""

from __future__ import annotations

from pptx.enum.shapes import MSO_AUTO_SHAPE_TYPE
from pptx.enum.text import PP_ALIGN

from sightline.drawing.org_map import HEIGHT, WIDTH, Frame, Node, name_room
from sightline.drawing.palette import PRINT
from sightline.drawing.sheet import cut, text_width
from sightline.exchange.exports.people_map.canvas import Canvas, Corner, Line, faint, told_as

FADED = 0.35
BARS, BAR, STEP = 5, 4.0, 6.0
MARKS = {
    "supports": (MSO_AUTO_SHAPE_TYPE.ISOSCELES_TRIANGLE, PRINT.pos_line, PRINT.pos_line),
    "against": (MSO_AUTO_SHAPE_TYPE.FLOWCHART_MERGE, PRINT.neg_line, PRINT.neg_line),
    "neutral": (MSO_AUTO_SHAPE_TYPE.RECTANGLE, PRINT.text_2, ""),
    "indifferent": (MSO_AUTO_SHAPE_TYPE.OVAL, "", PRINT.neu_line),
}
STATES = {
    "gone": (PRINT.surface_2, PRINT.border_2, True),
    "lost": (PRINT.surface, PRINT.neg_line, False),
    "selected": (PRINT.surface, PRINT.accent, False),
    "waiting": (PRINT.surface_2, PRINT.border_ctl, True),
    "wanted": (PRINT.accent_soft, PRINT.accent, True),
}


def draw_frame(canvas: Canvas, frame: Frame) -> None:
    """A named area behind the boxes."""
    shape = canvas.box(
        (frame.x, frame.y),
        (frame.width, frame.height),
        fill=PRINT.surface_2,
        line=PRINT.border,
        round_by=min(0.5, 12 / max(1.0, min(frame.width, frame.height))),
    )
    if frame.label:
        words = cut(frame.label, frame.width - 20, size=12)
        canvas.write(shape.text_frame, [(words, 12, True, PRINT.text_2)], inset=10)
    told_as(shape, frame.label or "-", frame.label)


def draw_card(canvas: Canvas, node: Node, at: Corner) -> None:
    """The box with name, title and role; beside them stance, strength, ours, flag and folded."""
    strength = FADED if node.faded else 1.0
    fill, line, dash = STATES.get(node.state, (PRINT.surface, _edge(node.edge), False))
    shape = canvas.box(
        at,
        (WIDTH, HEIGHT),
        fill=fill,
        line=faint(line, by=strength),
        width=2.2 if node.edge or node.state == "selected" else 1.0,
        dash=dash,
    )
    canvas.write(shape.text_frame, _lines(node, strength), inset=9)
    told_as(shape, node.name, node.described)
    _bars(canvas, node, at, strength)
    _stance(canvas, node, at, strength)
    if node.ours:
        place = (at[0] + WIDTH - 62, at[1] + 38)
        words = cut(node.ours, 44, size=11)
        colour = faint(PRINT.text_2, by=strength)
        canvas.text(place, (52, 18), words, colour=colour, align=PP_ALIGN.RIGHT)
    _flag(canvas, node, at)
    _folded(canvas, node, at)


def _lines(node: Node, strength: float) -> list[Line]:
    found = [
        (cut(node.name, name_room(node), size=12), 12.0, True, faint(PRINT.text, by=strength)),
        (cut(node.title, WIDTH - 22, size=11), 11.0, False, faint(PRINT.text_2, by=strength)),
    ]
    if node.role:
        colour = PRINT.tone(node.role_tone)[0]
        found.append((cut(node.role, 100, size=11), 11.0, True, faint(colour, by=strength)))
    return found


def _edge(tone: str) -> str:
    if tone == "accent":
        return PRINT.accent
    return PRINT.tone(tone)[2] if tone else PRINT.border_2


def _bars(canvas: Canvas, node: Node, at: Corner, strength: float) -> None:
    """Five bars as two shapes: those that are filled, and the rest."""
    if node.strength is None:
        return
    left, foot = at[0] + WIDTH - 38, at[1] + 20
    runs = []
    for bar in range(BARS):
        x, high = left + bar * STEP, 4 + bar * 2.5
        runs.append([(x, foot), (x, foot - high), (x + BAR, foot - high), (x + BAR, foot)])
    filled = min(max(node.strength, 0), BARS)
    for part, colour in (
        (runs[:filled], PRINT.strength(filled)),
        (runs[filled:], PRINT.str_off),
    ):
        shape = canvas.trace(part, closed=True)
        if shape is not None:
            canvas.look(shape, fill=faint(colour, by=strength), line="", width=0)
            told_as(shape, f"{node.name}: {node.strength}/{BARS}", "")


def _stance(canvas: Canvas, node: Node, at: Corner, strength: float) -> None:
    if not node.stance:
        return
    place = (at[0] + WIDTH - 53, at[1] + 9)
    if node.stance not in MARKS:
        colour = faint(PRINT.text_3, by=strength)
        canvas.text((place[0] - 4, place[1] - 6), (18, 18), "?", colour=colour)
        return
    kind, fill, line = MARKS[node.stance]
    high = 2.0 if node.stance == "neutral" else 8.0
    shape = canvas.box(
        (place[0], place[1] + (8.0 - high) / 2),
        (8.0, high),
        fill=faint(fill, by=strength) if fill else "",
        line=faint(line, by=strength) if line else "",
        width=1.5,
        kind=kind,
    )
    told_as(shape, f"{node.name}: {node.stance}", "")


def _flag(canvas: Canvas, node: Node, at: Corner) -> None:
    if not node.flag:
        return
    colour, soft, line = PRINT.tone(node.flag_tone)
    words = cut(node.flag, WIDTH - 30, size=11)
    wide = text_width(words) + 20
    place = (at[0] + WIDTH - wide + 8, at[1] - 10)
    shape = canvas.box(place, (wide, 18), fill=soft, line=line, round_by=0.5)
    canvas.write(shape.text_frame, [(words, 11, True, colour)], inset=2, align=PP_ALIGN.CENTER)


def _folded(canvas: Canvas, node: Node, at: Corner) -> None:
    if not node.folded:
        return
    words = f"+{node.folded}"
    wide = text_width(words) + 18
    place = (at[0] + (WIDTH - wide) / 2, at[1] + HEIGHT - 4)
    shape = canvas.box(place, (wide, 18), fill=PRINT.surface, line=PRINT.border_ctl, round_by=0.5)
    line = (words, 11.0, True, PRINT.text_2)
    canvas.write(shape.text_frame, [line], inset=2, align=PP_ALIGN.CENTER)
