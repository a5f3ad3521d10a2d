"""Why one account has its tier: the sentences behind a row of a tiering."""

from __future__ import annotations

import math

from sightline.planning.reasons import Reason, because
from sightline.planning.tiering.tiers import NO_TIER, Tiering, TieringFacts


def explain_tier(tiering: Tiering, facts: TieringFacts, row: int) -> tuple[Reason, ...]:
    """The axes of the account in a row, then what moved its tier: floor, band, capacity."""
    return (*_axes(tiering, facts, row), *_moves(tiering, facts, row))


def _axes(tiering: Tiering, facts: TieringFacts, row: int) -> list[Reason]:
    axes, cuts = tiering.axes, tiering.cuts
    reasons = [_axis("potential", float(axes.potential[row]), cuts.potential)]
    points = float(axes.importance_points[row])
    if math.isnan(points):
        reasons.append(because("importance_not_asked", "importance not yet asked"))
    else:
        reasons.append(_axis("importance", float(axes.importance[row]), cuts.importance))
    if facts.customer[row]:
        value = float(axes.vulnerability[row])
        reasons.append(_axis("vulnerability", value, cuts.vulnerability))
    else:
        reasons.append(because("prospect", "a prospect: no revenue to lose yet"))
    return reasons


def _axis(name: str, value: float, cut: float) -> Reason:
    if math.isnan(value):
        return because(f"{name}_unknown", f"{name} not known")
    high = round(value, 9) >= round(cut, 9)
    code = f"{name}_{'high' if high else 'not_high'}"
    cut_words = f"{cut:.0f}" if math.isfinite(cut) else "none"
    text = f"{name} {value:.0f}, {'high' if high else 'not high'} (cut {cut_words})"
    return because(code, text, value=value, cut=cut)


def _moves(tiering: Tiering, facts: TieringFacts, row: int) -> list[Reason]:
    reasons: list[Reason] = []
    computed, stable = int(tiering.computed[row]), int(tiering.stable[row])
    if tiering.below_floor[row]:
        text = "its potential lies beyond the accounts that hold nine tenths of all"
        reasons.append(because("below_floor", text, floor=tiering.cuts.floor))
    if tiering.provisional[row]:
        reasons.append(because("provisional", "provisional until importance is answered"))
    if stable != computed and facts.held[row] != NO_TIER:
        text = f"computed tier {computed}, held at {stable}: not clearly past the line"
        reasons.append(because("held_by_band", text, computed=computed, held=stable))
    over = [item for item in tiering.overflow if item.row == row]
    reasons.extend(item.reason for item in over)
    return reasons
