"""Which people are drawn, where they stand, what is told of each, and who steps back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from sightline.drawing.org_map import (
    Layout,
    Node,
    Tie,
    Words,
    arrange,
    arrange_plot,
    arrange_units,
    org_map,
)
from sightline.drawing.palette import SCREEN, Palette
from sightline.drawing.sheet import Drawing
from sightline.planning.stakeholders import LineKind, Stance, managers
from sightline.records.queries import stakeholders
from sightline.records.queries.account_people import KnownPerson
from sightline.web.pages.account import cards
from sightline.web.pages.account import people as shown
from sightline.web.pages.stakeholders.changed import changes_of
from sightline.web.pages.stakeholders.desk import Desk
from sightline.web.pages.stakeholders.edges import edge_of, edges_told, recent
from sightline.web.pages.stakeholders.plot import SUPPORT, field_of
from sightline.web.pages.stakeholders.wanted import open_roles, wanted_nodes

MOST_DRAWN = 60
TIES = {
    LineKind.INFLUENCES: "influences",
    LineKind.CONFLICTS: "blocks",
    LineKind.REPORTS_TO: "matrix",
}


@dataclass(frozen=True, slots=True)
class Drawn:
    """The drawing with how many of how many people it shows, and how many are faded. `edges` are
    what the edges of cards mean in this view: tone and words."""

    drawing: Drawing
    shown: int
    everybody: int
    faded: int
    changes: tuple[str, ...] = ()
    edges: tuple[tuple[str, str], ...] = ()

    @property
    def count(self) -> str:
        """How many are drawn, in words."""
        if self.shown == self.everybody:
            return ngettext("%(n)s person", "%(n)s people", self.everybody) % {"n": self.everybody}
        return _("%(shown)s of %(all)s people drawn") % {
            "shown": self.shown,
            "all": self.everybody,
        }


@dataclass(frozen=True, slots=True)
class Placed:
    """The cards of a map, where each stands, and the lines between them."""

    nodes: tuple[Node, ...]
    ties: tuple[Tie, ...]
    layout: Layout
    people: int
    told: tuple[str, ...]


def drawn_map(desk: Desk, *, palette: Palette = SCREEN) -> Drawn | None:
    """The map as asked for; None with nobody to draw."""
    placed = placed_map(desk)
    if placed is None:
        return None
    drawing = org_map(
        placed.nodes,
        key="map",
        ties=placed.ties,
        palette=palette,
        words=map_words(),
        layout=placed.layout,
    )
    faded = sum(one.faded for one in placed.nodes)
    everybody = len(desk.people.people)
    return Drawn(drawing, placed.people, everybody, faded, placed.told, edges_told(desk))


def map_words() -> Words:
    """The fixed words of a map, in the reader's language."""
    return Words(
        title=_("Relationship map"),
        count=_("{count} people"),
        columns=(_("Person"), _("Title"), _("Reports to"), _("Role"), _("Strength"), _("Stance")),
    )


def placed_map(desk: Desk) -> Placed | None:
    """Everything that a drawing of the map needs, on screen, on paper or on a slide."""
    people = desk.people.people
    if not people:
        return None
    above = managers([one.person for one in people])
    keys = _drawn_keys(desk, above)
    drawn = {one.person.key: one for one in people if one.person.key in keys}
    kept, flags, told = _lens(desk)
    hidden = _hidden(above, keys)
    only = shown.only_thread(desk.people) if desk.opinions else ""
    tree, bosses = desk.asked.layout != "plot", set(above.values())
    nodes: list[Node] = []
    card = _Card(desk)
    said = cards.spoken(role=desk.names.role, stance=desk.names.stance)
    for key, one in drawn.items():
        view = desk.views[key]
        node = cards.node_of(one, view, desk.people, above, drawn, said=said, only=only)
        folded = hidden.get(key, 0), tree and key in bosses
        flag = flags.get(key, "")
        nodes.append(card.dressed(node, one, faded=key not in kept, flag=flag, folded=folded))
    shown_people = len(nodes)
    nodes += wanted_nodes(desk)
    ties = _ties(desk, drawn) if desk.opinions and desk.asked.layout != "plot" else []
    return Placed(tuple(nodes), tuple(ties), _layout(desk, nodes), shown_people, told)


def _layout(desk: Desk, nodes: Sequence[Node]) -> Layout:
    if desk.asked.layout == "units":
        return arrange_units(nodes)
    if desk.asked.layout == "plot" and desk.opinions:
        rows = (_("Decides"), _("Shapes"), _("Takes part"), _("No part"))
        return arrange_plot(
            nodes, rows=rows, columns=[desk.names.stance(one.value) for one in SUPPORT]
        )
    return arrange(nodes, alone=_("No reporting line known"))


def _drawn_keys(desk: Desk, above: Mapping[str, str | None]) -> set[str]:
    """Everybody, or the sixty that tell most, or a person's surroundings; less what is folded."""
    asked, people = desk.asked, desk.people.people
    most = MOST_DRAWN - len(open_roles(desk))
    if asked.focus in above:
        keys = _around(asked.focus, above, most)
    elif asked.everybody or len(people) <= most:
        keys = set(above)
    else:
        keys = set(shown.chosen(people, desk.views, above, most))
    keys |= {key for key, manager in above.items() if manager in asked.opened}
    for key in asked.folded:
        keys -= _below(key, above)
    return keys


