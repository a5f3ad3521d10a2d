"""Messages in the rail."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from sightline.web.nav import NavEntry

NAV = (NavEntry(label=_("Messages"), icon="mail", url="mail:settings", place="foot", order=40),)
