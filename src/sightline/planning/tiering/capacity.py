"""How many plans an account manager can carry, and what overflows.

The largest potential stays; the rest goes one tier lower and is listed with its money.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from sightline.planning.parameters import Parameters
from sightline.planning.reasons import Reason, because
from sightline.planning.tiering import parameters as numbers_of

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Texts = npt.NDArray[np.str_]


@dataclass(frozen=True, slots=True)
class Overflow:
    """An account that its manager's capacity has no place for in a tier.

    `row` is its row in the facts, `place` its rank by potential within owner and tier (from 1),
    `potential` its money in minor units (NaN unknown).
    """

    row: int
    owner: str
    tier: int
    place: int
    capacity: int
    potential: float

    @property
    def reason(self) -> Reason:
        """Why it is one tier lower."""
        text = (
            f"place {self.place} of tier {self.tier} for this account manager, "
            f"who can carry {self.capacity}"
        )
        return because(
            "over_capacity", text, place=self.place, tier=self.tier, capacity=self.capacity
        )


@dataclass(frozen=True, slots=True)
class Line:
    """The capacity line of one owner and tier: rows just above and just below, largest first."""

    owner: str
    tier: int
    above: tuple[int, ...]
    below: tuple[int, ...]


def within_capacity(
    tiers: Ints, *, potential: Floats, ids: Texts, owner: Texts, parameters: Parameters
) -> tuple[Ints, tuple[Overflow, ...]]:
    """Tiers after capacity, and the overflow, largest money first.

    What overflows from tier 1 competes for the places of tier 2. Accounts without an account
    manager share one capacity among them, so that they cannot all be planned by nobody.
    """
    numbers = numbers_of.tiering(parameters)
    result = tiers.copy()
    overflow: list[Overflow] = []
    for tier, capacity in ((1, numbers.capacity_tier_1), (2, numbers.capacity_tier_2)):
        rows, ranks = _ranked(result, tier, potential=potential, ids=ids, owner=owner)
        over = ranks >= capacity
        result[rows[over]] = tier + 1
        overflow.extend(
            Overflow(
                int(row), str(owner[row]), tier, int(rank) + 1, capacity, float(potential[row])
            )
            for row, rank in zip(rows[over], ranks[over], strict=True)
        )
    overflow.sort(key=lambda o: (o.tier, -(o.potential if o.potential == o.potential else 0)))
    return result, tuple(overflow)


def around_line(
    tiers: Ints,
    *,
    owner_key: str,
    tier: int,
    potential: Floats,
    ids: Texts,
    owner: Texts,
    parameters: Parameters,
) -> Line:
    """Accounts on either side of an owner's line between `tier` and the next, before capacity.

    Above: the last ones with a place. Below: first the overflow, then the largest of the next tier.
    """
    numbers = numbers_of.tiering(parameters)
    capacity = numbers.capacity_tier_1 if tier == 1 else numbers.capacity_tier_2
    shown = numbers.near_line
    own = owner == owner_key
    rows, _ = _ranked(np.where(own, tiers, 0), tier, potential=potential, ids=ids, owner=owner)
    lower, _ = _ranked(np.where(own, tiers, 0), tier + 1, potential=potential, ids=ids, owner=owner)
    placed = rows[:capacity]
    waiting = np.concatenate([rows[capacity:], lower])
    return Line(
        owner_key,
        tier,
        above=tuple(int(row) for row in placed[-shown:]),
        below=tuple(int(row) for row in waiting[:shown]),
    )


def by_owner_and_money(owner: Texts, potential: Floats, ids: Texts) -> Ints:
    """Rows sorted by owner, then potential from the largest (unknown last as nothing), then id."""
    # strings sort slowly: each owner once, then by number
    _, owner_number = np.unique(owner, return_inverse=True)
    money = -np.nan_to_num(potential, nan=0.0)
    return np.lexsort((ids, money, owner_number)).astype(np.int64)


def rank_in_runs(values: Texts) -> Ints:
    """The place of each value in its run of equal neighbours, from 0."""
    n = len(values)
    if not n:
        return np.zeros(0, dtype=np.int64)
    starts = np.flatnonzero(np.r_[True, values[1:] != values[:-1]])
    return (np.arange(n) - np.repeat(starts, np.diff(np.r_[starts, n]))).astype(np.int64)


def _ranked(
    tiers: Ints, tier: int, *, potential: Floats, ids: Texts, owner: Texts
) -> tuple[Ints, Ints]:
    """Rows of one tier by owner and money, and the rank of each within its owner."""
    rows = np.flatnonzero(tiers == tier)
    order = by_owner_and_money(owner[rows], potential[rows], ids[rows])
    rows = rows[order].astype(np.int64)
    return rows, rank_in_runs(owner[rows])
