"""What leaves the map for the CRM, said before anything does."""

from __future__ import annotations

from django.utils.translation import gettext as _

from sightline.planning.stakeholders import BuyingRole
from sightline.records.queries.stakeholders import Dossier, WriteBack
from sightline.web.pages.stakeholders.desk import Desk


def writes_words(found: WriteBack | None) -> str:
    """What leaves for the CRM, said before anything does; empty where nothing does."""
    if found is None or not found.managers:
        return ""
    told = _("A new reporting line of somebody from %(crm)s is written there at the next exchange.")
    return told % {"crm": found.name} + " " + _("Opinions are never written to it.")


def added_words(found: WriteBack | None) -> str:
    """What becomes of somebody who is put on the map, said before it does."""
    if found is None or not found.people:
        return _("Somebody added here is not created in the CRM.")
    told = _(
        "Somebody added here with a name is created in %(crm)s at the next exchange, with title, "
        "e-mail and reporting line, never with a role or an opinion."
    )
    return told % {"crm": found.name}


def deals_to_tell(desk: Desk, found: Dossier) -> tuple[tuple[str, str], ...]:
    """Opportunities whose contact role may be written, each with the role the CRM has now."""
    writes = desk.writes if desk.may_say and found.from_crm else None
    if writes is None or not writes.roles:
        return ()
    now = _("%(deal)s (now: %(role)s)")
    return tuple(
        (
            str(one.key),
            now % {"deal": one.name, "role": desk.names.role(one.role)}
            if one.role in set(BuyingRole)
            else one.name,
        )
        for one in found.deals
    )
