"""The map taken out: as SVG, PDF and slides, with or without what is thought of people."""

from __future__ import annotations

from dataclasses import replace

from django.http import Http404, HttpResponse
from django.utils.text import slugify
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from sightline.drawing.org_map import Layout, Node, arrange, arrange_units, org_map
from sightline.drawing.palette import PRINT
from sightline.exchange.exports.people_map.paper import MapPaper
from sightline.planning.permissions import Act, Category
from sightline.planning.stakeholders import Reader
from sightline.web.gate import Request, needs
from sightline.web.htmx import go, say
from sightline.web.pages.stakeholders.desk import Desk, desk_of
from sightline.web.pages.stakeholders.drawn import Placed, map_words, placed_map
from sightline.wording import dates

# Set while the reader waits: 60 people drawn take about 2 s of processor time, and more take longer.
MOST_ON_PAPER = 400
TYPES = {
    "svg": "image/svg+xml; charset=utf-8",
    "pdf": "application/pdf",
    "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
}


@needs(Category.FACTS, Act.READ)
@require_safe
def picture(request: Request, account_id: int) -> HttpResponse:
    """The drawing as an SVG file in paper colours; the page makes its PNG from it."""
    desk, placed = _taken_out(request, account_id)
    drawing = org_map(
        placed.nodes,
        key="map",
        ties=placed.ties,
        palette=PRINT,
        words=map_words(),
        layout=placed.layout,
    )
    return _file(desk, drawing.svg.encode(), "svg")


@needs(Category.FACTS, Act.READ)
@require_safe
def pdf(request: Request, account_id: int) -> HttpResponse:
    """The drawing whole on one page, then the people as a table."""
    from sightline.exchange.exports.people_map.pdf import pdf_of

    desk, placed = _taken_out(request, account_id)
    if len(placed.nodes) > MOST_ON_PAPER:
        return _too_many(request, desk)
    return _file(desk, pdf_of(_paper(desk, placed)), "pdf")


@needs(Category.FACTS, Act.READ)
@require_safe
def slides(request: Request, account_id: int) -> HttpResponse:
    """The drawing as shapes of a slide, then the people as tables."""
    from sightline.exchange.exports.people_map.slides import slides_of

    desk, placed = _taken_out(request, account_id)
    if len(placed.nodes) > MOST_ON_PAPER:
        return _too_many(request, desk)
    return _file(desk, slides_of(_paper(desk, placed)), "pptx")


def _too_many(request: Request, desk: Desk) -> HttpResponse:
    """Back to the map with what to do: a larger file would keep others waiting for the server."""
    words = _("A PDF or slides hold at most %s people. Focus on somebody, or take the SVG.")
    say(request, words % MOST_ON_PAPER, tone="warn")
    return go(request, desk.asked.url(desk.account_id))


def _taken_out(request: Request, account_id: int) -> tuple[Desk, Placed]:
    """What is drawn; with `plain` in the address only names, titles, units and reporting lines."""
    desk = desk_of(request, account_id)
    if desk.asked.plain:
        desk = _without_opinions(desk)
    placed = placed_map(desk)
    if placed is None:
        raise Http404(_("Nobody is on this map yet."))
    return desk, _only_facts(desk, placed) if desk.asked.plain else placed


def _without_opinions(desk: Desk) -> Desk:
    """The desk of somebody who may see facts alone, without filters that rest on more."""
    rights = replace(
        desk.shell.rights, opinions=False, roles=False, plan=False, reader=Reader.READER
    )
    scope = replace(desk.shell.scope, rights=rights)
    asked = replace(desk.asked, role="", line="", play="", ours="", view="roles")
    return Desk(replace(desk.shell, scope=scope), desk.person, asked)


def _only_facts(desk: Desk, placed: Placed) -> Placed:
    """Neither placeholders nor who of ours holds whom, nor what is flagged of anybody."""
    nodes = tuple(
        replace(node, flag="", ours="", described=_described(node), state="")
        for node in placed.nodes
        if node.state != "waiting" and node.state != "gone"
    )
    return replace(placed, nodes=nodes, layout=_layout(desk, nodes), ties=())


def _described(node: Node) -> str:
    return ", ".join(part for part in (node.name, node.title) if part)


def _layout(desk: Desk, nodes: tuple[Node, ...]) -> Layout:
    if desk.asked.layout == "units":
        return arrange_units(nodes)
    return arrange(nodes, alone=_("No reporting line known"))


def _paper(desk: Desk, placed: Placed) -> MapPaper:
    audience = _("Holds what is thought of people: for the team of this account only.")
    if not desk.opinions:
        audience = _("Names, titles and reporting lines as they are known to us.")
    return MapPaper(
        title=_("People of %s") % desk.shell.head.name,
        notes=tuple(_notes(desk, placed)),
        audience=audience,
        language=get_language() or "en",
        nodes=placed.nodes,
        ties=placed.ties,
        layout=placed.layout,
        words=map_words(),
    )


def _notes(desk: Desk, placed: Placed) -> list[str]:
    """How many are drawn, as of when, and by what it is narrowed."""
    shown = sum(node.state != "wanted" for node in placed.nodes)
    everybody = len(desk.people.people)
    told = [_("%(shown)s of %(all)s people") % {"shown": shown, "all": everybody}]
    told.append(_("as of %s") % dates.day(desk.asked.at or desk.shell.today))
    offers = {
        "role": dict(desk.names.roles()) if desk.asked.role else {},
        "unit": {str(one.key): one.name for one in desk.offers.units},
        "line": {str(one.key): one.name for one in desk.offers.lines},
        "play": {str(one.key): one.name for one in desk.offers.plays},
        "ours": {str(one.key): one.name for one in desk.offers.ours},
    }
    front = [offers[name].get(str(getattr(desk.asked, name)), "") for name in offers]
    if any(front):
        told.append(_("in front: %s") % ", ".join(name for name in front if name))
    return told


def _file(desk: Desk, content: bytes, kind: str) -> HttpResponse:
    answer = HttpResponse(content, content_type=TYPES[kind])
    name = slugify(desk.shell.head.name) or str(desk.account_id)
    answer["Content-Disposition"] = f'attachment; filename="map-{name}.{kind}"'
    return answer
