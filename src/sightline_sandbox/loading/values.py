"""Texts of an export as stored values, one converter per column."""

from collections.abc import Callable, Mapping
from typing import Any

from sightline_sandbox.clock import stamp
from sightline_sandbox.ids import to_18
from sightline_sandbox.schema.field import NUMBER_TYPES, Field, ordered_choices
from sightline_sandbox.soql.dates import read_datetime

Converter = Callable[[str], Any]
_TRUE = frozenset({"true", "1", "yes", "y", "t"})


def converter(field: Field, mapped: Mapping[str, str]) -> Converter:
    """How to read a column. Raises ValueError for texts that are no such value."""
    if field.type == "boolean":
        return lambda text: int(text.strip().lower() in _TRUE)
    if field.type == "int":
        return lambda text: int(float(text)) if text.strip() else None
    if field.type in NUMBER_TYPES:
        return lambda text: float(text) if text.strip() else None
    if field.type == "date":
        return lambda text: text.strip()[:10] or None
    if field.type == "datetime":
        return _moment
    if field.type == "reference":
        return lambda text: _reference(text.strip(), mapped)
    if field.type == "multipicklist":
        return lambda text: ordered_choices(field, text) or None
    return lambda text: text.strip() or None


def _moment(text: str) -> str | None:
    text = text.strip()
    if not text:
        return None
    if len(text) == 10:
        return f"{text}T00:00:00.000+0000"
    if len(text) == 19 and text[10] in " T":
        return f"{text[:10]}T{text[11:]}.000+0000"
    return stamp(read_datetime(text))


def _reference(text: str, mapped: Mapping[str, str]) -> str | None:
    if not text:
        return None
    return mapped.get(text) or to_18(text) or text
