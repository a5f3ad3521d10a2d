"""From the entries of one TOML file to the frozen dataclass that a concept declares.

Strict in both directions: an entry without a field and a field without an entry both fail by name.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import types
import typing
from collections.abc import Mapping
from types import MappingProxyType

from sightline.planning.errors import BadParameters

Section = typing.TypeVar("Section")


def build_section(cls: type[Section], section: str, values: Mapping[str, object]) -> Section:
    """`cls(**values)` with every name and type checked; BadParameters names the key.

    Fields may be int, float, str, bool, date, `X | None`, `tuple[X, ...]`, `Mapping[str, X]` or a
    frozen dataclass of such fields (its value is a TOML table). A field's default does not make
    its entry optional: every number has its line in the file.
    """
    if not dataclasses.is_dataclass(cls):
        raise BadParameters(f"{cls.__name__} is not a dataclass.", field=section)
    hints = typing.get_type_hints(cls)
    names = {field.name for field in dataclasses.fields(cls)}
    _compare(section, names=names, given=set(values))
    checked = {name: _as(hints[name], values[name], f"{section}.{name}") for name in names}
    try:
        return typing.cast(Section, cls(**checked))
    except BadParameters:
        raise
    except (ValueError, TypeError) as error:
        raise BadParameters(f"Section {section} does not hold: {error}", field=section) from error


def frozen_value(value: object) -> object:
    """A TOML value that can no longer change: lists as tuples, tables as read-only mappings."""
    if isinstance(value, list | tuple):
        return tuple(frozen_value(item) for item in value)
    if isinstance(value, Mapping):
        return MappingProxyType({str(key): frozen_value(item) for key, item in value.items()})
    return value


def same_shape(old: object, new: object) -> bool:
    """Whether `new` may stand in for `old`: same kind of value, and for tables the same keys."""
    if isinstance(old, bool) or isinstance(new, bool):
        return isinstance(old, bool) and isinstance(new, bool)
    if isinstance(old, int):
        return isinstance(new, int) or (isinstance(new, float) and new.is_integer())
    if isinstance(old, float):
        return isinstance(new, int | float)
    if isinstance(old, Mapping):
        return (
            isinstance(new, Mapping)
            and set(new) == set(old)
            and all(same_shape(item, new[key]) for key, item in old.items())
        )
    if isinstance(old, tuple):
        first = old[0] if old else None
        return isinstance(new, list | tuple) and all(same_shape(first, item) for item in new)
    return type(old) is type(new)


def _compare(section: str, *, names: set[str], given: set[str]) -> None:
    for missing in sorted(names - given):
        raise BadParameters(f"{section}.{missing} is missing.", field=f"{section}.{missing}")
    for unknown in sorted(given - names):
        raise BadParameters(
            f"{section}.{unknown} is not a parameter that anything reads.",
            field=f"{section}.{unknown}",
        )


def _as(hint: object, value: object, key: str) -> object:
    origin = typing.get_origin(hint)
    arguments = typing.get_args(hint)
    if origin in (types.UnionType, typing.Union):
        return _as_one_of(arguments, value, key)
    if origin is tuple:
        items = _expect(value, tuple, key)
        return tuple(_as(arguments[0], item, key) for item in typing.cast(tuple[object], items))
    if origin is not None and issubclass(origin, Mapping):
        table = typing.cast(Mapping[str, object], _expect(value, Mapping, key))
        return MappingProxyType(
            {name: _as(arguments[1], item, f"{key}.{name}") for name, item in table.items()}
        )
    if isinstance(hint, type) and dataclasses.is_dataclass(hint):
        table = typing.cast(Mapping[str, object], _expect(value, Mapping, key))
        return build_section(hint, key, table)
    return _as_plain(hint, value, key)


def _as_one_of(hints: tuple[object, ...], value: object, key: str) -> object:
    for hint in hints:
        try:
            return _as(hint, value, key)
        except BadParameters:
            continue
    raise BadParameters(f"{key} has the wrong type: {value!r}.", field=key)


def _as_plain(hint: object, value: object, key: str) -> object:
    if hint is float and isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    if hint is int and isinstance(value, float) and value.is_integer():
        return int(value)
    if hint in (int, float, str, bool, dt.date) and type(value) is hint:
        return value
    raise BadParameters(f"{key} has the wrong type: {value!r}.", field=key)


def _expect(value: object, kind: type, key: str) -> object:
    if not isinstance(value, kind):
        raise BadParameters(f"{key} has the wrong type: {value!r}.", field=key)
    return value
