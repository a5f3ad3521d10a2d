"""The library in the rail."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from sightline.planning.permissions import Act, Category
from sightline.web.nav import NavEntry

NAV = (
    NavEntry(
        label=_("Play library"),
        icon="document",
        url="library:show",
        order=55,
        category=Category.PLAN,
        act=Act.WRITE,
    ),
)
