"""What an account's plan may point to: its open plays and deals, and its running contracts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sightline.records.models import Contract, Opportunity, Play
from sightline.records.queries.contract_names import contract_names


@dataclass(frozen=True, slots=True)
class Move:
    """A play, deal or contract by key, with its money as it stands there (None: not known)."""

    key: str
    name: str
    amount: int | None
    currency: str


def moves_of(account_ids: Iterable[int], *, with_contracts: bool) -> tuple[Move, ...]:
    """Open plays without a deal, open deals, and (asked for) contracts. Three queries.

    A play with a deal stands as that deal, so that nothing is offered twice.
    """
    ids = list(account_ids)
    plays = Play.objects.filter(
        account_id__in=ids, removed_at=None, outcome="", opportunity=None
    ).values_list("pk", "name", "value", "currency")
    deals = Opportunity.objects.filter(
        account_id__in=ids, removed_at=None, is_closed=False
    ).values_list("pk", "name", "amount", "currency")
    found = [Move(f"play:{pk}", name, value, code) for pk, name, value, code in plays]
    found += [Move(f"opportunity:{pk}", name, value, code) for pk, name, value, code in deals]
    found.sort(key=lambda move: (move.name.casefold(), move.key))
    if not with_contracts:
        return tuple(found)
    contracts = list(
        Contract.objects.filter(account_id__in=ids, removed_at=None, is_active=True).order_by(
            "ends_on", "pk"
        )
    )
    names = contract_names(contracts)
    found += [
        Move(f"contract:{row.pk}", names[row.pk], row.annual_value, row.currency)
        for row in contracts
    ]
    return tuple(found)


def key_of(*, play: int | None, opportunity: int | None, contract: int | None = None) -> str:
    """The key of the one that is set."""
    if play is not None:
        return f"play:{play}"
    return f"opportunity:{opportunity}" if opportunity is not None else f"contract:{contract}"
