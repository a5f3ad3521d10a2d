"""What Sync adds to the frame: its entry, with how many things wait for a person."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from sightline.planning.permissions import Act, Category
from sightline.records.queries import sync as queries
from sightline.records.scoping import Person
from sightline.web.nav import Count, NavEntry


def waiting(person: Person) -> Count | None:
    """Conflicts and refused writes; nothing where there are none."""
    count = queries.needing_person()
    if not count:
        return None
    title = ngettext("%(count)s thing to decide", "%(count)s things to decide", count)
    return Count(str(count), title % {"count": count}, "warn")


NAV = (
    NavEntry(
        label=_("Sync"),
        icon="sync",
        url="sync:show",
        place="foot",
        order=10,
        category=Category.SETTINGS,
        act=Act.READ,
        count=waiting,
    ),
)
