"""The type of an unknown custom column, from its values."""

import re
from typing import Any

from sightline_sandbox.schema.field import Field, field_from, make_raw

_NUMBER = re.compile(r"[+-]?\d+(\.\d+)?\Z")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}\Z")
_MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}[ T]\d{2}:\d{2}")
_LONGEST_TEXT = 255


def guess_field(name: str, values: list[str]) -> Field:
    """A field that holds every value: true/false, number, date, date and time, or text."""
    seen = {v.strip() for v in values if v.strip()}
    given: dict[str, Any] = {
        "custom": True,
        "createable": True,
        "updateable": True,
        "permissionable": True,
    }
    type_ = _type(seen)
    if type_ == "double":
        decimals = [len(v.split(".")[1]) for v in seen if "." in v]
        given |= {"precision": 18, "scale": min(max(decimals, default=0), 8)}
    elif type_ == "string":
        given["length"] = _LONGEST_TEXT
    elif type_ == "textarea":
        given["length"] = 32768
    return field_from(make_raw(name, type_, **given))


def _type(seen: set[str]) -> str:
    if not seen:
        return "string"
    if {v.lower() for v in seen} <= {"true", "false"}:
        return "boolean"
    for pattern, type_ in ((_NUMBER, "double"), (_DATE, "date"), (_MOMENT, "datetime")):
        if all(pattern.match(v) for v in seen):
            return type_
    return "textarea" if max(map(len, seen)) > _LONGEST_TEXT else "string"
