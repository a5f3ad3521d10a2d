"""What the settings pages show: the company's row, product lines, every number of the method."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Count

from sightline.planning.parameters import Entry, load_defaults
from sightline.records.models import Company, ParameterOverride, ProductLine


@dataclass(frozen=True, slots=True)
class CompanyRow:
    """The company's settings as stored, with the version that a save must name."""

    name: str
    reporting_currency: str
    calendar: str
    fiscal_start_month: int
    basis: str
    line_level: str
    time_zone: str
    version: int
    periods: int
    first_period: str
    last_period: str
    plan_fields: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LineRow:
    """A product line with the kind of its revenue, and how many products are sold under it."""

    id: int
    name: str
    family: str
    revenue_kind: str
    confirmed: bool
    products: int
    version: int


@dataclass(frozen=True, slots=True)
class NumberRow:
    """A number of the method: shipped, and the company's own where it has one.

    `own` None: the shipped one is in force. `coming` is an own one that is not in force yet.
    """

    entry: Entry
    own: object | None
    since: date | None
    reason: str
    by: str
    coming: tuple[date, object] | None


def company_row() -> CompanyRow:
    """One query."""
    row = Company.objects.first() or Company(id=1)
    periods = row.periods or []
    return CompanyRow(
        name=row.name,
        reporting_currency=row.reporting_currency,
        calendar=row.calendar,
        fiscal_start_month=row.fiscal_start_month,
        basis=row.basis,
        line_level=row.line_level,
        time_zone=row.time_zone,
        version=row.version,
        periods=len(periods),
        first_period=periods[0]["start"] if periods else "",
        last_period=periods[-1]["end"] if periods else "",
        plan_fields=tuple(row.plan_fields),
    )


def product_lines() -> list[LineRow]:
    """Every product line by family and place; those to confirm are not put first. One query."""
    rows = ProductLine.objects.select_related("family").annotate(sold=Count("products"))
    return [
        LineRow(
            id=row.pk,
            name=row.name,
            family=row.family.name if row.family else "",
            revenue_kind=row.revenue_kind,
            confirmed=row.kind_confirmed,
            products=row.sold,
            version=row.version,
        )
        for row in rows.order_by("family__position", "family__name", "position", "name")
    ]


def method_sections() -> list[tuple[str, int]]:
    """The concepts of the method with how many own numbers each has. One query."""
    own = ParameterOverride.objects.values_list("path", flat=True).distinct()
    counted: dict[str, int] = {entry.section: 0 for entry in load_defaults().entries.values()}
    for path in own:
        section = path.rpartition(".")[0]
        if section in counted:
            counted[section] += 1
    return sorted(counted.items())


def method_numbers(section: str, *, on: date) -> list[NumberRow]:
    """Every number of one concept on a day; empty for an unknown concept. One query."""
    entries = [e for e in load_defaults().entries.values() if e.section == section]
    rows = ParameterOverride.objects.filter(path__startswith=f"{section}.").select_related("set_by")
    held: dict[str, ParameterOverride] = {}
    coming: dict[str, ParameterOverride] = {}
    for row in rows.order_by("since", "set_at"):
        if row.since <= on:
            held[row.path] = row
        else:
            coming.setdefault(row.path, row)
    return [_number(entry, held.get(entry.key), coming.get(entry.key)) for entry in entries]


def _number(
    entry: Entry, own: ParameterOverride | None, later: ParameterOverride | None
) -> NumberRow:
    return NumberRow(
        entry=entry,
        own=own.value if own else None,
        since=own.since if own else None,
        reason=own.reason if own else "",
        by=own.set_by.name if own and own.set_by else "",
        coming=(later.since, later.value) if later else None,
    )
