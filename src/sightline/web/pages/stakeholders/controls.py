"""The row above the map: how it stands, what it shows, whom it keeps in front."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from sightline.web.pages.stakeholders.changed import since_of
from sightline.web.pages.stakeholders.desk import Desk


@dataclass(frozen=True, slots=True)
class Link:
    """One choice as a link."""

    text: str
    url: str
    current: bool


@dataclass(frozen=True, slots=True)
class Pick:
    """One select of the filter."""

    name: str
    label: str
    options: tuple[tuple[str, str], ...]
    value: str


@dataclass(frozen=True, slots=True)
class Controls:
    """Everything above the map."""

    layouts: tuple[Link, ...]
    views: tuple[Link, ...]
    picks: tuple[Pick, ...]
    kept: tuple[tuple[str, str], ...]
    at: date | None
    today: date
    since: date | None
    map_url: str
    table_url: str
    everybody_url: str
    clear_url: str
    now_url: str
    query: str
    plain_query: str


def controls_of(desk: Desk) -> Controls:
    """Choices open to this reader: no view of opinions for those who see none."""
    asked, key = desk.asked, desk.account_id
    layouts = [("lines", _("Reporting line")), ("units", _("Unit"))]
    views = [("roles", _("Roles")), ("contact", _("Contact, 90 days"))]
    if desk.opinions:
        layouts.append(("plot", _("Power × support")))
        views[1:1] = [
            ("strength", _("Strength")),
            ("stance", _("Stance")),
            ("coverage", _("Our people")),
        ]
    views.append(("changes", _("What changed")))
    return Controls(
        layouts=tuple(
            Link(text, asked.url(key, layout=code, table=False), asked.layout == code)
            for code, text in layouts
        ),
        views=tuple(
            Link(text, asked.url(key, view=code), asked.view == code) for code, text in views
        ),
        picks=tuple(_picks(desk)),
        kept=tuple(_kept(desk)),
        at=asked.at,
        today=desk.shell.today,
        since=since_of(desk) if asked.view == "changes" else None,
        map_url=asked.url(key, table=False, page=1),
        table_url=asked.url(key, table=True, page=1),
        everybody_url=asked.url(key, everybody=True, focus="", folded=(), opened=()),
        clear_url=asked.url(key, ours="", role="", unit="", line="", play="", at=None),
        now_url=asked.url(key, at=None),
        query=asked.query(),
        plain_query=asked.query(plain=True),
    )


def _picks(desk: Desk) -> list[Pick]:
    asked, offers = desk.asked, desk.offers
    anybody = ("", _("Anybody"))
    picks = []

    def add(name: str, label: str, options: Sequence[tuple[str, str]], value: str) -> None:
        if options:
            picks.append(Pick(name, label, (anybody, *options), value))

    if desk.shell.rights.roles:
        add("role", _("Role"), desk.names.roles(), asked.role)
    add("unit", _("Unit"), [(str(one.key), one.name) for one in offers.units], asked.unit)
    if desk.opinions:
        add("line", _("Decision on"), [(str(o.key), o.name) for o in offers.lines], asked.line)
        add("play", _("Play"), [(str(o.key), o.name) for o in offers.plays], asked.play)
        add("ours", _("Held by"), [(str(o.key), o.name) for o in offers.ours], asked.ours)
    return picks


def _kept(desk: Desk) -> list[tuple[str, str]]:
    asked = desk.asked
    kept = [("layout", asked.layout), ("view", asked.view)]
    if asked.table:
        kept.append(("table", "1"))
    if asked.everybody:
        kept.append(("everybody", "1"))
    if asked.focus:
        kept.append(("focus", asked.focus))
    return kept
