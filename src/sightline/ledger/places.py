"""Where the ledger lies: a folder, or the company's own warehouse, read in place.

`LEDGER_URL` names the place: a folder, `postgres://…`, `pyspark://…`, `snowflake://…`,
`bigquery://…`, `trino://…`, or whatever else Ibis connects to. Warehouse tables keep their own
names and columns; a mapping says which is which. Nothing is copied.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from urllib.parse import urlsplit

from sightline.ledger.currencies import DECIMALS, DEFAULT_DECIMALS, decimals_of
from sightline.ledger.errors import LedgerError
from sightline.ledger.method import InsightParameters
from sightline.ledger.scalars import Scalar
from sightline.ledger.tables import KINDS, LINES, MAY_TELL, SCHEMAS
from sightline.ledger.windows import Cut

_MINOR, _MAJOR = "minor", "major"
_WORDS = ("kind", "direction", "source")
_MAY_BE_ABSENT = {"string": "", "boolean": None, "float64": None}


@dataclass(frozen=True, slots=True)
class TableMapping:
    """One warehouse table as one of the ledger's: its name, and our column → its column.

    Columns with the same name need no entry. `amounts` says whether amounts are in `minor` or
    `major` units of `currency`, which also stands in where there is no currency column.
    """

    table: str
    schema: str | None = None
    columns: Mapping[str, str] = field(default_factory=dict)
    amounts: str = _MAJOR
    currency: str = ""


def is_folder(url: str) -> bool:
    """Whether a ledger URL is a plain folder."""
    return urlsplit(url).scheme in ("", "file")


def shown(url: str) -> str:
    """The place in words that hold no password: scheme, host and name."""
    parts = urlsplit(url)
    host = f"{parts.hostname}:{parts.port}" if parts.port else parts.hostname or ""
    return f"{parts.scheme}://{host}{parts.path}"


def connect(url: str) -> Any:
    """An Ibis backend for a warehouse URL; LedgerError when it is a folder or cannot be opened."""
    if is_folder(url):
        raise LedgerError(f"{url} is a folder, not a warehouse")
    import ibis

    try:
        return ibis.connect(url)
    except Exception as error:
        # every backend raises its own kinds of error; the person needs the place and the reason
        raise LedgerError(
            f"the ledger at {urlsplit(url).hostname} cannot be opened: {error}"
        ) from error


def canonical(table: Any, name: str, mapping: TableMapping) -> Any:
    """A warehouse table with the ledger's columns, types and units. LedgerError names what lacks."""
    import ibis

    columns = {}
    for column, kind in SCHEMAS[name].items():
        theirs = mapping.columns.get(column, column)
        if theirs in table.columns:
            factor = _factor(table, mapping) if kind == "int64" else 1.0
            columns[column] = _cast(table[theirs], column, kind, mapping, factor)
        elif column == "currency":
            columns[column] = ibis.literal(mapping.currency)
        elif kind in _MAY_BE_ABSENT and column not in ("account", "product_line"):
            columns[column] = ibis.literal(_MAY_BE_ABSENT[kind], type=kind)
        else:
            raise LedgerError(f"{mapping.table} has no column {theirs} for {column}")
    return table.select(**columns, **_told(table, name, mapping))


def _told(table: Any, name: str, mapping: TableMapping) -> dict[str, Any]:
    """Columns that the ledger may do without: those named, and numbers that are called the same."""
    told = {}
    for column, kind in MAY_TELL.get(name, {}).items():
        theirs = mapping.columns.get(column, column)
        named = column in mapping.columns
        if named and theirs not in table.columns:
            raise LedgerError(f"{mapping.table} has no column {theirs} for {column}")
        if theirs in table.columns and (named or table[theirs].type().is_numeric()):
            told[column] = table[theirs].cast(kind)
    return told


