"""When an account's tier is asked again, and what is laid side by side for the person deciding.

Every six months for tier 1 and wherever computed and decided tier differ; events ask early.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sightline.planning.money import Money
from sightline.planning.parameters import Parameters
from sightline.planning.periods import months_back
from sightline.planning.reasons import Reason, because
from sightline.planning.tiering import parameters as numbers_of

_TIER_NOT_DECIDED = "no tier decided yet"


@dataclass(frozen=True, slots=True)
class TierDecision:
    """A tier that a person decided, on a date; an override has a reason and lapses."""

    tier: int
    decided_on: dt.date
    override_reason: str | None = None


@dataclass(frozen=True, slots=True)
class TierEvent:
    """Something that asks for a new look at once: a merger, a sponsor who left."""

    kind: str
    on: dt.date
    text: str


@dataclass(frozen=True, slots=True)
class Due:
    """When the tier is to be decided again and why; `on` None: nothing asks for it."""

    on: dt.date | None
    reasons: tuple[Reason, ...]

    def is_due(self, today: dt.date) -> bool:
        """Whether it is due on a day."""
        return self.on is not None and self.on <= today


def requalification_due(
    decision: TierDecision | None,
    *,
    computed: int,
    differs_since: dt.date | None = None,
    events: Iterable[TierEvent] = (),
    today: dt.date,
    parameters: Parameters,
) -> Due:
    """When the account comes round. `differs_since`: first computation that differed, if it does.

    An account without a decided tier is due today. An event after the last decision is due on its
    own day. Tier 1, and an account whose computed tier differs, six months after the decision;
    an override lapses then. Anything else waits.
    """
    if decision is None:
        return Due(today, (because("never_decided", _TIER_NOT_DECIDED),))
    asking = sorted((e for e in events if e.on > decision.decided_on), key=lambda e: e.on)
    if asking:
        reasons = tuple(because(f"event_{e.kind}", e.text, on=e.on) for e in asking)
        return Due(asking[0].on, reasons)
    months = numbers_of.tiering(parameters).requalify_months
    regular = months_back(decision.decided_on, -months)
    reasons = _regular_reasons(decision, computed=computed, months=months)
    if not reasons:
        return Due(None, ())
    # a difference that shows up late is asked when it shows up, not in the past
    late = differs_since if decision.tier not in (1, computed) else None
    return Due(max(regular, late) if late else regular, reasons)


def _regular_reasons(decision: TierDecision, *, computed: int, months: int) -> tuple[Reason, ...]:
    reasons: list[Reason] = []
    if decision.tier == 1:
        text = f"tier 1 is looked at every {months} months"
        reasons.append(because("tier_1_round", text, months=months))
    if computed != decision.tier:
        text = f"computed tier {computed} differs from decided tier {decision.tier}"
        reasons.append(because("tier_differs", text, computed=computed, decided=decision.tier))
    if decision.override_reason is not None:
        text = f"the override lapses: {decision.override_reason}"
        reasons.append(because("override_lapses", text, reason=decision.override_reason))
    return tuple(reasons)


@dataclass(frozen=True, slots=True)
class TierSnapshot:
    """What one computation said of an account; NaN-free: None where not known or not asked."""

    on: dt.date
    computed: int
    potential_index: float | None
    importance: float | None
    vulnerability: float | None
    wallet_share: float | None = None
    attention_ratio: float | None = None


@dataclass(frozen=True, slots=True)
class Moved:
    """One figure that changed between two computations; None: not known then, or not now."""

    what: str
    before: float | None
    now: float | None


@dataclass(frozen=True, slots=True)
class SideBySide:
    """The page of one requalification: tiers, what moved, and what weighs on the decision."""

    crm_tier: str | None
    computed: int
    decided: int | None
    agrees: bool
    moved: tuple[Moved, ...]
    wallet_share: float | None
    renewal_on: dt.date | None
    exposure: Mapping[str, float]
    money_at_stake: Money | None


def side_by_side(
    now: TierSnapshot,
    *,
    before: TierSnapshot | None,
    crm_tier: str | None,
    decision: TierDecision | None,
    renewal_on: dt.date | None = None,
    exposure: Mapping[str, float] | None = None,
    money_at_stake: Money | None = None,
) -> SideBySide:
    """Everything a person needs in one row. `exposure`: share of wallet by competitor's name.

    `moved` lists figures that differ from the computation of the last decision, the largest
    change on the 0 … 100 axes first; nothing to compare with gives no moves.
    """
    return SideBySide(
        crm_tier=crm_tier,
        computed=now.computed,
        decided=decision.tier if decision else None,
        agrees=decision is not None and decision.tier == now.computed,
        moved=_moves(before, now) if before else (),
        wallet_share=now.wallet_share,
        renewal_on=renewal_on,
        exposure=dict(sorted((exposure or {}).items(), key=lambda pair: (-pair[1], pair[0]))),
        money_at_stake=money_at_stake,
    )


_FIGURES = ("potential_index", "importance", "vulnerability", "wallet_share", "attention_ratio")
_TIMES = {"wallet_share": 100.0, "attention_ratio": 100.0}


def _moves(before: TierSnapshot, now: TierSnapshot) -> tuple[Moved, ...]:
    found = [Moved(name, getattr(before, name), getattr(now, name)) for name in _FIGURES]
    changed = [move for move in found if move.before != move.now]
    return tuple(sorted(changed, key=_size, reverse=True))


def _size(move: Moved) -> float:
    if move.before is None or move.now is None:
        return float("inf")
    return abs(move.now - move.before) * _TIMES.get(move.what, 1.0)
