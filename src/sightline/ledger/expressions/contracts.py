"""Contracts that run at the cut, and when the next of them ends. See docs/method/tiers.md."""

from __future__ import annotations

from typing import Any


def running(contracts: Any, v: Any) -> Any:
    """Per account with any contract: how many run at the cut, and the nearest end (null: none runs)."""
    now = (contracts.starts <= v.as_of) & (contracts.ends >= v.as_of)
    return contracts.group_by("account").agg(
        running=now.sum(), next_end=contracts.ends.min(where=now)
    )
