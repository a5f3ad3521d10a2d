"""Whom to add: people with a part in open opportunities, people met, and roles nobody fills."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from sightline.planning.stakeholders import Candidate, suggest_people
from sightline.records.queries.candidates import candidates
from sightline.web.pages.stakeholders.desk import Desk
from sightline.web.pages.stakeholders.wanted import open_roles

MOST = 12


@dataclass(frozen=True, slots=True)
class Suggested:
    """Somebody with the button that puts them on the map: `field` and `value` are posted. With a
    `url` a role that nobody fills, and where it is filled."""

    text: str
    why: str
    field: str
    value: str
    url: str = ""
    play: str = ""


def suggested(desk: Desk) -> tuple[Suggested, ...]:
    """At most twelve, those with a part in open opportunities first, roles that nobody fills last."""
    if not desk.may_say:
        return ()
    found, accounts = candidates(
        desk.shell.scope, on=desk.shell.today, window_days=desk.numbers.window_days
    )
    listed = suggest_people(found, on_map=desk.by_key)
    people = [_person(one.candidate, accounts) for one in listed]
    roles = [
        Suggested(one.text, one.why, "role", one.role, one.url, one.play)
        for one in open_roles(desk)
    ]
    return (*people[: MOST - len(roles)], *roles)


def _person(one: Candidate, accounts: dict[str, str]) -> Suggested:
    parts = []
    if one.open_deals:
        count = len(one.open_deals)
        parts.append(
            ngettext("in %(n)s open opportunity", "in %(n)s open opportunities", count)
            % {"n": count}
            + f" ({', '.join(one.open_deals[:2])})"
        )
    if one.days:
        days = ngettext("%(n)s two-way day", "%(n)s two-way days", one.days) % {"n": one.days}
        parts.append(days)
    if one.address is not None:
        seen, _sep, address = one.address.partition(" ")
        parts.append(_("known by %s alone, no contact of the CRM") % address)
        return Suggested(one.name, ", ".join(parts), "seen", seen)
    key = one.key or ""
    home = accounts.get(key, "")
    guest = bool(one.open_deals)
    if home:
        parts.append(_("kept at %s") % home)
    return Suggested(one.name, ", ".join(parts), "guest" if guest else "back", key)
