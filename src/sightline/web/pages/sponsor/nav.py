"""The sponsor's page in the rail, for people who may sign plans off."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from sightline.planning.permissions import Act, Category
from sightline.web.nav import NavEntry

NAV = (
    NavEntry(
        label=_("Sponsored accounts"),
        icon="star",
        url="sponsor:show",
        order=35,
        category=Category.PLAN,
        act=Act.SIGN_OFF,
    ),
)
