"""Names of the accounts, units and lines of one scope, by the keys that the ledger uses."""

from __future__ import annotations

from dataclasses import dataclass

from sightline.records.models import Account, ProductLine, Unit
from sightline.records.queries.account_scope import AccountScope


@dataclass(frozen=True, slots=True)
class Names:
    """Name by key (an id as text), in the order to offer them."""

    accounts: dict[str, str]
    units: dict[str, str]
    lines: dict[str, str]


def names_for(scope: AccountScope) -> Names:
    """Visible accounts, the units that do not stand for hidden ones, every line. Three queries."""
    accounts = Account.objects.filter(pk__in=scope.seen_ids).order_by("sort_name")
    units = (
        Unit.objects.filter(account_id=scope.planning_id, removed_at=None)
        .exclude(linked_account_id__in=scope.hidden_ids)
        .order_by("name", "pk")
    )
    lines = ProductLine.objects.order_by("family__position", "position", "name")
    return Names(
        accounts={str(pk): name for pk, name in accounts.values_list("pk", "name")},
        units={str(pk): name for pk, name in units.values_list("pk", "name")},
        lines={str(pk): name for pk, name in lines.values_list("pk", "name")},
    )
