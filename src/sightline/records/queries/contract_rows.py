"""What some accounts have under contract, read in one way by the bridge and by lists of renewals:
a page that shows both asks once (`each_once`)."""

from __future__ import annotations

from django.db.models import F, QuerySet

from sightline.records.models import Contract
from sightline.records.prepared import prepared


def active_contracts(account_ids: list[int]) -> list[Contract]:
    """Contracts that are active, ended or not, the first to end first, those without an end last."""
    return _active(account_ids)


@prepared
def _active(account_ids: list[int]) -> QuerySet[Contract]:
    rows = Contract.objects.filter(account_id__in=account_ids, is_active=True, removed_at=None)
    told = rows.select_related("unit", "product_line", "account", "strategy")
    return told.order_by(F("ends_on").asc(nulls_last=True), "pk")
