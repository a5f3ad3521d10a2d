"""How a record of Salesforce's is read: by the importer's own meanings, so that a file and the sync
can never disagree about a row."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from functools import partial
from typing import Any

from sightline.actions.imports.runs import company_currency
from sightline.actions.sync.store import StagedRow
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

Parse = Callable[[str], object]
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
    ) -> Callable[[RemoteRecord], Sequence[StagedRow]]:
        """What a record of this object comes to."""
        spec = OBJECTS.get(shape.name)
        if spec is None:
            return lambda record: ()
        columns = _columns(shape, chosen)
        fields = {one.name: one for one in spec.fields}
        steps = [
            (name, column, _meant(_parser(fields[name]), meanings.get(name)))
            for name, column in columns.items()
        ]
        context = Context(currency=self._currency, today=self._today)
        groups = spec.name == "AccountShare"

        def read(record: RemoteRecord) -> Sequence[StagedRow]:
            rows = _emitted(spec, _row(record, steps, context), record)
            return [_with_role(one, look) for one in rows] if groups else rows

        return read


def _row(record: RemoteRecord, steps: Sequence[tuple[str, str, Parse]], context: Context) -> Row:
    """The record's fields as the importer would have read them from a file."""
    values: dict[str, object] = {"id": record.id, "deleted": int(record.deleted)}
    said, column = record.values, ""
    try:
        for name, column, parse in steps:
            raw = said.get(column, _ABSENT)
            if raw is None or raw == "":
                values[name] = None
            elif type(raw) is str:
                values[name] = parse(raw)
            elif raw is not _ABSENT:
                values[name] = parse(_text(raw))
    except Unreadable as problem:
        raise Unreadable(f"{column}: {problem}") from None
    return Row(values, frozenset(values), context)


_ABSENT = object()  # a field that is hidden


def _emitted(spec: Object, row: Row, record: RemoteRecord) -> Sequence[StagedRow]:
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
    except PlanningError as problem:
        raise Unreadable(str(problem)) from None
    except KeyError as missing:
        raise Unreadable(f"{missing} is hidden") from None


# What follows from several fields says nothing where none of them is shown.
_FOLLOWS = {"Opportunity": {"renews": frozenset({"contract", "renewed_contract"})}}


def _without_hidden(one: StagedRow, present: frozenset[str]) -> StagedRow:
    for name, sources in _FOLLOWS.get(one.target, {}).items():
        if not sources & present:
            one.values.pop(name, None)
    return one


def _with_role(one: StagedRow, look: Look) -> StagedRow:
    """Sharing rows name groups; a group that stands for a role is told as the role."""
    group = one.values.pop("group", None) if one.target == "AccountShare" else None
    if group is not None:
        role = look("Group", "RelatedId").get(str(group), "")
        one.values["role"] = role if object_of(role) == "UserRole" else None
    return one


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


def _parser(field: Field) -> Parse:
    if field.kind is Kind.TEXT:
        # Not as from a file: what stands in the CRM is no formula of a spreadsheet.
        return partial(_text_of, limit=field.limit)
    return parser_for(field, Formats())


def _text_of(raw: str, *, limit: int | None) -> str | None:
    return (raw.strip()[:limit] if raw.isascii() else text_of(raw, limit=limit)) or None


def _meant(parse: Parse, meanings: Mapping[str, str] | None) -> Parse:
    """A parser that first puts in what the mapping says a value means."""
    if not meanings:
        return parse
    table = dict(meanings)
    return lambda raw: parse(table.get(raw.strip().casefold(), raw))


def _text(raw: Any) -> str:
    if isinstance(raw, bool):
        return "true" if raw else "false"
    if isinstance(raw, float | Decimal):
        return format(Decimal(str(raw)), "f")
    return str(raw)
