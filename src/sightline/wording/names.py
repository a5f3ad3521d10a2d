"""Several names as one: the first few, and how many more there are."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _

MOST = 2


def first_of(names: Sequence[str], *, most: int = MOST) -> str:
    """ "Operations Cloud, Audit Vault and 3 more"; empty for none."""
    shown, left = ", ".join(names[:most]), len(names) - most
    if left <= 0:
        return shown
    return _("%(names)s and %(n)s more") % {"names": shown, "n": left}
