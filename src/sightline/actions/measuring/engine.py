"""The ledger's part of a measuring run: a kept result, read a chunk of accounts at a time.

The engine adds lines up in parts that a stopped run finds again, and after an import only for the
accounts it touched; what is read from it is bounded by the chunk, however large the ledger is.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from sightline.actions.ledger import DatabaseCatalogue
from sightline.actions.ledger_lines import opened_lines
from sightline.actions.ledger_place import elsewhere, has_lines
from sightline.actions.measuring.elsewhere import make_kept, make_volumes
from sightline.actions.measuring.people_days import TALKS
from sightline.actions.measuring.rows import Frame, LedgerPass, Row, ledger_rates
from sightline.actions.progress import Watched
from sightline.ledger import comparing, duck, results
from sightline.ledger.method import insight
from sightline.ledger.source import Source
from sightline.ledger.tables import ACTIVITIES, LINES, USAGE
from sightline.ledger.version import LedgerVersion
from sightline.ledger.warehouse import WarehouseSource
from sightline.ledger.windows import Cut
from sightline.planning.periods import month_end, months_back

SERIES_MONTHS = 36
CHUNK = 20_000

# months of the last three years, and the twelve months before the plan year's first day
_MONTHS = """
CREATE OR REPLACE TEMP TABLE series AS
SELECT account, unit, product_line, list(struct_pack(place := place, amount := amount)) AS told,
       sum(opened)::BIGINT AS opened, min(begins) AS begins
  FROM (SELECT account, unit, product_line, sum(amount)::BIGINT AS amount,
               sum(amount) FILTER (date >= $year AND date < $opens)::BIGINT AS opened,
               min(date) AS begins,
               date_diff('month', $first::DATE, date_trunc('month', date)::DATE) AS place
          FROM flows WHERE date BETWEEN $first AND $last GROUP BY ALL)
 GROUP BY ALL
