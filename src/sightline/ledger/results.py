"""Full and incremental measuring, in buckets of accounts, with progress, cancel and resume.

A result lies in `results/<key>/` below the ledger's folder: the cells and the rhythm of each
bucket, the totals over all, and last of all `whole.json`. A folder without that file is
unfinished work that the next run takes up where it stopped; readers never look at it.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from sightline.ledger import compiled, duck, split
from sightline.ledger.errors import Cancelled, LedgerError
from sightline.ledger.measures import make_totals
from sightline.ledger.method import InsightParameters, shipped
from sightline.ledger.money import Rate
from sightline.ledger.source import Source, opened
from sightline.ledger.tables import KINDS, LINES, RATES, REPLACED
from sightline.ledger.version import LedgerVersion, Part

if TYPE_CHECKING:
    import pyarrow as pa

_LINES_PER_BUCKET = split.LINES_PER_BUCKET
_PER_BUCKET = split.PER_ACCOUNT
_WHOLE = "whole.json"


@dataclass(frozen=True, slots=True)
class MeasureJob:
    """What to measure: one version on one day, in one currency, with one set of numbers.

    `rates` None takes those loaded into the ledger; `reporting_currency` None the only one there.
    """

    version: LedgerVersion
    folder: Path
    as_of: date
    reporting_currency: str | None = None
    rates: tuple[Rate, ...] | None = None
    parameters: InsightParameters | None = None
    memory: str = duck.DEFAULT_MEMORY


@dataclass(frozen=True, slots=True)
class Result:
    """A finished result. `recomputed` counts accounts measured anew; None means all of them."""

    folder: Path
    version: int
    as_of: date
    currency: str
    buckets: int
    recomputed: int | None

    def cells(self) -> list[Path]:
        """Parquet files of cells, as `account_measures` describes."""
        return [self.folder / f"cells-{bucket:04d}.parquet" for bucket in range(self.buckets)]

    def totals(self) -> Path:
        """The Parquet file of totals, as `account_totals` describes."""
        return self.folder / "totals.parquet"

    def read_totals(self) -> pa.Table:
        """The totals as an Arrow table, ordered by account."""
        import pyarrow.parquet as pq

        return pq.read_table(self.totals())


def measure(
    job: MeasureJob,
    *,
    previous: Result | None = None,
    previous_version: LedgerVersion | None = None,
    progress: Callable[[int, int], None] = lambda _done, _all: None,
    should_stop: Callable[[], bool] = lambda: False,
) -> Result:
    """Measure, or take up an unfinished run of the same job; a finished one is returned as it is.

    With a previous result of the same day, currency and numbers, only accounts whose lines
    changed between the two versions are measured anew; the answer is the same. `progress` gets
    buckets done and all; Cancelled is raised between buckets, what is done is kept.
    """
    place = job.folder / "results" / _key(job)
    finished = _finished(place)
    if finished is not None:
        return finished
    place.mkdir(parents=True, exist_ok=True)
    with _opened(job) as source:
        touched = _touched(source, job, previous, previous_version)
        kept = previous if touched is not None else None
        buckets = kept.buckets if kept else _buckets(job.version)
        some = split.Buckets(place, buckets, only_touched=kept is not None)
        for bucket in range(buckets):
            if should_stop():
                raise Cancelled(f"stopped after {bucket} of {buckets} parts")
            _measure_bucket(source, place, bucket, some, kept)
            progress(bucket + 1, buckets + 1)
        some.forget()
        _totals(source, place, buckets)
        progress(buckets + 1, buckets + 1)
        plain = {
            "version": job.version.number,
            "as_of": job.as_of.isoformat(),
            "currency": source.currency,
            "buckets": buckets,
            "recomputed": touched,
        }
    draft = place / f"{_WHOLE}.draft"
    draft.write_text(json.dumps(plain), encoding="utf-8")
    draft.replace(place / _WHOLE)
    result = _finished(place)
    assert result is not None
    return result


def last_before(
    job: MeasureJob, *, version_of: Callable[[int], LedgerVersion]
) -> tuple[Result, LedgerVersion] | None:
    """The latest finished result on the same terms of an earlier version, with that version."""
    terms = _key(job).partition("-")[2]
    for place in sorted((job.folder / "results").glob(f"*-{terms}"), reverse=True):
        found = _finished(place)
        if found is None or found.version >= job.version.number:
            continue
        try:
            version = version_of(found.version)
        except LedgerError:
            continue
        if place.name.startswith(f"{_named(version)}-"):
            return found, version
    return None


def forget_older(folder: Path, *, than: Result) -> None:
    """Remove what `than` takes the place of: results of earlier versions, and finished ones."""
    for path in (folder / "results").glob("*"):
        mine = path == than.folder
        if not mine and (path.name[:8] < than.folder.name[:8] or _finished(path) is not None):
            shutil.rmtree(path, ignore_errors=True)


def forget(folder: Path, *, keep: Iterable[Result]) -> int:
    """Remove results, finished or not, that are not among `keep`; returns how many."""
    kept = {result.folder for result in keep}
    old = [path for path in (folder / "results").glob("*") if path not in kept]
    for path in old:
        shutil.rmtree(path)
    return len(old)


@contextmanager
def _opened(job: MeasureJob) -> Iterator[Source]:
    with opened(
        job.version,
        folder=job.folder,
        as_of=job.as_of,
        reporting_currency=job.reporting_currency,
        rates=job.rates,
        parameters=job.parameters,
        memory=job.memory,
    ) as source:
        source.connection.execute("ALTER VIEW flows RENAME TO all_flows")
        source.connection.execute("SET preserve_insertion_order = false")
        yield source


def _measure_bucket(
    source: Source, place: Path, bucket: int, some: split.Buckets, previous: Result | None
) -> None:
    """One bucket's files, each renamed into place when whole; present ones are left alone."""
    missing = [name for name in _PER_BUCKET if not _file(place, name, bucket).is_file()]
    if not missing:
        return
    source.connection.execute(
        f"CREATE OR REPLACE TEMP VIEW flows AS {some.flows(source.connection, bucket)}"
    )
    for name in missing:
        query = f"SELECT * FROM ({source.sql(name)})"
        if previous is not None:
            old = _file(previous.folder, name, bucket)
            query += (
                f" UNION ALL SELECT * FROM read_parquet({duck.text(old)}) "
                "WHERE account NOT IN (SELECT account FROM touched)"
            )
        _write(source, query, _file(place, name, bucket))


