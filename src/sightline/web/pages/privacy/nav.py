"""People's data in the rail, for Operations."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from sightline.planning.permissions import Act, Category
from sightline.web.nav import NavEntry

NAV = (
    NavEntry(
        label=_("People's data"),
        icon="lock",
        url="privacy:show",
        place="foot",
        order=28,
        category=Category.SETTINGS,
        act=Act.WRITE,
    ),
)
