"""The entry of the rail."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from sightline.planning.permissions import Act, Category
from sightline.web.nav import NavEntry

NAV = (
    NavEntry(
        label=_("Analytics"),
        icon="trend",
        url="analytics:show",
        order=25,
        category=Category.WALLET_TIERS,
        act=Act.READ,
    ),
)
