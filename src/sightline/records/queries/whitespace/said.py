"""What people said of an account's cells, as the whitespace rules take it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db.models import Count, F, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from sightline.planning.money import Money
from sightline.planning.whitespace import (
    Confidence,
    Eligibility,
    EligibilityKind,
    Holder,
    HolderKind,
    Method,
    Need,
    Origin,
    Override,
    ValueEstimate,
)
from sightline.records.models import (
    Cell,
    CellFact,
    Competitor,
    CrmUser,
    OpportunityCompetitor,
    ProductLine,
    SignIn,
    Unit,
)
from sightline.records.queries.account_grid import WHOLE
from sightline.records.queries.cell_values import METHODS

Key = tuple[str, str]
Fact = Holder | Eligibility | Need | Override | ValueEstimate


@dataclass(frozen=True, slots=True)
class SaidFact:
    """One fact in force: its id (what an edit must have seen), and the value."""

    id: int
    kind: str
    value: Fact
    author: str


@dataclass(slots=True)
class Said:
    """Everything said of one cell: facts by kind, owner, chosen method."""

    cell_id: int
    owner: str | None = None
    chosen: Method | None = None
    in_target: bool = False
    facts: dict[str, SaidFact] = field(default_factory=dict)

    @property
    def estimates(self) -> tuple[ValueEstimate, ...]:
        """Values somebody gave, of every method, in the same order whatever a database answers."""
        values = (self.facts[kind].value for kind in METHODS if kind in self.facts)
        return tuple(value for value in values if isinstance(value, ValueEstimate))

    def seen(self, kind: str) -> int:
        """The fact an edit is made on; 0 where nothing was said yet."""
        return self.facts[kind].id if kind in self.facts else 0


@dataclass(frozen=True, slots=True)
class PastFact:
    """One line of a cell's history: what was said, by whom, and whether it still stands."""

    kind: str
    text: str
    level: int | None
    choice: str
    author: str
    source: str
    said_at: datetime
    in_force: bool


_COLUMNS = (
    "pk",
    "kind",
    "choice",
    "level",
    "competitor__name",
    "until",
    "reported",
    "text",
    "priority",
    "low",
    "likely",
    "high",
    "currency",
    "source",
    "confidence",
    "author_id",
    "said_on",
    "cell_id",
)


@dataclass(frozen=True, slots=True)
class _Row:
    pk: int
    kind: str
    choice: str
    level: int | None
    competitor: str | None
    until: date | None
    reported: bool
    text: str
    priority: str
    low: int | None
    likely: int | None
    high: int | None
    currency: str
    source: str
    confidence: str
    author_id: int | None
    said_on: date
    cell_id: int


def said_cells(
    account_id: int, *, currency: str, only: Collection[int] | None = None
) -> dict[Key, Said]:
    """Every cell of a planning account that somebody said something about, or `only` those with
    these ids. Three queries."""
    found: dict[Key, Said] = {}
    by_id: dict[int, Said] = {}
    here = Cell.objects.filter(account_id=account_id)
    rows = (here if only is None else here.filter(pk__in=only)).values_list(
        "pk", "unit_id", "product_line_id", "owner_id", "chosen", "in_target"
    )
    for pk, unit, line, owner, chosen, target in rows:
        one = Said(
            pk, str(owner) if owner else None, Method(chosen) if chosen else None, in_target=target
        )
        found[str(unit) if unit else WHOLE, str(line)] = by_id[pk] = one
    if not by_id:
        return found
    facts = [_Row(*row) for row in _in_force(account_id, only).values_list(*_COLUMNS)]
    for fact, cell in _facts(facts, currency):
        by_id[cell].facts[fact.kind] = fact
    return found


def facts_by_id(account_id: int, ids: Collection[int], *, currency: str) -> dict[int, SaidFact]:
    """Facts of an account, whether they still stand or were replaced. Two queries."""
    rows = CellFact.objects.filter(pk__in=ids, cell__account_id=account_id)
    facts = [_Row(*row) for row in rows.values_list(*_COLUMNS)]
    return {fact.id: fact for fact, _cell in _facts(facts, currency)}


def _facts(rows: Sequence[_Row], currency: str) -> Iterator[tuple[SaidFact, int]]:
    """Each with the cell it is about. One query."""
    names = _authors({row.author_id for row in rows if row.author_id})
    origins: dict[tuple[str, date, int | None, str], Origin] = {}
    for row in rows:
        author = names.get(row.author_id or 0, "")
        mark = (row.source, row.said_on, row.author_id, row.confidence)
        origin = origins.get(mark)
        if origin is None:
            origin = origins[mark] = Origin(
                row.source, row.said_on, author or None, Confidence(row.confidence)
            )
        value = _value(row, origin, currency)
        if value is not None:
            yield SaidFact(row.pk, row.kind, value, author), row.cell_id


