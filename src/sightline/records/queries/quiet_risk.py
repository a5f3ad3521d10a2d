"""Repeat money of a plan's accounts with each one's chance to fall quiet."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from django.db.models import QuerySet, Sum

from sightline.planning.bridge.quiet import QuietRisk, RepeatFacts, quiet_risk
from sightline.planning.money import Money
from sightline.records.models import AccountMeasures, ProductLine
from sightline.records.prepared import prepared


def repeat_at_risk(
    account_ids: Sequence[int], *, currency: str, convert: Callable[[Money], Money]
) -> QuietRisk | None:
    """What of the accounts' repeat money may fall quiet; None where nobody buys repeatedly. One
    query. `convert` brings an amount into `currency`."""
    rows = (
        RepeatFacts(
            account=str(account),
            r12=convert(Money(bought or 0, code or currency)),
            chance=float(chance) if chance is not None else None,
        )
        for account, code, chance, bought in _repeat(list(account_ids))
    )
    return quiet_risk(rows, currency=currency)


@prepared
def _repeat(account_ids: list[int]) -> QuerySet[AccountMeasures, Any]:
    rows = AccountMeasures.objects.filter(
        account_id__in=account_ids,
        account__cells__product_line__revenue_kind=ProductLine.RevenueKind.REPEAT,
    )
    shown = rows.values_list("account_id", "currency", "account__quiet_chance__probability")
    return shown.annotate(bought=Sum("account__cells__r12")).order_by("account_id")
