"""What an account could realistically bring in over three years, and its place among all.

    own R12 * (r + r^2 + r^3) + (sum of ramp) * c * max(0, a * wallet - own R12), summed over
    eligible unit x line

Present access takes no part: access ranks cells, not accounts. Definition: docs/method/tiers.md.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from sightline.planning.errors import InvalidValue
from sightline.planning.parameters import Parameters
from sightline.planning.reasons import Reason, because
from sightline.planning.tiering import parameters as numbers_of

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class CellArrays:
    """Eligible unit x line cells of many accounts, one row each; all arrays have m rows.

    `account` is the row of the cell's account (0 … n-1). Money is in minor units of the reporting
    currency; NaN means not known. `retention`, `best_share` and `conversion` are the company's own
    for the cell's line and segment; NaN takes the default. `in_baseline` is False for one-off
    lines, whose past revenue is no baseline.
    """

    account: Ints
    own_r12: Floats
    wallet_low: Floats
    wallet_likely: Floats
    wallet_high: Floats
    retention: Floats
    best_share: Floats
    conversion: Floats
    in_baseline: Bools

    def __post_init__(self) -> None:
        sizes = {len(getattr(self, name)) for name in self.__dataclass_fields__}
        if len(sizes) > 1:
            raise InvalidValue("All columns of cells need the same length.", field="cells")


@dataclass(frozen=True, slots=True, eq=False)
class Potential:
    """Potential of n accounts in minor units over the years of the method, with its range.

    `kept` is what history alone gives; `headroom_*` what the wallet adds. All are NaN where no
    term of the account is known. `unknown_own` and `unknown_wallet` count cells whose term is
    missing and adds nothing.
    """

    kept: Floats
    low: Floats
    likely: Floats
    high: Floats
    cells: Ints
    unknown_own: Ints
    unknown_wallet: Ints

    def explain(self, row: int, *, currency: str) -> tuple[Reason, ...]:
        """Why the account in a row has this potential; amounts in minor units of `currency`."""
        cells = int(self.cells[row])
        if np.isnan(self.likely[row]):
            text = "neither revenue nor wallet is known for any unit and line"
            return (because("potential_unknown", text, cells=cells),)
        kept, likely = float(self.kept[row]), float(self.likely[row])
        reasons = [
            because("potential_kept", "what it buys now, kept", minor=kept, currency=currency),
            because(
                "potential_headroom",
                "room to grow towards what the best served comparable units give us",
                minor=likely - kept,
                currency=currency,
            ),
        ]
        for code, count, word in (
            ("potential_own_missing", int(self.unknown_own[row]), "revenue"),
            ("potential_wallet_missing", int(self.unknown_wallet[row]), "wallet"),
        ):
            if count:
                text = f"{word} not known for {count} of {cells} units and lines: adds nothing"
                reasons.append(because(code, text, missing=count, cells=cells))
        return tuple(reasons)


def potential(cells: CellArrays, *, accounts: int, parameters: Parameters) -> Potential:
    """Potential of every account 0 … `accounts`-1. An unknown term adds nothing and is counted."""
    numbers = numbers_of.potential(parameters)
    r = _or(cells.retention, numbers.retention)
    a = _or(cells.best_share, numbers.best_share)
    c = _or(cells.conversion, numbers.conversion_prior)
    own_known = ~np.isnan(cells.own_r12)
    own = np.where(own_known, cells.own_r12, 0.0)
    years = np.arange(1, numbers.years + 1)
    kept_factor = (r[:, None] ** years).sum(axis=1)
    kept = np.where(cells.in_baseline, own * kept_factor, 0.0)
    gain = float(sum(numbers.ramp)) * c

    def headroom(wallet: Floats) -> Floats:
        room = np.maximum(0.0, a * wallet - np.maximum(own, 0.0))
        return np.where(np.isnan(wallet), 0.0, gain * room)

    likely_wallet = cells.wallet_likely
    low_wallet = np.where(np.isnan(cells.wallet_low), likely_wallet, cells.wallet_low)
    high_wallet = np.where(np.isnan(cells.wallet_high), likely_wallet, cells.wallet_high)
    wallet_known = ~np.isnan(likely_wallet)
    nothing = _sum(cells.account, (own_known | wallet_known).astype(float), accounts) == 0

    def per_account(values: Floats) -> Floats:
        return np.where(nothing, np.nan, _sum(cells.account, values, accounts))

    return Potential(
        kept=per_account(kept),
        low=per_account(kept + headroom(low_wallet)),
        likely=per_account(kept + headroom(likely_wallet)),
        high=per_account(kept + headroom(high_wallet)),
        cells=np.bincount(cells.account, minlength=accounts).astype(np.int64),
        unknown_own=_sum(cells.account, (~own_known).astype(float), accounts).astype(np.int64),
        unknown_wallet=_sum(cells.account, (~wallet_known).astype(float), accounts).astype(
            np.int64
        ),
    )


def index_of(potential_money: Floats, ids: npt.NDArray[np.str_]) -> Floats:
    """100 * (row number - 1) / (n - 1) from the lowest to the highest, ties by id; NaN unknown.

    n counts accounts with a known potential; a single one has index 100.
    """
    index = np.full(len(potential_money), np.nan)
    known = np.flatnonzero(~np.isnan(potential_money))
    order = known[np.lexsort((ids[known], potential_money[known]))]
    if len(order) == 1:
        index[order] = 100.0
    elif len(order):
        index[order] = 100.0 * np.arange(len(order)) / (len(order) - 1)
    return index


def conversion_rate(*, won: int, closed: int, parameters: Parameters) -> float:
    """The company's conversion for a line and segment, drawn towards the default while few closed.

    (strength * prior + won) / (strength + closed).
    """
    if not 0 <= won <= closed:
        raise InvalidValue("Won opportunities are among the closed ones.", field="won")
    numbers = numbers_of.potential(parameters)
    strength = numbers.conversion_strength
    return (strength * numbers.conversion_prior + won) / (strength + closed)


def best_share(shares: Floats, *, parameters: Parameters) -> tuple[float, Reason]:
    """Our share of wallet among the best served comparable units, and where it comes from.

    `shares` are 0 … 1, of comparable units whose wallet is known; NaN are left out.
    """
    numbers = numbers_of.potential(parameters)
    known = shares[~np.isnan(shares)]
    if len(known) < numbers.best_share_minimum_units:
        text = f"default, since only {len(known)} comparable units have a known wallet"
        return numbers.best_share, because("best_share_default", text, units=len(known))
    value = float(np.percentile(known, numbers.best_share_percentile))
    text = f"what the best served fifth of {len(known)} comparable units give us"
    return value, because("best_share_measured", text, units=len(known), share=value)


def _or(values: Floats, default: float) -> Floats:
    return np.where(np.isnan(values), default, values)


def _sum(account: Ints, values: Floats, accounts: int) -> Floats:
    return np.bincount(account, weights=values, minlength=accounts).astype(np.float64)
