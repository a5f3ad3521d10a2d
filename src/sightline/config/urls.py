"""Every address of the web process: each concept's page package brings its own."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec
from pkgutil import iter_modules

from django.urls import URLPattern, URLResolver, include, path

from sightline.web import pages


def _page_addresses() -> list[URLPattern | URLResolver]:
    """The urls module of every page package, in the order of their names.

    A package mounts itself where its `PREFIX` says; without one, at the root.
    """
    found: list[URLPattern | URLResolver] = []
    for package in sorted(entry.name for entry in iter_modules(pages.__path__) if entry.ispkg):
        name = f"{pages.__name__}.{package}.urls"
        if find_spec(name) is None:
            continue
        module = import_module(name)
        found.append(path(getattr(module, "PREFIX", ""), include((module, package))))
    return found


urlpatterns = _page_addresses()

handler400 = "sightline.web.errors.bad_request"
handler403 = "sightline.web.errors.refused"
handler404 = "sightline.web.errors.not_found"
handler500 = "sightline.web.errors.failed"
