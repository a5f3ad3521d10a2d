"""Values of a query checked against the field they are compared with."""

from datetime import date
from typing import Any

from sightline_sandbox.clock import stamp
from sightline_sandbox.ids import to_18
from sightline_sandbox.schema.field import Field
from sightline_sandbox.soql import refusals, tree
from sightline_sandbox.soql.dates import named_range, read_datetime
from sightline_sandbox.soql.scope import Build
from sightline_sandbox.soql.tokens import unescape

_NUMBERS = {"int": "int", "double": "double", "currency": "double", "percent": "double"}
_WRITTEN = {"datetime": "dateTime"}


def value_of(build: Build, field: Field, literal: tree.Literal, *, pattern: bool = False) -> Any:
    """The value to compare a column with; None for null and for the empty string."""
    if literal.kind == "null":
        return None
    if field.type == "boolean":
        return _boolean(build, field, literal)
    if field.type in _NUMBERS:
        return _number(build, field, literal)
    if field.type in ("date", "datetime"):
        return _moment(build, field, literal)
    if literal.kind != "string":
        raise refusals.wrong_type(build.text, literal.position, field.name, "string", quote=True)
    text = unescape(literal.text, pattern=pattern)
    if field.type in ("id", "reference") and not pattern:
        return _identifier(build, literal, text)
    return text or None


def _refuse(build: Build, field: Field, literal: tree.Literal, type_: str) -> Exception:
    return refusals.wrong_type(build.text, literal.position, field.name, type_, quote=False)


def _boolean(build: Build, field: Field, literal: tree.Literal) -> int:
    if literal.kind != "boolean":
        raise _refuse(build, field, literal, "boolean")
    return int(literal.text == "TRUE")


def _number(build: Build, field: Field, literal: tree.Literal) -> float:
    if literal.kind == "currency":
        return float(literal.text[3:])
    if literal.kind != "number":
        raise _refuse(build, field, literal, _NUMBERS[field.type])
    return float(literal.text)


def _moment(build: Build, field: Field, literal: tree.Literal) -> str:
    if literal.kind != field.type:
        raise _refuse(build, field, literal, _WRITTEN.get(field.type, field.type))
    try:
        if field.type == "date":
            return date.fromisoformat(literal.text).isoformat()
        return stamp(read_datetime(literal.text))
    except ValueError:
        raise refusals.at(
            build.text, literal.position, f"Invalid date: {literal.text}", code="INVALID_FIELD"
        ) from None


def _identifier(build: Build, literal: tree.Literal, text: str) -> str | None:
    if not text:
        return None
    found = to_18(text)
    if found is None:
        raise refusals.at(
            build.text,
            literal.position,
            f"invalid ID field: {text}",
            code="INVALID_QUERY_FILTER_OPERATOR",
        )
    return found


def range_of(build: Build, field: Field, literal: tree.Literal) -> tuple[str, str]:
    """The bounds of a date literal, in the field's own form: [first, after)."""
    if field.type not in ("date", "datetime"):
        raise refusals.wrong_type(build.text, literal.position, field.name, "string", quote=True)
    found = named_range(literal.text, today=build.now.date(), fiscal_start=build.fiscal_start)
    if found is None:
        raise refusals.at(build.text, literal.position, f"unexpected token: '{literal.text}'")
    first, after = (day.isoformat() for day in found)
    if field.type == "date":
        return first, after
    return f"{first}T00:00:00.000+0000", f"{after}T00:00:00.000+0000"
