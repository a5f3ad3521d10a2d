"""How a record of Salesforce's is read: by the importer's own meanings, so that a file and the sync
can never disagree about a row."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import compress
from typing import Any

from sightline.actions.imports.runs import company_currency
from sightline.actions.sync.store import Read, Reading, StagedRow
from sightline.agreement.canonical import Unreadable, text_of
from sightline.agreement.identity import object_of
from sightline.agreement.naming import column_key
from sightline.agreement.records import RemoteRecord
from sightline.agreement.values import ObjectShape
from sightline.crm.session import Look
from sightline.exchange.imports.cells import Formats, parser_for
from sightline.exchange.imports.salesforce import OBJECTS
from sightline.exchange.imports.specs import Context, Field, Kind, LeftOut, Object, Row
from sightline.planning.errors import PlanningError

_ALWAYS = ("id", "deleted")


class SalesforceMeanings:
    """Meanings of Salesforce's objects. `today` is the day of the read, in ISO form."""

    def __init__(self, *, today: str) -> None:
        self._today = today
        self._currency = company_currency()

    def columns(self, shape: ObjectShape, chosen: Mapping[str, str]) -> list[str]:
        """The fields that mean something here: chosen ones, else the surest by name."""
        return sorted(name for name in _columns(shape, chosen).values())

    def reader(
        self,
        shape: ObjectShape,
        chosen: Mapping[str, str],
        meanings: Mapping[str, Mapping[str, str]],
        look: Look,
    ) -> Read:
        """What records of this object come to."""
        spec = OBJECTS.get(shape.name)
        if spec is None:
            return lambda records: [()] * len(records)
        fields = {one.name: one for one in spec.fields}
        steps = [
            _Step(name, column, _column_reader(fields[name], meanings.get(name, {})))
            for name, column in _columns(shape, chosen).items()
        ]
        context = Context(currency=self._currency, today=self._today)
        groups = spec.name == "AccountShare"

        def read(records: Sequence[RemoteRecord]) -> Sequence[Reading]:
            rows = _rows(records, steps, context)
            found = [_emitted(spec, *one) for one in zip(rows, records, strict=True)]
            return [_with_roles(one, look) for one in found] if groups else found

        return read


@dataclass(frozen=True, slots=True)
class _Step:
    """Which column of theirs is read as which field of ours, many cells at once. Raises Unreadable."""

    name: str
    column: str
    read: Callable[[Sequence[object]], list[object]]


def _rows(
    records: Sequence[RemoteRecord], steps: Sequence[_Step], context: Context
) -> list[Row | Unreadable]:
    """The records' fields as the importer would have read them from a file, column by column."""
    said = [one.values for one in records]
    try:
        cells = [[one[step.column] for one in said] for step in steps]
    except KeyError:  # some hide what others show
        return _by_what_they_show(records, steps, context)
    problems = dict[int, Unreadable]()
    columns: dict[str, list[object]] = {
        "id": [one.id for one in records],
        "deleted": [int(one.deleted) for one in records],
    }
    for step, told in zip(steps, cells, strict=True):
        columns[step.name] = _read(step, told, problems)
    present = frozenset(columns)
    rows = zip(*columns.values(), strict=True)
    found = [Row(dict(zip(columns, row, strict=True)), present, context) for row in rows]
    return [problems.get(n, row) for n, row in enumerate(found)] if problems else [*found]


def _read(step: _Step, cells: Sequence[object], problems: dict[int, Unreadable]) -> list[object]:
    """What a column says; why a row of it cannot be read is told by its place, of several reasons
    the first."""
    try:
        return step.read(cells)
    except Unreadable:
        found: list[object] = []
    for n, cell in enumerate(cells):
        try:
            found += step.read([cell])
        except Unreadable as problem:
            problems.setdefault(n, Unreadable(f"{step.column}: {problem}"))
            found.append(None)
    return found


def _by_what_they_show(
    records: Sequence[RemoteRecord], steps: Sequence[_Step], context: Context
) -> list[Row | Unreadable]:
    """The same of records that show different fields: those that show the same together."""
    alike: dict[tuple[bool, ...], list[int]] = {}
    for n, record in enumerate(records):
        alike.setdefault(tuple([one.column in record.values for one in steps]), []).append(n)
    found: dict[int, Row | Unreadable] = {}
    for shown, places in alike.items():
        rows = _rows([records[n] for n in places], list(compress(steps, shown)), context)
        found |= zip(places, rows, strict=True)
    return [found[n] for n in range(len(records))]


