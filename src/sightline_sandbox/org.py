"""The org: its storage, schema, clock, users, settings, and the state of its services."""

from __future__ import annotations

import json
import sqlite3
import threading
from datetime import datetime
from pathlib import Path
from typing import Any

from sightline_sandbox import formula
from sightline_sandbox.clock import Clock
from sightline_sandbox.documents import Documents
from sightline_sandbox.faults import Faults
from sightline_sandbox.ids import make_id
from sightline_sandbox.requests_log import RequestLog
from sightline_sandbox.rights import read_viewer
from sightline_sandbox.schema.catalogue import (
    ACCOUNT_PLAN_OBJECTS,
    CURRENCY_OBJECTS,
    Schema,
    read_package,
)
from sightline_sandbox.schema.currencies import add_currency_fields
from sightline_sandbox.schema.custom import load_custom
from sightline_sandbox.schema.field import Field
from sightline_sandbox.schema.person_accounts import add_person_fields
from sightline_sandbox.schema.sobject import SObject
from sightline_sandbox.sharing import Sharing
from sightline_sandbox.soql.cursors import Cursors
from sightline_sandbox.soql.scope import Build
from sightline_sandbox.storage import tables
from sightline_sandbox.storage.database import Database
from sightline_sandbox.transactions import Transactions
from sightline_sandbox.viewer import Viewer
from sightline_sandbox.work import Work

#: The first and the last version told of; the last is the current release, Winter '27.
FIRST_VERSION, LAST_VERSION = 50, 68
#: The oldest version the service has not retired; clients of old ask for it untold.
OLDEST_VERSION = 31
DAILY_CALLS = 100_000


