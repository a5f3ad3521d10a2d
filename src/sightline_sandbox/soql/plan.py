"""A checked query: its SQL, its parameters, and the shape of its rows."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Any

from sightline_sandbox.schema.field import Field
from sightline_sandbox.schema.sobject import SObject
from sightline_sandbox.soql.scope import Build, Scope
from sightline_sandbox.soql.shape import Aggregated, Later, Record


def grouping_mark(sql: str) -> str:
    """What stands for `GROUPING(field)` until the branch that uses it is written."""
    return f"/*grouping*/({sql})"


@dataclass(slots=True)
class Selection:
    """Something selected, for `columnMetadata`: name in the answer, and the field behind it."""

    name: str
    field: Field
    aggregate: bool = False
    children: list[Selection] = dataclasses.field(default_factory=list)


@dataclass(slots=True)
class Filling:
    """Rows read after the page, by ids of the page: `kind` is children or typeof."""

    later: Later
    plan: Plan
    key_sql: str
    limit: int | None = None
    offset: int = 0
    kind: str = "children"


@dataclass(slots=True)
class Plan:
    """A query ready to run."""

    build: Build
    scope: Scope
    sobject: SObject
    columns: list[str] = dataclasses.field(default_factory=list)
    shape: Record | Aggregated | None = None
    conditions: list[str] = dataclasses.field(default_factory=list)
    group_by: list[str] = dataclasses.field(default_factory=list)
    grouping_sets: list[list[str]] = dataclasses.field(default_factory=list)
    having: str | None = None
    order_by: list[str] = dataclasses.field(default_factory=list)
    limit: int | None = None
    offset: int = 0
    count_only: bool = False
    fillings: list[Filling] = dataclasses.field(default_factory=list)
    selections: list[Selection] = dataclasses.field(default_factory=list)

    @property
    def aggregate(self) -> bool:
        """Whether rows are groups and not records."""
        return isinstance(self.shape, Aggregated)

    def column(self, sql: str) -> int:
        """The index of a selected SQL expression, adding it if it is new."""
        if sql not in self.columns:
            self.columns.append(sql)
        return self.columns.index(sql)

    def sql(self, *, select: str | None = None, extra: str | None = None) -> str:
        """The SELECT statement, without paging."""
        if self.grouping_sets:
            return self._subtotaled()
        conditions = [*self.conditions, extra] if extra else self.conditions
        parts = [f"SELECT {select or ', '.join(self.columns)} FROM {self.scope.from_sql()}"]
        if conditions:
            parts.append("WHERE " + " AND ".join(conditions))
        if self.group_by:
            parts.append("GROUP BY " + ", ".join(self.group_by))
        if self.having:
            parts.append(f"HAVING {self.having}")
        if self.order_by:
            parts.append("ORDER BY " + ", ".join(self.order_by))
        return " ".join(parts)

    def _subtotaled(self) -> str:
        """One SELECT per grouping set; without an order, subtotals follow what they sum up."""
        order = self.order_by or [
            f"{sql} ASC NULLS FIRST"
            for field in self.group_by
            for sql in (grouping_mark(field), field)
        ]
        positions = []
        for item in order:
            sql, direction, *rest = item.rsplit(" ", 3)
            positions.append(f"{self.column(sql) + 1} {direction} {' '.join(rest)}")
        branches = [self._branch(chosen) for chosen in self.grouping_sets]
        return f"{' UNION ALL '.join(branches)} ORDER BY {', '.join(positions)}"

    def _branch(self, chosen: list[str]) -> str:
        left_out = [field for field in self.group_by if field not in chosen]
        columns = ["NULL" if column in left_out else column for column in self.columns]
        parts = [f"SELECT {', '.join(columns)} FROM {self.scope.from_sql()}"]
        if self.conditions:
            parts.append("WHERE " + " AND ".join(self.conditions))
        if chosen:
            parts.append("GROUP BY " + ", ".join(chosen))
        parts.append(f"HAVING {self.having or 'COUNT(*) > 0'}")
        text = " ".join(parts)
        for field in self.group_by:
            text = text.replace(grouping_mark(field), "1" if field in left_out else "0")
        return text

    def parameters(self) -> dict[str, Any]:
        """The values of the statement's placeholders."""
        return self.build.parameters
