"""The company's fiscal calendar: calendar months, weeks by 4-4-5, or an uploaded table.

Every day belongs to exactly one period, quarter and year. Definitions:
docs/method/money-and-time.md.
"""

from __future__ import annotations

import calendar
import datetime as dt
import enum
import functools
import itertools
from dataclasses import dataclass
from typing import Protocol

from sightline.planning.errors import BadCalendar
from sightline.planning.periods import Window, months_back

_DAY = dt.timedelta(days=1)


@dataclass(frozen=True, slots=True, order=True)
class FiscalPeriod:
    """One period (usually a month) of a fiscal year: its number from 1, its quarter from 1."""

    year: int
    number: int
    quarter: int
    window: Window


@dataclass(frozen=True, slots=True, order=True)
class FiscalQuarter:
    """One quarter of a fiscal year, by number from 1."""

    year: int
    number: int
    window: Window

    @property
    def label(self) -> str:
        """For example "FY2027 Q1"."""
        return f"FY{self.year} Q{self.number}"


@dataclass(frozen=True, slots=True, order=True)
class FiscalYear:
    """A fiscal year with its periods in order; plan years are fiscal years."""

    year: int
    window: Window
    periods: tuple[FiscalPeriod, ...]

    @property
    def label(self) -> str:
        """For example "FY2027"."""
        return f"FY{self.year}"

    @property
    def quarters(self) -> tuple[FiscalQuarter, ...]:
        """The quarters, each from its first period's first day to its last one's last."""
        numbers = sorted({period.quarter for period in self.periods})
        return tuple(self._quarter(number) for number in numbers)

    def _quarter(self, number: int) -> FiscalQuarter:
        own = [period.window for period in self.periods if period.quarter == number]
        return FiscalQuarter(self.year, number, Window(own[0].start, own[-1].end))


class FiscalCalendar(Protocol):
    """What every calendar answers."""

    def year_of(self, day: dt.date) -> FiscalYear:
        """The fiscal year that holds a day."""
        ...

    def year(self, number: int) -> FiscalYear:
        """The fiscal year of that number."""
        ...


def quarter_of(calendar_: FiscalCalendar, day: dt.date) -> FiscalQuarter:
    """The quarter that holds a day."""
    return next(q for q in calendar_.year_of(day).quarters if day in q.window)


def period_of(calendar_: FiscalCalendar, day: dt.date) -> FiscalPeriod:
    """The period that holds a day."""
    return next(p for p in calendar_.year_of(day).periods if day in p.window)


def next_quarter(calendar_: FiscalCalendar, day: dt.date) -> FiscalQuarter:
    """The quarter after the one that holds a day."""
    return quarter_of(calendar_, quarter_of(calendar_, day).window.end + _DAY)


class NamedAfter(enum.Enum):
    """Which calendar year names the fiscal year: the one it starts in or the one it ends in."""

    START = "start"
    END = "end"


@dataclass(frozen=True, slots=True)
class MonthCalendar:
    """Twelve calendar months from the first day of `start_month` (1 to 12)."""

    start_month: int = 1
    named_after: NamedAfter = NamedAfter.END

    def __post_init__(self) -> None:
        if not 1 <= self.start_month <= 12:
            raise BadCalendar(
                "The fiscal year starts in a month from 1 to 12.", field="start_month"
            )

    def year_of(self, day: dt.date) -> FiscalYear:
        """The fiscal year that holds a day."""
        began = day.year if day.month >= self.start_month else day.year - 1
        return self.year(began + self._shift)

    def year(self, number: int) -> FiscalYear:
        """The fiscal year of that number."""
        first = dt.date(number - self._shift, self.start_month, 1)
        starts = [months_back(first, -month) for month in range(13)]
        return _year_of_twelve(number, tuple(starts))

    @property
    def _shift(self) -> int:
        ends_later = self.start_month > 1 and self.named_after is NamedAfter.END
        return 1 if ends_later else 0


class YearEnd(enum.Enum):
    """Where a 52/53-week year ends: on the last such weekday of the month, or the nearest."""

    LAST = "last"
    NEAREST = "nearest"


