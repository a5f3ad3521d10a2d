"""Roles that nobody fills: as cards of the map, and the panel that fills one in one act."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from sightline.drawing.org_map import WANTED, Node
from sightline.planning.stakeholders import (
    BuyingRole,
    Person,
    RoleHeld,
    Stance,
    WantedRole,
)
from sightline.records.queries.play_people import PlayPeople
from sightline.web.pages.stakeholders.desk import Desk
from sightline.web.pages.stakeholders.plot import field_of
from sightline.wording import labels

KEY = "wanted-"
NAMED = 2
MOST_OFFERED = 60


@dataclass(frozen=True, slots=True)
class Open:
    """One role nobody fills: for what, why, who could, and where that is said.

    `play` is the play it is asked for first, empty for the account; `plays` are all that lack it.
    """

    key: str
    role: str
    text: str
    why: str
    play: str
    plays: tuple[tuple[str, str], ...]
    url: str
    fill_url: str


def open_roles(desk: Desk) -> tuple[Open, ...]:
    """The roles to show on this map: where the planning is done, as of today; a play's slice shows
    what that play lacks."""
    asked = desk.opinions and desk.shell.scope.plans_itself and desk.asked.at is None
    if not asked or not desk.people.people:
        return ()
    plays = {one.key: one for one in desk.plays}
    found = []
    for one in desk.wanted:
        lacking = tuple(key for key in one.plays if desk.asked.play in ("", key))
        if lacking or (one.nobody and not desk.asked.play):
            found.append(_open(desk, one, lacking, plays))
    return tuple(found)


def wanted_panel(desk: Desk, role: str) -> dict[str, object]:
    """The panel of one such role; 404 where somebody fills it."""
    one = next((one for one in open_roles(desk) if one.role == role), None)
    if one is None:
        raise Http404(_("Nobody is wanted in that role."))
    return {"wanted": one, "offered": offered(desk, one), "close_url": _close(desk)}


def offered(desk: Desk, one: Open) -> tuple[tuple[str, str], ...]:
    """Who could be it: who has the role elsewhere on the map first, then by strength and name.
    Nobody who is against us."""
    role = BuyingRole(one.role)
    rows = [
        (not known.person.holds(role), -known.known.level, known.person)
        for known in desk.people.people
        if known.person.here and known.person.stance is not Stance.AGAINST
    ]
    rows.sort(key=lambda row: (*row[:2], row[2].name.casefold(), int(row[2].key)))
    return tuple((person.key, _called(person)) for _has, _level, person in rows[:MOST_OFFERED])


def wanted_nodes(desk: Desk) -> list[Node]:
    """The cards, last of all: no reporting line, no strength and no stance of their own."""
    return [_node(desk, one) for one in open_roles(desk)]


def _open(
    desk: Desk, one: WantedRole, lacking: tuple[str, ...], plays: Mapping[str, PlayPeople]
) -> Open:
    role = one.role.value
    name = desk.names.role(role)
    first = lacking[0] if lacking and not one.nobody else desk.asked.play
    url = reverse("stakeholders:wanted", args=[desk.account_id, role])
    query = desk.asked.query(person="")
    return Open(
        key=f"{KEY}{role}",
        role=role,
        text=_("%(role)s: nobody is known") % {"role": name}
        if one.nobody
        else _("%(role)s: nobody for %(play)s") % {"role": name, "play": _listed(lacking, plays)},
        why=_why(one, lacking, plays),
        play=first,
        plays=tuple((key, plays[key].name) for key in lacking),
        url=f"{url}?{query}" if query else url,
        fill_url=reverse("stakeholders:fill", args=[desk.account_id, role]),
    )


def _why(one: WantedRole, lacking: tuple[str, ...], plays: Mapping[str, PlayPeople]) -> str:
    if one.role is BuyingRole.SPONSOR:
        return _("A tier 1 account needs the role.")
    if not lacking:
        return _("A play needs the role.")
    told = ngettext("%s needs the role.", "%s need the role.", len(lacking))
    return told % _listed(lacking, plays)


def _listed(lacking: tuple[str, ...], plays: Mapping[str, PlayPeople]) -> str:
    names = [plays[key].name for key in lacking]
    if len(names) <= NAMED:
        return _(" and ").join(names)
    more = len(names) - 1
    return _("%(name)s and %(more)s more plays") % {"name": names[0], "more": more}


def _called(person: Person) -> str:
    return ", ".join(part for part in (person.name, person.title) if part)


def _node(desk: Desk, one: Open) -> Node:
    faded = desk.asked.role not in ("", one.role)
    return Node(
        key=one.key,
        name=_("Nobody yet"),
        title=one.plays[0][1] if one.plays else _("The account"),
        described=f"{one.text}. {one.why}",
        role=desk.names.role(one.role),
        role_tone=labels.BUYING_ROLES[one.role].tone,
        stance="",
        state=WANTED,
        href=one.url,
        faded=faded,
        group=_("Nobody yet"),
        cell=_field(desk, one),
    )


def _field(desk: Desk, one: Open) -> tuple[int, int]:
    """Where the plot of power and support puts the role: by its weight, stance not known."""
    person = Person(one.key, "", roles=(RoleHeld(BuyingRole(one.role)),))
    return field_of(desk, person, Stance.UNKNOWN)


def _close(desk: Desk) -> str:
    return desk.asked.url(desk.account_id, person="")
