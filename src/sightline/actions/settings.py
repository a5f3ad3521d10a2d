"""The company's settings: calendar, currency, basis, kinds of product lines, own numbers.

Only Operations may. Every change is journalled and asks for new measures, and with them tiers.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.db import transaction
from django.utils import timezone

from sightline.actions import journal, outbox
from sightline.actions.settings_numbers import checked_number
from sightline.planning.errors import InvalidValue, NotAllowed, PlanningError
from sightline.planning.fiscal import PeriodRow, TableCalendar
from sightline.planning.money.amount import minor_digits
from sightline.planning.permissions import Act, Category, relations_that_may
from sightline.records.models import Company, ParameterOverride, ProductLine
from sightline.records.queries import company
from sightline.records.scoping import Person

MOST_PERIODS = 2_000
PLAN_FIELDS = ("swot",)
"""What Operations may switch on in plans beyond the product's own; all off at first."""


class StaleSettings(PlanningError):
    """Somebody saved in the meantime; carries what now stands, by field, and its version."""

    code = "stale_settings"

    def __init__(self, message: str, *, theirs: Mapping[str, Any], version: int) -> None:
        super().__init__(message)
        self.theirs = theirs
        self.version = version


@dataclass(frozen=True, slots=True)
class CompanyValues:
    """What an administrator sets for the company. `periods` only for an uploaded calendar."""

    name: str
    reporting_currency: str
    calendar: str
    fiscal_start_month: int
    basis: str
    line_level: str
    time_zone: str


def set_company(person: Person, values: CompanyValues, *, seen_version: int) -> int:
    """Save the company's settings; answers the new version.

    Raises `NotAllowed`, `InvalidValue`, `UnknownCurrency` or `StaleSettings`.
    """
    _operations(person)
    _checked(values)
    with transaction.atomic():
        row = _locked()
        if row.version != seen_version:
            kept = {name: getattr(row, name) for name in asdict(values)}
            raise StaleSettings(
                "Somebody saved these settings meanwhile.", theirs=kept, version=row.version
            )
        if values.calendar == Company.Calendar.TABLE and not row.periods:
            raise InvalidValue("Upload the table of periods first.", field="calendar")
        return _saved(person, row, asdict(values), verb="set_company")


def set_periods(person: Person, rows: tuple[PeriodRow, ...]) -> int:
    """Use an uploaded table as the calendar. Raises `NotAllowed`, `BadCalendar`, `InvalidValue`."""
    _operations(person)
    if len(rows) > MOST_PERIODS:
        raise InvalidValue(f"At most {MOST_PERIODS} periods.", field="periods")
    calendar = TableCalendar(rows)
    kept = [
        {
            "year": period.year,
            "number": period.number,
            "start": period.start.isoformat(),
            "end": period.end.isoformat(),
            "quarter": period.quarter,
        }
        for period in calendar.rows
    ]
    with transaction.atomic():
        values = {"periods": kept, "calendar": Company.Calendar.TABLE.value}
        return _saved(person, _locked(), values, verb="set_periods")


def set_plan_fields(person: Person, fields: Collection[str], *, seen_version: int) -> int:
    """Choose what plans are asked beyond the product's own; answers the new version.

    What was written stays while its field is off. Raises `NotAllowed`, `InvalidValue` or
    `StaleSettings`.
    """
    _operations(person)
    unknown = set(fields) - set(PLAN_FIELDS)
    if unknown:
        raise InvalidValue("That is no field of a plan.", field="fields")
    with transaction.atomic():
        row = _locked()
        if row.version != seen_version:
            theirs = {"plan_fields": list(row.plan_fields)}
            raise StaleSettings(
                "Somebody saved these settings meanwhile.", theirs=theirs, version=row.version
            )
        chosen = [one for one in PLAN_FIELDS if one in fields]
        return _saved(person, row, {"plan_fields": chosen}, verb="set_plan_fields")