@dataclass(frozen=True, slots=True)
class WeekCalendar:
    """A 52 or 53 week year in quarters of thirteen weeks.

    It ends on `weekday` (0 Monday … 6 Sunday): the last one in `end_month`, or the one nearest to
    that month's last day. `weeks` is the pattern of a quarter (4-4-5, 4-5-4, 5-4-4); the 53rd week
    joins the last period. The year is named after the calendar year of its `end_month`, less one
    with `NamedAfter.START` unless it ends in December.
    """

    end_month: int = 12
    weekday: int = 5
    rule: YearEnd = YearEnd.LAST
    weeks: tuple[int, int, int] = (4, 4, 5)
    named_after: NamedAfter = NamedAfter.END

    def __post_init__(self) -> None:
        if not 1 <= self.end_month <= 12:
            raise BadCalendar("The fiscal year ends in a month from 1 to 12.", field="end_month")
        if not 0 <= self.weekday <= 6:
            raise BadCalendar("A weekday is 0 (Monday) to 6 (Sunday).", field="weekday")
        if sorted(self.weeks) != [4, 4, 5]:
            raise BadCalendar("A quarter has 4, 4 and 5 weeks in some order.", field="weeks")

    def year_of(self, day: dt.date) -> FiscalYear:
        """The fiscal year that holds a day."""
        ending = day.year
        while self._end(ending) < day:
            ending += 1
        while self._end(ending - 1) >= day:
            ending -= 1
        return self.year(ending - self._shift)

    def year(self, number: int) -> FiscalYear:
        """The fiscal year of that number."""
        ending = number + self._shift
        first = self._end(ending - 1) + _DAY
        starts = [first]
        for weeks in self.weeks * 4:
            starts.append(starts[-1] + dt.timedelta(weeks=weeks))
        starts[-1] = self._end(ending) + _DAY
        return _year_of_twelve(number, tuple(starts))

    @property
    def _shift(self) -> int:
        return 1 if self.named_after is NamedAfter.START and self.end_month < 12 else 0

    def _end(self, ending: int) -> dt.date:
        last = dt.date(ending, self.end_month, calendar.monthrange(ending, self.end_month)[1])
        back = last - dt.timedelta(days=(last.weekday() - self.weekday) % 7)
        after = back + dt.timedelta(weeks=1)
        nearest_is_after = after - last < last - back
        return after if self.rule is YearEnd.NEAREST and nearest_is_after else back


@dataclass(frozen=True, slots=True)
class PeriodRow:
    """One line of an uploaded period table."""

    year: int
    number: int
    start: dt.date
    end: dt.date
    quarter: int


@dataclass(frozen=True, slots=True)
class TableCalendar:
    """A calendar as uploaded. Raises BadCalendar where days are missing, doubled or misnumbered.

    Before its first day and after its last, years of twelve calendar months join on, so that every
    day has a year even where nobody has uploaded the next one yet.
    """

    rows: tuple[PeriodRow, ...]

    def __post_init__(self) -> None:
        if not self.rows:
            raise BadCalendar("A period table needs at least one period.", field="rows")
        object.__setattr__(self, "rows", tuple(sorted(self.rows, key=lambda row: row.start)))
        for row in self.rows:
            if row.end < row.start:
                raise BadCalendar(f"Period {row.year}/{row.number} ends before it starts.")
        for row, later in itertools.pairwise(self.rows):
            _check_neighbours(row, later)

    def year_of(self, day: dt.date) -> FiscalYear:
        """The fiscal year that holds a day."""
        for row in self.rows:
            if row.start <= day <= row.end:
                return self.year(row.year)
        after = day > self.rows[-1].end
        number = self.rows[-1].year if after else self.rows[0].year
        while True:
            number += 1 if after else -1
            found = self.year(number)
            if day in found.window:
                return found

    def year(self, number: int) -> FiscalYear:
        """The fiscal year of that number."""
        first, last = self.rows[0], self.rows[-1]
        if number < first.year:
            return _year_of_months(number, first.start, 12 * (number - first.year))
        if number > last.year:
            return _year_of_months(number, last.end + _DAY, 12 * (number - last.year - 1))
        own = [row for row in self.rows if row.year == number]
        periods = tuple(
            FiscalPeriod(row.year, row.number, row.quarter, Window(row.start, row.end))
            for row in own
        )
        return FiscalYear(number, Window(own[0].start, own[-1].end), periods)


def _check_neighbours(row: PeriodRow, later: PeriodRow) -> None:
    name = f"{later.year}/{later.number}"
    if later.start != row.end + _DAY:
        problem = "overlaps the one before" if later.start <= row.end else "leaves days out"
        raise BadCalendar(f"Period {name} {problem}.", field="rows")
    same_year = later.year == row.year
    follows = later.number == (row.number + 1 if same_year else 1)
    if later.year not in (row.year, row.year + 1) or not follows:
        raise BadCalendar(f"Period {name} does not follow {row.year}/{row.number}.", field="rows")
    if later.quarter not in ((row.quarter, row.quarter + 1) if same_year else (1,)):
        raise BadCalendar(f"Period {name} has a quarter out of order.", field="rows")


def _year_of_months(number: int, joint: dt.date, months: int) -> FiscalYear:
    """Twelve calendar months that begin so many months after a day (before it when negative)."""
    starts = tuple(months_back(joint, -(months + place)) for place in range(13))
    return _year_of_twelve(number, starts)


@functools.lru_cache(maxsize=256)
def _year_of_twelve(number: int, starts: tuple[dt.date, ...]) -> FiscalYear:
    """Twelve periods in four quarters; `starts` holds thirteen days, the last one past the end."""
    periods = tuple(
        FiscalPeriod(number, place + 1, place // 3 + 1, Window(start, after - _DAY))
        for place, (start, after) in enumerate(itertools.pairwise(starts))
    )
    return FiscalYear(number, Window(starts[0], starts[-1] - _DAY), periods)
