"""One file to one part: DuckDB parses and casts at full speed; only a failure is looked into."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from sightline.ledger.duck import session, text
from sightline.ledger.errors import RefusedInput
from sightline.ledger.load.blame import bad_rows, only_good, parser_words
from sightline.ledger.load.cells import MOMENT, Format, Raw, value_sql
from sightline.ledger.load.columns import KINDS, Column, Reads, normal_name
from sightline.ledger.load.days import day_formats
from sightline.ledger.load.places import Written
from sightline.ledger.load.scan import Scan, transcode
from sightline.ledger.parts import adopt_part, draft_path
from sightline.ledger.tables import KINDS as KINDS_TABLE
from sightline.ledger.tables import ONE_OFF, RECURRING, REPEAT
from sightline.ledger.version import Part

if TYPE_CHECKING:
    import duckdb

_MEMORY = "1GiB"
_SAMPLE = 10_000
_SHOWN = 12
_CODE = re.compile(r"([A-Z]{3})?")
_NUMBERS = re.compile(r"VARCHAR|DECIMAL\(.*\)|DOUBLE|FLOAT|U?INTEGER|U?(?:TINY|SMALL|BIG|HUGE)INT")
_TEXTS = (Reads.KEY, Reads.TEXT, Reads.WORD)


@dataclass(frozen=True, slots=True)
class _Job:
    """One file being read: the raw relation and the columns wanted of it."""

    connection: duckdb.DuckDBPyConnection
    relation: str
    columns: tuple[Column, ...]
    raw: Raw
    written: Written | None


def read_file(
    path: Path, seen: Scan, *, table: str, folder: Path, form: Format, source: str
) -> tuple[Part, list[str]]:
    """Parse and check one file; returns its part and notes for the person who loads it."""
    import duckdb

    plain = path
    try:
        if seen.encoding == "cp1252":
            plain = draft_path(folder, table).with_suffix(".csv")
            transcode(path, plain)
        with session(memory=_MEMORY) as connection:
            return _read(
                connection, plain, seen, table=table, folder=folder, form=form, source=source
            )
    except RefusedInput as error:
        raise RefusedInput(f"{path.name}: {error.message}") from None
    except duckdb.Error as error:
        raise RefusedInput(f"{path.name}: {parser_words(str(error))}") from None
    finally:
        if plain != path:
            plain.unlink(missing_ok=True)


def _read(
    connection: duckdb.DuckDBPyConnection,
    path: Path,
    seen: Scan,
    *,
    table: str,
    folder: Path,
    form: Format,
    source: str,
) -> tuple[Part, list[str]]:
    relation, raw, notes = _relation(connection, path, seen, KINDS[table])
    columns = tuple(
        column
        for column in KINDS[table]
        if column.reads is not Reads.TOLD or column.name in raw.columns
    )
    day = next((column.name for column in columns if column.reads is Reads.DAY), "")
    days = form.days or day_formats(connection, relation, raw, day)
    form = replace(form, days=days)
    written = None if seen.parquet else Written(path, seen.delimiter)
    if form.leave_out:
        blamed = bad_rows(connection, relation, columns, raw, form, written=written)
        relation, bad = only_good(connection, relation, columns, raw, form)
        notes += [f"{bad:,} rows left out: {'; '.join(blamed)}"] if bad else []
    job = _Job(connection, relation, columns, raw, written)
    draft = draft_path(folder, table)
    try:
        form = replace(form, only=_only_currency(job, form))
        _copy(job, form, draft)
        if not _as_believed(job, form, draft):
            form = replace(form, padded=True, only=None)
            _copy(job, form, draft)
        rows, span = _check(job, form, draft, day=day)
        if table == KINDS_TABLE:
            _check_kinds(connection, draft)
        notes += _rounding(job, form) + _untold(job, form)
        if seen.encoding == "cp1252":
            notes.append("read as Windows-1252 text")
        return adopt_part(folder, table, draft, source=source, rows=rows, days=span), notes
    finally:
        draft.unlink(missing_ok=True)


def _relation(
    connection: duckdb.DuckDBPyConnection,
    path: Path,
    seen: Scan,
    columns: tuple[Column, ...],
) -> tuple[str, Raw, list[str]]:
    """The raw relation's SQL, which of its columns are ours, and what was left aside."""
    if seen.parquet:
        relation = f"read_parquet({text(path)})"
        described = connection.execute(f"DESCRIBE SELECT * FROM {relation}").fetchall()
        names = [(row[0], row[1]) for row in described]
    else:
        names = [(name, "VARCHAR") for name in _unique(seen.header)]
        listed = ", ".join(f"{text(name)}: 'VARCHAR'" for name, _ in names)
        relation = (
            f"read_csv({text(path)}, auto_detect=false, header=true, nullstr='', "
            f"delim={text(seen.delimiter)}, quote='\"', escape='\"', columns={{{listed}}})"
        )
    ours: dict[str, str] = {}
    types: dict[str, str] = {}
    aside: list[str] = []
    wanted = {column.name for column in columns} - _unfit(names, columns)
    for name, kind in names:
        known = normal_name(name)
        if known in ours:
            raise RefusedInput(f"two columns are named {known}")
        if known in wanted:
            _must_be_plain(known, kind)
            ours[known], types[known] = name, "VARCHAR" if kind == "VARCHAR" else kind
        else:
            aside.append(name)
    missing = [column.name for column in columns if column.required and column.name not in ours]
    if missing:
        found = ", ".join(name for name, _ in names[:_SHOWN])
        raise RefusedInput(f"has no column {missing[0]} (its columns: {found})")
    zones = _zones(path, ours) if MOMENT in types.values() else {}
    return relation, Raw(ours, types, zones), [_left_aside(aside)] if aside else []