class Org:
    """Everything behind one address."""

    def __init__(
        self,
        path: Path,
        *,
        account_plans: bool = True,
        currencies: bool = False,
        person_accounts: bool = False,
    ) -> None:
        self.database = Database(path)
        self.clock = Clock()
        self.faults = Faults()
        self.sharing = Sharing()
        self.cursors = Cursors()
        self.transactions = Transactions()
        self.log = RequestLog()
        self.schema = self._schema(account_plans=account_plans, currencies=currencies)
        self.person_accounts = person_accounts
        if person_accounts:
            add_person_fields(self.schema)
        with self.database.writing() as db:
            load_custom(db, self.schema)
            tables.create_all(db, self.schema)
            self.documents = Documents(db)
        self._viewers: dict[str, Viewer] = {}
        self._count_lock = threading.Lock()
        self._counters: dict[str, int] = {}
        self._calls = 0
        self.call_limit = DAILY_CALLS

    @staticmethod
    def _schema(*, account_plans: bool, currencies: bool) -> Schema:
        schema = read_package()
        for name in () if account_plans else ACCOUNT_PLAN_OBJECTS:
            schema.remove(name)
        for name in () if currencies else CURRENCY_OBJECTS:
            schema.remove(name)
        if currencies:
            add_currency_fields(schema)
        return schema

    # --- identity -----------------------------------------------------------------------

    @property
    def id(self) -> str:
        """The organisation's 18-character id."""
        return str(self.setting("organization") or "")

    @property
    def fiscal_start(self) -> int:
        """The month the fiscal year starts with."""
        return int(self.setting("fiscal_start") or 1)

    def setting(self, name: str) -> Any:
        """A setting of the org, or None."""
        document = self.documents.get("setting", name)
        return document["value"] if document else None

    def change(self, db: sqlite3.Connection, name: str, value: Any) -> None:
        """Change a setting."""
        self.documents.put(db, "setting", name, {"value": value})

    # --- numbers ------------------------------------------------------------------------

    def count_up(self, db: sqlite3.Connection, counter: str, *, by: int = 1) -> int:
        """The next number of a series; with `by`, the last of so many.

        A number is never given twice, even when the transaction it was for is undone.
        """
        with self._count_lock:
            last = self._counters.get(counter)
            if last is None:
                row = db.execute("SELECT value FROM _counter WHERE name = ?", (counter,)).fetchone()
                last = row[0] if row else 0
            last += by
            self._counters[counter] = last
        db.execute("INSERT OR REPLACE INTO _counter (name, value) VALUES (?, ?)", (counter, last))
        return int(last)

    def reserve(self, db: sqlite3.Connection, sobject: SObject, number: int) -> None:
        """Never give an object's numbers up to this one: rows loaded from elsewhere have them."""
        counter = f"id:{sobject.prefix}"
        given = self.count_up(db, counter, by=0)
        if number > given:
            self.count_up(db, counter, by=number - given)

    def new_id(self, db: sqlite3.Connection, sobject: SObject) -> str:
        """A fresh record id."""
        return make_id(sobject.prefix or "000", self.count_up(db, f"id:{sobject.prefix}"))

    def other_id(self, db: sqlite3.Connection, prefix: str) -> str:
        """A fresh id of something that is no record: a job, a batch."""
        return make_id(prefix, self.count_up(db, f"id:{prefix}"))

    def count_call(self) -> int:
        """One more API call used today."""
        with self._count_lock:
            self._calls += 1
            return self._calls

    @property
    def calls(self) -> int:
        """API calls used since the start (the service counts 24 rolling hours)."""
        return self._calls

    # --- users --------------------------------------------------------------------------

    def viewer(self, db: sqlite3.Connection, user_id: str) -> Viewer | None:
        """The rights of an active user, cached until `forget_viewers`; None for others."""
        known = self._viewers.get(user_id)
        if known is None:
            known = read_viewer(db, self.documents, user_id)
            if known is not None:
                self._viewers[user_id] = known
        return known

    def forget_viewers(self) -> None:
        """Read rights anew: profiles, permission sets or field security have changed."""
        self._viewers = {}

    # --- formulas and queries -----------------------------------------------------------

    def formula_sql(self, sobject: SObject, text: str, alias: str) -> str:
        """The SQL of a formula over a row of an object; paths go up through lookups."""

        def resolve(path: str) -> str | None:
            return self._path_sql(sobject, path.split("."), alias)

        return formula.to_sql(text, resolve)

    def _path_sql(self, sobject: SObject, path: list[str], alias: str) -> str | None:
        if len(path) == 1:
            field = sobject.find(path[0])
            if field is None:
                return None
            if field.formula:
                return "(" + self.formula_sql(sobject, field.formula, alias) + ")"
            return f"{alias}.{tables.quoted(field.name)}"
        reference = sobject.relation(path[0])
        target = self.schema.find(reference.targets[0]) if reference else None
        if reference is None or target is None:
            return None
        inner = self._path_sql(target, path[1:], f"{alias}p")
        if inner is None:
            return None
        return (
            f"(SELECT {inner} FROM {tables.quoted(target.name)} {alias}p "
            f'WHERE {alias}p."Id" = {alias}.{tables.quoted(reference.name)})'
        )

    def build(self, work: Work, text: str, *, all_rows: bool = False) -> Build:
        """What compiling a query needs."""

        def field_sql(sobject: SObject, field: Field, alias: str) -> str:
            return "(" + self.formula_sql(sobject, field.formula or "", alias) + ")"

        return Build(
            text=text,
            schema=self.schema,
            viewer=work.viewer,
            now=work.now,
            formula_sql=field_sql,
            row_filter=self.sharing.row_filter(work.viewer),
            fiscal_start=self.fiscal_start,
            version=float(work.version),
            all_rows=all_rows,
        )

    def now(self) -> datetime:
        """The org's time."""
        return self.clock.now()

    def add_custom(self, db: sqlite3.Connection, sobject: SObject, fields: list[Field]) -> None:
        """Add custom fields (and their object, if new) to schema and storage."""
        for field in fields:
            db.execute(
                "INSERT OR REPLACE INTO _custom (object, name, entry) VALUES (?, ?, ?)",
                (sobject.name, field.name, json.dumps(dict(field.raw))),
            )
        sobject.add(fields)
        self.schema.add(sobject)
        tables.create(db, sobject)
