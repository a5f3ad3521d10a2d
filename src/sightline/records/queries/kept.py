"""What a job keeps of lists for people who see very many accounts, read by everybody who sees them.

A page of rows is read along an index when it is looked at; sums and counts over all rows are kept,
with their time. Whoever sees few accounts reads everything fresh (docs/method/portfolio.md).
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, TypeVar, cast

from sightline.planning.permissions import Category
from sightline.records.models import KeptList
from sightline.records.plain import reader
from sightline.records.queries import portfolio
from sightline.records.reach import Reach

Value = TypeVar("Value")


def are_kept(reach: Reach) -> bool:
    """Whether sums of this person's lists are a job's. One query for whoever may see very many."""
    return reach.wide and is_large()


def is_large() -> bool:
    """Whether there are so many planning accounts that a job keeps sums. One query."""
    return portfolio.is_large()


def kept_list(
    reach: Reach, category: Category, about: str, kind: type[Value]
) -> tuple[Value, datetime] | None:
    """What is kept `about` a list over the accounts where a category is open, and when it was
    computed; None before a job kept it in this shape. One query."""
    return kept_under(reach.scope_of(category), about, kind)


def kept_under(scope: str, about: str, kind: type[Value]) -> tuple[Value, datetime] | None:
    """The same under a scope of whatever kind. One query."""
    rows = KeptList.objects.filter(scope=scope, about=about)
    row = rows.values_list("figures", "computed_at").first()
    if row is None:
        return None
    try:
        found: Value = reader(cast("Any", kind))(row[0])
    except (KeyError, TypeError, ValueError):
        return None
    return found, row[1]
