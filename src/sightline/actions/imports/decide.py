"""What a chunk of rows would change: create, change, skip or refuse, row by row.

The preview and the apply ask the same question, so a preview cannot promise something else.
Reads only; `write` stores the answer.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sightline.actions.imports.bulk import keys_outside
from sightline.actions.imports.erased import erased_among
from sightline.actions.imports.lookups import (
    PENDING,
    IncomingRow,
    Pending,
    Place,
    Scope,
    UnitKey,
    lines_of_products,
    name_maps,
    places,
    reference_maps,
    units,
)
from sightline.actions.imports.targets import Target
from sightline.actions.imports.told import without_coarser


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

    creates: dict[str, dict[str, Any]] = field(default_factory=dict)
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
        self.names = name_maps(target, rows)
        self.places = self._places()
        self.units = units(self._unit_keys()) if target.has_unit else {}
        self.lines = self._product_lines()
        self.columns = self._columns()
        self.existing = self._existing()
        self.natural = self._natural()
        self.erased = erased_among(rows) if target.name == "Contact" else frozenset[str]()
        self.decision = Decision(refs=self.refs)

    def judge(self) -> Decision:
        """Every row in its place."""
        for row in self.rows:
            self._row(row)
        return self.decision

    def _row(self, row: IncomingRow) -> None:
        held: Mapping[str, Any] | None = self.existing.get(row.key)
        if row.removed:
            self._removed(row, held)
            return
        refusal = self._refusal(row)
        if refusal is not None:
            self.decision.refused.append(refusal)
            return
        values = self._values(row)
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

    def _values(self, row: IncomingRow) -> dict[str, Any]:
        converters = self.target.converters
        values: dict[str, Any] = {
            name: converters[name](value)
            for name, value in row.values.items()
            if name in converters
        }
        for ref in self.target.refs:
            if ref.value in row.values:
                values[ref.column] = self._resolved(ref.column, row.values[ref.value])
        for value, (column, _) in self.target.named.items():
            if row.values.get(value):
                values[column] = self.names[column].get(str(row.values[value]), PENDING)
        if self.lines is not None and "product_line_id" not in values and "product_id" in values:
            product = values["product_id"]
            values["product_line_id"] = product if product is PENDING else self.lines.get(product)
        if self.target.has_unit:
            values["unit_id"] = self._unit(row, values.get("account_id"))
        return values

    def _resolved(self, column: str, named: object) -> Any:
        if not named:
            return None
        found = self.refs[column].get(str(named))
        if found is None:
            self.decision.unknown[column] += 1
        return found

    def _create(self, row: IncomingRow, values: dict[str, Any]) -> None:
        self.decision.creates[row.key] = values
        if self.target.natural:
            self.natural[self._nature(values)] = {}

    def _compare(self, row: IncomingRow, values: dict[str, Any], held: Mapping[str, Any]) -> None:
        values = without_coarser(self.target.name, values, held)
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

    def _unit(self, row: IncomingRow, account: Any) -> int | Pending | None:
        place = self.places.get(account) if isinstance(account, int) else None
        name = row.values.get("business_unit")
        if place is None:
            return PENDING if name and account is PENDING else None
        if not name:
            return place.unit
        return self.units.get((place.planning_account, place.unit, str(name)), PENDING)

    def _places(self) -> dict[int, Place]:
        if not self.target.has_unit:
            return {}
        return places(key for key in self.refs["account_id"].values() if isinstance(key, int))

    def _unit_keys(self) -> set[UnitKey]:
        return unit_keys(self.rows, self.refs["account_id"], self.places)

    def _product_lines(self) -> dict[int, int | None] | None:
        if "product_id" not in self.refs:
            return None
        return lines_of_products(
            key for key in self.refs["product_id"].values() if isinstance(key, int)
        )

    def _columns(self) -> list[str]:
        carried = set[str]().union(*[row.values for row in self.rows])
        columns = {name for name in carried if name in self.target.fields}
        columns |= {ref.column for ref in self.target.refs if ref.value in carried}
        columns |= {self.target.named[name][0] for name in carried if name in self.target.named}
        if self.lines is not None:
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
        held = keys_outside(self.target.model, self.target.name, ids, source_id=source)
        rows = self.target.model._default_manager.filter(pk__in=held)
        names = ["id", "outside_id", "removed_at", *self._also(), *self.columns]
        return {
            one[1]: dict(zip(names, one, strict=True))
            for one in rows.order_by("-id").values_list(*names)
        }

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


def unit_keys(
    rows: Sequence[IncomingRow],
    accounts: Mapping[str, int | Pending],
    known: Mapping[int, Place],
) -> set[UnitKey]:
    """The units that rows name: planning account, parent unit, name."""
    found: set[UnitKey] = set()
    for row in rows:
        name = row.values.get("business_unit")
        account = accounts.get(str(row.values.get("account")))
        if not name or not isinstance(account, int) or account not in known:
            continue
        place = known[account]
        found.add((place.planning_account, place.unit, str(name)))
    return found
