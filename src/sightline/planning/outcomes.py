"""Retention, penetration and new lines that leadership wants: what is expected, and the rest.

Worked backwards over accounts. Definitions with worked examples: docs/method/portfolio.md.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from sightline.planning.money import Money, total
from sightline.planning.portfolio import OutcomeSplit, ShareFacts, split_outcome

# so many accounts are given a share of their own where nobody's is capped
MOST_APART = 2000


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
    """`wanted` 1 is 100%. None where no plan has recurring value at its opening.

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


@dataclass(frozen=True, slots=True)
class Begun:
    """One account's revenue of twelve months, and its part from lines that are new to it.

    `whole` of all lines; `new` of lines not bought in the twelve months before; `coming` what open
    deals on lines not held are expected to bring; `room` as in `Carried`. One currency.
    """

    account: str
    whole: Money
    new: Money
    coming: Money
    room: Money | None = None


@dataclass(frozen=True, slots=True)
class NewLinesOutcome:
    """The expected share of revenue from new lines, and the money from them that is missing.

    What is missing would itself be revenue: it raises the whole with the part.
    """

    whole: Money
    new: Money
    coming: Money
    expected: float
    missing: Money
    split: OutcomeSplit


def new_lines_outcome(
    wanted: float, accounts: Iterable[Begun], *, currency: str
) -> NewLinesOutcome | None:
    """`wanted` above 0 and under 1. None where nothing is bought and nothing expected."""
    known = list(accounts)
    new = Money(sum(one.new.minor for one in known), currency)
    coming = Money(sum(one.coming.minor for one in known), currency)
    held = Money(sum(one.whole.minor for one in known), currency)
    part, whole = new + coming, held + coming
    if whole.minor <= 0:
        return None
    short = (wanted * whole.minor - part.minor) / (1 - wanted)
    missing = Money(max(0, math.ceil(round(short, 4))), currency)
    split = split_outcome(missing, _by_room(known))
    return NewLinesOutcome(held, new, coming, part.minor / whole.minor, missing, split)


def _by_room(accounts: Sequence[Begun]) -> list[ShareFacts]:
    """Room as weight; of very many accounts those with the least stand together under no name.

    Without caps every share is in proportion, so that the others' shares are what they were.
    """
    facts = [
        ShareFacts(one.account, float(one.room.minor) if one.room is not None else None)
        for one in accounts
    ]
    if len(facts) <= MOST_APART:
        return facts
    facts.sort(key=lambda one: (-(one.weight or 0.0), one.account))
    rest = sum(one.weight or 0.0 for one in facts[MOST_APART:])
    return [*facts[:MOST_APART], ShareFacts("", rest)]
