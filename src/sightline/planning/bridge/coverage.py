"""How many times the missing money must stand in open plays, at this win rate.

Not a folklore multiple: the coverage whose chance of reaching the target is the wanted one, for
deals of unequal size that share a common factor.
"""

from __future__ import annotations

import math
from bisect import bisect_left
from dataclasses import dataclass
from functools import lru_cache
from statistics import NormalDist

from sightline.planning.bridge.chance import chance_of
from sightline.planning.bridge.facts import Outcome, PlayFacts
from sightline.planning.bridge.parameters import BridgeParameters
from sightline.planning.bridge.results import Bridge, Draw
from sightline.planning.errors import InvalidValue
from sightline.planning.reasons import Reason, because

_SCALE = 1_000_000


@dataclass(frozen=True, slots=True)
class Coverage:
    """Open plays against what plays must bring.

    `now` = open value ÷ (target - landing without open plays), None where nothing is missing;
    `needed` for the wanted chance at this win rate and number of plays, None where no coverage up
    to the limit gives it.
    """

    now: float | None
    needed: float | None
    win_rate: float
    plays: int
    reasons: tuple[Reason, ...]


def coverage_of(
    bridge: Bridge,
    plays: tuple[PlayFacts, ...],
    *,
    win_rate: float,
    parameters: BridgeParameters,
) -> Coverage:
    """Coverage of a plan. `plays` are those of the bridge; the win rate is the company's own."""
    own = {play.key for play in plays if play.outcome is Outcome.OPEN}
    # what each is worth to this bridge: only cells that somebody reaches, only the year's share
    values = [draw.mean for draw in bridge.draws if draw.key in own]
    expected = sum(
        part.amount.minor for bar in bridge.bars for part in bar.parts if part.key in own
    )
    missing = None
    if bridge.target is not None:
        missing = bridge.target.minor - (bridge.landing.minor - expected)
    now = sum(values) / missing if missing is not None and missing > 0 else None
    count = max(1, len(values))
    needed = coverage_needed(win_rate, plays=count, parameters=parameters)
    return Coverage(now, needed, win_rate, len(values), _reasons(now, needed, win_rate, count))


def coverage_needed(win_rate: float, *, plays: int, parameters: BridgeParameters) -> float | None:
    """The smallest multiple of the target, in tenths, that gives the wanted chance.

    None where even `coverage_most` times does not. The chance only rises with the multiple, so
    the tenths are halved.
    """
    if not 0 < win_rate <= 1:
        raise InvalidValue("A win rate lies above 0 and at most 1.", field="win_rate")

    def enough(tenth: int) -> bool:
        return parameters.coverage_chance <= chance_at_coverage(
            tenth / 10, win_rate=win_rate, plays=plays, parameters=parameters
        )

    tenths = range(10, round(parameters.coverage_most * 10) + 1)
    place = bisect_left(tenths, True, key=enough)
    return tenths[place] / 10 if place < len(tenths) else None


def chance_at_coverage(
    multiple: float, *, win_rate: float, plays: int, parameters: BridgeParameters
) -> float:
    """The chance that `plays` deals worth `multiple` x target together reach it.

    Deal sizes are evenly spaced quantiles of a lognormal, so nothing is drawn at random.
    """
    sizes = _sizes(plays, parameters.coverage_size_spread)
    whole = sum(sizes)
    draws = []
    for place, size in enumerate(sizes):
        value = round(size / whole * multiple * _SCALE)
        draws.append(Draw(str(place), "", win_rate, value, value, value))
    return chance_of(draws, need=_SCALE, rho=parameters.rho, parameters=parameters)


@lru_cache(maxsize=64)
def _sizes(plays: int, spread: float) -> tuple[float, ...]:
    normal = NormalDist()
    return tuple(math.exp(spread * normal.inv_cdf((place + 0.5) / plays)) for place in range(plays))


def _reasons(
    now: float | None, needed: float | None, win_rate: float, plays: int
) -> tuple[Reason, ...]:
    reasons = []
    if now is None:
        reasons.append(because("coverage.nothing_missing", "Open plays are not needed to land."))
    else:
        text = f"Open plays are {now:.1f} times what they must bring."
        reasons.append(because("coverage.now", text, now=now))
    want = f"At a win rate of {win_rate:.0%} and {plays} {'play' if plays == 1 else 'plays'}"
    if needed is None:
        text = f"{want} no sensible coverage gives an even chance."
        reasons.append(because("coverage.out_of_reach", text, win_rate=win_rate))
    else:
        text = f"{want}, an even chance needs {needed:.1f} times."
        reasons.append(because("coverage.needed", text, needed=needed, win_rate=win_rate))
    return tuple(reasons)
