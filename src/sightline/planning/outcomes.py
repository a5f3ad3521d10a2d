"""Retention and penetration that leadership wants: what plans are expected to give, and the rest.

Worked backwards over accounts. Definitions with worked examples: docs/method/portfolio.md.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from sightline.planning.money import Money, total
from sightline.planning.portfolio import OutcomeSplit, ShareFacts, split_outcome


class Retention(StrEnum):
    """Which of the two."""

    NRR = "nrr"
    GRR = "grr"


@dataclass(frozen=True, slots=True)
class Carried:
    """What one running plan is expected to do to its recurring value, in one currency.

    `opening` at the year's start; `lost` expected churn and contraction, not below zero; `landing`
    at its end. `room` is potential beyond what the account gives today, None not known.
    """

    account: str
    opening: Money
    lost: Money
    landing: Money
    room: Money | None = None


@dataclass(frozen=True, slots=True)
class RetentionOutcome:
    """Expected retention as a share (1 is all of it), and what is missing of the wanted one.

    `split` puts the missing money on accounts: of NRR by room to grow, of GRR by what each is
    expected to lose and never more than that.
    """

    opening: Money
    kept: Money
    expected: float
    missing: Money
    split: OutcomeSplit


def retention_outcome(
    kind: Retention, wanted: float, plans: Sequence[Carried], *, currency: str
) -> RetentionOutcome | None:
    """`wanted` 1 is 100 %. None where no plan has recurring value at its opening.

    GRR counts no plan's growth: an account keeps at most what it opened with.
    """
    counted = [plan for plan in plans if plan.opening.minor > 0]
    opening = total((plan.opening for plan in counted), currency=currency)
    if not opening:
        return None
    gross = kind is Retention.GRR
    kept = total((_kept(plan) if gross else plan.landing for plan in counted), currency=currency)
    needed = Money(math.ceil(round(wanted * opening.minor, 4)), currency)
    missing = max(Money.zero(currency), needed - kept)
    facts = [_shared(plan, gross=gross) for plan in counted]
    return RetentionOutcome(
        opening, kept, kept.minor / opening.minor, missing, split_outcome(missing, facts)
    )


def _kept(plan: Carried) -> Money:
    return max(Money.zero(plan.opening.currency), plan.opening - plan.lost)


def _shared(plan: Carried, *, gross: bool) -> ShareFacts:
    if gross:
        at_risk = min(plan.opening, plan.lost)
        return ShareFacts(plan.account, float(at_risk.minor), at_risk)
    room = plan.room
    return ShareFacts(plan.account, float(room.minor) if room is not None else None)


@dataclass(frozen=True, slots=True)
class Held:
    """One account's product lines: those it holds, and open plays on others."""

    account: str
    lines: int
    coming: int


@dataclass(frozen=True, slots=True)
class PenetrationOutcome:
    """Lines held of all that could be, as a share; `coming` are in open plays and not held.

    `missing` counts lines beyond those held and coming.
    """

    held: int
    possible: int
    share: float
    coming: int
    missing: int


def penetration_outcome(
    wanted: float, accounts: Iterable[Held], *, lines: int
) -> PenetrationOutcome | None:
    """`lines` that the company sells; None without accounts or lines."""
    known = list(accounts)
    possible = len(known) * lines
    if not possible:
        return None
    held = sum(min(one.lines, lines) for one in known)
    coming = sum(min(one.coming, lines - min(one.lines, lines)) for one in known)
    needed = math.ceil(round(wanted * possible, 6))
    return PenetrationOutcome(
        held, possible, held / possible, coming, max(0, needed - held - coming)
    )