def set_line_kind(person: Person, line_id: int, kind: str, *, seen_version: int) -> None:
    """Say how a product line's revenue comes, which confirms it.

    Raises `NotAllowed`, `InvalidValue` or `StaleSettings`.
    """
    _operations(person)
    if kind not in ProductLine.RevenueKind.values:
        raise InvalidValue("Revenue is recurring, repeat or one-off.", field="revenue_kind")
    with transaction.atomic():
        row = ProductLine.objects.select_for_update().filter(pk=line_id).first()
        if row is None:
            raise InvalidValue("That product line does not exist any more.", field="line")
        if row.version != seen_version:
            raise StaleSettings(
                "Somebody changed this line meanwhile.",
                theirs={"revenue_kind": row.revenue_kind},
                version=row.version,
            )
        changes = journal.differences(row, {"revenue_kind": kind, "kind_confirmed": True})
        if not changes:
            return
        kind_changed = "revenue_kind" in changes
        row.revenue_kind, row.kind_confirmed = kind, True
        row.version, row.changed_at = row.version + 1, timezone.now()
        row.save(update_fields=["revenue_kind", "kind_confirmed", "version", "changed_at"])
        journal.record("set_line_kind", actor_id=person.id, subject=row, changes=changes)
        if kind_changed:
            outbox.request("measure", key="all", by=person.id)


@dataclass(frozen=True, slots=True)
class OwnNumber:
    """A number of the method that the company sets itself, from a day on, for a reason."""

    path: str
    value: object
    since: date
    reason: str


def set_number(person: Person, own: OwnNumber, *, now: datetime) -> None:
    """Use another number of the method than the shipped one.

    Raises `NotAllowed`, `InvalidValue`, or `BadParameters` where the method cannot work with it.
    """
    _operations(person)
    if not own.reason.strip():
        raise InvalidValue("Say why: the reason stands beside the number.", field="reason")
    with transaction.atomic():
        _locked()
        held = company.parameters_in_force(own.since)
        value = checked_number(held, own.path, own.value)
        row, _ = ParameterOverride.objects.update_or_create(
            path=own.path,
            since=own.since,
            defaults={
                "value": value,
                "reason": own.reason.strip(),
                "set_by_id": person.id,
                "set_at": now,
            },
        )
        journal.record(
            "set_number",
            actor_id=person.id,
            subject=row,
            changes={own.path: (journal_value(held.entry(own.path).value), value)},
            note=own.reason.strip(),
        )
        _ask_again(person)


def drop_number(person: Person, path: str) -> None:
    """Go back to the shipped number: every own value of it goes, the journal keeps them.

    Raises `NotAllowed` or `InvalidValue`.
    """
    _operations(person)
    with transaction.atomic():
        _locked()
        rows = ParameterOverride.objects.filter(path=path)
        held = {row.since.isoformat(): row.value for row in rows}
        if not held:
            raise InvalidValue("This number is the shipped one already.", field="path")
        rows.delete()
        journal.record("drop_number", actor_id=person.id, changes={path: (held, None)})
        _ask_again(person)


def journal_value(value: object) -> object:
    """A frozen number of the method as JSON keeps it."""
    if isinstance(value, Mapping):
        return {name: journal_value(item) for name, item in value.items()}
    return [journal_value(item) for item in value] if isinstance(value, tuple) else value


def _operations(person: Person) -> None:
    if not relations_that_may(person.roles, category=Category.SETTINGS, act=Act.WRITE):
        raise NotAllowed("Only Operations may change the settings.", field="settings")


def _checked(values: CompanyValues) -> None:
    minor_digits(values.reporting_currency)
    choices = (
        ("calendar", values.calendar, Company.Calendar.values),
        ("basis", values.basis, Company.Basis.values),
        ("line_level", values.line_level, Company.LineLevel.values),
    )
    for field, value, known in choices:
        if value not in known:
            raise InvalidValue(f"{value!r} is none of {', '.join(known)}.", field=field)
    if not 1 <= values.fiscal_start_month <= 12:
        raise InvalidValue("A month is 1 to 12.", field="fiscal_start_month")
    try:
        ZoneInfo(values.time_zone)
    except (ZoneInfoNotFoundError, ValueError) as unknown:
        raise InvalidValue("That time zone is not known.", field="time_zone") from unknown


def _locked() -> Company:
    row, _ = Company.objects.select_for_update().get_or_create(id=1)
    return row


def _saved(person: Person, row: Company, values: Mapping[str, Any], *, verb: str) -> int:
    changes = journal.differences(row, values)
    if not changes:
        return row.version
    for name, value in values.items():
        setattr(row, name, value)
    row.version, row.changed_at = row.version + 1, timezone.now()
    row.save(update_fields=[*values, "version", "changed_at"])
    journal.record(verb, actor_id=person.id, subject=row, changes=changes)
    if set(changes) - {"name", "plan_fields"}:
        _ask_again(person)
    return row.version


def _ask_again(person: Person) -> None:
    """New measures; the job asks for tiers, plans and the week itself."""
    outbox.request("measure", key="all", by=person.id)
