"""The way to the ten departures that would cost most."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from sightline.planning.permissions import Category
from sightline.web.nav import NavEntry

NAV = (
    NavEntry(
        label=_("Departures"),
        icon="person-gone",
        url="departures:dearest",
        order=45,
        category=Category.OPINIONS,
    ),
)
