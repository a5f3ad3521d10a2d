"""Cells of a large grid written out at once: a template loop over hundreds of them takes longer than
all the rest of the page, and so do Django's own ways of writing plain strings as HTML."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from typing import Protocol

from django import template
from django.utils.safestring import mark_safe

from sightline.web.marks_html import icon

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


class Headed(Protocol):
    """A column's head."""

    @property
    def key(self) -> str:
        """The unit's key."""

    @property
    def name(self) -> str:
        """Its name."""

    @property
    def note(self) -> str:
        """What stands below it, or nothing."""

    @property
    def depth(self) -> int:
        """How far in it stands."""

    @property
    def folded(self) -> bool:
        """Whether it stands for those below it."""

    @property
    def toggle(self) -> str:
        """Where it is folded or unfolded; empty without any below it."""


@register.simple_tag
def heads(columns: Iterable[Headed]) -> str:
    """A head for each column, with a link where it folds."""
    signs = {True: icon("chevron", size="tiny"), False: icon("chevron-down", size="tiny")}
    return mark_safe("".join([_head(one, signs[one.folded]) for one in columns]))  # noqa: S308


def _head(column: Headed, sign: str) -> str:
    name, named = escape(column.name), ""
    if column.toggle:
        named = f' id="u{escape(column.key)}"'
        name = f'<a class="plain" href="{escape(column.toggle)}">{sign}{name}</a>'
    note = f"<small>{escape(column.note)}</small>" if column.note else ""
    return f'<th scope="col" data-depth="{column.depth}"{named}>{name}{note}</th>'


@register.simple_tag
def squares(cells: Iterable[Drawn]) -> str:
    """A table cell with a link for each; without a way, the same look and no link."""
    rows = list(cells)
    if not all(one.href for one in rows):
        told = [f'<td><a class="{escape(one.look)}">{escape(one.shown)}</a>' for one in rows]
    else:
        told = [
            f'<td><a class="{escape(one.look)}" href="{escape(one.href)}">{escape(one.shown)}</a>'
            for one in rows
        ]
    return mark_safe("".join(told))  # noqa: S308 - every part is escaped


@register.simple_tag
def sums(shown: Iterable[str]) -> str:
    """A table cell for each."""
    return mark_safe("".join([f"<td>{escape(one)}" for one in shown]))  # noqa: S308 - escaped
