"""Several names as one: the first few, and how many more there are."""

from __future__ import annotations

from collections.abc import Sequence

MOST = 2
MORE = "%(names)s and %(n)s more"


def first_of(names: Sequence[str], *, most: int = MOST, more: str = MORE) -> str:
    """ "Operations Cloud, Audit Vault and 3 more"; empty for none. `more` is `MORE` translated."""
    shown, left = ", ".join(names[:most]), len(names) - most
    return more % {"names": shown, "n": left} if left > 0 else shown
