"""Playbooks in the rail."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from sightline.planning.permissions import Act, Category
from sightline.web.nav import NavEntry

NAV = (
    NavEntry(
        label=_("Playbooks"),
        icon="play",
        url="playbooks:list",
        order=56,
        category=Category.SETTINGS,
        act=Act.READ,
    ),
    NavEntry(
        label=_("Running playbooks"),
        icon="play",
        url="playbooks:run-list",
        order=57,
        category=Category.PLAN,
        act=Act.WRITE,
    ),
)
