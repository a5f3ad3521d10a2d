"""What was used of late, and just before. See docs/method/tiers.md."""

from __future__ import annotations

from typing import Any


def used(usage: Any, v: Any) -> Any:
    """Per account the quantity of the last three ended months and of the three before; null: none."""
    told = usage.filter((usage.date >= v.used_before_first) & (usage.date < v.month_first))
    return told.group_by("account").agg(
        near=told.quantity.sum(where=told.date >= v.used_first),
        far=told.quantity.sum(where=told.date < v.used_first),
    )
