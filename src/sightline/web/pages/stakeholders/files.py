"""What a file of the map holds, with or without what is thought of people; and its SVG."""

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
from sightline.web.pages.stakeholders.desk import Desk, desk_of
from sightline.web.pages.stakeholders.drawn import Placed, map_words, placed_map
from sightline.wording import dates


@needs(Category.FACTS, Act.READ)
@require_safe
def picture(request: Request, account_id: int) -> HttpResponse:
    """The drawing as an SVG file in paper colours; the page makes its PNG from it."""
    desk, placed = taken_out(request, account_id)
    drawing = org_map(
        placed.nodes,
        key="map",
        ties=placed.ties,
        palette=PRINT,
        words=map_words(),
        layout=placed.layout,
    )
    answer = HttpResponse(drawing.svg.encode(), content_type="image/svg+xml; charset=utf-8")
    name = file_name(desk.shell.head.name, account_id, "svg")
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def taken_out(request: Request, account_id: int) -> tuple[Desk, Placed]:
    """What is drawn, as the address asks for it; with `plain` in it only names, titles, units and
    reporting lines."""
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


def paper_of(desk: Desk, placed: Placed) -> MapPaper:
    """The map with what stands above it and at its foot."""
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


def file_name(account: str, account_id: int, kind: str) -> str:
    """`map-helvion-industries.pdf`: plain letters and digits, the account's number without any."""
    return f"map-{slugify(account) or account_id}.{kind}"
