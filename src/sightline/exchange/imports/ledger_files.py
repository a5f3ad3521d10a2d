"""Revenue lines, usage and activities: read as columns by DuckDB, keys resolved once each.

A file of millions of lines is parsed once into a table that spills to disk; accounts, units and
product lines are resolved by their distinct texts; good lines become one ledger part.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sightline.actions import ledger_place
from sightline.actions.imports import runs
from sightline.agreement.canonical import DayOrder
from sightline.exchange.imports.cells import Formats
from sightline.exchange.imports.ledger_compare import signed
from sightline.exchange.imports.ledger_keys import resolve_keys
from sightline.exchange.imports.ledger_parts import (
    MEMORY,
    Added,
    add_draft,
    holds_lines,
    ledger_folder,
    source_of,
)
from sightline.exchange.imports.ledger_specs import LEDGER_KINDS, LedgerKind
from sightline.exchange.imports.ledger_sql import good_sql, refused_sql
from sightline.exchange.imports.mapping import match_columns
from sightline.exchange.imports.parse import Source
from sightline.exchange.imports.plan import Job, Plan, Progress, require, silent
from sightline.exchange.imports.preview import Preview, Tally, conclude
from sightline.exchange.imports.refused import write_refused
from sightline.exchange.imports.specs import Kind, Object
from sightline.exchange.imports.staging import Refusal, Staging
from sightline.exchange.imports.survey import Ambiguous, Evidence, Question, settle
from sightline.exchange.imports.workspace import Workspace
from sightline.exchange.tables.csvfile import CsvFile
from sightline.exchange.tables.errors import TableRefused
from sightline.exchange.tables.limits import LIMITS
from sightline.ledger.duck import session, text
from sightline.ledger.load.scan import transcode
from sightline.ledger.parts import draft_path
from sightline.ledger.tables import OUTSIDE_ID

if TYPE_CHECKING:
    import duckdb

_DISTINCT_DAYS = 50_000
_SHAPES = 2_000
_MOST_REFUSED = 1_000_000
_DEFAULT = Formats()
_KEPT = "sources.json"
_REFUSED = "refused"


def refuse_what_lies_elsewhere(kind: str) -> None:
    """Raises TableRefused for what is read from the company's warehouse."""
    place = ledger_place.elsewhere(LEDGER_KINDS[kind].table)
    if place:
        message = (
            f"the warehouse {place} (LEDGER_URL) holds {kind.replace('-', ' ')}; what a file says of "
            "them would not be counted. Add it there, or take the table out of LEDGER_MAPPING"
        )
        raise TableRefused("elsewhere", message)


def settle_lines(
    job: Job, files: Sequence[tuple[CsvFile, Object]], *, progress: Progress = silent
) -> tuple[tuple[Source, ...], tuple[Evidence, ...]]:
    """Columns and formats of line files, from all of their rows.

    Raises `Ambiguous`, and TableRefused for revenue lines that a warehouse holds.
    """
    refuse_what_lies_elsewhere(job.kind)
    sources: list[Source] = []
    found: list[Evidence] = []
    questions: list[Question] = []
    for number, (file, spec) in enumerate(files):
        progress(0, None, f"Reading {file.name}")
        columns = match_columns(file.header, spec, job.chosen.columns.get(spec.name, {}))
        require(spec, {one.field.name for one in columns if one.field}, file)
        utf8 = _as_utf8(file, job.workspace, number)
        source = Source(number, utf8, spec, columns, _DEFAULT, {})
        with _loaded(source, job.workspace) as duck:
            evidence = _evidence(duck, source)
        formats, asked = settle(
            evidence,
            file=file.name,
            given={**job.chosen.options, **job.given},
            plain_numbers=False,
        )
        questions += asked
        sources.append(replace(source, formats=formats))
        found.append(evidence)
    if questions:
        raise Ambiguous(questions)
    _remember(job, sources, found)
    return tuple(sources), tuple(found)


def recall(job: Job) -> Plan | None:
    """The plan as the preview settled it, so that the apply reads nothing twice; None if lost."""
    place = job.workspace / "lines" / _KEPT
    if not place.exists():
        return None
    spec = LEDGER_KINDS[job.kind].object
    sources, evidence = [], []
    for number, kept in enumerate(json.loads(place.read_text(encoding="utf-8"))):
        file = CsvFile(**{**kept["file"], "path": Path(kept["file"]["path"])})
        header = tuple(file.header)
        columns = match_columns(header, spec, job.chosen.columns.get(spec.name, {}))
        formats = Formats(**{**kept["formats"], "days": DayOrder(kept["formats"]["days"])})
        sources.append(Source(number, replace(file, header=header), spec, columns, formats, {}))
        evidence.append(Evidence(rows=kept["rows"]))
    return Plan(tuple(sources), tuple(evidence), ())


def _remember(job: Job, sources: Sequence[Source], found: Sequence[Evidence]) -> None:
    plain = [
        {
            "file": {**asdict(one.file), "path": str(one.file.path)},
            "formats": asdict(one.formats),
            "rows": evidence.rows,
        }
        for one, evidence in zip(sources, found, strict=True)
    ]
    (job.workspace / "lines" / _KEPT).write_text(json.dumps(plain), encoding="utf-8")