def _cast(value: Any, column: str, kind: str, mapping: TableMapping, factor: Any) -> Any:
    if kind == "int64" and mapping.amounts == _MAJOR:
        return (value.cast("float64") * factor).round().cast("int64")
    plain = value.cast(kind)
    if column == "currency":
        return plain.upper().fill_null(mapping.currency)
    if column in _WORDS:
        return plain.strip().lower().fill_null("")
    return plain.fill_null("") if column == "unit" else plain


def _factor(table: Any, mapping: TableMapping) -> Any:
    """From major to minor units: that of each row's currency, where rows name one."""
    import ibis

    usual = float(10 ** decimals_of(mapping.currency))
    theirs = mapping.columns.get("currency", "currency")
    if theirs not in table.columns:
        return usual
    code = table[theirs].cast("string").upper().fill_null(mapping.currency)
    groups: dict[int, list[str]] = {}
    for name, places in DECIMALS.items():
        groups.setdefault(places, []).append(name)
    cases = [(code.isin(names), float(10**places)) for places, names in groups.items()]
    return ibis.cases(*cases, else_=float(10**DEFAULT_DECIMALS))


@dataclass(frozen=True, slots=True)
class Warehouse:
    """A backend with the ledger's tables in place."""

    backend: Any
    tables: Mapping[str, Any]


def open_warehouse(backend: Any, mappings: Mapping[str, TableMapping]) -> Warehouse:
    """Map the company's tables; only those that are mapped exist."""
    from sightline.ledger.expressions.engines import teach

    teach(backend.name)
    tables = {}
    for name, mapping in mappings.items():
        if mapping.schema:
            table = backend.table(mapping.table, database=mapping.schema)
        else:
            table = backend.table(mapping.table)
        tables[name] = canonical(table, name, mapping)
    if LINES not in tables:
        raise LedgerError("a warehouse ledger needs at least its revenue lines mapped")
    return Warehouse(backend, tables)


# These need a scalar that only some questions give.
ASKED: Mapping[str, str] = {
    "bridge": "basis",
    "outcomes": "outcome_last",
    "recent": "recent_first",
    "ours": "us",
    "markets": "all_others",
    "everyone": "all_others",
}


def added_up(name: str, tables: Mapping[str, Any], v: Any, *, rates: Any = None) -> Any:
    """One measure that an engine adds up from its own tables; LedgerError where one is not mapped.

    `rates` as in `flows.flows`: where given, every amount is brought into the reporting currency.
    """
    from sightline.ledger.expressions import flows
    from sightline.ledger.expressions.measures import MEASURES, NEEDS

    table, measure = MEASURES[name]
    if table not in tables:
        raise LedgerError(f"the warehouse has no table mapped for {table}")
    lines = tables[table]
    if name in NEEDS:
        if NEEDS[name] not in lines.columns:
            raise LedgerError(f"the warehouse's {table} have no {NEEDS[name]}")
    elif table == LINES:
        lines = flows.flows(lines, rates=rates)
    return measure(lines, tables.get(KINDS), v)


def expressions(
    tables: Mapping[str, Any],
    *,
    as_of: date,
    parameters: InsightParameters | None = None,
    **given: Scalar,
) -> dict[str, Any]:
    """The measures over these tables at a cut, as expressions that any engine can run.

    Those whose table is there and, of `ASKED`, whose scalar is given; `accounts` and `headroom`.
    """
    from sightline.ledger.expressions import accounts, potential, values
    from sightline.ledger.expressions.measures import MEASURES, NEEDS

    v = values.literals(Cut.on(as_of), parameters=parameters, **given)
    made = {
        name: added_up(name, tables, v)
        for name, (table, _) in MEASURES.items()
        if table in tables
        and (name not in ASKED or ASKED[name] in given)
        and (name not in NEEDS or NEEDS[name] in tables[table].columns)
    }
    made["accounts"] = accounts.accounts(made["cells"], made["rhythm"])
    band = potential.bands(made["accounts"], v)
    made["headroom"] = potential.headroom(made["cells"], band, v)
    return made
