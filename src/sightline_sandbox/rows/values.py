"""Values as they arrive (JSON or CSV), checked and turned into what storage keeps."""

import re
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from sightline_sandbox.clock import stamp
from sightline_sandbox.errors import ApiError, malformed_json, row_error
from sightline_sandbox.ids import to_18
from sightline_sandbox.schema.field import NUMBER_TYPES, Field, ordered_choices
from sightline_sandbox.schema.sobject import SObject
from sightline_sandbox.soql.dates import read_datetime
from sightline_sandbox.work import Work

_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s.]+\Z")
_TRUE = {"true": 1, "1": 1, "false": 0, "0": 0}
_LONGEST_SHOWN = 200


def stored_value(work: Work, sobject: SObject, field: Field, value: Any) -> Any:
    """The value storage keeps, or an error as the service words it.

    Empty text is null. Text is trimmed. Raises ApiError for wrong kinds, lengths, choices, ids.
    """
    if isinstance(value, str):
        value = value.strip()
    if value is None or value == "":
        return _empty(field)
    if isinstance(value, dict | list):
        raise _wrong_kind(work, field, value)
    return _kinds(work, field, value, sobject)


def _empty(field: Field) -> Any:
    return 0 if field.type == "boolean" else None


def _kinds(work: Work, field: Field, value: Any, sobject: SObject) -> Any:
    if field.type == "boolean":
        return _boolean(work, field, value)
    if field.type in NUMBER_TYPES or field.type == "int":
        return _number(work, field, value)
    if field.type in ("date", "datetime"):
        return _moment(work, field, value)
    if not isinstance(value, str):
        raise _wrong_kind(work, field, value)
    if field.type in ("id", "reference"):
        return _reference(work, field, value)
    return _text(field, value, sobject)


def _wrong_kind(work: Work, field: Field, value: Any) -> ApiError:
    if work.options.from_csv:
        return row_error(
            "INVALID_TYPE_ON_FIELD_IN_RECORD",
            f"{field.label}: value not of required type: {value}",
            field.name,
        )
    token = {bool: "VALUE_TRUE" if value else "VALUE_FALSE", int: "VALUE_NUMBER_INT"}.get(
        type(value), "VALUE_NUMBER_FLOAT" if isinstance(value, float) else "VALUE_STRING"
    )
    if isinstance(value, dict | list):
        token = "START_OBJECT" if isinstance(value, dict) else "START_ARRAY"
    kind = field.raw["soapType"].split(":")[-1]
    shown = "" if isinstance(value, dict | list) else f" value {value}"
    return malformed_json(
        f"Cannot deserialize instance of {kind} from {token}{shown} or request may be missing "
        "a required field at [line:1, column:2]"
    )


def _boolean(work: Work, field: Field, value: Any) -> int:
    if isinstance(value, bool):
        return int(value)
    found = _TRUE.get(str(value).lower()) if isinstance(value, str) else None
    if found is None:
        raise _wrong_kind(work, field, value)
    return found


def _number(work: Work, field: Field, value: Any) -> float | int:
    if isinstance(value, bool):
        raise _wrong_kind(work, field, value)
    try:
        number = float(value)
    except ValueError:
        raise _wrong_kind(work, field, value) from None
    if number != number or abs(number) == float("inf"):
        raise _wrong_kind(work, field, value)
    if field.type == "int":
        if number != int(number):
            raise _wrong_kind(work, field, value)
        return int(number)
    whole = int(field.raw["precision"]) - int(field.raw["scale"])
    if whole > 0 and abs(number) >= 10**whole:
        raise row_error(
            "NUMBER_OUTSIDE_VALID_RANGE",
            f"{field.label}: value outside of valid range on numeric field: {value}",
            field.name,
        )
    return half_up(number, int(field.raw["scale"]))


def half_up(number: float, scale: int) -> float:
    """A number rounded to so many decimals, halves away from zero."""
    step = Decimal(1).scaleb(-scale)
    return float(Decimal(repr(number)).quantize(step, rounding=ROUND_HALF_UP))


def _moment(work: Work, field: Field, value: Any) -> str:
    if not isinstance(value, str):
        raise _wrong_kind(work, field, value)
    try:
        if field.type == "date":
            return date.fromisoformat(value[:10]).isoformat()
        return stamp(read_datetime(value))
    except ValueError:
        raise _wrong_kind(work, field, value) from None


def _reference(work: Work, field: Field, value: str) -> str:
    found = to_18(value)
    target = work.schema.of_id(found) if found else None
    fits = target is not None and target.name in field.targets
    if found is None or (not fits and field.type == "reference"):
        raise row_error(
            "MALFORMED_ID", f"{field.label}: id value of incorrect type: {value}", field.name
        )
    return found


def _text(field: Field, value: str, sobject: SObject) -> str:
    if field.length and len(value) > field.length:
        shown = value if len(value) <= _LONGEST_SHOWN else value[:_LONGEST_SHOWN] + "..."
        raise row_error(
            "STRING_TOO_LONG",
            f"{_named(sobject, field)}: data value too large: {shown} (max length={field.length})",
            field.name,
        )
    if field.type == "email" and not _EMAIL.match(value):
        raise row_error(
            "INVALID_EMAIL_ADDRESS", f"{field.label}: invalid email address: {value}", field.name
        )
    if field.type == "multipicklist":
        value = ordered_choices(field, value)
    _check_choices(field, value)
    return value


def _named(sobject: SObject, field: Field) -> str:
    """The label errors use; a name field is called after its object."""
    return f"{sobject.raw['label']} Name" if field.name == "Name" else field.label


def _check_choices(field: Field, value: str) -> None:
    if not field.raw["restrictedPicklist"] or not field.raw["picklistValues"]:
        return
    parts = value.split(";") if field.type == "multipicklist" else [value]
    allowed = {choice.lower() for choice in field.picklist}
    for part in parts:
        if part.lower() not in allowed:
            raise row_error(
                "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST",
                f"{field.label}: bad value for restricted picklist field: {part}",
                field.name,
            )