def preview_lines(plan: Plan, job: Job, preview: Preview, *, progress: Progress = silent) -> None:
    """Count what would be added, what is there already and what is refused."""
    space = Workspace(job.workspace)
    with closing(Staging(space.staging)) as staging:
        tally = preview.tallies.setdefault(job.kind, Tally())
        for source in plan.sources:
            progress(preview.rows, plan.rows, f"Comparing {source.file.name}")
            rows, added = _take(source, job, staging, run=None)
            preview.rows += rows
            tally.create += added.new
            tally.change += added.changed
            tally.skip += added.known
        staging.commit()
        conclude(plan, staging, preview)
        tally.refuse = preview.refused_rows
        write_refused(plan.sources, staging, space.refused)


def apply_lines(
    plan: Plan, job: Job, run: runs.Run, *, progress: Progress = silent
) -> dict[str, Any]:
    """Add the good lines of every file as parts; a file that was added before adds nothing."""
    refuse_what_lies_elsewhere(job.kind)
    counts = {"create": 0, "change": 0, "skip": 0, "refuse": 0}
    with closing(Staging(job.workspace / "apply.sqlite3")) as staging:
        for source in plan.sources:
            progress(counts["create"], plan.rows, f"Storing {source.file.name}")
            rows, added = _take(source, job, staging, run=run)
            counts["create"] += added.new
            counts["change"] += added.changed
            counts["skip"] += added.known
            counts["refuse"] += rows - added.total
    (job.workspace / "apply.sqlite3").unlink(missing_ok=True)
    return {job.kind: counts}


def _take(source: Source, job: Job, staging: Staging, *, run: runs.Run | None) -> tuple[int, Added]:
    """One file's rows, and how many lines of it are new, corrected and known."""
    kind = LEDGER_KINDS[job.kind]
    fields = _fields(source)
    keyed = OUTSIDE_ID in fields
    with _loaded(source, job.workspace) as duck:
        # the preview has told every reason; the apply only leaves them out
        told = run is not None and _has(duck, _REFUSED)
        resolve_keys(
            duck, kind, fields, currency=job.currency, run=run, apply=run is not None, told=told
        )
        rows = int(_one(duck, "SELECT count(*) FROM raw"))
        broken = _note_broken(duck, source, staging)
        if run is None:
            refused = _note_refused(duck, kind, source, job, staging)
            if not holds_lines(kind.table):
                return rows + broken, Added(rows - refused)
            told = True
        select = good_sql(kind, fields, source.formats, job.currency, told=_REFUSED if told else "")
        draft = draft_path(ledger_folder(), kind.table)
        duck.execute(f"COPY ({select}) TO {text(draft)} {signed(source_of(run))}")
    try:
        added = add_draft(kind.table, draft, run=run, keyed=keyed)
    finally:
        draft.unlink(missing_ok=True)
    return rows + broken, added


def _note_refused(
    duck: duckdb.DuckDBPyConnection, kind: LedgerKind, source: Source, job: Job, staging: Staging
) -> int:
    """Note why each line is refused, as many as are told, and answer how many there are.

    They are kept beside `raw`, so that storing need not check the file's cells again.
    """
    broken = [row for (row,) in duck.execute("SELECT line FROM broken ORDER BY line").fetchall()]
    query = refused_sql(kind, _fields(source), source.formats, job.currency)
    duck.execute(f"CREATE OR REPLACE TABLE {_REFUSED} AS {query}")
    found = duck.execute(
        f"SELECT place, code, message, col FROM {_REFUSED} ORDER BY place LIMIT {_MOST_REFUSED}"
    )
    while some := found.fetchmany(2_000):
        for place, code, message, column in some:
            row = _file_row(place, broken)
            staging.note(Refusal(source.number, row, code, message, column))
    return int(_one(duck, f"SELECT count(*) FROM {_REFUSED}"))


def _note_broken(duck: duckdb.DuckDBPyConnection, source: Source, staging: Staging) -> int:
    """Rows that are no rows of this table: too few or too many cells, open quotes."""
    rows = duck.execute("SELECT line, kind FROM broken ORDER BY line").fetchall()
    for line, kind in rows:
        message = _BROKEN.get(str(kind), "cannot be read as CSV")
        staging.note(Refusal(source.number, int(line), "ragged", message))
    return len(rows)


_BROKEN = {
    "MISSING COLUMNS": "fewer cells than the first row names",
    "TOO MANY COLUMNS": "more cells than the first row names",
    "UNQUOTED VALUE": "a quote is left open or stands inside a cell",
    "LINE SIZE OVER MAXIMUM": "the row is too long; a quote may be left open",
    "INVALID ENCODING": "holds bytes that are not text",
}


def _file_row(place: int, broken: Sequence[int]) -> int:
    """The spreadsheet row of the n-th good record: broken ones before it count too."""
    row = place + 1
    for line in broken:
        if line <= row:
            row += 1
    return row


