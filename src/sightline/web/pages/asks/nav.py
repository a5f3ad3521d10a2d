"""Questions in the rail, with how many wait."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from sightline.planning.permissions import Act, Category
from sightline.records.queries.asks import waiting_count
from sightline.records.scoping import Person
from sightline.web.nav import Count, NavEntry


def _waiting(person: Person) -> Count | None:
    count = waiting_count(person)
    if not count:
        return None
    said = ngettext("%(n)d waits for you", "%(n)d wait for you", count) % {"n": count}
    return Count(str(count), said, "warn")


NAV = (
    NavEntry(
        label=_("Questions"),
        icon="question",
        url="asks:show",
        order=12,
        category=Category.PLAN,
        act=Act.READ,
        count=_waiting,
    ),
)
