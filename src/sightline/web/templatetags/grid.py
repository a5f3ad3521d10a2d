"""Cells of a large grid written out at once: a template loop over hundreds of them takes longer than
all the rest of the page."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

from django import template
from django.utils.html import format_html_join

register = template.Library()


class Drawn(Protocol):
    """What a cell shows: its classes, where it leads, its text."""

    @property
    def look(self) -> str:
        """Its classes."""

    @property
    def href(self) -> str:
        """Where it leads; empty for whoever may not see what stands behind it."""

    @property
    def shown(self) -> str:
        """Its text."""


@register.simple_tag
def squares(cells: Iterable[Drawn]) -> str:
    """A table cell with a link for each; without a way, the same look and no link."""
    rows = list(cells)
    if not all(one.href for one in rows):
        bare = ((one.look, one.shown) for one in rows)
        return format_html_join("", '<td><a class="{}">{}</a>', bare)
    told = ((one.look, one.href, one.shown) for one in rows)
    return format_html_join("", '<td><a class="{}" href="{}">{}</a>', told)


@register.simple_tag
def sums(shown: Iterable[str]) -> str:
    """A table cell for each."""
    return format_html_join("", "<td>{}", ((one,) for one in shown))