def _fields(source: Source) -> dict[str, str]:
    """The raw column of each field that the file carries."""
    return {one.field.name: f"c{one.place}" for one in source.columns if one.field is not None}


@contextmanager
def _loaded(source: Source, workspace: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """A DuckDB with the file's used columns as text in `raw`, rows numbered from 1.

    The file is parsed once: `raw` and `broken` lie in the import's folder for the next step.
    """
    place = workspace / "lines" / f"{source.number}-{source.file.sha256[:16]}.duckdb"
    place.parent.mkdir(parents=True, exist_ok=True)
    with session(memory=MEMORY) as duck:
        duck.execute(f"ATTACH {text(place)} AS kept")
        duck.execute("USE kept")
        if not _has(duck, "broken"):
            _parse(duck, source)
        yield duck


def _parse(duck: duckdb.DuckDBPyConnection, source: Source) -> None:
    import duckdb as engine

    listed = ", ".join(f"'c{place}': 'VARCHAR'" for place in range(len(source.file.header)))
    used = ", ".join(sorted(set(_fields(source).values())))
    try:
        duck.execute(
            f"CREATE OR REPLACE TABLE raw AS SELECT row_number() OVER () AS place, {used} "
            f"FROM read_csv({text(source.file.path)}, header=true, auto_detect=false, "
            f"columns={{{listed}}}, delim={text(source.file.delimiter)}, quote='\"', "
            f"escape='\"', store_rejects=true, max_line_size={LIMITS.line_chars}, "
            "null_padding=false, nullstr='', strict_mode=true)"
        )
    except engine.Error as error:
        raise TableRefused("csv", _words(error), file=source.file.name) from None
    rejects = "SELECT line, min(error_type) AS kind FROM reject_errors GROUP BY line"
    nothing = "SELECT CAST(NULL AS BIGINT) AS line, '' AS kind WHERE FALSE"
    broken = rejects if _has(duck, "reject_errors") else nothing
    duck.execute(f"CREATE TABLE broken AS {broken}")


def _has(duck: duckdb.DuckDBPyConnection, table: str) -> bool:
    return bool(_one(duck, f"SELECT count(*) FROM duckdb_tables() WHERE table_name = '{table}'"))


def _words(error: Exception) -> str:
    message = str(error)
    if "Maximum line size" in message or "buffer" in message:
        return f"a line is longer than {LIMITS.line_chars:,} characters; a quote may be left open"
    if "nterminated quote" in message:
        return "a quote is opened and never closed; the file may be cut off"
    first = next((line for line in message.splitlines() if line.strip()), "cannot be read")
    return first.split("Error: ")[-1][:200]


def _evidence(duck: duckdb.DuckDBPyConnection, source: Source) -> Evidence:
    """What the whole file proves about its formats: days by their values, numbers by shape."""
    evidence = Evidence(rows=int(_one(duck, "SELECT count(*) FROM raw")))
    for column in source.columns:
        if column.field is None:
            continue
        name = f"c{column.place}"
        head = f"(SELECT {name} FROM raw WHERE {name} IS NOT NULL LIMIT 200)"
        samples = _cells(duck, f"SELECT DISTINCT {name} FROM {head} LIMIT 3")
        evidence.samples[column.place] = [cell[:60] for cell in samples]
        if column.field.kind is Kind.DAY:
            for cell in _cells(duck, _DAYS.format(name=name)):
                evidence.day(cell)
        elif column.field.kind in (Kind.MONEY, Kind.NUMBER):
            for cell in _cells(duck, _NUMBERS.format(name=name)):
                evidence.number(cell.strip())
    return evidence


_DAYS = f"SELECT DISTINCT {{name}} FROM raw WHERE {{name}}[5] <> '-' LIMIT {_DISTINCT_DAYS}"
# One example of every shape of number that is not plain, and one that shows a decimal point.
_NUMBERS = (
    "(SELECT any_value({name}) FROM raw WHERE TRY_CAST({name} AS DOUBLE) IS NULL "
    "AND {name} IS NOT NULL GROUP BY regexp_replace({name}, '[0-9]', '9', 'g') "
    f"LIMIT {_SHAPES}) UNION ALL "
    "(SELECT {name} FROM raw WHERE contains({name}, '.') "
    "AND length(split_part({name}, '.', 2)) <> 3 LIMIT 1) UNION ALL "
    "(SELECT {name} FROM raw WHERE contains({name}, '.') LIMIT 1)"
)


def _cells(duck: duckdb.DuckDBPyConnection, query: str) -> list[str]:
    return [cell for (cell,) in duck.execute(query).fetchall()]


def _as_utf8(file: CsvFile, workspace: Path, number: int) -> CsvFile:
    """The file itself, or its text written anew in UTF-8."""
    if file.encoding == "utf-8":
        return file
    target = workspace / f"utf8-{number}.csv"
    target.parent.mkdir(parents=True, exist_ok=True)
    transcode(file.path, target)
    return replace(file, path=target, encoding="utf-8")


def _one(duck: duckdb.DuckDBPyConnection, query: str) -> Any:
    row = duck.execute(query).fetchone()
    return row[0] if row else None
