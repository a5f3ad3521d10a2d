"""Loads the pages that nobody asked for yet, once somebody has been answered.

A web process answers its first page after a second or so because it loads no other; the rest, two
seconds of work, is then loaded beside it, so that no later page is the first of its kind either.
"""

from __future__ import annotations

import threading

from django.core.signals import request_finished
from django.urls import URLResolver, get_resolver

from sightline.config import garbage

_NAME = "sightline-warming"


def after_first_answer() -> None:
    """Load every page in a thread of its own when the first request is over."""
    request_finished.connect(_begin, dispatch_uid=_NAME)


def _begin(**_told: object) -> None:
    if request_finished.disconnect(dispatch_uid=_NAME):
        threading.Thread(target=load_all, name=_NAME, daemon=True).start()


def load_all() -> None:
    """Import every page's addresses and what it adds to the frame. Safe to call twice."""
    from sightline.web import nav  # needs Django's apps, which are not there when this is read

    for page in get_resolver().url_patterns:
        if isinstance(page, URLResolver):
            iter(page.url_patterns)  # to read them is to import them
    nav.entries()
    garbage.seldom()
