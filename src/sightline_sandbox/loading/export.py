"""Loads a Salesforce data export: one CSV file per object, headers are API names.

Files may lie in a folder or a zip. Ids are kept when they are valid and belong to the object;
others are mapped, in references too. A file such as `Account_extra.csv` adds columns to rows
found by `Id`, `Name`, or first and last name. A column of an unknown custom field makes the
field, its type read from the values.
"""

from __future__ import annotations

import csv
import io
import logging
import sqlite3
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sightline_sandbox.ids import make_id, number_of, to_18
from sightline_sandbox.loading import derive, permissions
from sightline_sandbox.loading.guess import guess_field
from sightline_sandbox.loading.values import converter
from sightline_sandbox.org import Org
from sightline_sandbox.schema.currencies import CORPORATE
from sightline_sandbox.schema.field import Field
from sightline_sandbox.schema.sobject import SObject
from sightline_sandbox.storage import tables
from sightline_sandbox.storage.tables import quoted

_log = logging.getLogger("sightline_sandbox")
_ID_NAMES = ("id", "sf_id")
_BATCH = 5000
csv.field_size_limit(10_000_000)


@dataclass(slots=True)
class _File:
    """One file: its object, its text, and whether it only adds to rows of another."""

    sobject: SObject
    name: str
    text: str
    supplement: bool
    header: list[str] = field(default_factory=list)

    def rows(self) -> Iterator[list[str]]:
        """The data rows."""
        reader = csv.reader(io.StringIO(self.text, newline=""))
        next(reader, None)
        return (row for row in reader if row)


@dataclass(slots=True)
class Loaded:
    """Rows loaded per object, and files left aside with the reason."""

    rows: dict[str, int] = field(default_factory=dict)
    ignored: dict[str, str] = field(default_factory=dict)


def has_export(folder: Path) -> bool:
    """Whether a folder or zip holds at least one CSV file."""
    if folder.is_file():
        return folder.suffix == ".zip"
    return folder.is_dir() and any(folder.glob("*.csv"))


def load(org: Org, source: Path) -> Loaded:
    """Load an export into the org, in one transaction."""
    loaded = Loaded()
    with org.database.writing() as db:
        files = [f for f in _files(org, source, loaded) if f is not None]
        _Load(org, db, loaded).run(files)
    return loaded


def _texts(source: Path) -> Iterator[tuple[str, str]]:
    if source.is_file():
        with zipfile.ZipFile(source) as archive:
            for name in sorted(archive.namelist()):
                if name.lower().endswith(".csv"):
                    yield Path(name).name, _decode(archive.read(name))
        return
    for path in sorted(source.glob("*.csv")):
        yield path.name, _decode(path.read_bytes())


def _decode(data: bytes) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252")


def _files(org: Org, source: Path, loaded: Loaded) -> Iterator[_File | None]:
    for name, text in _texts(source):
        stem = name[: -len(".csv")]
        sobject = org.schema.find(stem)
        supplement = sobject is None
        if sobject is None:
            sobject = org.schema.find(stem.split("_")[0])
        if sobject is None:
            loaded.ignored[name] = "no object of that name"
            continue
        header = next(csv.reader(io.StringIO(text, newline="")), [])
        yield _File(sobject, name, text, supplement, [h.strip() for h in header])


