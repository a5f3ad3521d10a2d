"""Where contact goes against where the potential is.

Works on touches that were already counted per account; plan edits are not attention. Thresholds
and their noise: docs/method/tiers.md.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from sightline.planning.errors import InvalidValue
from sightline.planning.parameters import Parameters
from sightline.planning.reasons import Reason, because
from sightline.planning.tiering import parameters as numbers_of
from sightline.planning.tiering.parameters import AttentionParameters

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int64]
PLANNED_TIERS = (1, 2)


@dataclass(frozen=True, slots=True, eq=False)
class AttentionFacts:
    """Columns of n accounts over the last twelve months.

    `attention`: weighted points (see `attention_points`); `touches`: plain count of logged
    meetings, calls and mail-thread days; `potential`: minor units, NaN unknown;
    `recent_revenue`: last 90 days; `days_since_contact`, `warmth` (0 … 5): NaN unknown.
    `dispersion`: variance over mean of the portfolio's weekly counts, None where not measured.
    """

    attention: Floats
    touches: Ints
    potential: Floats
    recent_revenue: Floats
    days_since_contact: Floats
    warmth: Floats
    dispersion: float | None = None


@dataclass(frozen=True, slots=True)
class Correlation:
    """Spearman's rank correlation over `accounts` accounts; None where it cannot be told."""

    value: float | None
    accounts: int


@dataclass(frozen=True, slots=True)
class Bias:
    """A difference of two correlations with its interval; `shown` only if it excludes zero."""

    difference: float | None
    low: float | None
    high: float | None
    shown: bool


@dataclass(frozen=True, slots=True, eq=False)
class AttentionAudit:
    """Shares 0 … 1 of n accounts, NaN where potential is not known.

    `ratio` is actual over fair attention, `z` the distance in standard deviations of touches.
    `neglected`: rows among the few of the highest potential whose neglect is beyond chance; always
    empty when `judged` is False. `served_over`, `served_under`: rows by points away from fair,
    a ranking and no alarm. `surplus_share`: attention above fair, as a share of all.
    `worth`: what moving the surplus might bring, minor units, uncalibrated.
    """

    share: Floats
    fair_share: Floats
    ratio: Floats
    z: Floats
    judged: bool
    neglected: tuple[int, ...]
    served_over: tuple[int, ...]
    served_under: tuple[int, ...]
    surplus_share: float
    worth: float
    with_potential: Correlation
    with_recency: Correlation
    with_warmth: Correlation
    recency_bias: Bias
    reasons: tuple[Reason, ...]


def attention_points(
    *, meetings: Floats, calls: Floats, mails: Floats, age_days: Floats, parameters: Parameters
) -> Floats:
    """Weighted points of touches of one age: weight by kind, halved every half-life.

    Add up over ages per account. One mail counts per thread and day.
    """
    numbers = numbers_of.attention(parameters)
    weights = numbers.weights
    points = weights["meeting"] * meetings + weights["call"] * calls + weights["mail"] * mails
    return np.asarray(points * np.exp2(-age_days / numbers.half_life_days), dtype=np.float64)


def audit_attention(
    facts: AttentionFacts, *, parameters: Parameters, seed: int = 0
) -> AttentionAudit | None:
    """The audit of a portfolio; None without any potential or any attention to compare.

    `seed` fixes the draws of the interval, so that the same facts give the same answer.
    """
    numbers = numbers_of.attention(parameters)
    if len({len(facts.attention), len(facts.touches), len(facts.potential)}) > 1:
        raise InvalidValue("All columns of accounts need the same length.", field="attention")
    known = ~np.isnan(facts.potential)
    whole, money = facts.attention[known].sum(), np.maximum(facts.potential, 0.0)
    if not (whole > 0 and money[known].sum() > 0):
        return None
    share = np.where(known, facts.attention / whole, np.nan)
    fair = np.where(known, money / money[known].sum(), np.nan)
    touches = int(facts.touches[known].sum())
    ratio = (facts.touches + 0.5) / (touches * fair + 0.5)
    z = _distance(facts, fair, touches, numbers)
    judged = touches >= numbers.enough_touches
    neglected = _neglected(money, z, ratio, numbers) if judged else ()
    surplus = np.nan_to_num(share - fair, nan=0.0)
    bias = _recency_bias(share, facts, numbers, seed=seed)
    return AttentionAudit(
        share=share,
        fair_share=fair,
        ratio=np.where(known, ratio, np.nan),
        z=z,
        judged=judged,
        neglected=neglected,
        served_over=tuple(int(i) for i in np.argsort(-surplus, kind="stable") if surplus[i] > 0),
        served_under=tuple(int(i) for i in np.argsort(surplus, kind="stable") if surplus[i] < 0),
        surplus_share=float(surplus[surplus > 0].sum()),
        worth=_worth(share, fair, money, numbers),
        with_potential=spearman(share, facts.potential),
        with_recency=spearman(share, -facts.days_since_contact),
        with_warmth=spearman(share, facts.warmth),
        recency_bias=bias,
        reasons=_reasons(facts, fair, touches, neglected, judged=judged, bias=bias),
    )


