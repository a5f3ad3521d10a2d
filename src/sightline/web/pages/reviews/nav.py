"""The review room in the rail, with the day of the next one."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from sightline.planning.permissions import Act, Category
from sightline.web.nav import NavEntry

NAV = (
    NavEntry(
        label=_("Review room"),
        icon="speech",
        url="reviews:show",
        order=40,
        category=Category.PLAN,
        act=Act.READ,
        within=("reviews", "review_room"),
    ),
)