class _Load:
    def __init__(self, org: Org, db: sqlite3.Connection, loaded: Loaded) -> None:
        self.org = org
        self.db = db
        self.loaded = loaded
        #: Ids for texts that stand for them; every org has the standard price book already.
        self.mapped: dict[str, str] = dict(
            db.execute('SELECT "Name", "Id" FROM "Pricebook2" WHERE "IsStandard" = 1')
        )
        self.stamp = org.clock.stamp()
        self.admin = make_id("005", 1)

    def run(self, files: list[_File]) -> None:
        whole = [f for f in files if not f.supplement]
        for one in files:
            self._custom_fields(one)
        for one in whole:
            self._map_ids(one)
        for one in whole:
            tables.drop_indexes(self.db, one.sobject)
            self.loaded.rows[one.sobject.name] = self._insert(one)
            tables.create_indexes(self.db, one.sobject)
        for one in files:
            if one.supplement:
                self._supplement(one)
        derive.after_load(self.org, self.db, {f.sobject.name for f in files})
        permissions.refresh(self.org, self.db)
        self.db.execute("ANALYZE")

    def _custom_fields(self, one: _File) -> None:
        unknown = [
            (index, name)
            for index, name in enumerate(one.header)
            if name.endswith("__c") and one.sobject.find(name) is None
        ]
        if not unknown:
            return
        rows = list(one.rows())
        made = [
            guess_field(name, [r[index] for r in rows if index < len(r)]) for index, name in unknown
        ]
        self.org.add_custom(self.db, one.sobject, made)

    def _map_ids(self, one: _File) -> None:
        """Give rows without a valid id of this object a new one, remembered for references."""
        at = _id_index(one.header)
        prefix = one.sobject.prefix or "000"
        if at is None:
            return
        foreign: list[str] = []
        highest = 0
        for row in one.rows():
            raw = row[at].strip() if at < len(row) else ""
            found = to_18(raw)
            if found is None or not found.startswith(prefix):
                foreign.append(raw)
            else:
                highest = max(highest, number_of(found))
        self.org.reserve(self.db, one.sobject, highest)
        for raw in foreign:
            self.mapped[raw] = self.org.new_id(self.db, one.sobject)

    def _insert(self, one: _File) -> int:
        columns = _columns(one)
        names = [f.name for _, f in columns]
        extra = self._missing(one.sobject, {*names})
        sql = _insert_sql(one.sobject, ["Id", *names, *extra])
        converters = [(i, converter(f, self.mapped)) for i, f in columns]
        at = _id_index(one.header)
        batch: list[list[Any]] = []
        count = 0
        defaults = list(extra.values())
        for row in one.rows():
            values = [convert(row[i]) if i < len(row) else None for i, convert in converters]
            batch.append([self._id(one.sobject, row, at), *values, *defaults])
            count += 1
            if len(batch) >= _BATCH:
                self.db.executemany(sql, batch)
                batch = []
        self.db.executemany(sql, batch)
        derive.fill_empty(self.db, one.sobject, self.stamp, self.admin)
        return count

    def _id(self, sobject: SObject, row: list[str], at: int | None) -> str:
        if at is None or at >= len(row):
            return self.org.new_id(self.db, sobject)
        raw = row[at].strip()
        return self.mapped.get(raw) or to_18(raw) or self.org.new_id(self.db, sobject)

    def _missing(self, sobject: SObject, present: set[str]) -> dict[str, Any]:
        """Values of fields every row has, where the file has no column for them."""
        values: dict[str, Any] = {
            "CreatedById": self.admin,
            "LastModifiedById": self.admin,
            "OwnerId": self.admin,
            "IsActive": 1 if sobject.name == "User" else None,
            "CurrencyIsoCode": CORPORATE,
        }
        return {
            name: value
            for name, value in values.items()
            if value is not None and name not in present and sobject.find(name)
        }

    def _supplement(self, one: _File) -> None:
        keys = _key_names(one)
        columns = [(i, f) for i, f in _columns(one) if f.name not in keys]
        if not keys or not columns:
            self.loaded.ignored[one.name] = "no column to find rows by"
            return
        sets = ", ".join(f"{quoted(f.name)} = COALESCE(?, {quoted(f.name)})" for _, f in columns)
        tests = " AND ".join(f"{quoted(name)} = ?" for name in keys)
        sql = f"UPDATE {quoted(one.sobject.name)} SET {sets} WHERE {tests}"
        converters = [converter(f, self.mapped) for _, f in columns]
        places = [one.header.index(name) for name in keys]
        for row in one.rows():
            values = [c(row[i]) for c, (i, _) in zip(converters, columns, strict=True)]
            self.db.execute(sql, [*values, *(row[p] for p in places)])


def _id_index(header: list[str]) -> int | None:
    lowered = [name.lower() for name in header]
    return next((lowered.index(name) for name in _ID_NAMES if name in lowered), None)


def _columns(one: _File) -> list[tuple[int, Field]]:
    found = []
    for index, name in enumerate(one.header):
        known = one.sobject.find(name)
        if known is not None and known.stored and known.name != "Id":
            found.append((index, known))
    return found


def _key_names(one: _File) -> list[str]:
    for names in (["Id"], ["Name"], ["FirstName", "LastName"]):
        if all(name in one.header for name in names):
            return names
    return []


def _insert_sql(sobject: SObject, names: list[str]) -> str:
    columns = ", ".join(quoted(n) for n in names)
    places = ", ".join("?" for _ in names)
    return f"INSERT OR REPLACE INTO {quoted(sobject.name)} ({columns}) VALUES ({places})"
