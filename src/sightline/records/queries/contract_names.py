"""What a contract is called where a person reads of it.

Its own name; else the product lines it is about, dearest first; its number only where neither is
known: a number says nothing to somebody who reads a plan.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from sightline.records.models import Asset, Contract, ProductLine
from sightline.records.prepared import prepared
from sightline.wording.names import first_of


def contract_names(contracts: Iterable[Contract]) -> dict[int, str]:
    """The name of each by its id. No query where all have one; at most two otherwise.

    Lines are the contract's own; else those of the active assets linked to it; else of those that
    end on its last day in the same account.
    """
    rows = list(contracts)
    nameless = [row for row in rows if not _own_name(row)]
    lines = _lines(nameless) if nameless else {}
    more = _("%(names)s and %(n)s more")
    return {
        row.pk: _own_name(row) or first_of(lines.get(row.pk, ()), more=more) or row.number
        for row in rows
    }


def lines_of_contracts(contracts: Iterable[Contract]) -> dict[int, list[str]]:
    """The product lines each is about by its id, dearest first. Two queries."""
    rows = list(contracts)
    return _lines(rows) if rows else {}


def names_of_contracts(contract_ids: Iterable[int]) -> dict[int, str]:
    """The same for contracts known by id. One query more."""
    return contract_names(Contract.objects.filter(pk__in=list(contract_ids)))


def name_of(contract: Contract) -> str:
    """One contract's name; where neither name, line nor number is known it is empty."""
    return contract_names([contract])[contract.pk]


def _own_name(row: Contract) -> str:
    """A name that says more than the number does."""
    return row.name if row.name != row.number else ""


def _lines(contracts: list[Contract]) -> dict[int, list[str]]:
    worth: dict[int, dict[str, int]] = {}
    by_end: dict[tuple[int, date | None], dict[str, int]] = {}
    for account, contract, ends, line, price, quantity in _assets(
        sorted({row.account_id for row in contracts})
    ):
        amount = int((price or 0) * (1 if quantity is None else quantity))
        own = (
            worth.setdefault(contract, {})
            if contract is not None
            else by_end.setdefault((account, ends), {})
        )
        own[line] = own.get(line, 0) + amount
    told = dict(_told(sorted({row.product_line_id for row in contracts if row.product_line_id})))
    found: dict[int, list[str]] = {}
    for row in contracts:
        known = worth.get(row.pk) or by_end.get((row.account_id, row.ends_on), {})
        line = told.get(row.product_line_id or 0)
        found[row.pk] = [line] if line else sorted(known, key=lambda one: (-known[one], one))
    return found


@prepared
def _assets(account_ids: list[int]) -> QuerySet[Asset, Any]:
    rows = Asset.objects.filter(
        account_id__in=account_ids, is_active=True, removed_at=None, product_line__isnull=False
    )
    return rows.values_list(
        "account_id", "contract_id", "ends_on", "product_line__name", "price", "quantity"
    )


def _told(line_ids: list[int]) -> list[tuple[int, str]]:
    if not line_ids:
        return []
    return list(ProductLine.objects.filter(pk__in=line_ids).values_list("pk", "name"))
