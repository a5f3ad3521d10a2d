"""Settings in the rail."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from sightline.planning.permissions import Act, Category
from sightline.web.nav import NavEntry

NAV = (
    NavEntry(
        label=_("Settings"),
        icon="settings",
        url="settings:show",
        place="foot",
        order=30,
        category=Category.SETTINGS,
        act=Act.READ,
        within=("settings", "people_admin", "jobs", "challenge_rules"),
    ),
)