def _in_force(account_id: int, only: Collection[int] | None) -> QuerySet[CellFact]:
    found = CellFact.objects.filter(ended_at=None)
    return (
        found.filter(cell__account_id=account_id) if only is None else found.filter(cell__in=only)
    )


def _authors(ids: set[int]) -> dict[int, str]:
    return dict(SignIn.objects.filter(pk__in=ids).values_list("pk", "name")) if ids else {}


def _value(row: _Row, origin: Origin, currency: str) -> Fact | None:
    kinds = CellFact.Kind
    if row.kind == kinds.HOLDER:
        return Holder(
            HolderKind(row.choice), origin, row.competitor, row.until, reported=row.reported
        )
    if row.kind == kinds.ELIGIBILITY:
        return Eligibility(EligibilityKind(row.choice), origin, row.until, row.text)
    if row.kind == kinds.NEED:
        return Need(row.level or 0, origin, row.text, row.priority or None)
    if row.kind in (kinds.ACCESS, kinds.BUDGET):
        return Override(row.level or 0, row.text, origin)
    return _estimate(row, origin, currency)


def _estimate(row: _Row, origin: Origin, currency: str) -> ValueEstimate | None:
    """A value in another currency than the grid's is not shown as if it were in it."""
    if row.likely is None or row.currency != currency:
        return None
    low, high = (row.likely if one is None else one for one in (row.low, row.high))
    low_, likely, high_ = (Money(one, currency) for one in (low, row.likely, high))
    return ValueEstimate(low_, likely, high_, METHODS[row.kind], origin, row.text)


def owners_of(said: Mapping[Key, Said]) -> dict[Key, str]:
    """Who of ours works a cell, where somebody does. No query."""
    return {key: one.owner for key, one in said.items() if one.owner}


def owner_names(owners: Mapping[Key, str]) -> dict[str, str]:
    """Names of who of ours works a cell, by key. At most one query."""
    keys = sorted(set(owners.values()), key=int)
    if not keys:
        return {}
    rows = CrmUser.objects.filter(pk__in=[int(key) for key in keys]).values_list("pk", "name")
    return {str(pk): name for pk, name in rows}


def history_of(cell_id: int, *, most: int = 30) -> tuple[PastFact, ...]:
    """What was ever said of one cell, newest first. One query."""
    rows = CellFact.objects.filter(cell_id=cell_id).select_related("author", "competitor")
    return tuple(
        PastFact(
            kind=row.kind,
            text=row.text,
            level=row.level,
            choice=row.competitor.name if row.competitor else row.choice,
            author=row.author.name if row.author else "",
            source=row.source,
            said_at=row.said_at,
            in_force=row.ended_at is None,
        )
        for row in rows.order_by("-pk")[:most]
    )


def place_of(account_id: int, *, unit: str, line: str) -> tuple[int | None, int] | None:
    """The unit's and line's ids of a cell named in an address; None where there is no such cell.

    Two queries.
    """
    if not line.isdecimal() or not (unit == WHOLE or unit.isdecimal()):
        return None
    if not ProductLine.objects.filter(pk=int(line)).exists():
        return None
    if unit == WHOLE:
        return None, int(line)
    here = Unit.objects.filter(pk=int(unit), account_id=account_id, removed_at=None)
    return (int(unit), int(line)) if here.exists() else None


def competitors_by_use(account_id: int, *, most: int) -> tuple[str, ...]:
    """Names of competitors: first those seen in this account, then those seen most anywhere.

    One query.
    """
    # the number is counted up by nothing, so that SQLite begins with the account's cells and does
    # not go through all that a competitor holds anywhere
    facts = CellFact.objects.filter(cell__account_id=account_id, ended_at=None)
    here = facts.alias(whose=F("competitor_id") + 0).filter(whose=OuterRef("pk"))
    seen = OpportunityCompetitor.objects.filter(competitor_id=OuterRef("pk"))
    rows = Competitor.objects.order_by(_how_many(here).desc(), _how_many(seen).desc(), "name")
    return tuple(rows.values_list("name", flat=True)[:most])


def _how_many(rows: QuerySet[Any, Any]) -> Coalesce:
    counted = rows.order_by().annotate(whole=Value(1)).values("whole").annotate(n=Count("pk"))
    return Coalesce(Subquery(counted.values("n")), 0)
