"""Current state: revenue by line and over time, contracted value with its source, usage, contact."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.urls import reverse
from django.utils.translation import gettext as _

from sightline.drawing import lines
from sightline.drawing.sheet import Drawing
from sightline.planning.money import Money
from sightline.planning.periods import prior_r12, r12, r24
from sightline.records.queries.account_grid import GridFacts
from sightline.records.queries.account_head import Measured
from sightline.records.queries.account_service import MonthOfContact
from sightline.records.queries.grid_cells import CellRow
from sightline.web.pages.account.headline import acv_words, change_words
from sightline.wording import dates
from sightline.wording.money import short_money

YEAR = 12


@dataclass(frozen=True, slots=True)
class Figured:
    """One figure of the current state: label, money, note with its tone, and where it opens."""

    label: str
    money: Money | None
    note: str
    tone: str = ""
    url: str = ""
    marks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class LineRow:
    """One product line over all units; ACV is None where the line is not contracted by the year."""

    name: str
    family: str
    now: Money
    before: Money
    change: str
    tone: str
    acv: Money | None
    source: str
    units: int
    url: str


def state_of(found: Measured, *, account_id: int) -> tuple[Figured, ...]:
    """ACV with its source, R12 against the twelve months before, R24."""
    note, tone = change_words(found.r12, found.r12_before)
    lines_url = reverse("account:lines", args=[account_id])

    def opened(start: date, end: date) -> str:
        return f"{lines_url}?from={start.isoformat()}&to={end.isoformat()}"

    now, before, both = r12(found.as_of), prior_r12(found.as_of), r24(found.as_of)
    booked = ("from_bookings",) if found.from_bookings else ()
    trailing = ("trailing",) if "trailing" in found.sources else ()
    source = ", ".join(acv_words(one) for one in found.sources)
    money = Money(found.acv, found.currency) if found.acv is not None else None
    return (
        Figured(_("Annual contract value"), money, source, marks=(*booked, *trailing)),
        Figured(
            _("Revenue, last 12 months"),
            Money(found.r12, found.currency),
            note,
            tone,
            opened(now.start, now.end),
            booked,
        ),
        Figured(
            _("The 12 months before"),
            Money(found.r12_before, found.currency),
            f"{dates.day(before.start)} – {dates.day(before.end)}",
            "",
            opened(before.start, before.end),
            booked,
        ),
        Figured(
            _("Revenue, last 24 months"),
            Money(found.r24, found.currency),
            _("from %s") % dates.day(both.start),
            "",
            opened(both.start, both.end),
            booked,
        ),
    )


def revenue_trend(found: Measured, *, key: str) -> Drawing | None:
    """Twelve ended months, each with the same month a year before behind it: seasons show.

    The running month is left out, because it is not over. None without a year of months.
    """
    months = found.monthly[:-1]
    if len(months) < YEAR:
        return None
    starts = _starts(found.as_of, len(found.monthly))[:-1]
    shown = range(len(months) - YEAR, len(months))
    moments = [
        lines.Moment(
            label=dates.month(starts[at])[:3],
            value=float(months[at]),
            before=float(months[at - YEAR]) if at >= YEAR else None,
        )
        for at in shown
    ]
    words = lines.Words(
        title=_("Revenue by month"),
        now=_("Last 12 months"),
        before=_("Year before"),
        period=_("Month"),
        unknown=_("not known"),
    )
    return lines.trend(moments, key=key, label=_writer(found.currency), words=words, height=220)


def contact_trend(months: Sequence[MonthOfContact], *, key: str) -> Drawing:
    """Person-days of two-way contact by month, with contact from us alone behind it."""
    moments = [
        lines.Moment(dates.month(one.month)[:3], float(one.two_way), float(one.outbound))
        for one in months
    ]
    words = lines.Words(
        title=_("Contact by month, person-days"),
        now=_("Two-way"),
        before=_("From us alone"),
        period=_("Month"),
        unknown=_("not known"),
    )
    return lines.trend(moments, key=key, label=_count, words=words, height=200)


def usage_trend(months: Sequence[tuple[date, float]], *, key: str) -> Drawing | None:
    """Usage by month, the year before behind it; None with fewer than two months."""
    if len(months) < 2:
        return None
    known = dict(months)
    shown = [day for day, _quantity in months][-YEAR:]
    moments = [
        lines.Moment(dates.month(day)[:3], known[day], known.get(day.replace(year=day.year - 1)))
        for day in shown
    ]
    words = lines.Words(
        title=_("Usage by month"),
        now=_("Last 12 months"),
        before=_("Year before"),
        period=_("Month"),
        unknown=_("not known"),
    )
    return lines.trend(moments, key=key, label=_count, words=words, height=200)


def line_rows(grid: GridFacts, *, account_id: int) -> tuple[LineRow, ...]:
    """Every line that ever sold here or is under contract, by revenue of the last 12 months."""
    by_line: dict[str, list[CellRow]] = {}
    for row in grid.rows.values():
        by_line.setdefault(row.line, []).append(row)
    names: Mapping[str, tuple[str, str]] = {
        line.key: (line.name, line.family) for line in grid.lines
    }
    found = [
        _line_row(line, rows, names, grid.currency, account_id)
        for line, rows in by_line.items()
        if line in names and any(row.r12 or row.r12_before or row.acv for row in rows)
    ]
    return tuple(sorted(found, key=lambda row: (-row.now.minor, row.name)))


def _line_row(
    line: str,
    rows: Sequence[CellRow],
    names: Mapping[str, tuple[str, str]],
    currency: str,
    account_id: int,
) -> LineRow:
    now, before = sum(row.r12 for row in rows), sum(row.r12_before for row in rows)
    acvs = [row.acv for row in rows if row.acv is not None]
    sources = dict.fromkeys(row.source for row in rows if row.source and row.acv)
    change, tone = ("", "")
    if before > 0:
        share = (now - before) / before
        change = f"{'+' if share >= 0 else '−'}{abs(share) * 100:.0f}%"
        tone = "neg" if share < 0 else ""
    return LineRow(
        name=names[line][0],
        family=names[line][1],
        now=Money(now, currency),
        before=Money(before, currency),
        change=change or (_("new") if now > 0 else ""),
        tone=tone,
        acv=Money(sum(acvs), currency) if acvs else None,
        source=", ".join(acv_words(source) for source in sources),
        units=sum(row.owned for row in rows),
        url=f"{reverse('account:lines', args=[account_id])}?line={line}",
    )


def _starts(as_of: date, count: int) -> list[date]:
    index = as_of.year * 12 + as_of.month - 1
    return [
        date((index - back) // 12, (index - back) % 12 + 1, 1) for back in range(count - 1, -1, -1)
    ]


def _writer(currency: str) -> Callable[[float], str]:
    return lambda value: short_money(Money(round(value), currency))


def _count(value: float) -> str:
    return f"{value:,.0f}"
