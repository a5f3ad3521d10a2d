"""Names for the keys that agendas and snapshots hold, read when they are shown.

A person who was erased, or whose account the reader may not see, stays a key and is shown as such.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from django.db.models import QuerySet

from sightline.records.models import (
    Account,
    Contact,
    Contract,
    CrmUser,
    Opinion,
    Opportunity,
    Play,
    ProductLine,
    Stage,
    Unit,
)
from sightline.records.prepared import prepared
from sightline.records.queries.account_scope import AccountScope
from sightline.records.queries.contract_names import contract_names
from sightline.records.queries.reviews import parts

_OPINION = "opinion"


def names_of(keys: Iterable[str], *, scope: AccountScope) -> dict[str, str]:
    """Names by key: `play:3`, `contact:7`, `cell:5:2`, `line:2`, `user:4`, `stage:1` …

    Ten queries at most. What is not visible or not there any more has no name.
    """
    wanted = _by_kind(keys)
    seen = scope.seen_ids
    found: dict[str, str] = {}
    asked = {kind: sorted(ids) for kind, ids in wanted.items()}
    simple: tuple[tuple[str, Callable[[list[int]], Iterable[tuple[int, str]]]], ...] = (
        ("play", lambda ids: _plays(ids, scope.planning_id)),
        ("opportunity", lambda ids: _deals(ids, list(seen))),
        ("user", _users),
        ("stage", _stages),
        ("line", _lines),
        ("account", lambda ids: _accounts([pk for pk in ids if pk in seen])),
        ("contact", lambda ids: _contacts(ids, list(seen))),
    )
    for kind, read in simple:
        if kind in asked:
            found |= {f"{kind}:{pk}": name for pk, name in read(asked[kind])}
    if wanted.get("contract"):
        contracts = Contract.objects.filter(account_id__in=seen, pk__in=wanted["contract"])
        found |= {f"contract:{pk}": name for pk, name in contract_names(contracts).items()}
    if wanted.get("unit"):
        found |= _units(wanted["unit"], scope)
    if wanted.get(_OPINION) and scope.rights.opinions:
        found |= _opinions(wanted[_OPINION], seen)
    return found | parts.words_of(list(keys))


def visible_units(scope: AccountScope) -> frozenset[str] | None:
    """Keys of the units a reader may see; None where nothing of the family is hidden."""
    if not scope.hidden_ids:
        return None
    hidden = set(scope.hidden_ids)
    rows = Unit.objects.filter(account_id=scope.planning_id).values_list("pk", "linked_account_id")
    return frozenset({"account", *(str(pk) for pk, linked in rows if linked not in hidden)})


def _by_kind(keys: Iterable[str]) -> Mapping[str, set[int]]:
    wanted: dict[str, set[int]] = {}
    for key in keys:
        kind, _, rest = key.partition(":")
        pairs = [(kind, rest.partition("/")[0])]
        if kind == "cell":
            unit, _, line = rest.partition(":")
            pairs = [("unit", unit), ("line", line)]
        for name, number in pairs:
            if number.isdecimal():
                wanted.setdefault(name, set()).add(int(number))
    return wanted


@prepared
def _plays(ids: list[int], account_id: int) -> QuerySet[Play, Any]:
    return Play.objects.filter(pk__in=ids, account_id=account_id).values_list("pk", "name")


@prepared
def _deals(ids: list[int], seen: list[int]) -> QuerySet[Opportunity, Any]:
    return Opportunity.objects.filter(pk__in=ids, account_id__in=seen).values_list("pk", "name")


@prepared
def _users(ids: list[int]) -> QuerySet[CrmUser, Any]:
    return CrmUser.objects.filter(pk__in=ids).values_list("pk", "name")


@prepared
def _stages(ids: list[int]) -> QuerySet[Stage, Any]:
    return Stage.objects.filter(pk__in=ids).values_list("pk", "name")


@prepared
def _lines(ids: list[int]) -> QuerySet[ProductLine, Any]:
    return ProductLine.objects.filter(pk__in=ids).values_list("pk", "name")


@prepared
def _accounts(ids: list[int]) -> QuerySet[Account, Any]:
    return Account.objects.filter(pk__in=ids).values_list("pk", "name")


@prepared
def _contacts(ids: list[int], seen: list[int]) -> QuerySet[Contact, Any]:
    rows = Contact.objects.filter(pk__in=ids, account_id__in=seen, erased_at=None)
    return rows.values_list("pk", "name")


@prepared
def _units_of(ids: list[int], account_id: int) -> QuerySet[Unit, Any]:
    rows = Unit.objects.filter(pk__in=ids, account_id=account_id)
    return rows.values_list("pk", "name", "linked_account_id")


def _units(ids: set[int], scope: AccountScope) -> dict[str, str]:
    hidden = set(scope.hidden_ids)
    return {
        f"unit:{pk}": name
        for pk, name, linked in _units_of(sorted(ids), scope.planning_id)
        if linked not in hidden
    }


def _opinions(ids: set[int], seen: tuple[int, ...]) -> dict[str, str]:
    rows = Opinion.here.filter(pk__in=ids, contact__account_id__in=seen, contact__erased_at=None)
    return {f"opinion:{pk}": value for pk, value in rows.values_list("pk", "value")}
