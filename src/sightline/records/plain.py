"""Values as JSON keeps them, and back again: field by field from their declared types.

What is read is what was kept, or an error (KeyError, TypeError, ValueError) where it has another
shape.
"""

from __future__ import annotations

import enum
from collections.abc import Callable
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints


def plain(value: Any) -> Any:
    """The value as JSON keeps it: dataclasses by field, mappings as pairs."""
    if is_dataclass(value) and not isinstance(value, type):
        return {each.name: plain(getattr(value, each.name)) for each in fields(value)}
    if isinstance(value, enum.Enum):
        return value.value
    if isinstance(value, dict):
        return [[plain(key), plain(each)] for key, each in value.items()]
    if isinstance(value, tuple | list):
        return [plain(each) for each in value]
    if isinstance(value, Decimal):
        return str(value)
    return value.isoformat() if isinstance(value, date) else value


@cache
def reader(kind: Any) -> Callable[[Any], Any]:
    """What turns a plain value back into one of the declared type."""
    if is_dataclass(kind) and isinstance(kind, type):
        return _dataclass_reader(kind)
    origin, inner = get_origin(kind), get_args(kind)
    if origin in (Union, UnionType):
        (one,) = [each for each in inner if each is not NoneType]
        read = reader(one)
        return lambda value: None if value is None else read(value)
    if origin is tuple:
        read = reader(inner[0])
        return lambda value: tuple(read(each) for each in value)
    if origin is dict:
        key, read = reader(inner[0]), reader(inner[1])
        return lambda value: {key(name): read(each) for name, each in value}
    if kind in (date, datetime):
        read_day: Callable[[str], date] = kind.fromisoformat
        return read_day
    if kind is Decimal:
        return Decimal
    if isinstance(kind, type) and issubclass(kind, enum.Enum):
        return kind
    return lambda value: value


def _dataclass_reader(kind: type) -> Callable[[Any], Any]:
    hints = get_type_hints(kind)
    readers: dict[str, Callable[[Any], Any]] = {}

    def read(value: Any) -> Any:
        if not readers:
            readers.update({each.name: reader(hints[each.name]) for each in fields(kind)})
        return kind(**{name: each(value[name]) for name, each in readers.items()})

    return read
