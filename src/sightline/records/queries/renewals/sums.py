"""What ends in each quarter and how much of it is at risk, added up over every contract.

For people who see very many accounts a job keeps these sums (`actions.kept_lists`).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sightline.planning.fiscal import FiscalCalendar, next_quarter, quarter_of
from sightline.planning.money import Money, total
from sightline.planning.parameters import Parameters
from sightline.planning.renewals import AtRisk, reasons_at_risk
from sightline.records.queries.analytics import Basis
from sightline.records.queries.renewals.calendar import Upcoming, upcoming
from sightline.records.reach import Reach

ABOUT = "renewals"
QUARTERS = 5
PAST = timedelta(days=90)
OVERDUE = "past"
Judged = tuple[Upcoming, tuple[AtRisk, ...]]


@dataclass(frozen=True, slots=True)
class Span:
    """A quarter's days, from today on; its key is year and number, or OVERDUE for what is past."""

    key: str
    first: date
    last: date


@dataclass(frozen=True, slots=True)
class QuarterSums:
    """One quarter: what is up a year, how much of it is at risk, and how many have no value."""

    key: str
    last: date
    contracts: int
    money: Money
    at_risk: Money
    risky: int
    unvalued: int


@dataclass(frozen=True, slots=True)
class ReasonSums:
    """One reason with its contracts; money of two reasons is in both."""

    reason: AtRisk
    contracts: int
    money: Money


@dataclass(frozen=True, slots=True)
class RenewalSums:
    """The quarters, the reasons over all of them, largest first, and each contract once."""

    quarters: tuple[QuarterSums, ...]
    reasons: tuple[ReasonSums, ...]
    money: Money
    at_risk: Money

    @property
    def contracts(self) -> int:
        """How many there are."""
        return sum(one.contracts for one in self.quarters)


def spans_of(calendar: FiscalCalendar, today: date) -> tuple[Span, ...]:
    """The running quarter and those after it, what is past its end first."""
    found = [Span(OVERDUE, today - PAST, today - timedelta(days=1))]
    quarter = quarter_of(calendar, today)
    for _place in range(QUARTERS):
        first = max(today, quarter.window.start)
        found.append(Span(f"{quarter.year}-{quarter.number}", first, quarter.window.end))
        quarter = next_quarter(calendar, quarter.window.start)
    return tuple(found)


def judged(found: Iterable[Upcoming], *, today: date, parameters: Parameters) -> list[Judged]:
    """Each contract with why its money is at risk."""
    return [(one, reasons_at_risk(one.risk, on=today, parameters=parameters)) for one in found]


def sums_of(told: Sequence[Judged], *, spans: Sequence[Span], currency: str) -> RenewalSums:
    """The sums over every contract of the spans."""
    return RenewalSums(
        quarters=tuple(
            _quarter(
                span,
                [(one, why) for one, why in told if span.first <= one.ends_on <= span.last],
                currency=currency,
            )
            for span in spans
        ),
        reasons=_reasons(told, currency=currency),
        money=_sum((one for one, _why in told), currency),
        at_risk=_sum((one for one, why in told if why), currency),
    )


def sums_to_keep(reach: Reach, basis: Basis) -> RenewalSums:
    """The sums over all that a person may plan for: for a job, every contract is read."""
    spans = spans_of(basis.calendar, basis.today)
    found = upcoming(
        reach.person,
        since=spans[0].first,
        until=spans[-1].last,
        currency=basis.currency,
        rates=basis.rates,
        on=basis.today,
    )
    told = judged(found, today=basis.today, parameters=basis.parameters)
    return sums_of(told, spans=spans, currency=basis.currency)


def _quarter(span: Span, rows: Sequence[Judged], *, currency: str) -> QuarterSums:
    return QuarterSums(
        key=span.key,
        last=span.last,
        contracts=len(rows),
        money=_sum((one for one, _why in rows), currency),
        at_risk=_sum((one for one, why in rows if why), currency),
        risky=sum(1 for _one, why in rows if why),
        unvalued=sum(1 for one, _why in rows if one.money is None),
    )


def _reasons(told: Iterable[Judged], *, currency: str) -> tuple[ReasonSums, ...]:
    found: dict[AtRisk, tuple[int, Money]] = {}
    for one, why in told:
        for reason in why:
            count, money = found.get(reason, (0, Money.zero(currency)))
            found[reason] = (count + 1, money + (one.money or Money.zero(currency)))
    return tuple(
        ReasonSums(reason, count, money)
        for reason, (count, money) in sorted(
            found.items(), key=lambda row: (-row[1][1].minor, -row[1][0], row[0])
        )
    )


def _sum(rows: Iterable[Upcoming], currency: str) -> Money:
    return total((one.money for one in rows if one.money is not None), currency=currency)
