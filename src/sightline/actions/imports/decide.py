"""What a chunk of rows would change: create, change, skip or refuse, row by row.

The preview and the apply ask the same question, so a preview cannot promise something else.
Reads only; `write` stores the answer.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from sightline.actions.imports.bulk import among_keys, held_outside
from sightline.actions.imports.erased import erased_among
from sightline.actions.imports.lookups import (
    IncomingRow,
    Pending,
    Scope,
    reference_maps,
)
from sightline.actions.imports.targets import Target
from sightline.actions.imports.told import without_coarser
from sightline.actions.imports.told_columns import NewRows, ToldColumns


@dataclass(frozen=True, slots=True)
class Change:
    """A row that exists and differs: its key, the new values, and what they were."""

    n: int
    key: str
    pk: int
    new: dict[str, Any]
    old: dict[str, Any]
    account_id: int | None


@dataclass(frozen=True, slots=True)
class Refused:
    """A row that cannot be stored, and why."""

    n: int
    code: str
    message: str
    column: str


@dataclass(slots=True)
class Decision:
    """What a chunk comes to. `creates` are column values by outside id; `refs` say, by column, which
    rows the chunk's references name."""

    creates: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    changes: list[Change] = field(default_factory=list)
    deletes: list[Change] = field(default_factory=list)
    skipped: int = 0
    refused: list[Refused] = field(default_factory=list)
    unknown: Counter[str] = field(default_factory=Counter)
    refs: Mapping[str, Mapping[str, int | Pending]] = field(default_factory=dict)

    def counts(self) -> dict[str, int]:
        """Create, change, skip, refuse."""
        return {
            "create": len(self.creates),
            "change": len(self.changes) + len(self.deletes),
            "skip": self.skipped,
            "refuse": len(self.refused),
        }


def decide(target: Target, rows: Sequence[IncomingRow], scope: Scope) -> Decision:
    """Judge one chunk. Rows of one chunk have different ids."""
    return _Judge(target, rows, scope).judge()