"""

# What is made of activities and of usage, wherever they lie.
_BESIDE: Mapping[str, tuple[str, ...]] = {ACTIVITIES: ("touched", TALKS), USAGE: ("used",)}


@dataclass(frozen=True, slots=True)
class Engine:
    """An opened version with what was made of it; `of` reads some accounts.

    `reaches`: revenue goes back to the first of the twelve months before the plan year.
    """

    source: Source
    version: LedgerVersion
    compared: tuple[str, ...]
    reaches: bool = False

    def of(self, accounts: Sequence[int]) -> LedgerPass:
        """Totals, cells, months, touches and usage of these accounts alone."""
        self.source.connection.execute(
            "CREATE OR REPLACE TEMP TABLE wanted AS SELECT unnest($ids) AS account",
            {"ids": [str(account) for account in accounts]},
        )
        found = LedgerPass(has_activities=self.source.holds(ACTIVITIES))
        if has_lines(self.version):
            self._lines(found)
        if found.has_activities:
            found.touches = {row[0]: (row[1], row[2]) for row in self._some("touched")}
        if self.source.holds(USAGE):
            found.usage = {row[0]: (row[1], row[2]) for row in self._some("used")}
        return found

    def _lines(self, found: LedgerPass) -> None:
        found.totals = {row["account"]: row for row in self._named("kept_totals")}
        for row in self._named("kept_cells", order="ALL"):
            found.cells.setdefault(row["account"], []).append(row)
        found.reaches = self.reaches
        for account, unit, line, told, opened, _begins in self._some("series"):
            if opened is not None:
                cell = (int(unit) if unit else None, int(line))
                found.opened.setdefault(account, {})[cell] = opened
            series = [0] * SERIES_MONTHS
            for month in told:
                series[month["place"]] = month["amount"]
            found.monthly.setdefault(account, {})[unit, line] = series
        for name, pairs in ((comparing.STEADY, found.steady), (comparing.TOLD, found.quantities)):
            if name in self.compared:
                pairs.update({row[:3]: (row[3], row[4]) for row in self._some(name)})

    def _some(self, table: str) -> list[tuple[Any, ...]]:
        query = f"SELECT * FROM {table} SEMI JOIN wanted USING (account)"
        return self.source.connection.execute(query).fetchall()

    def _named(self, table: str, *, order: str = "account") -> Iterable[Row]:
        query = f"SELECT * FROM {table} SEMI JOIN wanted USING (account) ORDER BY {order}"
        result = self.source.connection.execute(query)
        names = [column[0] for column in result.description or ()]
        return [dict(zip(names, row, strict=True)) for row in result.fetchall()]


def added_up(
    version: LedgerVersion, *, folder: Path, frame: Frame, job: Watched
) -> results.Result | None:
    """The engine's result of this version on this day; None where the folder has no lines to add.

    A finished one is taken as it is, an unfinished one taken up where it stopped, and one of an
    earlier version kept for the accounts that nothing touched since.
    """
    if elsewhere() or not version.of(LINES):
        return None
    asked = results.MeasureJob(
        version,
        folder,
        frame.as_of,
        reporting_currency=frame.currency,
        rates=tuple(ledger_rates(frame.rates, frame.currency)),
        parameters=insight(frame.parameters),
    )
    before = results.last_before(asked, version_of=DatabaseCatalogue().get)
    result = results.measure(
        asked,
        previous=before[0] if before else None,
        previous_version=before[1] if before else None,
        progress=lambda done, of: job.progress(done, of, "parts of the ledger added up"),
    )
    results.forget_older(folder, than=result)
    return result


@contextmanager
def opened_engine(
    version: LedgerVersion,
    *,
    folder: Path,
    frame: Frame,
    result: results.Result | None,
    job: Watched,
) -> Iterator[Engine]:
    """Everything a run reads of one version, made once; chunks are then cheap."""
    with opened_lines(
        version,
        as_of=frame.as_of,
        rates=ledger_rates(frame.rates, frame.currency),
        reporting_currency=frame.currency,
        parameters=insight(frame.parameters),
    ) as source:
        compared: tuple[str, ...] = ()
        if isinstance(source, WarehouseSource):
            compared = _made_elsewhere(source, frame=frame, job=job)
        elif result:
            compared = _lines_made(source, result, folder, frame)
        source.at(frame.as_of)
        for table, measures in _BESIDE.items():
            for name in measures if source.holds(table) else ():
                source.make(name)
        yield Engine(source, version, compared, has_lines(version) and _reaches(source, frame))


def _lines_made(
    source: Source, result: results.Result, folder: Path, frame: Frame
) -> tuple[str, ...]:
    connection = source.connection
    files = ", ".join(duck.text(path) for path in result.cells())
    connection.execute(
        f"CREATE TEMP VIEW kept_cells AS SELECT * FROM read_parquet([{files}]);"
        "CREATE TEMP VIEW kept_totals AS SELECT * FROM "
        f"read_parquet({duck.text(result.totals())})"
    )
    _make_series(source, frame)
    # held rates last: from there on the source's amounts are at those
    told = comparing.make_volumes(source, folder=folder)
    steady = comparing.make_held(source, cut=Cut.on(frame.as_of))
    return _made(told=told, steady=steady)


def _made_elsewhere(source: WarehouseSource, *, frame: Frame, job: Watched) -> tuple[str, ...]:
    """The same tables of a warehouse's sums."""
    make_kept(source, first=_series_first(frame), job=job)
    _make_series(source, frame)
    told = make_volumes(source)
    steady = comparing.make_held(source, cut=Cut.on(frame.as_of))
    return _made(told=told, steady=steady)


def _made(*, told: bool, steady: bool) -> tuple[str, ...]:
    return (*((comparing.TOLD,) if told else ()), *((comparing.STEADY,) if steady else ()))


def _series_first(frame: Frame) -> date:
    return _first_back(frame.as_of.replace(day=1), SERIES_MONTHS - 1)


def _make_series(source: Source, frame: Frame) -> None:
    days = {
        "first": _series_first(frame),
        "last": frame.as_of,
        "opens": frame.first_day,
        "year": _year_before(frame),
    }
    source.connection.execute(_MONTHS, days)


def _year_before(frame: Frame) -> date:
    """The first of the twelve months that end the day before the plan year begins."""
    eve = date.fromordinal(frame.first_day.toordinal() - 1)
    return date.fromordinal(months_back(eve, 12).toordinal() + 1)


def _reaches(source: Source, frame: Frame) -> bool:
    told = source.connection.execute("SELECT min(begins) FROM series").fetchone()
    begins = told[0] if told else None
    return begins is not None and begins <= month_end(_year_before(frame))


def _first_back(first: date, months: int) -> date:
    index = first.year * 12 + first.month - 1 - months
    return date(index // 12, index % 12 + 1, 1)
