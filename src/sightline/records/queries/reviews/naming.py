"""Names for the keys that agendas and snapshots hold, read when they are shown.

A person who was erased, or whose account the reader may not see, stays a key and is shown as such.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

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
    simple = (
        ("play", Play.objects.filter(account_id=scope.planning_id)),
        ("opportunity", Opportunity.objects.filter(account_id__in=seen)),
        ("user", CrmUser.objects.all()),
        ("stage", Stage.objects.all()),
        ("line", ProductLine.objects.all()),
        ("account", Account.objects.filter(pk__in=seen)),
        ("contact", Contact.objects.filter(account_id__in=seen, erased_at=None)),
    )
    for kind, rows in simple:
        if wanted.get(kind):
            named = rows.filter(pk__in=wanted[kind]).values_list("pk", "name")
            found |= {f"{kind}:{pk}": name for pk, name in named}
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


def _units(ids: set[int], scope: AccountScope) -> dict[str, str]:
    rows = Unit.objects.filter(pk__in=ids, account_id=scope.planning_id)
    hidden = set(scope.hidden_ids)
    return {
        f"unit:{pk}": name
        for pk, name, linked in rows.values_list("pk", "name", "linked_account_id")
        if linked not in hidden
    }


def _opinions(ids: set[int], seen: tuple[int, ...]) -> dict[str, str]:
    rows = Opinion.here.filter(pk__in=ids, contact__account_id__in=seen, contact__erased_at=None)
    return {f"opinion:{pk}": value for pk, value in rows.values_list("pk", "value")}
