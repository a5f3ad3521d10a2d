"""The map as SVG: boxes as a tree for screen readers and keys, lines behind and above them."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from html import escape

from sightline.drawing.marks import stance_mark, strength_bars
from sightline.drawing.org_map.around import Ways
from sightline.drawing.org_map.layout import HEIGHT, WIDTH, Frame, Layout, Node, Tie, arrange
from sightline.drawing.org_map.routes import report_route
from sightline.drawing.palette import SCREEN, Palette
from sightline.drawing.sheet import Drawing, Sheet, Table, attributes_of, cut, plain, text_width

MARGIN = 18.0
FADED = ".3"


@dataclass(frozen=True, slots=True)
class Words:
    """The fixed words, to be translated by the caller."""

    title: str = "Relationship map"
    count: str = "{count} people"
    columns: tuple[str, ...] = ("Person", "Title", "Reports to", "Role", "Strength", "Stance")


@dataclass(slots=True)
class _Stamps:
    """Parts of a card that do not depend on where it stands, drawn once for all who share them."""

    palette: Palette
    kept: dict[tuple[object, ...], str] = field(default_factory=dict)

    def of(self, draw: Callable[..., None], *told: Hashable) -> str:
        """The markup of one part; `told` is everything that its look depends on."""
        key = (draw, *told)
        if key not in self.kept:
            sheet = Sheet(WIDTH, HEIGHT, self.palette, "")
            draw(sheet, *told)
            self.kept[key] = "".join(sheet.parts)
        return self.kept[key]


def org_map(
    people: Sequence[Node],
    *,
    key: str,
    ties: Sequence[Tie] = (),
    palette: Palette = SCREEN,
    words: Words | None = None,
    layout: Layout | None = None,
) -> Drawing:
    """The map and, beside it, a table of the same people. Ties to people not shown are left out.

    On screen the boxes are a tree: one tab stop, `data-key` and `data-manager` for the script.
    Without `layout` they stand by reporting line.
    """
    said = words or Words()
    layout = layout or arrange(people)
    sheet = Sheet(layout.width + 2 * MARGIN, layout.height + 2 * MARGIN, palette, key)
    sheet.add(_definitions(sheet))
    sheet.add(f'<g transform="translate({plain(MARGIN)} {plain(MARGIN)})">')
    sheet.add('<g aria-hidden="true">')
    for frame in layout.frames:
        _draw_frame(sheet, frame)
    for child, manager in layout.parents.items():
        sheet.path(
            report_route(child, manager, layout), stroke=palette.neu_line, stroke_width="1.3"
        )
    sheet.add("</g>")
    # lines first, so that no pill of a box is ever under one
    _draw_ties(sheet, ties, layout)
    stamps = _Stamps(palette)
    for at, person in enumerate(people):
        _draw_person(sheet, person, layout, stamps, first=at == 0)
    sheet.add("</g>")
    return Drawing(
        svg=_tree(sheet, said, len(people)),
        table=_table(people, {person.key: person.name for person in people}, said),
        width=sheet.width,
        height=sheet.height,
    )


def _tree(sheet: Sheet, words: Words, count: int) -> str:
    """The outer element: a tree on screen, one named picture on paper."""
    description = words.count.format(count=count)
    if sheet.palette.name != "screen":
        return sheet.svg(title=words.title, description=description)
    label = attributes_of({"aria_label": f"{words.title}, {description}"})
    size = f'width="{plain(sheet.width)}" height="{plain(sheet.height)}"'
    box = f'viewBox="0 0 {plain(sheet.width)} {plain(sheet.height)}"'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} {box} role="tree"{label} '
        f'font-family="{sheet.palette.font}" font-size="11">{"".join(sheet.parts)}</svg>'
    )


def _definitions(sheet: Sheet) -> str:
    palette, key = sheet.palette, sheet.key
    return (
        f'<defs><marker id="{key}-arrow" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" '
        f'markerHeight="7" orient="auto-start-reverse"><path d="M0 0 8 4 0 8z" '
        f'fill="{palette.accent}"/></marker><marker id="{key}-bar" viewBox="0 0 8 8" refX="4" '
        'refY="4" markerWidth="9" markerHeight="9" orient="auto"><path d="M4 0v8" '
        f'stroke="{palette.neg_line}" stroke-width="2"/></marker></defs>'
    )


def _draw_person(
    sheet: Sheet, person: Node, layout: Layout, stamps: _Stamps, *, first: bool
) -> None:
    x, y = layout.places[person.key]
    item = _tree_item(person, layout, first=first) if sheet.palette.name == "screen" else ""
    faded = f' opacity="{FADED}"' if person.faded else ""
    sheet.add(f'<g transform="translate({plain(x)} {plain(y)})"{item}{faded}>')
    sheet.add(stamps.of(_draw_box, person.state, person.edge))
    _draw_words(sheet, person, stamps)
    sheet.add(stamps.of(_draw_flag, person.flag, person.flag_tone))
    sheet.add(stamps.of(_draw_folded, person.folded, person.open))
    sheet.add("</g>")


def _tree_item(person: Node, layout: Layout, *, first: bool) -> str:
    """What screen readers and the script are told of a box. Written out: there are hundreds."""
    chosen = "true" if person.state == "selected" else "false"
    manager = layout.parents.get(person.key, "")
    told = (
        f' class="node" role="treeitem" aria-level="{layout.levels[person.key]}"'
        f' aria-label="{escape(person.described)}" aria-selected="{chosen}"'
        f' tabindex="{0 if first else -1}" data-key="{escape(person.key)}"'
        f' data-manager="{escape(manager)}"'
    )
    if person.state:
        told += f' data-state="{escape(person.state)}"'
    if person.href:
        told += f' data-href="{escape(person.href)}"'
    if person.faded:
        told += ' data-faded=""'
    if person.folded or person.open:
        told += f' aria-expanded="{"false" if person.folded else "true"}"'
    return told


def _draw_frame(sheet: Sheet, frame: Frame) -> None:
    palette = sheet.palette
    sheet.rect(
        *(frame.x, frame.y, frame.width, frame.height),
        rx=12,
        fill=palette.surface_2,
        stroke=palette.border,
    )
    if not frame.label:
        return
    words = cut(frame.label, frame.width - 20, size=12)
    sheet.text(frame.x + 12, frame.y + 18, words, fill=palette.text_2, size=12, weight=600)


def _draw_box(sheet: Sheet, state: str, edge: str) -> None:
    palette = sheet.palette
    looks = {
        "gone": {"fill": palette.surface_2, "stroke": palette.border_2, "stroke_dasharray": "4 3"},
        "lost": {"fill": palette.surface, "stroke": palette.neg_line, "stroke_width": "1.6"},
        "selected": {"fill": palette.surface, "stroke": palette.accent, "stroke_width": "2.5"},
        "waiting": {
            "fill": palette.surface_2,
            "stroke": palette.border_ctl,
            "stroke_dasharray": "3 4",
        },
        "wanted": {
            "fill": palette.accent_soft,
            "stroke": palette.accent,
            "stroke_dasharray": "6 4",
            "stroke_width": "1.4",
        },
    }
    plain_look: dict[str, object] = {"fill": palette.surface, "stroke": palette.border_2}
    if edge:
        # the accent's own line is for soft fills and too faint alone
        stroke = palette.accent if edge == "accent" else palette.tone(edge)[2]
        plain_look |= {"stroke": stroke, "stroke_width": "2.2"}
    look: dict[str, object] = dict(looks.get(state, plain_look))
    # the class is for hover and focus; the look itself is in the attributes
    if palette.name == "screen":
        look["class"] = "box"
    sheet.rect(0, 0, WIDTH, HEIGHT, rx=9, **look)
    if state == "gone":
        strike = f"M10 {plain(HEIGHT - 6)}L{plain(WIDTH - 20)} 8"
        sheet.path(strike, stroke=palette.neg_line, stroke_width="1.6")


def _draw_words(sheet: Sheet, person: Node, stamps: _Stamps) -> None:
    palette = sheet.palette
    name = cut(person.name, name_room(person), size=12)
    if name != person.name:
        sheet.add(f"<title>{escape(person.name)}</title>")
    sheet.text(11, 19, name, fill=palette.text, size=12, weight=600)
    sheet.add(stamps.of(_draw_title, person.title))
    sheet.add(stamps.of(_draw_role, person.role, person.role_tone))
    sheet.add(stamps.of(_draw_marks, person.strength, person.stance))
    sheet.add(stamps.of(_draw_ours, person.ours))


def name_room(person: Node) -> float:
    """How wide a name may be: the marks of strength and stance stand beside it."""
    return WIDTH - (22 if person.strength is None and not person.stance else 68)


def _draw_title(sheet: Sheet, title: str) -> None:
    sheet.text(11, 34, cut(title, WIDTH - 22, size=11), size=11)


def _draw_role(sheet: Sheet, role: str, tone: str) -> None:
    if not role:
        return
    text_colour, soft, _ = sheet.palette.tone(tone)
    shown = cut(role, 100, size=11)
    sheet.rect(9, 41, text_width(shown) + 12, 16, rx=4, fill=soft)
    sheet.text(15, 53, shown, fill=text_colour, size=11, weight=500)


def _draw_marks(sheet: Sheet, strength: int | None, stance: str) -> None:
    if strength is not None:
        sheet.add(strength_bars(strength, x=WIDTH - 38, y=8, palette=sheet.palette))
    if stance:
        sheet.add(stance_mark(stance, x=WIDTH - 54, y=11, palette=sheet.palette))


def _draw_ours(sheet: Sheet, ours: str) -> None:
    if ours:
        sheet.text(WIDTH - 10, 53, cut(ours, 44, size=11), size=11, anchor="end")


def _draw_flag(sheet: Sheet, words: str, tone: str) -> None:
    if not words:
        return
    text_colour, soft, line = sheet.palette.tone(tone)
    flag = cut(words, WIDTH - 30, size=11)
    width = text_width(flag) + 16
    left = WIDTH - width + 8
    sheet.rect(left, -10, width, 17, rx=8, fill=soft, stroke=line)
    middle = left + width / 2
    sheet.text(middle, 2.5, flag, fill=text_colour, size=11, weight=600, anchor="middle")


def _draw_folded(sheet: Sheet, folded: int, opens: bool) -> None:
    """A pill under the box: how many stand below and are not drawn, or that they can be hidden."""
    if not folded and not (opens and sheet.palette.name == "screen"):
        return
    palette = sheet.palette
    words = f"+{folded}" if folded else "−"
    width = text_width(words) + 14
    left = (WIDTH - width) / 2
    fold: dict[str, object] = {"class": "fold"} if palette.name == "screen" else {}
    sheet.add(f"<g{attributes_of(fold)}>")
    sheet.rect(left, HEIGHT - 3, width, 15, rx=7.5, fill=palette.surface, stroke=palette.border_ctl)
    sheet.text(
        WIDTH / 2, HEIGHT + 8.5, words, fill=palette.text_2, size=11, weight=600, anchor="middle"
    )
    sheet.add("</g>")


def _draw_ties(sheet: Sheet, ties: Sequence[Tie], layout: Layout) -> None:
    places = layout.places
    ways = Ways(layout)
    sheet.add('<g aria-hidden="true">')
    for tie in ties:
        if tie.source in places and tie.target in places:
            _draw_tie(sheet, tie, ways.way(tie))
    sheet.add("</g>")


def _draw_tie(sheet: Sheet, tie: Tie, route: str) -> None:
    palette = sheet.palette
    sheet.path(route, stroke=palette.surface_2, stroke_width=5, stroke_opacity=".85")
    if tie.kind == "blocks":
        look = {"stroke": palette.neg_line, "stroke_width": "1.8", "stroke_dasharray": "2 4"}
        end = "bar"
    elif tie.kind == "matrix":
        look = {"stroke": palette.neu_line, "stroke_width": "1.4", "stroke_dasharray": "1 4"}
        end = "arrow"
    else:
        look = {"stroke": palette.accent, "stroke_width": "1.6", "stroke_dasharray": "6 4"}
        end = "arrow"
    sheet.add("<g>")
    sheet.add(f"<title>{escape(tie.described)}</title>")
    sheet.path(route, marker_end=f"url(#{sheet.key}-{end})", **look)
    sheet.add("</g>")


def _table(people: Sequence[Node], names: Mapping[str, str], words: Words) -> Table:
    rows = tuple(
        (
            person.name,
            person.title,
            names.get(person.manager, ""),
            person.role,
            "" if person.strength is None else str(person.strength),
            person.stance.replace("_", " "),
        )
        for person in people
    )
    return Table(words.title, words.columns, rows)
