"""Whom to add: people with a part in open opportunities, people met, and roles nobody fills."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from sightline.planning.stakeholders import (
    BuyingRole,
    Candidate,
    Cover,
    required_roles,
    role_cover,
    suggest_people,
)
from sightline.records.queries.candidates import candidates
from sightline.web.pages.stakeholders.desk import Desk

MOST = 12


@dataclass(frozen=True, slots=True)
class Suggested:
    """One suggestion with the button that takes it: `field` and `value` are posted."""

    text: str
    why: str
    field: str
    value: str


def suggested(desk: Desk) -> tuple[Suggested, ...]:
    """At most twelve, those with a part in open opportunities first."""
    if not desk.may_say:
        return ()
    people = [one.person for one in desk.people.people]
    levels = {one.person.key: one.known.level for one in desk.people.people}
    tier = desk.shell.tier
    needed = required_roles(tier_1=tier is not None and tier.tier == 1, parameters=desk.numbers)
    covers = role_cover(people, roles=needed, levels=levels, parameters=desk.numbers)
    waiting = {role for one in people if one.placeholder for role in BuyingRole if one.holds(role)}
    missing = [one.role for one in covers if one.cover is Cover.MISSING and one.role not in waiting]
    found, accounts = candidates(
        desk.shell.scope, on=desk.shell.today, window_days=desk.numbers.window_days
    )
    listed = suggest_people(found, on_map=desk.by_key, missing=missing if people else ())
    shown = []
    for one in listed[:MOST]:
        if one.candidate is not None:
            shown.append(_person(one.candidate, accounts))
        elif one.role is not None:
            text = _("%(role)s: nobody is known") % {"role": desk.names.role(one.role.value)}
            why = _by_whom(one.role) + " " + _("A placeholder keeps the question on the map.")
            shown.append(Suggested(text, why, "role", one.role.value))
    return tuple(shown)


def _by_whom(role: BuyingRole) -> str:
    """What asks for a role: a play, or the account being in tier 1."""
    if role is BuyingRole.SPONSOR:
        return _("A tier 1 account needs the role.")
    return _("A play needs the role.")


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
        parts.append(_("writes from %s, not in the CRM") % address)
        return Suggested(one.name, ", ".join(parts), "seen", seen)
    key = one.key or ""
    home = accounts.get(key, "")
    guest = bool(one.open_deals)
    if home:
        parts.append(_("kept at %s") % home)
    return Suggested(one.name, ", ".join(parts), "guest" if guest else "back", key)
