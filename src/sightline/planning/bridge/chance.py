"""The chance of reaching the target, the ten-to-ninety range, and what moves it most.

Deterministic: same input, same figure. Definitions and worked example: docs/method/chance.md.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from sightline.planning.bridge.grid import (
    Floats,
    conditional,
    every_combination,
    ladder,
    rounded_sum,
)
from sightline.planning.bridge.parameters import BridgeParameters
from sightline.planning.bridge.results import Bridge, Draw
from sightline.planning.money import Money
from sightline.planning.reasons import Reason, because

_FRACTIONS = (
    *((1, 20), (1, 10), (1, 5), (1, 4), (1, 3), (2, 5), (1, 2)),
    *((3, 5), (2, 3), (3, 4), (4, 5), (9, 10), (19, 20)),
)


@dataclass(frozen=True, slots=True)
class Chance:
    """How likely the target is.

    `probability` of landing at or above the target, None without a target; `low` and `high` are
    the ends of the shown range of landings; `mean` and `spread` (standard deviation) in money.
    """

    probability: float | None
    rho: float
    mean: Money
    spread: Money
    low: Money
    high: Money
    calibrated: bool
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class Mover:
    """What the chance becomes if one draw alone is lost, or one is added."""

    key: str
    label: str
    chance: float
    change: float


def chance_of_target(
    bridge: Bridge, *, parameters: BridgeParameters, rho: float | None = None
) -> Chance:
    """The chance of the bridge's landing being at least its target.

    Renewals and plays are draws that share one factor; `rho` None is the same-account default.
    """
    used = parameters.rho_same_account if rho is None else rho
    outlook = outlook_of(bridge.draws, rho=used, parameters=parameters)
    chance = None
    if bridge.target is not None:
        need = bridge.target.minor - bridge.certain.minor
        chance = chance_of(bridge.draws, need=need, rho=used, parameters=parameters)
    calibrated = all(draw.calibrated for draw in bridge.draws)
    certain, currency = bridge.certain, bridge.certain.currency
    return Chance(
        probability=chance,
        rho=used,
        mean=certain + Money(round(outlook.mean), currency),
        spread=Money(round(outlook.spread), currency),
        low=certain + Money(outlook.low, currency),
        high=certain + Money(outlook.high, currency),
        calibrated=calibrated,
        reasons=_reasons(chance, calibrated=calibrated, draws=len(bridge.draws)),
    )


def chance_of(
    draws: Iterable[Draw], *, need: int, rho: float, parameters: BridgeParameters
) -> float:
    """P(sum of the draws ≥ need), in minor units.

    Up to `exact_draws` point values every combination is counted; beyond, and for ranges, on a
    grid whose step follows from the need and the number of draws alone, so that the answer stays
    monotone in each value.
    """
    given_draws = list(draws)
    live = [draw for draw in given_draws if draw.probability > 0 and draw.high > 0]
    sure = sum(draw.likely for draw in live if _is_sure(draw))
    live = [draw for draw in live if not _is_sure(draw)]
    rest = need - sure
    if rest <= 0:
        return 1.0
    if sum(draw.high for draw in live) < rest:
        return 0.0
    weights, given = _given(live, rho=rho, parameters=parameters)
    if _countable(live, parameters):
        sums, mass = every_combination([draw.likely for draw in live], given, weights)
        return float(min(1.0, mass[sums >= rest].sum()))
    # counted over all draws: a probability that rises from nothing must not change the grid
    finest = max(parameters.grid_cells, parameters.grid_work // len(given_draws))
    return _on_grid(live, given, weights, need=rest, finest=finest)


def _on_grid(
    live: Sequence[Draw],
    given: Floats,
    weights: Floats,
    *,
    need: int,
    finest: int,
) -> float:
    """P(sum ≥ need) on at most `finest` cells; a need between two counts its share of the lower."""
    step = ladder(-(-need // finest))
    whole, rest = divmod(need, step)
    mass = rounded_sum(live, given, weights, step=step, cells=whole + 1)
    return float(min(1.0, mass[whole + 1] + (1 - rest / step) * mass[whole]))


@dataclass(frozen=True, slots=True)
class Outlook:
    """Mean, standard deviation and shown range of a sum of draws, in minor units."""

    mean: float
    spread: float
    low: int
    high: int


def outlook_of(draws: Sequence[Draw], *, rho: float, parameters: BridgeParameters) -> Outlook:
    """The distribution of the sum in four figures. Mean and spread are exact on the nodes."""
    live = [draw for draw in draws if draw.probability > 0 and draw.high > 0]
    if not live:
        return Outlook(0.0, 0.0, 0, 0)
    weights, given = _given(live, rho=rho, parameters=parameters)
    mean, spread = _moments(live, weights, given)
    if _countable(live, parameters):
        values, mass = every_combination([draw.likely for draw in live], given, weights)
        order = np.argsort(values, kind="stable")
        mass, values = mass[order], values[order]
    else:
        whole = sum(draw.high for draw in live)
        step = ladder(-(-whole // parameters.range_cells))
        cells = sum(-(-draw.high // step) for draw in live)
        mass = rounded_sum(live, given, weights, step=step, cells=cells)
        values = np.arange(cells + 1, dtype=np.int64) * step
    below = np.cumsum(mass)
    low, high = (
        int(values[min(len(values) - 1, int(np.searchsorted(below, share - 1e-12)))])
        for share in (parameters.range_from, parameters.range_to)
    )
    return Outlook(mean, spread, low, high)


def what_moves_it(
    bridge: Bridge, *, parameters: BridgeParameters, rho: float | None = None
) -> tuple[Mover, ...]:
    """The draws whose loss alone lowers the chance most, largest fall first.

    The draws with the largest expected value are left out one at a time; empty without a target.
    """
    if bridge.target is None:
        return ()
    used = parameters.rho_same_account if rho is None else rho
    need = bridge.target.minor - bridge.certain.minor
    before = chance_of(bridge.draws, need=need, rho=used, parameters=parameters)
    tried = sorted(bridge.draws, key=lambda draw: (-draw.probability * draw.mean, draw.key))
    movers = []
    for lost in tried[: parameters.movers_tried]:
        others = [draw for draw in bridge.draws if draw is not lost]
        after = chance_of(others, need=need, rho=used, parameters=parameters)
        movers.append(Mover(lost.key, lost.label, after, after - before))
    movers.sort(key=lambda mover: (mover.change, mover.key))
    return tuple(movers[: parameters.movers_shown])


def chance_with(
    bridge: Bridge, added: Draw, *, parameters: BridgeParameters, rho: float | None = None
) -> Mover | None:
    """What one more play would make of the chance; None without a target."""
    if bridge.target is None:
        return None
    used = parameters.rho_same_account if rho is None else rho
    need = bridge.target.minor - bridge.certain.minor
    before = chance_of(bridge.draws, need=need, rho=used, parameters=parameters)
    after = chance_of((*bridge.draws, added), need=need, rho=used, parameters=parameters)
    return Mover(added.key, added.label, after, after - before)


def in_words(chance: float) -> str:
    """A chance as people say it: "about 1 in 2"; at the ends "almost none", "almost certain"."""
    if chance < 0.03:
        return "almost none"
    if chance > 0.97:
        return "almost certain"
    hits, of = min(_FRACTIONS, key=lambda pair: abs(pair[0] / pair[1] - chance))
    return f"about {hits} in {of}"


def _given(
    live: Sequence[Draw], *, rho: float, parameters: BridgeParameters
) -> tuple[Floats, Floats]:
    probabilities = np.array([draw.probability for draw in live], dtype=np.float64)
    return conditional(probabilities, rho=rho, nodes=parameters.nodes)


def _moments(live: Sequence[Draw], weights: Floats, given: Floats) -> tuple[float, float]:
    means = np.array([draw.mean for draw in live])
    squares = np.array([_mean_square(draw) for draw in live])
    expected = given @ means
    within = (given * squares - given**2 * means**2).sum(axis=1)
    mean = float(weights @ expected)
    variance = float(weights @ within + weights @ (expected - mean) ** 2)
    return mean, max(0.0, variance) ** 0.5


def _mean_square(draw: Draw) -> float:
    """Mean of the squared value if it comes in (triangle: variance plus squared mean)."""
    low, mode, high = float(draw.low), float(draw.likely), float(draw.high)
    variance = (low**2 + mode**2 + high**2 - low * mode - low * high - mode * high) / 18
    return variance + draw.mean**2


def _is_sure(draw: Draw) -> bool:
    return draw.probability == 1.0 and draw.is_point


def _countable(live: Sequence[Draw], parameters: BridgeParameters) -> bool:
    return len(live) <= parameters.exact_draws and all(draw.is_point for draw in live)


def _reasons(chance: float | None, *, calibrated: bool, draws: int) -> tuple[Reason, ...]:
    if chance is None:
        return (because("chance.no_target", "No target is agreed, so there is no chance of it."),)
    said = f"Chance of reaching it: {in_words(chance)}."
    reasons = [because("chance.said", said, chance=chance, draws=draws)]
    if not calibrated:
        text = "Some probabilities are uncalibrated until your own outcomes exist."
        reasons.append(because("chance.uncalibrated", text))
    return tuple(reasons)
