"""Every number of the method, read from the TOML files beside this module.

One file per concept; each entry has `value`, `unit`, `source` and `since` (the file may give one
`as_of` for all). A concept declares its own frozen dataclass and asks
`parameters.section(ItsParameters, "its_file")` for it; `[group.name]` entries are the section
"its_file.group".
"""

from __future__ import annotations

import datetime as dt
import functools
import hashlib
import json
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType
from typing import TypeVar, cast

from sightline.planning.errors import BadParameters
from sightline.planning.parameters.build import build_section, frozen_value, same_shape

__all__ = [
    "Entry",
    "Override",
    "Parameters",
    "load_defaults",
    "overrides_in_force",
    "read_folder",
]

Section = TypeVar("Section")
_KEYS = frozenset({"value", "unit", "source", "since"})
_OVERRIDE_SOURCE = "set by an administrator"


@dataclass(frozen=True, slots=True)
class Entry:
    """One number of the method: its value with unit, where it comes from, and since when."""

    section: str
    name: str
    value: object
    unit: str
    source: str
    since: dt.date

    @property
    def key(self) -> str:
        """`section.name`, as overrides and the settings page spell it."""
        return f"{self.section}.{self.name}"


@dataclass(frozen=True, slots=True)
class Override:
    """An administrator's own value for one entry, in force from `since` until a later one."""

    key: str
    value: object
    since: dt.date
    reason: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Parameters:
    """All entries as one frozen value; `version` changes whenever any value does.

    Stored results keep `version`, so that a figure can always be traced to its numbers.
    """

    entries: Mapping[str, Entry]
    version: str
    _built: dict[tuple[str, type], object]

    def section(self, cls: type[Section], name: str) -> Section:
        """The entries of file `name` as the frozen dataclass `cls`, built once and kept.

        Raises BadParameters, naming the key, when a field of `cls` has no entry, an entry has no
        field, or a value has the wrong type.
        """
        known = self._built.get((name, cls))
        if known is None:
            values = {e.name: e.value for e in self.entries.values() if e.section == name}
            known = self._built[name, cls] = build_section(cls, name, values)
        return cast(Section, known)

    def entry(self, key: str) -> Entry:
        """The entry called `section.name`, with unit and source for showing. BadParameters."""
        try:
            return self.entries[key]
        except KeyError:
            raise BadParameters(f"There is no parameter called {key}.", field=key) from None

    def with_overrides(self, overrides: Mapping[str, object], version: str = "") -> Parameters:
        """The same parameters with some values replaced; keys are `section.name`.

        `version` is an optional label put before the hash of the values. Unknown keys and values
        of another type than the default's raise BadParameters with the key.
        """
        changed = dict(self.entries)
        for key, value in overrides.items():
            old = self.entry(key)
            if not same_shape(old.value, value):
                raise BadParameters(
                    f"{key} is a value like {old.value!r}, not {value!r}.", field=key
                )
            changed[key] = replace(old, value=frozen_value(value), source=_OVERRIDE_SOURCE)
        return _parameters(changed.values(), label=version)


def load_defaults() -> Parameters:
    """The shipped defaults: every TOML file of this folder, read once per process."""
    return _defaults()


@functools.cache
def _defaults() -> Parameters:
    return read_folder(Path(__file__).parent)


def read_folder(folder: Path) -> Parameters:
    """Every `*.toml` of `folder` as parameters. Raises BadParameters with file and entry."""
    entries: list[Entry] = []
    for path in sorted(folder.glob("*.toml")):
        entries.extend(_entries_of(path))
    return _parameters(entries)


def overrides_in_force(overrides: Iterable[Override], *, on: dt.date) -> dict[str, object]:
    """The value of each overridden key on a date: the latest whose `since` is not after it.

    Of two with the same date the one given later counts. Ready for `with_overrides`.
    """
    latest: dict[str, Override] = {}
    for override in overrides:
        held = latest.get(override.key)
        if override.since <= on and (held is None or held.since <= override.since):
            latest[override.key] = override
    return {key: override.value for key, override in latest.items()}


def _entries_of(path: Path) -> Iterable[Entry]:
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise BadParameters(f"{path.name} is not TOML: {error}", field=path.stem) from error
    as_of = table.pop("as_of", None)
    yield from _entries_in(path.stem, table, as_of=as_of)


def _entries_in(section: str, table: dict[str, object], *, as_of: object) -> Iterable[Entry]:
    """Entries of a table; a table of tables is a group, called `section.group`."""
    for name, row in table.items():
        if isinstance(row, dict) and row and all(isinstance(item, dict) for item in row.values()):
            yield from _entries_in(f"{section}.{name}", row, as_of=as_of)
        else:
            yield _entry(section, name, row, as_of=as_of)


def _entry(section: str, name: str, row: object, *, as_of: object) -> Entry:
    key = f"{section}.{name}"
    if isinstance(row, dict) and as_of is not None:
        row = {"since": as_of} | row
    if not isinstance(row, dict) or set(row) != _KEYS:
        raise BadParameters(f"{key} needs exactly {', '.join(sorted(_KEYS))}.", field=key)
    unit, source, since = row["unit"], row["source"], row["since"]
    if not (isinstance(unit, str) and unit and isinstance(source, str) and source):
        raise BadParameters(f"{key} needs a unit and a source in words.", field=key)
    if type(since) is not dt.date:
        raise BadParameters(f"{key} needs `since` as a date.", field=key)
    return Entry(section, name, frozen_value(row["value"]), unit, source, since)


def _parameters(entries: Iterable[Entry], *, label: str = "") -> Parameters:
    by_key = {entry.key: entry for entry in sorted(entries, key=lambda entry: entry.key)}
    values = {key: _plain(entry.value) for key, entry in by_key.items()}
    text = json.dumps(values, sort_keys=True, separators=(",", ":"))
    digest = hashlib.sha256(text.encode()).hexdigest()[:12]
    version = f"{label}+{digest}" if label else digest
    return Parameters(entries=MappingProxyType(by_key), version=version, _built={})


def _plain(value: object) -> object:
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    if isinstance(value, dt.date):
        return value.isoformat()
    # 1 and 1.0 are the same number of the method and must not make two versions
    return float(value) if isinstance(value, int) and not isinstance(value, bool) else value
