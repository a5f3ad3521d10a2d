"""The ledger's tables: column names, types and order, as they stand in every part.

Keys are text. Amounts are integer minor units of their row's currency. Dates are days; `at` is
a day too, because every rule about contact counts days. Empty text means "not told" for `unit`
and `currency`; everything else that may be missing is null.
"""

from __future__ import annotations

from collections.abc import Mapping

LINES = "lines"
SPEND = "spend"
ACTIVITIES = "activities"
USAGE = "usage"
CONTRACTS = "contracts"
KINDS = "kinds"
RATES = "rates"
REPLACED = "replaced"

RECURRING, REPEAT, ONE_OFF = "recurring", "repeat", "one_off"

# The words of activity files and of warehouses, in small letters.
MEETINGS = ("meeting", "event", "visit", "appointment")
CALLS = ("call", "phone", "phone call")
MAILS = ("mail", "email", "e-mail")
FROM_THEM = ("inbound", "in", "incoming", "received", "both", "two-way")
FROM_US = ("outbound", "out", "outgoing", "sent", "both", "two-way")

# Ibis type names; DuckDB's are in DUCKDB_TYPES.
SCHEMAS: Mapping[str, Mapping[str, str]] = {
    LINES: {
        "account": "string",
        "unit": "string",
        "product_line": "string",
        "date": "date",
        "amount": "int64",
        "currency": "string",
    },
    SPEND: {
        "buyer": "string",
        "unit": "string",
        "category": "string",
        "supplier": "string",
        "date": "date",
        "amount": "int64",
        "currency": "string",
    },
    ACTIVITIES: {
        "account": "string",
        "contact": "string",
        "our_person": "string",
        "kind": "string",
        "direction": "string",
        "at": "date",
        "thread": "string",
        "connected": "boolean",
        "minutes": "float64",
    },
    USAGE: {
        "account": "string",
        "unit": "string",
        "product_line": "string",
        "date": "date",
        "quantity": "float64",
    },
    CONTRACTS: {
        "account": "string",
        "unit": "string",
        "product_line": "string",
        "source": "string",
        "starts": "date",
        "ends": "date",
        "value": "int64",
        "term_months": "float64",
        "currency": "string",
    },
    KINDS: {"product_line": "string", "kind": "string"},
    RATES: {"month": "date", "currency": "string", "into": "string", "rate": "float64"},
    REPLACED: {"outside_id": "string", "source": "string"},
}

# A part of these may hold one column more: the line's own id in the files that it comes from.
# Readers never see it; a later part of `replaced` takes the earlier lines of its ids out.
OUTSIDE_ID = "outside_id"
KEYED = frozenset({LINES})

# What a part may tell beside these columns. A part without it is read as it always was; where it
# tells, only `volumes` looks. Quantities are in whatever the company counts, per account and line.
QUANTITY = "quantity"
TOLD_LINES = "told_lines"  # revenue lines with what they may tell, as an engine's view
MAY_TELL: Mapping[str, Mapping[str, str]] = {LINES: {QUANTITY: "float64"}}

DUCKDB_TYPES: Mapping[str, str] = {
    "string": "VARCHAR",
    "date": "DATE",
    "int64": "BIGINT",
    "float64": "DOUBLE",
    "boolean": "BOOLEAN",
}

DAY_COLUMN: Mapping[str, str] = {
    LINES: "date",
    SPEND: "date",
    ACTIVITIES: "at",
    USAGE: "date",
    CONTRACTS: "starts",
    RATES: "month",
}


def duckdb_type(table: str, column: str) -> str:
    """DuckDB's name for the type of one column."""
    return DUCKDB_TYPES[{**SCHEMAS[table], **MAY_TELL.get(table, {})}[column]]


def empty_select(table: str) -> str:
    """SQL that yields the table's columns and no row."""
    columns = ", ".join(
        f'CAST(NULL AS {duckdb_type(table, name)}) AS "{name}"' for name in SCHEMAS[table]
    )
    return f"SELECT {columns} WHERE FALSE"