def _zones(path: Path, ours: dict[str, str]) -> dict[str, str]:
    """The time zone that a Parquet file's own schema names for each of our columns, if any."""
    import pyarrow.parquet as pq

    schema = pq.read_schema(path)
    found = {name: getattr(schema.field(theirs).type, "tz", None) for name, theirs in ours.items()}
    return {name: str(zone) for name, zone in found.items() if zone}


def _unfit(names: list[tuple[str, str]], columns: tuple[Column, ...]) -> set[str]:
    """Columns that a file may tell and tells twice, or not as numbers: they are left aside."""
    kinds: dict[str, list[str]] = {}
    for name, kind in names:
        kinds.setdefault(normal_name(name), []).append(kind)
    return {
        column.name
        for column in columns
        if column.reads is Reads.TOLD
        and (found := kinds.get(column.name))
        and (len(found) > 1 or not _NUMBERS.fullmatch(found[0]))
    }


def _must_be_plain(name: str, kind: str) -> None:
    """Refuse a Parquet column whose cells are no plain values."""
    if kind.endswith("]") or kind.startswith(("STRUCT", "MAP", "UNION")):
        raise RefusedInput(f"column {name}: holds {kind}, not plain values")
    if kind == "BOOLEAN" and name != "connected":
        raise RefusedInput(f"column {name}: holds yes and no")


def _left_aside(names: list[str]) -> str:
    shown = ", ".join(name.strip() for name in names[:_SHOWN])
    more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    return f"columns left aside: {shown}{more}"


def _unique(header: tuple[str, ...]) -> list[str]:
    """Header names made distinct, so that only a repeated name of ours is refused later."""
    seen: dict[str, int] = {}
    names = []
    for place, name in enumerate(header, start=1):
        plain = name.strip() or f"column {place}"
        count = seen.get(plain.lower(), 0)
        seen[plain.lower()] = count + 1
        names.append(plain + " " * count if count else plain)
    return names


def _copy(job: _Job, form: Format, draft: Path) -> None:
    """Cast strictly and write; only when a cast fails, find out which cell it was."""
    import duckdb

    selected = ", ".join(
        f'{value_sql(column, job.raw, form)} AS "{column.name}"' for column in job.columns
    )
    job.connection.execute("SET preserve_insertion_order = false")
    try:
        job.connection.execute(
            f"COPY (SELECT {selected} FROM {job.relation}) TO {text(draft)} "
            "(FORMAT parquet, COMPRESSION lz4_raw)"
        )
    except (duckdb.ConversionException, duckdb.OutOfRangeException, duckdb.InvalidInputException):
        blamed = _blamed(job, form)
        if not blamed:
            raise
        raise RefusedInput("; ".join(blamed)) from None


