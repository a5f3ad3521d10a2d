"""Gaps: what nobody has entered yet, in one line. Never a challenge, never to the sponsor."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sightline.planning.challenges.facts import ChallengeParameters, PlanFacts
from sightline.planning.reasons import Reason, because


@dataclass(frozen=True, slots=True)
class Gaps:
    """ "To make this plan usable: 4 of 7": what is there, what is not, and two smaller ones."""

    there: tuple[str, ...]
    missing: tuple[Reason, ...]
    also: tuple[Reason, ...]
    line: Reason


_WORDS: Mapping[str, str] = {
    "target": "No target is agreed yet.",
    "grid": "No units and lines are there yet.",
    "people": "Fewer people are mapped than a plan needs.",
    "renewal_owner": "No renewal has an owner yet.",
    "priority": "No priority of the customer is written down yet.",
    "sponsor": "No sponsor is named yet.",
    "assumptions": "No assumption is written down yet.",
}
_TIER_2 = ("target", "grid", "renewal_owner", "sponsor")


def gaps_of(plan: PlanFacts, *, parameters: ChallengeParameters) -> Gaps:
    """What a plan still needs to be usable; a tier 2 plan needs four things, others seven."""
    usable = plan.usable
    there = {
        "target": usable.target_agreed,
        "grid": usable.has_grid,
        "people": usable.people_mapped >= parameters.usable_people,
        "renewal_owner": usable.renewal_owned,
        "priority": usable.priorities > 0,
        "sponsor": usable.sponsor_named,
        "assumptions": usable.assumptions > 0,
    }
    names = _TIER_2 if plan.tier == 2 else tuple(_WORDS)
    have = tuple(name for name in names if there[name])
    missing = tuple(because(f"gap.{n}", _WORDS[n]) for n in names if not there[n])
    text = f"To make this plan usable: {len(have)} of {len(names)}."
    return Gaps(
        have, missing, _also(plan), because("gap.line", text, have=len(have), of=len(names))
    )


def _also(plan: PlanFacts) -> tuple[Reason, ...]:
    also = []
    if not plan.usable.wallet_known:
        also.append(because("gap.wallet", "Wallet share is not known yet."))
    alone = [play.key for play in plan.plays if not play.metrics]
    if alone:
        text = f"{len(alone)} plays move no metric yet."
        also.append(because("gap.play_without_metric", text, plays=tuple(alone)))
    return tuple(also)