def _emitted(spec: Object, row: Row | Unreadable, record: RemoteRecord) -> Reading:
    if isinstance(row, Unreadable):
        return row
    if record.deleted:
        # What a deleted row says is not ours to take: a notice of a deletion may carry nothing.
        return (_Gone(spec.name, record.id),)
    try:
        rows: Sequence[StagedRow] = spec.emit(row)
        return (
            [_without_hidden(one, row.present) for one in rows] if spec.name in _FOLLOWS else rows
        )
    except LeftOut:
        return ()
    except Unreadable as problem:
        return problem
    except PlanningError as problem:
        return Unreadable(str(problem))
    except KeyError as missing:
        return Unreadable(f"{missing} is hidden")


# What follows from several fields says nothing where none of them is shown.
_FOLLOWS = {"Opportunity": {"renews": frozenset({"contract", "renewed_contract"})}}


def _without_hidden(one: StagedRow, present: frozenset[str]) -> StagedRow:
    for name, sources in _FOLLOWS.get(one.target, {}).items():
        if not sources & present:
            one.values.pop(name, None)
    return one


def _with_roles(rows: Reading, look: Look) -> Reading:
    """Sharing rows name groups; a group that stands for a role is told as the role."""
    for one in () if isinstance(rows, Unreadable) else rows:
        group = one.values.pop("group", None) if one.target == "AccountShare" else None
        if group is not None:
            role = look("Group", "RelatedId").get(str(group), "")
            one.values["role"] = role if object_of(role) == "UserRole" else None
    return rows


class _Gone:
    """A row of which only its deletion is known."""

    def __init__(self, target: str, key: str) -> None:
        self.target, self.key, self.removed = target, key, True
        self.values: dict[str, object] = {}


def _columns(shape: ObjectShape, chosen: Mapping[str, str]) -> dict[str, str]:
    """Our field to their column."""
    spec = OBJECTS.get(shape.name)
    by_key = {column_key(name): name for name in shape.fields}
    found: dict[str, str] = {}
    for one in spec.fields if spec is not None else ():
        if one.name in _ALWAYS:
            continue
        if one.name in chosen:
            if chosen[one.name] in shape.fields:
                found[one.name] = chosen[one.name]
            continue
        known = next((by_key[alias] for alias in one.headers if alias in by_key), None)
        if known is not None:
            found[one.name] = known
    return found


def _column_reader(
    field: Field, table: Mapping[str, str]
) -> Callable[[Sequence[object]], list[object]]:
    """How cells of a field are read; `table` is what the mapping says that words mean, by the word
    in lower case."""
    texts = field.kind is Kind.TEXT
    parse = None if texts else parser_for(field, Formats())

    def read(cells: Sequence[object]) -> list[object]:
        if _alike(cells):  # as most columns of a load are
            return read(cells[:1]) * len(cells)
        words = [one if type(one) is str else _text(one) for one in cells]
        if table:
            words = [table.get(one.strip().casefold(), one) for one in words]
        if parse is None:
            return _texts(words, limit=field.limit)
        return [parse(one) if one else None for one in words]

    return read


def _alike(cells: Sequence[object]) -> bool:
    """Whether there are several and all say the same word, or nothing."""
    if len(cells) < 2:
        return False
    first = cells[0]  # of other types some equal others: 1 is True
    return (first is None or type(first) is str) and cells.count(first) == len(cells)


def _texts(words: Sequence[str], *, limit: int | None) -> list[object]:
    """Not as from a file: what stands in the CRM is no formula of a spreadsheet."""
    return [
        (one.strip()[:limit] if one.isascii() else text_of(one, limit=limit)) or None
        for one in words
    ]


def _text(raw: Any) -> str:
    if raw is None:
        return ""
    if isinstance(raw, bool):
        return "true" if raw else "false"
    if isinstance(raw, float | Decimal):
        return format(Decimal(str(raw)), "f")
    return str(raw)