def _around(key: str, above: Mapping[str, str | None], most: int) -> set[str]:
    """A person, everybody up to the top, everybody below and beside, nearest first, so many at most."""
    near = [key]
    manager = above.get(key)
    while manager is not None and manager not in near:
        near.append(manager)
        manager = above.get(manager)
    reports: dict[str | None, list[str]] = {}
    for one, boss in above.items():
        reports.setdefault(boss, []).append(one)
    waiting = [key]
    while waiting and len(near) < most:
        current = waiting.pop(0)
        near += reports.get(current, ())
        waiting += reports.get(current, ())
    beside = above.get(key)
    if beside is not None:
        near += reports.get(beside, ())
    return set(list(dict.fromkeys(near))[:most])


def _below(key: str, above: Mapping[str, str | None]) -> set[str]:
    found: set[str] = set()
    waiting = [key]
    while waiting:
        current = waiting.pop()
        under = [one for one, boss in above.items() if boss == current and one not in found]
        found.update(under)
        waiting += under
    return found - {key}


def _hidden(above: Mapping[str, str | None], keys: set[str]) -> dict[str, int]:
    """How many people stand below each drawn person and are not drawn: counted at the nearest."""
    counts: dict[str, int] = {}
    for key in above.keys() - keys:
        manager, seen = above[key], {key}
        while manager is not None and manager not in keys and manager not in seen:
            seen.add(manager)
            manager = above[manager]
        if manager is not None and manager in keys:
            counts[manager] = counts.get(manager, 0) + 1
    return counts


class _Card:
    """What this way of seeing adds to a card: its edge, its flag, its frame and its place."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        # the address of nobody, cut in two: resolving one for each of hundreds costs more
        start, end = reverse("stakeholders:person", args=[desk.account_id, 0]).rsplit("0", 1)
        query = desk.asked.query(person="")
        self._address = start, f"{end}?{query}" if query else end

    def dressed(
        self, node: Node, one: KnownPerson, *, faded: bool, flag: str, folded: tuple[int, bool]
    ) -> Node:
        """The card of one person; `folded` says how many below are not drawn, and whether any
        could be hidden. All at once: a copy of a card costs as much as drawing its name."""
        desk, view = self._desk, self._desk.views[node.key]
        stance = view.stance or Stance.UNKNOWN
        return replace(
            node,
            state=self._state(node, one),
            href=node.key.join(self._address),
            faded=faded,
            folded=folded[0],
            open=folded[1],
            flag=flag or node.flag,
            flag_tone="accent" if flag else node.flag_tone,
            edge=edge_of(desk, view.level, stance.value, one),
            group=_group(desk, one) if desk.asked.layout == "units" else "",
            cell=field_of(desk, one.person, stance) if desk.asked.layout == "plot" else (0, 0),
        )

    def _state(self, node: Node, one: KnownPerson) -> str:
        asked = self._desk.asked
        if node.key == asked.person or (node.key == asked.focus and not asked.person):
            return "selected"
        return "waiting" if one.person.placeholder else node.state


def _group(desk: Desk, one: KnownPerson) -> str:
    names = [desk.people.units.get(unit, "") for unit in one.person.units]
    return next((name for name in names if name), "") or _("No unit known")


def front_of(desk: Desk) -> set[str]:
    """Who stays in front of the map as asked for."""
    return _lens(desk)[0]


def _lens(desk: Desk) -> tuple[set[str], Mapping[str, str], tuple[str, ...]]:
    """Who stays in front, flags by key, and sentences to tell beside the map."""
    flags: Mapping[str, str] = {}
    told: tuple[str, ...] = ()
    kept = {one.person.key for one in desk.people.people if _in_front(desk, one)}
    asked = desk.asked
    if asked.play:
        kept &= stakeholders.play_slice(desk.shell.scope, int(asked.play))
    if asked.view == "changes":
        changes = changes_of(desk)
        flags, told = changes.flags, changes.sentences
        kept &= set(flags)
    return kept, flags, told


def _in_front(desk: Desk, one: KnownPerson) -> bool:
    asked, view = desk.asked, desk.asked.view
    if asked.ours and desk.opinions and asked.ours not in one.known.holders:
        return False
    if view == "coverage" and desk.opinions and not one.known.holders:
        return False
    if view == "contact" and not recent(desk, one):
        return False
    if asked.role and asked.role not in (desk.views[one.person.key].roles or ()):
        return False
    return _in_decision(desk, one)


def _in_decision(desk: Desk, one: KnownPerson) -> bool:
    """In the unit, or with a role said for this unit or line."""
    unit, line = desk.asked.unit, desk.asked.line
    if not unit and not line:
        return True
    if unit and unit in one.person.units:
        return True
    return desk.opinions and any(
        (not unit or held.unit == unit) and (not line or held.line in (line, None))
        for held in one.person.roles
        if held.unit or held.line
    )


def _ties(desk: Desk, drawn: Mapping[str, KnownPerson]) -> list[Tie]:
    said = {
        LineKind.INFLUENCES: _("%(start)s influences %(end)s"),
        LineKind.CONFLICTS: _("%(start)s is in conflict with %(end)s"),
        LineKind.REPORTS_TO: _("%(start)s also reports to %(end)s"),
    }
    return [
        Tie(
            line.start,
            line.end,
            TIES[line.kind],
            said[line.kind]
            % {
                "start": drawn[line.start].person.name,
                "end": drawn[line.end].person.name,
            },
        )
        for line in desk.people.lines
        if line.start in drawn and line.end in drawn
    ]
