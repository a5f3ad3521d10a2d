"""SQL that turns a raw column into the ledger's value, strictly or with a try for blaming."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from sightline.ledger.currencies import decimals_of, minor_factor_sql
from sightline.ledger.load.columns import Column, Reads

# Four decimals carry every ISO 4217 currency; 18 digits bound one line's amount in minor units. A
# wider type would take a third longer to load.
_DECIMAL = "DECIMAL(18,4)"
_MINOR_BOUND = "1e14"
_FLOATS = ("DOUBLE", "FLOAT")
MOMENT = "TIMESTAMP WITH TIME ZONE"
_ZONE = re.compile(r"[A-Za-z][A-Za-z0-9_+/-]*")
_OFFSET = re.compile(r"([+-])(\d{2}):?(\d{2})")
# A day outside is a slip: 31/12/24 read as the year 31, or an endless date.
_FIRST_DAY, _LAST_DAY = "1901-01-01", "2199-12-31"

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
    """The raw relation: which file column holds which of ours, and DuckDB's type of each.

    `zones`: the time zone that a Parquet file names for a column of moments.
    """

    columns: Mapping[str, str]
    types: Mapping[str, str]
    zones: Mapping[str, str] = field(default_factory=dict)

    def sql(self, name: str) -> str:
        """The quoted file column."""
        return '"' + self.columns[name].replace('"', '""') + '"'

    def is_text(self, name: str) -> bool:
        """Whether the file column is text."""
        return self.types[name] == "VARCHAR"


def value_sql(column: Column, raw: Raw, form: Format, *, attempt: bool = False) -> str:
    """The expression for one ledger column; with `attempt`, null where a cell cannot be read.

    An attempt tells only whether: its value is not the cell's.
    """
    if column.name not in raw.columns:
        return _absent(column, form)
    if column.reads is Reads.CURRENCY and form.only is not None:
        return f"coalesce({raw.sql(column.name)}, '{form.currency}')"
    if column.reads in _TEXTUAL:
        return _TEXTUAL[column.reads].format(text=_text(column, raw, form), currency=form.currency)
    cast = "TRY_CAST" if attempt or column.reads is Reads.TOLD else "CAST"
    if column.reads is Reads.DAY:
        return _day(column, raw, form, attempt=attempt)
    if column.reads is Reads.AMOUNT:
        decimal = f"{cast}({_number(column, raw, form)} AS {_DECIMAL})"
        if attempt:
            fits = f"abs(CAST({decimal} AS DOUBLE)) * {_factor(raw, form)} < {_MINOR_BOUND}"
            return f"CASE WHEN {fits} THEN 0 END"
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
    if raw.types[column.name] in _FLOATS:
        # Keys that a table tool turned into floats: 292.0 is the key 292.
        whole = f"CAST(CAST({name} AS BIGINT) AS VARCHAR)"
        return f"CASE WHEN {name} = floor({name}) THEN {whole} ELSE CAST({name} AS VARCHAR) END"
    if raw.types[column.name] == "BLOB":
        # text from writers that do not mark it as text
        name = f"decode({name})"
    text = name if raw.is_text(column.name) else f"CAST({name} AS VARCHAR)"
    return f"trim({text})" if form.padded else text


def _day(column: Column, raw: Raw, form: Format, *, attempt: bool) -> str:
    name = raw.sql(column.name)
    prefix = "TRY_" if attempt else ""
    if raw.is_text(column.name) and form.days:
        formats = ", ".join(f"'{day}'" for day in form.days)
        trimmed = f"trim({name})" if form.padded else name
        day = f"CAST({prefix.lower()}strptime({trimmed}, [{formats}]) AS DATE)"
    elif raw.types[column.name] == MOMENT:
        day = f"{prefix}CAST({_at_home(name, raw.zones.get(column.name, ''))} AS DATE)"
    else:
        day = f"{prefix}CAST({name} AS DATE)"
    return f"CASE WHEN {likely_day(day)} THEN {day} END"


def _at_home(moment: str, zone: str) -> str:
    """SQL for a moment as the clock showed it where the file was written; UTC where none is named.

    A day written as text is the day written, whatever offset follows; so is one of Parquet.
    """
    offset = _OFFSET.fullmatch(zone)
    if not offset:
        return f"({moment} AT TIME ZONE '{zone if _ZONE.fullmatch(zone) else 'UTC'}')"
    sign, hours, minutes = offset.groups()
    ahead = f"INTERVAL '{int(hours) * 60 + int(minutes)} minutes'"
    return f"({moment} AT TIME ZONE 'UTC' {sign} {ahead})"


def likely_day(day: str) -> str:
    """SQL for whether a date can be meant."""
    return f"{day} BETWEEN DATE '{_FIRST_DAY}' AND DATE '{_LAST_DAY}'"


def _number(column: Column, raw: Raw, form: Format) -> str:
    name = raw.sql(column.name)
    if raw.is_text(column.name) and form.decimal_comma:
        return f"replace(replace({name}, '.', ''), ',', '.')"
    if raw.types[column.name] in _FLOATS:
        return f"CASE WHEN isnan({name}) THEN NULL ELSE {name} END"
    return name


def _factor(raw: Raw, form: Format) -> str:
    if form.only is not None:
        return str(10 ** decimals_of(form.only))
    if "currency" not in raw.columns:
        return str(10 ** decimals_of(form.currency))
    return minor_factor_sql(f"upper(coalesce({raw.sql('currency')}, '{form.currency}'))")
