"""The company's own settings as plain values: calendar, currency, rates, parameters."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import QuerySet

from sightline.planning.fiscal import (
    FiscalCalendar,
    MonthCalendar,
    PeriodRow,
    TableCalendar,
    WeekCalendar,
)
from sightline.planning.money import DatedRate, Rates
from sightline.planning.parameters import (
    Override,
    Parameters,
    load_defaults,
    overrides_in_force,
)
from sightline.records.models import Company, ExchangeRate, ParameterOverride
from sightline.records.prepared import prepared


@dataclass(frozen=True, slots=True)
class CompanyFacts:
    """What every figure needs to know of the company."""

    name: str
    currency: str
    calendar: FiscalCalendar
    basis: str
    line_level: str
    time_zone: ZoneInfo
    demonstration: bool
    plan_fields: tuple[str, ...] = ()

    def today(self, now: datetime) -> date:
        """The company's own day at a moment."""
        return now.astimezone(self.time_zone).date()


def company_zone() -> ZoneInfo:
    """The company's time zone, whose days every rule means. One query."""
    return ZoneInfo(next((row.time_zone for row in _company()), "UTC"))


def company_facts() -> CompanyFacts:
    """The company's settings, or what they are before anybody set them. One query."""
    row = next(iter(_company()), None) or Company(id=1)
    return CompanyFacts(
        name=row.name,
        currency=row.reporting_currency,
        calendar=_calendar(row),
        basis=row.basis,
        line_level=row.line_level,
        time_zone=ZoneInfo(row.time_zone),
        demonstration=row.demonstration,
        plan_fields=tuple(row.plan_fields),
    )


def rates(reporting: str = "") -> Rates:
    """Every dated exchange rate. One query where the reporting currency is told, else two."""
    if not reporting:
        reporting = next((row.reporting_currency for row in _company()), "GBP")
    return Rates(reporting, tuple(DatedRate(*row) for row in _rates()))


def parameters_in_force(on: date) -> Parameters:
    """The method's numbers on a day: the defaults with this company's own. One query."""
    own = [
        Override(key=row.path, value=row.value, since=row.since, reason=row.reason)
        for row in _overrides()
    ]
    return (
        load_defaults().with_overrides(overrides_in_force(own, on=on)) if own else load_defaults()
    )


@prepared
def _company() -> QuerySet[Company]:
    return Company.objects.order_by("pk")[:1]


@prepared
def _rates() -> QuerySet[ExchangeRate, Any]:
    rows = ExchangeRate.objects.order_by("month")
    return rows.values_list("currency", "to_currency", "month", "rate")


@prepared
def _overrides() -> QuerySet[ParameterOverride]:
    return ParameterOverride.objects.order_by("set_at")


def _calendar(row: Company) -> FiscalCalendar:
    if row.calendar == Company.Calendar.FOUR_FOUR_FIVE:
        return WeekCalendar(end_month=(row.fiscal_start_month - 2) % 12 + 1)
    if row.calendar == Company.Calendar.TABLE:
        return TableCalendar(tuple(_period(period) for period in row.periods))
    return MonthCalendar(start_month=row.fiscal_start_month)


def _period(kept: Mapping[str, Any]) -> PeriodRow:
    return PeriodRow(
        year=kept["year"],
        number=kept["number"],
        start=date.fromisoformat(kept["start"]),
        end=date.fromisoformat(kept["end"]),
        quarter=kept["quarter"],
    )
