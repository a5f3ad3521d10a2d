"""Cases and logged contact of an account, by month."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count, Q

from sightline.planning.stakeholders import ContactLog
from sightline.records.models import Case
from sightline.records.queries.account_scope import AccountScope


@dataclass(frozen=True, slots=True)
class CaseRow:
    """One open case."""

    number: str
    subject: str
    unit: str
    priority: str
    status: str
    opened_at: datetime | None
    critical: bool
    breached: bool


@dataclass(frozen=True, slots=True)
class CaseFacts:
    """Open cases, the serious ones first, and how many were opened and closed in 90 days.

    `loaded` is False where the company has no case at all: then nothing is known.
    """

    open: tuple[CaseRow, ...]
    open_count: int
    serious: int
    opened: int
    closed: int
    loaded: bool


@dataclass(frozen=True, slots=True)
class MonthOfContact:
    """Person-days of contact in one month, two-way, from us alone, and of unknown direction."""

    month: date
    two_way: int
    outbound: int
    unknown: int


MOST_CASES = 8


def case_facts(scope: AccountScope, *, since: datetime) -> CaseFacts:
    """Cases of the visible accounts. Two queries, three where the account has none."""
    cases = Case.objects.filter(account_id__in=scope.seen_ids, removed_at=None)
    waiting = cases.filter(is_closed=False)
    counts = cases.aggregate(
        every=Count("pk"),
        waiting=Count("pk", filter=Q(is_closed=False)),
        serious=Count(
            "pk", filter=Q(is_closed=False) & (Q(is_critical=True) | Q(sla_breached=True))
        ),
        opened=Count("pk", filter=Q(opened_at__gte=since)),
        closed=Count("pk", filter=Q(is_closed=True, closed_at__gte=since)),
    )
    rows = waiting.select_related("unit").order_by(
        "-is_critical", "-sla_breached", "opened_at", "pk"
    )
    return CaseFacts(
        open=tuple(
            CaseRow(
                number=row.number,
                subject=row.subject,
                unit=row.unit.name if row.unit else "",
                priority=row.priority,
                status=row.status,
                opened_at=row.opened_at,
                critical=row.is_critical,
                breached=row.sla_breached,
            )
            for row in rows[:MOST_CASES]
        ),
        open_count=counts["waiting"],
        serious=counts["serious"],
        opened=counts["opened"],
        closed=counts["closed"],
        loaded=counts["every"] > 0 or Case.objects.exists(),
    )


def contact_by_month(
    logs: Iterable[ContactLog], *, on: date, months: int
) -> tuple[MonthOfContact, ...]:
    """Person-days by calendar month, oldest first, the last one being the month of `on`."""
    starts = [_first_back(on, back) for back in range(months - 1, -1, -1)]
    place = {start: at for at, start in enumerate(starts)}
    counts = [[0, 0, 0] for _ in starts]
    for log in logs:
        for kind, days in enumerate((log.two_way, log.outbound, log.unknown)):
            for day in days:
                at = place.get(day.replace(day=1))
                if at is not None:
                    counts[at][kind] += 1
    return tuple(MonthOfContact(start, *count) for start, count in zip(starts, counts, strict=True))


def _first_back(day: date, months: int) -> date:
    index = day.year * 12 + day.month - 1 - months
    return date(index // 12, index % 12 + 1, 1)
