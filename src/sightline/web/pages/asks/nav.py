"""Questions in the rail."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from sightline.planning.permissions import Act, Category
from sightline.web.nav import NavEntry

NAV = (
    NavEntry(
        label=_("Questions"),
        icon="question",
        url="asks:show",
        order=12,
        category=Category.PLAN,
        act=Act.READ,
    ),
)
