"""The health of an account as the rules take it, and the override in force."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet, Sum

from sightline.planning.health import HealthFacts, HealthOverride
from sightline.records.models import AccountMeasures, Case
from sightline.records.models import HealthOverride as Kept
from sightline.records.prepared import prepared


@dataclass(frozen=True, slots=True)
class KeptOverride:
    """An override with who set it, and its row."""

    id: int
    value: HealthOverride
    by: str


def override_of(account_id: int) -> KeptOverride | None:
    """The override that nobody took back; it may have lapsed. One query."""
    row = next(iter(_in_force(account_id)), None)
    if row is None:
        return None
    by = row.set_by.name if row.set_by else ""
    return KeptOverride(row.pk, HealthOverride(row.value, row.reason, by, row.until), by)


@prepared
def _in_force(account_id: int) -> QuerySet[Kept]:
    rows = Kept.objects.filter(account_id=account_id, ended_at=None)
    return rows.select_related("set_by").order_by("pk")[:1]


@dataclass(frozen=True, slots=True)
class PeopleHealth:
    """What the map says: who decides, who of them is quiet, logged days, single thread."""

    deciding: int | None
    quiet: int | None
    two_way_days: int | None
    single_threaded: bool | None


def health_facts(
    account_ids: tuple[int, ...],
    *,
    people: PeopleHealth,
    next_renewal: date | None,
    renewal_ready: bool | None,
) -> HealthFacts:
    """The five parts' inputs over an account's family. Three queries. Missing stays missing."""
    sums = AccountMeasures.objects.filter(account_id__in=account_ids).aggregate(
        now=Sum("r12"), before=Sum("r12_before"), usage=Sum("usage_now"), used=Sum("usage_before")
    )
    revenue = usage = None
    if sums["now"] is not None and sums["before"]:
        revenue = (sums["now"] - sums["before"]) / abs(sums["before"])
    if sums["usage"] is not None and sums["used"]:
        usage = float(sums["usage"] / sums["used"]) - 1
    return HealthFacts(
        revenue_change=revenue,
        deciding_people=people.deciding,
        quiet_people=people.quiet,
        two_way_days=people.two_way_days,
        usage_change=usage,
        serious_cases=_serious_cases(account_ids),
        single_threaded=people.single_threaded,
        next_renewal=next_renewal,
        renewal_ready=renewal_ready,
    )


def _serious_cases(account_ids: tuple[int, ...]) -> int | None:
    """Open critical cases and broken service levels; None where no case was ever loaded."""
    cases = Case.objects.filter(removed_at=None)
    if not cases.exists():
        return None
    own = cases.filter(account_id__in=account_ids, is_closed=False)
    return own.filter(Q(is_critical=True) | Q(sla_breached=True)).count()
