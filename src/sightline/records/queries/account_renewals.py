"""What an account has under contract, when it runs out, and the strategy for each renewal."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import QuerySet

from sightline.records.models import Asset, Contact, Contract, CrmUser
from sightline.records.prepared import prepared
from sightline.records.queries import strategies
from sightline.records.queries.account_scope import AccountScope
from sightline.records.queries.contract_names import contract_names
from sightline.records.queries.contract_rows import active_contracts
from sightline.records.queries.our_team import on_team
from sightline.records.queries.strategies import Strategy


@dataclass(frozen=True, slots=True)
class StrategyRow:
    """How one contract is to be renewed; version 0 where nobody has written anything, `inferred`
    where a part comes from an open renewal opportunity (docs/method/renewals.md)."""

    goal: str = ""
    risk: str = ""
    owner_id: int | None = None
    owner: str = ""
    decider_id: int | None = None
    decider: str = ""
    notes: str = ""
    version: int = 0
    inferred: bool = False


@dataclass(frozen=True, slots=True)
class ContractRow:
    """One contract; `value` a year in minor units of `currency`, None where no field tells it."""

    id: int
    account_id: int
    name: str
    unit: str
    line: str
    starts_on: date | None
    ends_on: date | None
    value: int | None
    currency: str
    auto_renews: bool | None
    notice_days: int | None
    strategy: StrategyRow


@dataclass(frozen=True, slots=True)
class AssetRow:
    """One product in use, where contracts are not told: what runs out and when."""

    name: str
    unit: str
    line: str
    ends_on: date


@dataclass(frozen=True, slots=True)
class Choice:
    """A person to choose, by key."""

    id: int
    name: str
    note: str = ""


def contracts_of(scope: AccountScope, *, on: date) -> tuple[ContractRow, ...]:
    """Running contracts of the visible accounts, the first to end first. Five queries."""
    rows = active_contracts(list(scope.seen_ids))
    return _contracts([row for row in rows if row.ends_on is None or row.ends_on >= on], scope)


def contract_of(scope: AccountScope, contract_id: int) -> ContractRow | None:
    """One contract of the visible accounts, running or not. Five queries."""
    rows = Contract.objects.filter(
        account_id__in=scope.seen_ids, pk=contract_id, removed_at=None
    ).select_related("unit", "product_line", "account", "strategy")
    return next(iter(_contracts(rows, scope)), None)


def assets_running_out(scope: AccountScope, *, on: date, until: date) -> tuple[AssetRow, ...]:
    """Active assets of the visible accounts that end in a window. One query."""
    rows = Asset.objects.filter(
        account_id__in=scope.seen_ids,
        is_active=True,
        removed_at=None,
        ends_on__gte=on,
        ends_on__lte=until,
    ).order_by("ends_on", "pk")
    return tuple(
        AssetRow(name, unit or "", line or "", end)
        for name, unit, line, end in rows.values_list(
            "name", "unit__name", "product_line__name", "ends_on"
        )
        if end is not None
    )


def our_people(scope: AccountScope) -> tuple[Choice, ...]:
    """Who of ours may own a renewal: owner and team of the account and its family. One query."""
    rows = CrmUser.objects.filter(on_team(scope.seen_ids), is_active=True).order_by("name", "pk")
    return tuple(
        Choice(pk, name, title) for pk, name, title in rows.values_list("pk", "name", "title")
    )


def their_people(scope: AccountScope) -> tuple[Choice, ...]:
    """Who of theirs may decide: everybody visible who is there. One query."""
    rows = Contact.objects.filter(
        account_id__in=scope.seen_ids,
        removed_at=None,
        erased_at=None,
        status=Contact.Status.ACTIVE,
    )
    return tuple(
        Choice(pk, name, title)
        for pk, name, title in rows.order_by("sort_name", "pk").values_list("pk", "name", "title")
    )


def _contracts(found: Iterable[Contract], scope: AccountScope) -> tuple[ContractRow, ...]:
    rows = list(found)
    held = strategies.strategies_of([row for row in rows if row.is_active])
    ours = {one.owner_id for one in held.values() if one.owner_id is not None}
    theirs = {one.decider_id for one in held.values() if one.decider_id is not None}
    owners, deciders = dict(_owners(sorted(ours))), dict(_deciders(sorted(theirs)))
    names = contract_names(rows)
    return tuple(
        _contract(row, names[row.pk], _strategy(held.get(row.pk), owners, deciders), scope)
        for row in rows
    )


@prepared
def _owners(keys: list[int]) -> QuerySet[CrmUser, Any]:
    return CrmUser.objects.filter(pk__in=keys).values_list("pk", "name")


@prepared
def _deciders(keys: list[int]) -> QuerySet[Contact, Any]:
    return Contact.objects.filter(pk__in=keys, erased_at=None).values_list("pk", "name")


def _contract(row: Contract, name: str, strategy: StrategyRow, scope: AccountScope) -> ContractRow:
    unit = row.unit.name if row.unit else ""
    if not unit and row.account_id != scope.account_id:
        unit = row.account.name
    return ContractRow(
        id=row.pk,
        account_id=row.account_id,
        name=name,
        unit=unit,
        line=row.product_line.name if row.product_line else "",
        starts_on=row.starts_on,
        ends_on=row.ends_on,
        value=row.annual_value,
        currency=row.currency,
        auto_renews=row.auto_renews,
        notice_days=row.notice_days,
        strategy=strategy,
    )


def _strategy(
    held: Strategy | None, owners: Mapping[int, str], deciders: Mapping[int, str]
) -> StrategyRow:
    if held is None:
        return StrategyRow()
    there = held.decider_id in deciders
    return StrategyRow(
        goal=held.goal,
        risk=held.risk,
        owner_id=held.owner_id,
        owner=owners.get(held.owner_id or 0, ""),
        decider_id=held.decider_id if there else None,
        decider=deciders.get(held.decider_id or 0, ""),
        notes=held.notes,
        version=held.version,
        inferred=held.inferred,
    )
