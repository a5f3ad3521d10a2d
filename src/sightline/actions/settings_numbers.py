"""Whether the method can work with a number: its type, its sign, and its section's own rules."""

from __future__ import annotations

import dataclasses
import functools
import math
from collections.abc import Iterator, Mapping
from importlib import import_module
from pkgutil import walk_packages

from sightline import planning
from sightline.planning.errors import BadParameters
from sightline.planning.parameters import Entry, Parameters
from sightline.planning.parameters.build import build_section

_SHARES = ("share", "chance", "probability")


def checked_number(held: Parameters, path: str, value: object) -> object:
    """The value as it is kept. Raises `BadParameters` where the method cannot work with it."""
    entry = held.entry(path)
    other = held.with_overrides({path: value})
    for old, new in _pairs(entry.value, value):
        _bounded(entry, old, new)
    fields = {e.name: e.value for e in other.entries.values() if e.section == entry.section}
    for cls in _sections().get(frozenset(fields), ()):
        build_section(cls, entry.section, fields)
    return value


def sections_without_rules(held: Parameters) -> list[str]:
    """Sections that no concept declares: a change of theirs would be checked by type alone."""
    names: dict[str, set[str]] = {}
    for entry in held.entries.values():
        names.setdefault(entry.section, set()).add(entry.name)
    return [name for name, fields in names.items() if frozenset(fields) not in _sections()]


def _pairs(old: object, new: object) -> Iterator[tuple[object, object]]:
    """Every plain number beside its replacement; of a list, beside the list's first."""
    if isinstance(old, Mapping) and isinstance(new, Mapping):
        for name, item in old.items():
            yield from _pairs(item, new[name])
    elif isinstance(old, tuple) and isinstance(new, list | tuple):
        for item in new:
            yield from _pairs(old[0] if old else item, item)
    else:
        yield old, new


def _bounded(entry: Entry, old: object, new: object) -> None:
    if not isinstance(new, int | float) or isinstance(new, bool):
        return
    if not math.isfinite(new):
        raise BadParameters(f"{entry.key} is a finite number.", field=entry.key)
    if isinstance(old, int | float) and old >= 0 > new:
        raise BadParameters(f"{entry.key} is not negative.", field=entry.key)
    is_share = any(word in entry.unit for word in _SHARES)
    if is_share and isinstance(old, int | float) and old <= 1 < new:
        raise BadParameters(f"{entry.key} is a share: at most 1.", field=entry.key)


@functools.cache
def _sections() -> Mapping[frozenset[str], tuple[type, ...]]:
    """Every frozen dataclass of the method by the names of its fields."""
    found: dict[frozenset[str], list[type]] = {}
    for module in walk_packages(planning.__path__, f"{planning.__name__}."):
        for thing in vars(import_module(module.name)).values():
            if isinstance(thing, type) and dataclasses.is_dataclass(thing):
                names = frozenset(field.name for field in dataclasses.fields(thing))
                held = found.setdefault(names, [])
                if thing not in held and thing.__name__.endswith("Parameters"):
                    held.append(thing)
    return {names: tuple(classes) for names, classes in found.items() if classes}