def _only_currency(job: _Job, form: Format) -> str | None:
    """The one currency of the first rows, or None where there are several or no such column."""
    if "currency" not in job.raw.columns or not job.raw.is_text("currency"):
        return None
    column = f"coalesce({job.raw.sql('currency')}, {text(form.currency)})"
    rows = job.connection.execute(
        f"SELECT DISTINCT {column} FROM (SELECT * FROM {job.relation} LIMIT {_SAMPLE})"
    ).fetchall()
    known = len(rows) == 1 and _CODE.fullmatch(rows[0][0])
    return str(rows[0][0]) if known else None


def _as_believed(job: _Job, form: Format, draft: Path) -> bool:
    """Whether no key begins or ends with a blank and every row is in the one currency believed."""
    texts = [column.name for column in job.columns if column.reads in _TEXTS]
    tests = [f'bool_and("{name}" = trim("{name}"))' for name in texts]
    if form.only is not None:
        tests.append(f"min(currency) = {text(form.only)} AND max(currency) = {text(form.only)}")
    row = job.connection.execute(
        f"SELECT {' AND '.join(f'coalesce({test}, true)' for test in tests)} "
        f"FROM read_parquet({text(draft)})"
    ).fetchone()
    return bool(row and row[0])


def _check(
    job: _Job, form: Format, draft: Path, *, day: str
) -> tuple[int, tuple[date | None, date | None]]:
    """Rows and first and last day; refuses what a cast lets pass: empty keys, missing cells."""
    tests = []
    for column in job.columns:
        if column.required:
            tests.append(f'count(*) = count("{column.name}")')
        if column.reads is Reads.KEY:
            tests.append(f"coalesce(bool_and(\"{column.name}\" <> ''), true)")
        if column.reads is Reads.CURRENCY and column.name in job.raw.columns:
            fits = f"regexp_full_match(\"{column.name}\", '([A-Z]{{3}})?')"
            tests.append(f"coalesce(bool_and({fits}), true)")
    span = f'min("{day}"), max("{day}")' if day else "NULL, NULL"
    row = job.connection.execute(
        f"SELECT count(*), {span}, {' AND '.join(tests)} FROM read_parquet({text(draft)})"
    ).fetchone()
    if row is None or row[0] == 0:
        raise RefusedInput("has a header and no rows")
    if not row[3]:
        raise RefusedInput("; ".join(_blamed(job, form)) or "some rows cannot be read")
    return row[0], (row[1], row[2])


def _blamed(job: _Job, form: Format) -> list[str]:
    return bad_rows(job.connection, job.relation, job.columns, job.raw, form, written=job.written)


def _check_kinds(connection: duckdb.DuckDBPyConnection, draft: Path) -> None:
    known = ", ".join(text(kind) for kind in (RECURRING, REPEAT, ONE_OFF))
    row = connection.execute(
        f"SELECT product_line, kind FROM read_parquet({text(draft)}) "
        f"WHERE kind NOT IN ({known}) LIMIT 1"
    ).fetchone()
    if row:
        raise RefusedInput(f'column kind: "{row[1]}" of {row[0]} is none of {known}')


def _rounding(job: _Job, form: Format) -> list[str]:
    """Say when amounts came with more decimals than their currency has. Looks at a sample."""
    amount = next((column for column in job.columns if column.reads is Reads.AMOUNT), None)
    if amount is None:
        return []
    stored = value_sql(amount, job.raw, form)
    exact = stored.removeprefix("CAST(round(").removesuffix(") AS BIGINT)")
    row = job.connection.execute(
        f"SELECT count(*) FROM (SELECT * FROM {job.relation} LIMIT {_SAMPLE}) "
        f"WHERE ({exact}) <> ({stored})"
    ).fetchone()
    if row is None or row[0] == 0:
        return []
    return ["amounts with more decimals than their currency has were rounded, line by line"]


def _untold(job: _Job, form: Format) -> list[str]:
    """Say when cells of a column that the file may tell are no numbers. Looks at a sample."""
    for column in job.columns:
        if column.reads is not Reads.TOLD:
            continue
        row = job.connection.execute(
            f"SELECT count(*) FROM (SELECT * FROM {job.relation} LIMIT {_SAMPLE}) WHERE "
            f"{job.raw.sql(column.name)} IS NOT NULL AND ({value_sql(column, job.raw, form)}) IS NULL"
        ).fetchone()
        if row and row[0]:
            return [f"cells of {column.name} that are no numbers count as not told"]
    return []
