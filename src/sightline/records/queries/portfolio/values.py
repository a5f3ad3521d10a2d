"""What the portfolio's reads ask and answer, as plain values.

Money is in minor units: of `Row.currency` (reporting), of a plan in the plan's own. None is not
known, or not open to the person asking: `Row.full` and `Row.plans_open` say which.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

VIEWS = ("all", "to_decide", "no_path", "renewal", "single_threaded", "under_served")
SORTS = ("potential", "vulnerability", "acv", "name", "renewal", "tier", "gap")


@dataclass(frozen=True, slots=True)
class Asked:
    """Which rows, in which order. `sort` is one of SORTS, led by - where it descends.

    `owner_name` is a part of the owner's name, where there are too many owners to choose from.
    `after` and `before` are keys of rows (see `PortfolioPage`), at most one of them set.
    """

    view: str = "all"
    owner: int | None = None
    owner_name: str = ""
    tier: int | None = None
    industry: str = ""
    text: str = ""
    sort: str = "-potential"
    after: str = ""
    before: str = ""
    rows: int = 25


@dataclass(frozen=True, slots=True)
class DecisionLine:
    """A person's word on a tier; `by` is empty where that person's sign-in is gone."""

    id: int
    kind: str
    tier: int
    computed_tier: int | None
    reason: str
    lapses_on: date | None
    by: str
    at: datetime
    in_force: bool = True


@dataclass(frozen=True, slots=True)
class PlanFigure:
    """What lists read of the running plan; `chance` 0 to 1."""

    account_id: int
    plan_id: int
    year: int
    currency: str
    target: int | None
    landing: int | None
    gap: int | None
    chance: float | None
    single_threaded: int | None
    computed_at: datetime | None


@dataclass(frozen=True, slots=True)
class Row:
    """One planning account of the list."""

    account_id: int
    name: str
    industry: str
    owner_id: int | None
    owner: str
    crm_tier: int | None
    computed_tier: int | None
    proposed_tier: int | None
    decided_tier: int | None
    provisional: bool
    below_floor: bool
    to_decide: bool
    over_capacity: bool
    ask_importance: bool
    importance: int | None
    potential: int | None
    potential_low: int | None
    potential_high: int | None
    potential_kept: int | None
    potential_rank: int | None
    wallet: int | None
    wallet_method: str
    vulnerability: int | None
    parts: tuple[Mapping[str, Any], ...]
    missing: tuple[str, ...]
    reasons: tuple[Mapping[str, Any], ...]
    acv: int | None
    acv_source: str
    revenue: int | None
    next_renewal_on: date | None
    requalify_on: date | None
    from_bookings: bool
    currency: str
    as_of: date
    decision: DecisionLine | None = None
    plan: PlanFigure | None = None
    full: bool = True
    plans_open: bool = True
    may_decide: bool = False

    @property
    def tier(self) -> int | None:
        """The decided tier, else the proposed one."""
        return self.decided_tier or self.proposed_tier


@dataclass(frozen=True, slots=True)
class PortfolioPage:
    """A page of rows; `next_key` and `previous_key` are empty at the ends."""

    rows: tuple[Row, ...]
    next_key: str
    previous_key: str
