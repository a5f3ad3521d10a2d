"""Keys of deals and contracts in accounts that a person may not see, as bridges name them."""

from __future__ import annotations

from collections.abc import Sequence

from sightline.records.models import Contract, Opportunity


def hidden_keys(account_ids: Sequence[int]) -> frozenset[str]:
    """`opportunity:…`, `contract:…`, `account:…`, `since:…` and `settled:…` of some accounts.

    Two queries, or none.
    """
    if not account_ids:
        return frozenset()
    deals = Opportunity.objects.filter(account_id__in=account_ids).values_list("pk", flat=True)
    contracts = Contract.objects.filter(account_id__in=account_ids).values_list("pk", flat=True)
    return frozenset(
        (
            *(f"opportunity:{pk}" for pk in deals),
            *(f"contract:{pk}" for pk in contracts),
            *(f"{kind}:{pk}" for kind in ("account", "since", "settled") for pk in account_ids),
        )
    )
