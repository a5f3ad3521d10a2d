"""`{% load rows %}`: the field of a row, drawn once for all rows that offer the same.

`{% row_control row.controls.role row.key %}` is `stakeholders/control.html` without its label in
sight. A page of the table has a hundred of them; drawing each anew is a fifth of the page.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django import template
from django.template.loader import get_template
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe

register = template.Library()
KEPT = "row_controls"
LABEL, URL, VERSION, VALUE, PREFIX = (f"@@{name}@@" for name in ("l", "u", "v", "w", "p"))


@register.simple_tag(takes_context=True)
def row_control(context: template.Context, one: Any, key: str) -> SafeString:
    """The form of one field in one row; the same markup as drawing the template for it."""
    whole: Any = context
    kept: dict[tuple[object, ...], str] = whole.render_context.setdefault(KEPT, {})
    held = (one.name, one.options, one.value if one.options else None)
    if held not in kept:
        stamp = replace(one, label=LABEL, url=URL, version=VERSION)
        stamp = stamp if one.options else replace(stamp, value=VALUE)
        drawn: Any = get_template("stakeholders/control.html")
        with whole.push(one=stamp, prefix=PREFIX, bare=True):
            kept[held] = drawn.template.render(whole)
    text = kept[held]
    for mark, value in (
        (LABEL, one.label),
        (URL, one.url),
        (VERSION, one.version),
        (PREFIX, f"{key}-"),
        (VALUE, one.value),
    ):
        text = text.replace(mark, str(conditional_escape(value)))
    # every part is escaped: by the template, or here
    return mark_safe(text)  # noqa: S308
