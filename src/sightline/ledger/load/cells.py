"""SQL that turns a raw column into the ledger's value, strictly or with a try for blaming."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sightline.ledger.currencies import decimals_of, minor_factor_sql
from sightline.ledger.load.columns import Column, Reads

# Four decimals carry every ISO 4217 currency; 14 digits before them bound one line's amount.
_DECIMAL = "DECIMAL(18,4)"

_TEXTUAL = {
    Reads.KEY: "{text}",
    Reads.TEXT: "coalesce({text}, '')",
    Reads.WORD: "lower(coalesce({text}, ''))",
    Reads.CURRENCY: "upper(coalesce({text}, '{currency}'))",
}


@dataclass(frozen=True, slots=True)
class Format:
    """How this file writes its cells, and what to do with those that cannot be read.

    `days` empty means ISO days; `padded`: blanks around keys; `leave_out`: rows that cannot be
    read are left out and counted instead of refusing the file; `only`: every row is believed to
    be in this currency, which spares asking each.
    """

    days: tuple[str, ...] = ()
    decimal_comma: bool = False
    padded: bool = False
    currency: str = ""
    leave_out: bool = False
    only: str | None = None


@dataclass(frozen=True, slots=True)
class Raw:
    """The raw relation: which file column holds which of ours, and DuckDB's type of each."""

    columns: Mapping[str, str]
    types: Mapping[str, str]

    def sql(self, name: str) -> str:
        """The quoted file column."""
        return '"' + self.columns[name].replace('"', '""') + '"'

    def is_text(self, name: str) -> bool:
        """Whether the file column is text."""
        return self.types[name] == "VARCHAR"


def value_sql(column: Column, raw: Raw, form: Format, *, attempt: bool = False) -> str:
    """The expression for one ledger column; with `attempt`, null where a cell cannot be read."""
    if column.name not in raw.columns:
        return _absent(column, form)
    if column.reads is Reads.CURRENCY and form.only is not None:
        return f"coalesce({raw.sql(column.name)}, '{form.currency}')"
    if column.reads in _TEXTUAL:
        return _TEXTUAL[column.reads].format(text=_text(column, raw, form), currency=form.currency)
    cast = "TRY_CAST" if attempt else "CAST"
    if column.reads is Reads.DAY:
        return _day(column, raw, form, attempt=attempt)
    if column.reads is Reads.AMOUNT:
        decimal = f"{cast}({_number(column, raw, form)} AS {_DECIMAL})"
        return f"CAST(round({decimal} * {_factor(raw, form)}) AS BIGINT)"
    if column.reads is Reads.MAYBE_BOOLEAN:
        return f"{cast}({raw.sql(column.name)} AS BOOLEAN)"
    return f"{cast}({_number(column, raw, form)} AS DOUBLE)"


def _absent(column: Column, form: Format) -> str:
    if column.reads is Reads.CURRENCY:
        return f"'{form.currency}'"
    if column.reads in (Reads.MAYBE_NUMBER, Reads.MAYBE_BOOLEAN):
        return f"CAST(NULL AS {'DOUBLE' if column.reads is Reads.MAYBE_NUMBER else 'BOOLEAN'})"
    return "''"


def _text(column: Column, raw: Raw, form: Format) -> str:
    name = raw.sql(column.name)
    if raw.types[column.name] in ("DOUBLE", "FLOAT"):
        # Keys that a table tool turned into floats: 292.0 is the key 292.
        whole = f"CAST(CAST({name} AS BIGINT) AS VARCHAR)"
        return f"CASE WHEN {name} = floor({name}) THEN {whole} ELSE CAST({name} AS VARCHAR) END"
    text = name if raw.is_text(column.name) else f"CAST({name} AS VARCHAR)"
    return f"trim({text})" if form.padded else text


def _day(column: Column, raw: Raw, form: Format, *, attempt: bool) -> str:
    name = raw.sql(column.name)
    prefix = "TRY_" if attempt else ""
    if raw.is_text(column.name) and form.days:
        formats = ", ".join(f"'{day}'" for day in form.days)
        trimmed = f"trim({name})" if form.padded else name
        return f"CAST({prefix.lower()}strptime({trimmed}, [{formats}]) AS DATE)"
    if raw.types[column.name] in ("TIMESTAMP WITH TIME ZONE",):
        return f"{prefix}CAST({name} AT TIME ZONE 'UTC' AS DATE)"
    return f"{prefix}CAST({name} AS DATE)"


def _number(column: Column, raw: Raw, form: Format) -> str:
    name = raw.sql(column.name)
    if raw.is_text(column.name) and form.decimal_comma:
        return f"replace(replace({name}, '.', ''), ',', '.')"
    return name


def _factor(raw: Raw, form: Format) -> str:
    if form.only is not None:
        return str(10 ** decimals_of(form.only))
    if "currency" not in raw.columns:
        return str(10 ** decimals_of(form.currency))
    return minor_factor_sql(f"upper(coalesce({raw.sql('currency')}, '{form.currency}'))")
