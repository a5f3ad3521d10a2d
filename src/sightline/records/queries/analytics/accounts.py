"""What tiers say of every account in reach: how money is spread, and contact against potential."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from sightline.planning.parameters import Parameters
from sightline.planning.tiering import parameters as numbers_of
from sightline.planning.tiering.attention import (
    AttentionAudit,
    AttentionFacts,
    audit_attention,
    worth_of_moving,
)
from sightline.planning.tiering.concentration import Concentration, concentration
from sightline.records.reach import Reach

MOST_POINTS = 40
MOST_SWAPS = 3
COLUMNS = (
    *("account_id", "owner_id", "decided_tier", "proposed_tier", "potential", "acv"),
    *("attention_share", "touches", "under_served", "currency"),
)


@dataclass(frozen=True, slots=True)
class AccountLine:
    """One account in the sums; money in minor units of the reporting currency, None not known."""

    account_id: int
    owner_id: int | None
    decided_tier: int | None
    proposed_tier: int | None
    potential: int | None
    acv: int | None
    attention_share: float | None
    touches: int | None
    under_served: bool
    currency: str

    @property
    def tier(self) -> int:
        """Decided, else proposed, else the third."""
        return self.decided_tier or self.proposed_tier or 3


@dataclass(frozen=True, slots=True)
class Spread:
    """How much few accounts hold of `acv` and `potential`; None where no account has any."""

    acv: Concentration | None
    potential: Concentration | None
    largest_acv: int | None
    largest_potential: int | None


@dataclass(frozen=True, slots=True)
class Served:
    """One account's contact against its share of potential.

    `share` and `fair` 0 … 1, `expected` touches at its fair share, `alarm` beyond chance.
    """

    account_id: int
    name: str
    tier: int
    potential: int
    share: float
    fair: float
    touches: int
    expected: float
    alarm: bool


@dataclass(frozen=True, slots=True)
class Swap:
    """Contact that might move from one account to another, in touches of twelve months, and what that
    might bring over three years, in minor units and uncalibrated."""

    over: Served
    under: Served
    touches: float
    worth: int


@dataclass(frozen=True, slots=True)
class Balance:
    """Contact against potential over `accounts` accounts; `left_out` lacked one of the two.

    `judged` is False under `enough` touches: then there are neither alarms nor swaps. `worth` is
    in minor units and uncalibrated. `points` are the accounts of most potential;
    `potential` (minor units) and `attention` (points) are the wholes that shares are parts of.
    """

    accounts: int
    left_out: int
    touches: int
    enough: int
    judged: bool
    points: tuple[Served, ...]
    swaps: tuple[Swap, ...]
    surplus_share: float
    worth: int
    potential: int
    attention: float


def account_lines(reach: Reach) -> dict[int, AccountLine]:
    """Every account whose potential is open to the person. One query."""
    rows = reach.for_all_rows().rows(reach.full & reach.seen).values_list(*COLUMNS)
    return {row[0]: AccountLine(*row) for row in rows}


def spread_of(lines: Sequence[AccountLine]) -> Spread:
    """The figures of concentration for recurring value and for potential."""

    def largest(name: str) -> int | None:
        held = [line for line in lines if (getattr(line, name) or 0) > 0]
        return max(held, key=lambda line: getattr(line, name)).account_id if held else None

    def figures(name: str) -> Concentration | None:
        values = [getattr(line, name) for line in lines]
        return concentration(np.array([np.nan if v is None else v for v in values], dtype=float))

    return Spread(figures("acv"), figures("potential"), largest("acv"), largest("potential"))


def balance_of(
    lines: Sequence[AccountLine], *, names: dict[int, str], parameters: Parameters
) -> Balance | None:
    """The audit of contact; None where nothing is logged or no potential is known."""
    known = weighed(lines)
    facts = AttentionFacts(
        attention=np.array([float(line.attention_share or 0) for line in known]),
        touches=np.array([line.touches or 0 for line in known], dtype=np.int64),
        potential=np.array([float(line.potential or 0) for line in known]),
        recent_revenue=np.full(len(known), np.nan),
        days_since_contact=np.full(len(known), np.nan),
        warmth=np.full(len(known), np.nan),
    )
    audit = audit_attention(facts, parameters=parameters)
    if audit is None:
        return None
    touches, numbers = int(facts.touches.sum()), numbers_of.attention(parameters)

    def served(row: int) -> Served:
        line, fair = known[row], float(audit.fair_share[row])
        return Served(
            account_id=line.account_id,
            name=names.get(line.account_id, ""),
            tier=line.tier,
            potential=line.potential or 0,
            share=float(audit.share[row]),
            fair=fair,
            touches=line.touches or 0,
            expected=touches * fair,
            alarm=row in audit.neglected,
        )

    return Balance(
        accounts=len(known),
        left_out=len(lines) - len(known),
        touches=touches,
        enough=numbers.enough_touches,
        judged=audit.judged,
        points=tuple(served(row) for row in range(min(MOST_POINTS, len(known)))),
        swaps=tuple(
            _swaps([served(r) for r in _ends(audit)], touches=touches, e=numbers.elasticity)
        )
        if audit.judged
        else (),
        surplus_share=audit.surplus_share,
        worth=round(audit.worth),
        potential=sum(max(0, line.potential or 0) for line in known),
        attention=float(facts.attention.sum()),
    )


def weighed(lines: Sequence[AccountLine]) -> list[AccountLine]:
    """Accounts of which both potential and contact are known, the largest potential first."""
    known = [line for line in lines if line.potential is not None and line.touches is not None]
    return sorted(known, key=lambda line: (-(line.potential or 0), line.account_id))


def named_in_balance(lines: Sequence[AccountLine]) -> list[int]:
    """The accounts that the picture of contact names: points, and both ends of the ranking."""
    known = weighed(lines)
    points = [line.account_id for line in known[:MOST_POINTS]]
    whole = sum(line.potential or 0 for line in known) or 1
    contact = sum(float(line.attention_share or 0) for line in known) or 1.0
    off = sorted(
        known,
        key=lambda line: float(line.attention_share or 0) / contact - (line.potential or 0) / whole,
    )
    ends = [line.account_id for line in (*off[:MOST_SWAPS], *off[-MOST_SWAPS:])]
    return [*points, *(one for one in ends if one not in points)]


def _ends(audit: AttentionAudit) -> list[int]:
    """Rows of the first swaps: over, under, over, under …"""
    pairs = zip(audit.served_over[:MOST_SWAPS], audit.served_under[:MOST_SWAPS], strict=False)
    return [row for pair in pairs for row in pair]


def _swaps(ends: Sequence[Served], *, touches: int, e: float) -> list[Swap]:
    found = []
    for over, under in zip(ends[::2], ends[1::2], strict=True):
        moved = min(over.touches - over.expected, under.expected - under.touches)
        if moved >= 1:
            by = moved / touches
            worth = round(_gain(over, -by, e) + _gain(under, by, e))
            found.append(Swap(over, under, moved, worth))
    return found


def _gain(one: Served, by: float, e: float) -> float:
    return worth_of_moving(float(one.potential), share=one.share, fair=one.fair, by=by, e=e)