def under_served(
    *, touches: Floats, potential: Floats, tiers: Ints, parameters: Parameters
) -> Bools:
    """Rows of tier 1 or 2 whose touches lie under `ratio_low` of their fair share of them.

    A ranking that a list may be narrowed to, and no alarm: what is beyond chance is said by
    `audit_attention`. `touches`: twelve months, NaN not known (then False). Under `enough_touches`
    in all, nobody is. Definition: docs/method/portfolio.md.
    """
    numbers = numbers_of.attention(parameters)
    known = ~(np.isnan(touches) | np.isnan(potential))
    money = np.where(known, np.maximum(potential, 0.0), 0.0)
    every = float(touches[known].sum())
    if every < numbers.enough_touches or not money.sum() > 0:
        return np.zeros(len(touches), dtype=bool)
    ratio = (np.nan_to_num(touches) + 0.5) / (every * money / money.sum() + 0.5)
    planned = np.isin(tiers, PLANNED_TIERS)
    return np.asarray(known & planned & (ratio < numbers.ratio_low), dtype=bool)


def spearman(left: Floats, right: Floats) -> Correlation:
    """Rank correlation over rows where both are known, equal values sharing their rank.

    None under three rows, or where one side does not vary.
    """
    both = ~(np.isnan(left) | np.isnan(right))
    n = int(both.sum())
    value = _rank_correlation(left[both], right[both]) if n >= 3 else np.nan
    return Correlation(None if np.isnan(value) else float(value), n)


def _rank_correlation(left: Floats, right: Floats) -> float:
    a, b = _ranks(left), _ranks(right)
    a, b = a - a.mean(), b - b.mean()
    scale = np.sqrt((a @ a) * (b @ b))
    return float(a @ b / scale) if scale > 0 else np.nan


def _ranks(values: Floats) -> Floats:
    _, place, count = np.unique(values, return_inverse=True, return_counts=True)
    last = np.cumsum(count)
    return np.asarray((last - (count - 1) / 2)[place], dtype=np.float64)


def _distance(
    facts: AttentionFacts, fair: Floats, touches: int, numbers: AttentionParameters
) -> Floats:
    spread = facts.dispersion if facts.dispersion is not None else numbers.dispersion
    # counts cannot be steadier than by chance alone merely because few weeks were looked at
    variance = touches * fair * (1 - fair) * max(1.0, spread)
    off = facts.touches - touches * fair
    safe = np.where(variance > 0, variance, np.nan)
    return np.asarray(off / np.sqrt(safe), dtype=np.float64)


def _neglected(
    money: Floats, z: Floats, ratio: Floats, numbers: AttentionParameters
) -> tuple[int, ...]:
    largest = np.argsort(-np.nan_to_num(money, nan=0.0), kind="stable")[: numbers.tested_accounts]
    return tuple(
        int(row) for row in largest if z[row] < -numbers.tested_z and ratio[row] < numbers.ratio_low
    )


def _worth(share: Floats, fair: Floats, money: Floats, numbers: AttentionParameters) -> float:
    """Potential x (1 - sum of fair x (share / fair) ^ elasticity): 0 only where all is fair."""
    held = np.nan_to_num(fair, nan=0.0) > 0
    served = np.power(share[held] / fair[held], numbers.elasticity)
    return float(money[held].sum() * max(0.0, 1 - (fair[held] * served).sum()))


def worth_of_moving(potential: float, *, share: float, fair: float, by: float, e: float) -> float:
    """What an account's expected potential gains when its share of attention moves `by`.

    Potential x ((share + by) / fair) ^ e less potential x (share / fair) ^ e, in the unit of `potential`;
    `e` is the elasticity. Nothing where its fair share is nothing. Definition: docs/method/attention.md.
    """
    if not fair > 0:
        return 0.0
    before, after = (max(each, 0.0) / fair for each in (share, share + by))
    return float(potential * (after**e - before**e))


def _recency_bias(
    share: Floats, facts: AttentionFacts, numbers: AttentionParameters, *, seed: int
) -> Bias:
    """Correlation with the last 90 days' revenue less correlation with potential."""
    known = ~(np.isnan(share) | np.isnan(facts.recent_revenue) | np.isnan(facts.potential))
    a, recent, future = share[known], facts.recent_revenue[known], facts.potential[known]
    n = len(a)
    if n < 3:
        return Bias(None, None, None, False)

    def difference(rows: Ints) -> float:
        own = a[rows]
        return _rank_correlation(own, recent[rows]) - _rank_correlation(own, future[rows])

    value = difference(np.arange(n))
    generator = np.random.default_rng(seed)
    draws = np.array([difference(generator.integers(0, n, n)) for _ in range(_draws(n, numbers))])
    if np.isnan(value) or np.isnan(draws).all():
        return Bias(None, None, None, False)
    tail = (1 - numbers.interval) / 2
    low, high = (float(q) for q in np.nanquantile(draws, [tail, 1 - tail]))
    return Bias(float(value), low, high, shown=low > 0 or high < 0)


def _draws(accounts: int, numbers: AttentionParameters) -> int:
    """Fewer draws for very many accounts, whose interval is narrow anyway."""
    return max(50, min(numbers.bootstrap_draws, 2_000_000 // accounts))


def _reasons(
    facts: AttentionFacts,
    fair: Floats,
    touches: int,
    neglected: tuple[int, ...],
    *,
    judged: bool,
    bias: Bias,
) -> tuple[Reason, ...]:
    if not judged:
        text = f"not enough activity to judge: {touches} touches in twelve months"
        return (because("attention_too_little", text, touches=touches),)
    reasons = []
    for row in neglected:
        expected = touches * float(fair[row])
        text = (
            f"holds {fair[row]:.0%} of the potential and got {int(facts.touches[row])} of "
            f"{touches} touches in 12 months; {expected:.0f} expected, beyond chance"
        )
        reasons.append(because("attention_neglect", text, row=row, expected=expected))
    if bias.shown and bias.difference is not None and bias.difference > 0:
        text = "contact follows last quarter's revenue more than potential"
        reasons.append(because("attention_recency", text, difference=bias.difference))
    return tuple(reasons)
