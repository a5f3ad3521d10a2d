"""What the demonstration holds, and whether it can go: asked before it is removed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from sightline.records.models import (
    Account,
    Contact,
    Contract,
    Job,
    LedgerPart,
    Opportunity,
    Plan,
    RoleGrant,
    SignIn,
    Source,
)

REMOVAL = "demonstration.remove"
MOST_COUNTED = 10_000


@dataclass(frozen=True, slots=True)
class Holding:
    """Counts of what would go; contacts, opportunities, contracts and plans only until they are more
    than MOST_COUNTED. `administrators` are those who stay: none means it cannot go."""

    sources: int
    accounts: int
    contacts: int
    opportunities: int
    contracts: int
    plans: int
    ledger_rows: int
    sign_ins: int
    administrators: int
    removing: bool

    @property
    def present(self) -> bool:
        """Whether there is anything to remove."""
        return bool(self.sources or self.sign_ins)


def holding() -> Holding:
    """Counted now. Ten queries."""
    sources = list(Source.objects.filter(demonstration=True).values_list("pk", flat=True))
    parts = LedgerPart.objects.filter(import_run__source_id__in=sources)
    waiting = (Job.State.WAITING, Job.State.RUNNING)
    return Holding(
        sources=len(sources),
        accounts=Account.objects.filter(source_id__in=sources).count(),
        contacts=_counted(Contact.objects.filter(source_id__in=sources)),
        opportunities=_counted(Opportunity.objects.filter(source_id__in=sources)),
        contracts=_counted(Contract.objects.filter(source_id__in=sources)),
        plans=_counted(Plan.objects.filter(account__source_id__in=sources)),
        ledger_rows=sum(parts.values_list("rows", flat=True)),
        sign_ins=SignIn.objects.filter(demonstration=True).count(),
        administrators=administrators_who_stay(),
        removing=Job.objects.filter(name=REMOVAL, state__in=waiting).exists(),
    )


def _counted(rows: QuerySet[Any, Any]) -> int:
    return rows.order_by().values("pk")[: MOST_COUNTED + 1].count()


def administrators_who_stay() -> int:
    """Active administrators that are not the demonstration's own. One query."""
    return RoleGrant.objects.filter(
        role=RoleGrant.Role.OPERATIONS,
        sign_in__is_active=True,
        sign_in__demonstration=False,
    ).count()
