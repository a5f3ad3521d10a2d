"""The plans a person may write, to choose one of them from anywhere."""

from __future__ import annotations

from datetime import date

from sightline.planning.permissions import Act, Category
from sightline.records.scoping import Person, visible_accounts

MOST = 40


def own_plans(
    person: Person, *, on: date, words: str = "", most: int = MOST
) -> tuple[tuple[int, str], ...]:
    """Accounts with a plan whose year holds a day, by name; `words` stand in the name. Two queries."""
    rows = visible_accounts(person, Category.PLAN, Act.WRITE).filter(
        plans__starts_on__lte=on, plans__ends_on__gte=on, removed_at=None
    )
    if words:
        rows = rows.filter(name__icontains=words)
    found = rows.order_by("name", "pk").distinct().values_list("pk", "name")
    return tuple((pk, name) for pk, name in found[:most])
