"""How each contract is to be renewed: what a person wrote, else what an open renewal shows.

Drafted from the CRM's renewal opportunity, a strategy is inferred and says so
(docs/method/renewals.md).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery

from sightline.records.models import Contract, Opportunity, OpportunityContactRole
from sightline.records.prepared import prepared

RENEW = "renew"
BUYER = "economic_buyer"


@dataclass(frozen=True, slots=True)
class Strategy:
    """The parts of one contract's strategy; `inferred` where any came from the opportunity."""

    contract_id: int
    goal: str = ""
    risk: str = ""
    owner_id: int | None = None
    decider_id: int | None = None
    notes: str = ""
    version: int = 0
    inferred: bool = False

    @property
    def is_whole(self) -> bool:
        """Goal, owner and decider are there."""
        return bool(self.goal and self.owner_id and self.decider_id)


def strategies(contract_ids: Iterable[int] | None = None) -> dict[int, Strategy]:
    """The strategy of some contracts, or of all that are active. Three queries."""
    if contract_ids is None:
        return _joined(_active(), _drafts(None))
    ids = list(contract_ids)
    return _joined(_active_of(ids) if ids else (), _drafts(ids))


def _active() -> QuerySet[Contract]:
    return Contract.objects.filter(removed_at=None, is_active=True).select_related("strategy")


@prepared
def _active_of(contract_ids: list[int]) -> QuerySet[Contract]:
    return _active().filter(pk__in=contract_ids)


def strategies_of(contracts: Sequence[Contract]) -> dict[int, Strategy]:
    """The strategies of contracts that were read with what a person wrote. Two queries."""
    return _joined(contracts, _drafts([row.pk for row in contracts]))


def _joined(contracts: Iterable[Contract], drafts: Mapping[int, Strategy]) -> dict[int, Strategy]:
    found = {}
    for contract in contracts:
        written = getattr(contract, "strategy", None)
        draft = drafts.get(contract.pk)
        goal = written.goal if written and written.goal else (draft.goal if draft else "")
        owner = written.owner_id if written and written.owner_id else None
        decider = written.decider_id if written and written.decider_id else None
        from_draft = draft is not None and (
            not (written and written.goal) or owner is None or decider is None
        )
        found[contract.pk] = Strategy(
            contract_id=contract.pk,
            goal=goal,
            risk=written.risk if written else "",
            owner_id=owner or (draft.owner_id if draft else None),
            decider_id=decider or (draft.decider_id if draft else None),
            notes=written.notes if written else "",
            version=written.version if written else 0,
            inferred=from_draft,
        )
    return found


def _renewing() -> QuerySet[Opportunity, Any]:
    deals = Opportunity.objects.filter(
        is_renewal=True, is_closed=False, removed_at=None, renews__isnull=False
    ).exclude(next_step="")
    buyers = OpportunityContactRole.objects.filter(
        opportunity=OuterRef("pk"),
        buying_role=BUYER,
        removed_at=None,
        contact__removed_at=None,
        contact__status="active",
    )
    told = deals.annotate(buyer=Subquery(buyers.order_by("pk").values("contact_id")[:1]))
    return told.order_by("-close_date", "-pk").values_list("renews_id", "owner_id", "buyer")


@prepared
def _renewing_some(contract_ids: list[int]) -> QuerySet[Opportunity, Any]:
    return _renewing().filter(renews_id__in=contract_ids)


def _drafts(contract_ids: Iterable[int] | None) -> dict[int, Strategy]:
    """What open renewal opportunities with a next step say of the contracts they renew."""
    asked = None if contract_ids is None else list(contract_ids)
    rows = list(_renewing()) if asked is None else _renewing_some(asked)
    return {
        contract: Strategy(contract, goal=RENEW, owner_id=owner, decider_id=buyer, inferred=True)
        for contract, owner, buyer in rows
        if contract is not None
    }
