"""Imports in the rail, for those who may load data."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from sightline.planning.permissions import Act, Category
from sightline.web.nav import NavEntry

NAV = (
    NavEntry(
        label=_("Imports"),
        icon="download",
        url="imports:run-list",
        place="foot",
        order=20,
        category=Category.SETTINGS,
        act=Act.WRITE,
    ),
)