class _Judge:
    """One chunk's lookups and its loop."""

    def __init__(self, target: Target, rows: Sequence[IncomingRow], scope: Scope) -> None:
        self.target, self.rows, self.scope = target, rows, scope
        self.refs = reference_maps(target, rows, scope)
        self.told = ToldColumns(target, rows, self.refs)
        self.existing = self._existing()
        self.natural = self._natural()
        self.erased = erased_among(rows) if target.name == "Contact" else frozenset[str]()
        # Whether a row is new is known before its values are, but where these tell it.
        self.later = None if target.natural or target.one_of else NewRows(self.told)
        self.creates: dict[str, dict[str, Any]] = {}
        self.decision = Decision(
            creates=self.creates if self.later is None else self.later, refs=self.refs
        )

    def judge(self) -> Decision:
        """Every row in its place."""
        refused = {
            row.n: why for row in self.rows if not row.removed and (why := self._refusal(row))
        }
        kept = [row for row in self.rows if not row.removed and row.n not in refused]
        self.decision.refused += refused.values()
        self.decision.unknown += self.told.unknown(kept)
        known = self.existing
        told = self.told.rows(row for row in kept if self.later is None or row.key in known)
        for row in self.rows:
            if row.removed:
                self._removed(row, known.get(row.key))
            elif row.n not in refused:
                self._row(row, told.get(row.key))
        return self.decision

    def _row(self, row: IncomingRow, values: dict[str, Any] | None) -> None:
        """`values` None: a new row whose values nobody has asked for."""
        if values is None:
            if self.later is not None:
                self.later.add(row)
            return
        held: Mapping[str, Any] | None = self.existing.get(row.key)
        if self.target.one_of and not any(values.get(name) for name in self.target.one_of):
            self.decision.unknown["/".join(self.target.one_of)] += 1
            self.decision.skipped += 1
            return
        if held is None and self.target.natural:
            held = self._by_nature(row, values)
            if held is None and self._nature(values) in self.natural:
                self.decision.skipped += 1
                return
        if held is None:
            self._create(row, values)
        else:
            self._compare(row, values, held)

    def _removed(self, row: IncomingRow, held: Mapping[str, Any] | None) -> None:
        if held is None or held["removed_at"] is not None:
            self.decision.skipped += 1
            return
        change = Change(
            row.n,
            row.key,
            held["id"],
            {"removed_at": True},
            {"removed_at": None},
            self._account(held, {}),
        )
        (self.decision.deletes if self.target.link else self.decision.changes).append(change)

    def _refusal(self, row: IncomingRow) -> Refused | None:
        if row.key in self.erased:
            return Refused(row.n, "erased", "erased on request; not brought back", "Id")
        for ref in self.target.refs:
            if not ref.required:
                continue
            named = row.values.get(ref.value)
            if named is None or str(named) not in self.refs[ref.column]:
                what = f"{ref.target} {named}" if named else f"no {ref.value}"
                text = f"{what} is neither in the files nor here" if named else f"{what} is named"
                return Refused(row.n, f"unknown_{ref.value}", text, ref.value)
        return None

    def _create(self, row: IncomingRow, values: dict[str, Any]) -> None:
        self.creates[row.key] = values
        if self.target.natural:
            self.natural[self._nature(values)] = {}

    def _compare(self, row: IncomingRow, values: dict[str, Any], held: Mapping[str, Any]) -> None:
        values = without_coarser(self.target.name, values, held)
        for ref in self.target.late:  # nobody stands above themselves
            if values.get(ref.column) == held["id"]:
                values[ref.column] = None
        values["removed_at"] = None
        differs = {name: value for name, value in values.items() if held[name] != value}
        loud = differs.keys() - self.target.quiet
        if not loud:
            self.decision.skipped += 1
            return
        for cause, emptied in self.target.resets.items():
            if cause in differs and emptied not in values:
                differs[emptied] = None
        old = {name: held[name] for name in differs}
        account = self._account(held, values)
        self.decision.changes.append(Change(row.n, row.key, held["id"], differs, old, account))

    def _account(self, held: Mapping[str, Any], values: Mapping[str, Any]) -> int | None:
        column = self.target.account_column
        if column is None:
            return None
        found = held.get(column, values.get(column))
        return found if isinstance(found, int) else None

    @cached_property
    def columns(self) -> list[str]:
        """The columns that the rows say something of."""
        carried = set[str]().union(*[row.values for row in self.rows])
        columns = {name for name in carried if name in self.target.fields}
        columns |= {ref.column for ref in self.target.refs if ref.value in carried}
        columns |= {self.target.named[name][0] for name in carried if name in self.target.named}
        if "product_id" in self.refs:
            columns.add("product_line_id")
        if self.target.has_unit:
            columns.add("unit_id")
        return sorted(columns)

    def _existing(self) -> dict[str, dict[str, Any]]:
        scope = self.scope
        if scope.source_id is None and not scope.any_source:
            return {}
        source = None if scope.any_source else scope.source_id
        ids = [row.key for row in self.rows]
        held = held_outside(self.target.model, self.target.name, ids, source_id=source)
        if not held:
            return {}
        rows = self.target.model._default_manager.filter(pk__in=among_keys(held.values()))
        names = ["id", "outside_id", "removed_at", *self._also(), *self.columns]
        return {one[1]: dict(zip(names, one, strict=True)) for one in rows.values_list(*names)}

    def _also(self) -> list[str]:
        column = self.target.account_column
        also = {*self.target.resets.values(), *([column] if column and column != "id" else [])}
        return sorted(also - set(self.columns))

    def _natural(self) -> dict[tuple[Any, ...], dict[str, Any]]:
        target = self.target
        if not target.natural:
            return {}
        rows = target.model._default_manager.all()
        if "account_id" in target.natural:
            rows = rows.filter(
                account_id__in=[
                    key for key in self.refs["account_id"].values() if isinstance(key, int)
                ]
            )
        names = ["id", "outside_id", "removed_at", *self.columns]
        held = (dict(zip(names, one, strict=True)) for one in rows.values_list(*names))
        return {self._nature(one): one for one in held}

    def _nature(self, values: Mapping[str, Any]) -> tuple[Any, ...]:
        return tuple(values.get(name) for name in self.target.natural)

    def _by_nature(self, row: IncomingRow, values: dict[str, Any]) -> Mapping[str, Any] | None:
        held = self.natural.get(self._nature(values))
        if not held or held["outside_id"]:
            return None
        values |= {"outside_id": row.key, "outside_object": self.target.name}
        return {**held, "outside_object": ""}
