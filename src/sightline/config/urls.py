"""Every address of the web process: each concept's page package brings its own."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec
from pkgutil import iter_modules
from typing import Any

from django.urls import URLResolver
from django.urls.resolvers import RoutePattern
from django.utils.datastructures import MultiValueDict
from django.utils.translation import get_language

from sightline.web import pages


class Page(URLResolver):
    """The addresses of one page package, imported when the first of them is asked for.

    A web process answers after the page it was asked for is loaded, not after all of them are.
    """

    def _populate(self) -> None:
        # The root asks every page for its names, and needs none: they stand under a namespace,
        # so a page that nobody named yet stays unread.
        return

    @property
    def reverse_dict(self) -> MultiValueDict[Any, Any]:
        """The page's own names, read where one of them is asked for."""
        if get_language() not in self._reverse_dict:
            super()._populate()
        return super().reverse_dict


def _page_addresses() -> list[URLResolver]:
    """The urls module of every page package, those below a `PREFIX` before those at the root.

    A package mounts itself where its `PREFIX` says, without one at the root, and pages of one
    place stand in the order of their names. No two pages know the same address, so their order
    decides only what has to be loaded to find one.
    """
    found: list[tuple[bool, str, URLResolver]] = []
    for package in (entry.name for entry in iter_modules(pages.__path__) if entry.ispkg):
        name = f"{pages.__name__}.{package}.urls"
        if find_spec(name) is None:
            continue
        prefix = getattr(import_module(f"{pages.__name__}.{package}"), "PREFIX", "")
        address = Page(RoutePattern(prefix), name, app_name=package, namespace=package)
        found.append((not prefix, package, address))
    return [address for _at_root, _package, address in sorted(found, key=lambda one: one[:2])]


urlpatterns = _page_addresses()

handler400 = "sightline.web.errors.bad_request"
handler403 = "sightline.web.errors.refused"
handler404 = "sightline.web.errors.not_found"
handler500 = "sightline.web.errors.failed"
