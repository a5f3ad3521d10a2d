"""Build a frozen value from the plain words of a worked example, checked against its type hints.

Money is written "1,200.50 EUR", dates as dates, enumerations by their value; an unknown field fails.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import enum
import types
import typing
from collections.abc import Mapping
from typing import Any, TypeVar

from sightline.planning.money import Money, parse_amount

Thing = TypeVar("Thing")


def build(cls: type[Thing], plain: Mapping[str, Any]) -> Thing:
    """The dataclass `cls` from a mapping of its field names."""
    hints = typing.get_type_hints(cls)
    known = {field.name for field in dataclasses.fields(cls) if field.init}  # type: ignore[arg-type]
    unknown = set(plain) - known
    if unknown:
        raise KeyError(f"{cls.__name__} has no {', '.join(sorted(unknown))}")
    return cls(**{name: value_of(hints[name], value) for name, value in plain.items()})


def money(text: str) -> Money:
    """ "1,200.50 EUR" as money."""
    amount, currency = text.rsplit(" ", 1)
    return parse_amount(amount, currency=currency)


def value_of(hint: Any, value: Any) -> Any:
    """A plain value as the type a field asks for."""
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if origin in (typing.Union, types.UnionType):
        if value is None:
            return None
        inner = [argument for argument in arguments if argument is not type(None)]
        return value_of(inner[0], value) if len(inner) == 1 else value
    if origin is tuple:
        if len(arguments) == 2 and arguments[1] is Ellipsis:
            return tuple(value_of(arguments[0], item) for item in value)
        return tuple(value_of(kind, item) for kind, item in zip(arguments, value, strict=True))
    if origin is not None and isinstance(origin, type) and issubclass(origin, Mapping):
        return {key: value_of(arguments[1], item) for key, item in value.items()}
    return _plain(hint, value)


def _plain(hint: Any, value: Any) -> Any:
    if isinstance(hint, type) and isinstance(value, hint):
        return value
    if hint is Money:
        return money(value)
    if isinstance(hint, type) and issubclass(hint, enum.Enum):
        return hint(value)
    if dataclasses.is_dataclass(hint) and isinstance(hint, type):
        return build(hint, value)
    if hint is dt.date and not isinstance(value, dt.date):
        return dt.date.fromisoformat(value)
    return value