def _totals(source: Source, place: Path, buckets: int) -> None:
    for name in _PER_BUCKET:
        files = ", ".join(duck.text(_file(place, name, bucket)) for bucket in range(buckets))
        source.connection.execute(
            f"CREATE OR REPLACE TEMP VIEW {name} AS SELECT * FROM read_parquet([{files}])"
        )
    make_totals(source)
    _write(source, "SELECT * FROM totals ORDER BY account", place / "totals.parquet")


def _write(source: Source, query: str, path: Path) -> None:
    draft = path.with_suffix(".draft")
    source.connection.execute(
        f"COPY ({query}) TO {duck.text(draft)} (FORMAT parquet, COMPRESSION lz4_raw)"
    )
    draft.replace(path)


def _file(place: Path, name: str, bucket: int) -> Path:
    return place / f"{name}-{bucket:04d}.parquet"


def _buckets(version: LedgerVersion) -> int:
    return max(1, -(-version.rows(LINES) // _LINES_PER_BUCKET))


def _touched(
    source: Source,
    job: MeasureJob,
    previous: Result | None,
    previous_version: LedgerVersion | None,
) -> int | None:
    """Make the table of accounts to measure anew and return their number; None for all.

    Everything is measured anew when what holds for every account changed: day, currency, revenue
    kinds or rates.
    """
    if previous is None or previous_version is None:
        return None
    if previous.version != previous_version.number:
        raise LedgerError("the previous result is of another version than the one given")
    same = previous.as_of == job.as_of and previous.currency == source.currency
    shared = all(_set(previous_version, table) == _set(job.version, table) for table in _SHARED)
    if not (same and shared and _same_terms(previous, job)):
        return None
    changed = _set(previous_version, LINES) ^ _set(job.version, LINES)
    files = [job.folder / "parts" / LINES / part.name for part in changed]
    if not all(path.is_file() for path in files):
        return None
    paths = [duck.text(path) for path in files]
    accounts = (
        f"SELECT DISTINCT account FROM read_parquet([{', '.join(sorted(paths))}])"
        if paths
        else "SELECT '' AS account WHERE FALSE"
    )
    source.connection.execute(f"CREATE OR REPLACE TEMP TABLE touched AS {accounts}")
    row = source.connection.execute("SELECT count(*) FROM touched").fetchone()
    return row[0] if row else 0


# A line that was replaced may have been another account's.
_SHARED = (KINDS, RATES, REPLACED)


def _set(version: LedgerVersion, table: str) -> set[Part]:
    return set(version.of(table))


def _same_terms(previous: Result, job: MeasureJob) -> bool:
    """Whether both were asked for with one day, currency, rates and numbers."""
    return previous.folder.name.partition("-")[2] == _key(job).partition("-")[2]


def _numbers(job: MeasureJob) -> str:
    """The numbers and the formulas: a result of older formulas is not taken up."""
    plain = json.dumps(asdict(job.parameters or shipped()), sort_keys=True)
    plain += "".join(compiled.sql(name) for name in (*_PER_BUCKET, "accounts", "headroom"))
    return hashlib.sha256(plain.encode()).hexdigest()[:8]


def _key(job: MeasureJob) -> str:
    """One folder per version, day, currency, rates and numbers.

    A version is its number and its parts: numbers begin anew where a database was put back.
    """
    rates = sorted((str(r.month), r.currency, r.into, r.rate) for r in job.rates or ())
    given = json.dumps([job.reporting_currency, job.rates is None, rates])
    told = hashlib.sha256(given.encode()).hexdigest()[:8]
    return f"{_named(job.version)}-{job.as_of:%Y%m%d}-{told}-{_numbers(job)}"


def _named(version: LedgerVersion) -> str:
    parts = "".join(f"{part.table}/{part.sha256}/{part.source}" for part in version.parts)
    return f"{version.number:08d}.{hashlib.sha256(parts.encode()).hexdigest()[:8]}"


def _finished(place: Path) -> Result | None:
    try:
        plain = json.loads((place / _WHOLE).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    return Result(
        place,
        plain["version"],
        date.fromisoformat(plain["as_of"]),
        plain["currency"],
        plain["buckets"],
        plain["recomputed"],
    )
