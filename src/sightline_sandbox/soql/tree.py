"""A query as a tree, before it is checked against the schema."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class FieldRef:
    """A field, possibly through parents: `Account.Owner.Name`."""

    path: tuple[str, ...]
    position: int

    @property
    def text(self) -> str:
        """The path as written."""
        return ".".join(self.path)


@dataclass(frozen=True, slots=True)
class Call:
    """A function: aggregate, date function, `toLabel`, `FIELDS(...)`.

    `constants` are the numbers and texts among its arguments, as written.
    """

    name: str
    arguments: tuple[Expression, ...]
    position: int
    constants: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TypeOf:
    """`TYPEOF Who WHEN Contact THEN Email ELSE Name END`."""

    relation: str
    branches: tuple[tuple[str, tuple[FieldRef, ...]], ...]
    otherwise: tuple[FieldRef, ...]
    position: int


Expression = FieldRef | Call


@dataclass(frozen=True, slots=True)
class Selected:
    """One item of the select list."""

    what: FieldRef | Call | TypeOf | Query
    alias: str | None
    position: int


@dataclass(frozen=True, slots=True)
class Literal:
    """A value. `kind`: string, number, currency, boolean, null, date, datetime, time, named."""

    kind: str
    text: str
    position: int


@dataclass(frozen=True, slots=True)
class Comparison:
    """`left op value`, op in canonical form: = != < <= > >= LIKE."""

    left: Expression
    op: str
    value: Literal
    position: int


@dataclass(frozen=True, slots=True)
class Membership:
    """`left [NOT] IN (...)`, or INCLUDES / EXCLUDES; `values` None means a subquery."""

    left: Expression
    op: str
    values: tuple[Literal, ...]
    query: Query | None
    position: int


@dataclass(frozen=True, slots=True)
class Negation:
    """`NOT condition`."""

    inner: Condition


@dataclass(frozen=True, slots=True)
class Junction:
    """Conditions joined by AND or OR."""

    op: str
    parts: tuple[Condition, ...]


Condition = Comparison | Membership | Negation | Junction


@dataclass(frozen=True, slots=True)
class Ordering:
    """One item of ORDER BY; nulls come first unless asked otherwise, in both directions."""

    by: Expression
    descending: bool
    nulls_last: bool


@dataclass(slots=True)
class Query:
    """A whole query, or a subquery. `joined` names parents: `FROM Contact c, c.Account a`.

    `seen_as` is VIEW or REFERENCE where the rows shall count as looked at.
    """

    select: list[Selected]
    source: str
    source_position: int
    alias: str | None = None
    joined: dict[str, tuple[str, ...]] = field(default_factory=dict)
    where: Condition | None = None
    scope: str | None = None
    group_by: list[Expression] = field(default_factory=list)
    rollup: str | None = None
    having: Condition | None = None
    order_by: list[Ordering] = field(default_factory=list)
    limit: int | None = None
    offset: int | None = None
    seen_as: str | None = None
    position: int = 0
