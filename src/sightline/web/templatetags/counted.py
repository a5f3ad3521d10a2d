"""`{% load counted %}`: whole numbers with their thousands grouped."""

from __future__ import annotations

from django import template

register = template.Library()


@register.filter
def grouped(value: object) -> str:
    """12345 as 12,345; what is no number comes back as it is, nothing as 0."""
    if value is None or value == "":
        return "0"
    return f"{value:,}" if isinstance(value, int) else str(value)
