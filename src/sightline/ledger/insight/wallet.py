"""Likely wallet of a unit in a category from two weak views. See docs/method/wallet-estimation.md.

Pure: plain values in, plain values out.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from sightline.ledger.method import InsightParameters


@dataclass(frozen=True, slots=True)
class MarketFacts:
    """One category over twelve months, in minor units: spend with anybody and with us.

    `whole` counts us in. `size_total` is the size of all units that the size driver covers, None
    without a size driver.
    """

    whole: float
    ours: float
    size_total: float | None


@dataclass(frozen=True, slots=True)
class Wallet:
    """A yearly wallet in minor units as a range (80%), and how it was reached.

    `method`: `observed`, `size and share`, `share`, `size`, or `own sales`.
    """

    low: float
    likely: float
    high: float
    method: str


def estimate(
    *, ours: float, size: float | None, market: MarketFacts, parameters: InsightParameters
) -> Wallet | None:
    """max(own, √(own ÷ overall share × size × market intensity)) with its 80% interval.

    One view missing: the other alone. None where neither says anything.
    """
    own = max(ours, 0.0)
    by_share = _by_share(own, market)
    by_size = _by_size(size, market)
    if by_share and by_size:
        middle, method = math.sqrt(by_share * by_size), "size and share"
        spread = parameters.wallet_sd_both
    elif by_size:
        middle, method, spread = by_size, "size", parameters.wallet_sd_size
    elif by_share:
        middle, method, spread = by_share, "share", parameters.wallet_sd_share
    elif own > 0:
        return Wallet(own, own, own, "own sales")
    else:
        return None
    return _range(own, middle, spread, market, method, parameters)


def _range(
    own: float,
    middle: float,
    spread: float,
    market: MarketFacts,
    method: str,
    parameters: InsightParameters,
) -> Wallet:
    """Widen to 80%, never under what was sold nor over what the market leaves for one unit."""
    most = max(own, market.whole - max(market.ours - own, 0.0))
    likely = min(max(own, middle), most)
    reach = math.exp(parameters.wallet_z * spread)
    low = max(own, middle / reach)
    high = min(max(likely, likely * reach), most)
    return Wallet(min(low, likely), likely, max(high, likely), method)


def _by_share(own: float, market: MarketFacts) -> float | None:
    """Own sales ÷ our share of the market."""
    if own <= 0 or market.ours <= 0 or market.whole <= 0:
        return None
    return own * max(market.whole, market.ours) / market.ours


def _by_size(size: float | None, market: MarketFacts) -> float | None:
    """Size × what the market spends per unit of size."""
    if not size or size <= 0 or not market.size_total or market.whole <= 0:
        return None
    return size * market.whole / market.size_total
