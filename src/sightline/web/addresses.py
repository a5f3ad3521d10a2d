"""Where a page is, by its name and the keys it shows: `reverse`, worked out once for each page.

Django searches its patterns each time it is asked, and a page of ours asks some hundred times. What
leads to a page does not change while a process runs; only the keys in it do, and they are filled in.
"""

from __future__ import annotations

from functools import cache

from django.conf import settings
from django.urls import get_script_prefix, reverse

_KEYS = 1 << 61


def address(name: str, *keys: int) -> str:
    """The address of a page; NoReverseMatch where there is none that takes so many keys."""
    return _form(settings.ROOT_URLCONF, get_script_prefix(), name, len(keys)) % keys


@cache
def _form(_urls: str, _before: str, name: str, count: int) -> str:
    """The address with a place for each key. What it depends on is named, so that it is kept by it."""
    stand_ins = range(_KEYS, _KEYS + count)
    form = reverse(name, args=list(stand_ins)).replace("%", "%%")
    for one in stand_ins:
        form = form.replace(str(one), "%d")
    return form
