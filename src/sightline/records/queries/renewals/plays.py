"""Plays that renewals became, and of which accounts a person may still make one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sightline.planning.permissions import Act, Category
from sightline.records.models import Play
from sightline.records.scoping import Person, visible_accounts


@dataclass(frozen=True, slots=True)
class RenewalPlay:
    """The play of a renewal, on the board of the account that plans it."""

    id: int
    name: str
    account_id: int


def plays_of_renewals(contracts: Iterable[int]) -> dict[int, RenewalPlay]:
    """The newest play of each contract that is neither won nor lost, by contract. One query."""
    rows = Play.objects.filter(renewal__in=list(contracts), removed_at=None, outcome="")
    rows = rows.exclude(opportunity__is_closed=True)
    told = rows.order_by("pk").values_list("renewal_id", "pk", "name", "account_id")
    return {held: RenewalPlay(pk, name, account) for held, pk, name, account in told if held}


def plans_written(person: Person, accounts: Iterable[int]) -> frozenset[int]:
    """Those of the planning accounts whose plan the person writes. One query."""
    seen = visible_accounts(person, Category.PLAN, Act.WRITE).filter(pk__in=set(accounts))
    return frozenset(seen.values_list("pk", flat=True))
