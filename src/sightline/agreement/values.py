"""Canonical field values: the one text under which two systems compare a field's value.

Two values agree when their canonical texts are equal. An empty text, list or cell is no value.
Worked examples: `docs/method/agreement.md`.
"""

from __future__ import annotations

import datetime as dt
import enum
import unicodedata
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import TypeAlias

from sightline.agreement.canonical import Unreadable, bool_of, day_of, moment_of
from sightline.agreement.identity import canonical_id

Value: TypeAlias = str | None


class Hidden(enum.Enum):
    """A side that says nothing of a field: its reader may not see it. Never the same as empty."""

    HIDDEN = "hidden"


HIDDEN = Hidden.HIDDEN


class FieldKind(enum.StrEnum):
    """What a field holds, as far as comparing needs to know."""

    TEXT = "text"
    PICKLIST = "picklist"
    MULTI = "multi"
    REFERENCE = "reference"
    DAY = "day"
    MOMENT = "moment"
    NUMBER = "number"
    SWITCH = "switch"


@dataclass(frozen=True, slots=True)
class FieldShape:
    """What the other system says of one field.

    `length` in characters, `scale` in decimal places; None where it sets no bound. `options` are
    the values a restricted picklist takes (by API name). `unique_key`: it is an external id that
    is unique, so that a row can be created at most once under it.
    """

    name: str
    kind: FieldKind
    label: str = ""
    length: int | None = None
    scale: int | None = None
    createable: bool = False
    updateable: bool = False
    required: bool = False
    formula: bool = False
    unique_key: bool = False
    options: tuple[str, ...] = ()
    restricted: bool = False
    refers_to: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ObjectShape:
    """One object of the other system, as its describe shows it to the user that asks."""

    name: str
    fields: dict[str, FieldShape]
    label: str = ""
    createable: bool = False
    updateable: bool = False
    deletable: bool = False
    tracks_changes: bool = True


def canonical(raw: object, shape: FieldShape) -> Value:
    """The canonical text of a value of a field of this shape; None where there is no value.

    A text longer than the field is cut to the field's length, as the other system would have
    to. Raises Unreadable where the value cannot be one of the field's kind.
    """
    if raw is None or raw == "":
        return None
    return _READERS[shape.kind](raw, shape)


def is_cut(raw: object, shape: FieldShape) -> bool:
    """Whether a text is longer than the field holds, so that only its beginning crosses."""
    if shape.length is None or not isinstance(raw, str) or shape.kind is not FieldKind.TEXT:
        return False
    return len(_plain_text(raw)) > shape.length


def _plain_text(raw: object) -> str:
    text = str(raw)
    if text.isascii() and "\r" not in text:  # most texts are, and have but one form
        return text.strip()
    text = unicodedata.normalize("NFC", text)
    return text.replace("\r\n", "\n").replace("\r", "\n").strip()


def _text(raw: object, shape: FieldShape) -> Value:
    text = _plain_text(raw)
    if shape.length is not None:
        text = text[: shape.length].rstrip()
    return text or None


def _multi(raw: object, shape: FieldShape) -> Value:
    parts = raw if isinstance(raw, list | tuple | set | frozenset) else str(raw).split(";")
    return ";".join(sorted({_plain_text(part) for part in parts} - {""})) or None


def _reference(raw: object, shape: FieldShape) -> Value:
    return canonical_id(str(raw)) or None


def _day(raw: object, shape: FieldShape) -> Value:
    if isinstance(raw, dt.datetime):
        raise Unreadable("a day was given with a time, whose zone would shift it")
    if isinstance(raw, dt.date):
        return raw.isoformat()
    return day_of(str(raw)).isoformat()


def _moment(raw: object, shape: FieldShape) -> Value:
    if isinstance(raw, dt.datetime):
        moment = raw if raw.tzinfo else raw.replace(tzinfo=dt.UTC)
    else:
        moment = moment_of(str(raw))
    return moment.astimezone(dt.UTC).replace(microsecond=0).strftime("%Y-%m-%dT%H:%M:%SZ")


def _number(raw: object, shape: FieldShape) -> Value:
    try:
        number = Decimal(str(raw).strip())
        if not number.is_finite():
            raise InvalidOperation
        if shape.scale is not None:
            number = number.quantize(_grain(shape.scale))
    except InvalidOperation:
        raise Unreadable(f"{str(raw)[:24]!r} is not a number") from None
    text = format(number, "f")
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text in ("-0", "") else text


@lru_cache(maxsize=64)
def _grain(scale: int) -> Decimal:
    return Decimal(1).scaleb(-scale)


def _switch(raw: object, shape: FieldShape) -> Value:
    return "true" if (raw if isinstance(raw, bool) else bool_of(str(raw))) else "false"


_READERS = {
    FieldKind.TEXT: _text,
    FieldKind.PICKLIST: _text,
    FieldKind.MULTI: _multi,
    FieldKind.REFERENCE: _reference,
    FieldKind.DAY: _day,
    FieldKind.MOMENT: _moment,
    FieldKind.NUMBER: _number,
    FieldKind.SWITCH: _switch,
}
