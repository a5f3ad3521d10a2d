"""Names of a query turned into SQL columns, joining parents as they are met."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sightline_sandbox.schema.catalogue import Schema
from sightline_sandbox.schema.field import Field, field_from, make_raw
from sightline_sandbox.schema.sobject import SObject
from sightline_sandbox.soql import refusals, tree
from sightline_sandbox.storage.tables import quoted
from sightline_sandbox.viewer import Viewer

FormulaSql = Callable[[SObject, Field, str], str]
#: How many parents a path may go up.
MOST_LEVELS = 5
RowFilter = Callable[[SObject, str], str | None]


@dataclass(slots=True)
class Build:
    """What compiling one query text needs and gathers: schema, viewer, time, parameters."""

    text: str
    schema: Schema
    viewer: Viewer
    now: datetime
    formula_sql: FormulaSql
    row_filter: RowFilter
    fiscal_start: int = 1
    version: float = 60.0
    all_rows: bool = False
    parameters: dict[str, Any] = field(default_factory=dict)
    _aliases: int = 0

    def bind(self, value: Any) -> str:
        """A placeholder for a value."""
        name = f"p{len(self.parameters)}"
        self.parameters[name] = value
        return f":{name}"

    def alias(self) -> str:
        """A fresh table alias."""
        self._aliases += 1
        return f"t{self._aliases}"


@dataclass(frozen=True, slots=True)
class Column:
    """A field found: its SQL, itself, its object, and the canonical path to it."""

    sql: str
    field: Field
    entity: str
    path: tuple[str, ...]
    alias: str


@dataclass(slots=True)
class Parent:
    """A joined parent: alias, object (None for a polymorphic `Name`), the column of its id."""

    alias: str
    sobject: SObject | None
    id_sql: str
    reference: Field
    path: tuple[str, ...]


class Scope:
    """One FROM: the object, its alias, and the parents joined so far."""

    def __init__(
        self,
        build: Build,
        sobject: SObject,
        *,
        alias: str | None = None,
        joined: Mapping[str, tuple[str, ...]] | None = None,
    ) -> None:
        self.build = build
        self.sobject = sobject
        self.table = build.alias()
        self.alias = (alias or "").lower()
        self.joined = joined or {}
        self.parents: dict[tuple[str, ...], Parent] = {}
        self.joins: list[str] = []

    def column(self, ref: tree.FieldRef) -> Column:
        """The column of a field reference. Refuses unknown and hidden fields alike."""
        path = self._own_path(ref)
        if len(path) > MOST_LEVELS + 1:
            raise refusals.at(
                self.build.text,
                ref.position,
                f"The relationship path '{'.'.join(path)}' has more than {MOST_LEVELS} levels",
            )
        if len(path) == 1:
            return self._own_column(path[0], ref.position)
        parent = self.parent(path[:-1], ref.position)
        if parent.sobject is None:
            return self._name_column(parent, path[-1], ref.position)
        found = self._field(parent.sobject, path[-1], ref.position)
        sql = self._sql(parent.sobject, found, parent.alias)
        return Column(sql, found, parent.sobject.name, (*parent.path, found.name), parent.alias)

    def _own_path(self, ref: tree.FieldRef) -> tuple[str, ...]:
        head = ref.path[0].lower()
        path = ref.path
        if head in self.joined and len(path) > 1:
            path = (*self.joined[head], *path[1:])
            head = path[0].lower()
        is_self = head == self.alias or (
            head == self.sobject.name.lower() and self.sobject.relation(head) is None
        )
        return path[1:] if len(path) > 1 and is_self else path

    def _own_column(self, name: str, position: int) -> Column:
        found = self._field(self.sobject, name, position)
        sql = self._sql(self.sobject, found, self.table)
        return Column(sql, found, self.sobject.name, (found.name,), self.table)

    def _sql(self, sobject: SObject, found: Field, alias: str) -> str:
        if found.formula:
            return self.build.formula_sql(sobject, found, alias)
        return f"{alias}.{quoted(found.name)}"

    def _field(self, sobject: SObject, name: str, position: int) -> Field:
        found = sobject.find(name)
        if found is None or not self.build.viewer.sees(sobject, found):
            raise refusals.no_column(self.build.text, position, name, sobject.name)
        return found

    def parent(self, path: tuple[str, ...], position: int) -> Parent:
        """The parent at a relationship path, joined once."""
        key = tuple(p.lower() for p in path)
        if key in self.parents:
            return self.parents[key]
        above = self.parent(path[:-1], position) if len(path) > 1 else None
        owner = self._owner(above)
        reference = owner.relation(path[-1]) if owner else None
        if owner is None or reference is None or not self.build.viewer.sees(owner, reference):
            raise refusals.no_parent(self.build.text, position, path[-1])
        canonical = (*(above.path if above else ()), reference.relationship or path[-1])
        id_sql = self._id_above(above, reference)
        parent = self._join(reference, id_sql, canonical, position)
        self.parents[key] = parent
        return parent

    def _owner(self, above: Parent | None) -> SObject | None:
        """Whose relationships a further step may take; a `Name` has those of a user."""
        if above is None or above.sobject is not None:
            return above.sobject if above else self.sobject
        users = "User" in above.reference.targets
        return self.build.schema.find("User") if users else None

    def _id_above(self, above: Parent | None, reference: Field) -> str:
        """The SQL of the id a further parent is joined by."""
        column = quoted(reference.name)
        if above is None or above.sobject is not None:
            return f"{above.alias if above else self.table}.{column}"
        return f'(SELECT u.{column} FROM "User" u WHERE u."Id" = {above.id_sql})'

    def _join(self, reference: Field, id_sql: str, path: tuple[str, ...], position: int) -> Parent:
        if reference.polymorphic:
            return Parent("", None, id_sql, reference, path)
        target = self.build.schema.find(reference.targets[0]) if reference.targets else None
        if target is None:
            raise refusals.no_parent(self.build.text, position, path[-1])
        alias = self.build.alias()
        self.joins.append(f'LEFT JOIN {quoted(target.name)} {alias} ON {alias}."Id" = {id_sql}')
        return Parent(alias, target, id_sql, reference, path)

    def targets(self, reference: Field) -> list[SObject]:
        """The objects of this org a polymorphic reference may point at."""
        found = (self.build.schema.find(name) for name in reference.targets)
        return [one for one in found if one is not None and one.prefix]

    def _name_column(self, parent: Parent, name: str, position: int) -> Column:
        """A field of the `Name` object that stands for any parent of several kinds."""
        lowered = name.lower()
        cases = []
        kind = "string"
        for target in self.targets(parent.reference):
            value = self._name_value(target, lowered, parent.id_sql)
            if value is not None:
                cases.append(f"WHEN '{target.prefix}' THEN {value}")
                found = target.find(name)
                kind = found.type if found is not None and lowered != "name" else kind
        if not cases or lowered not in NAME_FIELDS:
            raise refusals.no_column(self.build.text, position, name, "Name")
        canonical = NAME_FIELDS[lowered]
        sql = f"(CASE substr({parent.id_sql}, 1, 3) {' '.join(cases)} END)"
        pseudo = field_from(make_raw(canonical, kind))
        return Column(sql, pseudo, "Name", (*parent.path, canonical), "")

    def _name_value(self, target: SObject, lowered: str, id_sql: str) -> str | None:
        if lowered == "type":
            return f"'{target.name}'"
        found = target.name_field if lowered == "name" else target.find(lowered)
        if found is None or not found.stored or not self.build.viewer.sees(target, found):
            return None
        return (
            f'(SELECT n.{quoted(found.name)} FROM {quoted(target.name)} n WHERE n."Id" = {id_sql})'
        )

    def visible(self) -> list[str]:
        """Conditions every query of this object carries: deleted, archived and unshared rows."""
        found = []
        if not self.build.all_rows:
            for name in ("IsDeleted", "IsArchived"):
                own = self.sobject.find(name)
                if own is not None and (name == "IsDeleted" or self.sobject.name in ARCHIVED):
                    found.append(f"{self.table}.{quoted(name)} = 0")
        shared = self.build.row_filter(self.sobject, self.table)
        return [*found, shared] if shared else found

    def from_sql(self) -> str:
        """The FROM clause with its joins."""
        return " ".join([f"{quoted(self.sobject.name)} {self.table}", *self.joins])


#: Objects whose old rows leave plain queries and stay in queryAll.
ARCHIVED = frozenset({"Task", "Event"})
NAME_FIELDS = {
    n.lower(): n
    for n in (
        [
            "Id",
            "Name",
            "FirstName",
            "LastName",
            "Type",
            "Username",
            "Email",
            "Title",
            "Phone",
            "Alias",
            "IsActive",
            "ProfileId",
            "UserRoleId",
        ]
    )
}
