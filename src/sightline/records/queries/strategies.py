"""How each contract is to be renewed: what a person wrote, else what an open renewal shows.

Drafted from the CRM's renewal opportunity, a strategy is inferred and says so
(docs/method/renewals.md).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sightline.records.models import Contract, Opportunity, OpportunityContactRole

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
    contracts = Contract.objects.filter(removed_at=None, is_active=True).select_related("strategy")
    if contract_ids is not None:
        contracts = contracts.filter(pk__in=list(contract_ids))
    drafts = _drafts(contract_ids)
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


def _drafts(contract_ids: Iterable[int] | None) -> dict[int, Strategy]:
    """What open renewal opportunities with a next step say of the contracts they renew."""
    deals = Opportunity.objects.filter(
        is_renewal=True, is_closed=False, removed_at=None, renews__isnull=False
    ).exclude(next_step="")
    if contract_ids is not None:
        deals = deals.filter(renews_id__in=list(contract_ids))
    rows = list(deals.order_by("-close_date", "-pk").values_list("pk", "renews_id", "owner_id"))
    buyers = dict(
        OpportunityContactRole.objects.filter(
            opportunity_id__in=[row[0] for row in rows],
            buying_role=BUYER,
            removed_at=None,
            contact__removed_at=None,
            contact__status="active",
        )
        .order_by("-pk")
        .values_list("opportunity_id", "contact_id")
    )
    found: dict[int, Strategy] = {}
    for deal, contract, owner in rows:
        if contract is not None:
            found[contract] = Strategy(
                contract, goal=RENEW, owner_id=owner, decider_id=buyers.get(deal), inferred=True
            )
    return found
