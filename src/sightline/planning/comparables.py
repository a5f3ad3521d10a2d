"""What an account may spend where nobody said: inferred from accounts like it.

Whole columns, one row per account, money in minor units of one currency. Definition with a
worked example: docs/method/comparables.md.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from sightline.planning.errors import InvalidValue
from sightline.planning.parameters import Parameters

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]


class WalletMethod(enum.IntEnum):
    """Where a wallet comes from, best first; the number is what columns hold."""

    UNKNOWN = 0
    TOLD = 1
    SIZE_AND_SHARE = 2
    BEST_SERVED = 3

    @property
    def code(self) -> str:
        """The stable name that records keep; empty where unknown."""
        return "" if self is WalletMethod.UNKNOWN else self.name.lower()


@dataclass(frozen=True, slots=True)
class ComparablesParameters:
    """The numbers of docs/method/comparables.md."""

    known_minimum: int
    group_minimum: int
    peer_percentile: float
    peer_low_percentile: float
    peer_high_percentile: float
    spread: float
    interval: float


@dataclass(frozen=True, slots=True, eq=False)
class AccountSizes:
    """Columns of n accounts. `own`: our revenue of the last twelve months. `size`: employees or
    another driver, NaN unknown. `group`: a number per industry. `told_*`: wallets that people
    estimated, NaN where nobody did. `best_share`: share of wallet that the best served give us.
    """

    own: Floats
    size: Floats
    group: Ints
    told_low: Floats
    told: Floats
    told_high: Floats
    best_share: float

    def __post_init__(self) -> None:
        sizes = {
            len(getattr(self, name))
            for name in ("own", "size", "group", "told_low", "told", "told_high")
        }
        if len(sizes) > 1:
            raise InvalidValue("All columns of accounts need the same length.", field="accounts")
        if not 0 < self.best_share <= 1:
            raise InvalidValue("The best share lies between 0 and 1.", field="best_share")


@dataclass(frozen=True, slots=True, eq=False)
class Wallets:
    """Yearly spend of n accounts as low, likely and high; NaN where nothing says. `method` holds
    `WalletMethod` numbers: everything but TOLD is inferred, and screens say so."""

    low: Floats
    likely: Floats
    high: Floats
    method: Ints


def infer_wallets(accounts: AccountSizes, *, parameters: Parameters) -> Wallets:
    """A wallet for every account: told, else from size and share, else from the best served.

    Never below our own revenue. Where none of the three is possible it stays unknown.
    """
    numbers = parameters.section(ComparablesParameters, "comparables")
    low, likely, high = accounts.told_low.copy(), accounts.told.copy(), accounts.told_high.copy()
    method = np.where(np.isnan(likely), WalletMethod.UNKNOWN, WalletMethod.TOLD).astype(np.int64)
    low = np.where(np.isnan(low), likely, low)
    high = np.where(np.isnan(high), likely, high)
    factor = float(np.exp(numbers.interval * numbers.spread))
    from_size = _size_and_share(accounts, numbers=numbers)
    ways = (
        (WalletMethod.SIZE_AND_SHARE, from_size / factor, from_size, from_size * factor),
        (WalletMethod.BEST_SERVED, *_best_served(accounts, numbers=numbers)),
    )
    for way, its_low, its_likely, its_high in ways:
        take = (method == WalletMethod.UNKNOWN) & ~np.isnan(its_likely)
        low[take], likely[take], high[take] = its_low[take], its_likely[take], its_high[take]
        method[take] = way
    own = np.maximum(np.nan_to_num(accounts.own), 0.0)
    return Wallets(
        low=np.maximum(low, own),
        likely=np.maximum(likely, own),
        high=np.maximum(high, own),
        method=method,
    )


def _size_and_share(accounts: AccountSizes, *, numbers: ComparablesParameters) -> Floats:
    """max(own, sqrt(own ÷ overall share × size × intensity)); size × intensity where own is 0."""
    nothing = np.full(len(accounts.own), np.nan)
    known = ~np.isnan(accounts.told) & (accounts.told > 0)
    sized = known & (accounts.size > 0)
    own = np.maximum(np.nan_to_num(accounts.own), 0.0)
    if known.sum() < numbers.known_minimum or sized.sum() < numbers.known_minimum:
        return nothing
    share = own[known].sum() / accounts.told[known].sum()
    overall = accounts.told[sized].sum() / accounts.size[sized].sum()
    intensity = np.full(len(own), overall)
    for group in np.unique(accounts.group[sized]):
        members = sized & (accounts.group == group)
        if members.sum() >= numbers.group_minimum:
            ratio = accounts.told[members].sum() / accounts.size[members].sum()
            intensity[accounts.group == group] = ratio
    by_size = np.where(accounts.size > 0, accounts.size * intensity, np.nan)
    if share <= 0:
        return by_size
    return np.where(own > 0, np.maximum(own, np.sqrt(own / share * by_size)), by_size)


def _best_served(
    accounts: AccountSizes, *, numbers: ComparablesParameters
) -> tuple[Floats, Floats, Floats]:
    """Wallets at which `best_share` is what the best served comparable customers buy of us."""
    n = len(accounts.own)
    columns = [np.full(n, np.nan) for _ in range(3)]
    buying = (accounts.own > 0) & (accounts.size > 0)
    if buying.sum() < numbers.group_minimum:
        return columns[0], columns[1], columns[2]
    percentiles = (
        numbers.peer_low_percentile,
        numbers.peer_percentile,
        numbers.peer_high_percentile,
    )
    per_head = np.full(n, np.nan)
    per_head[buying] = accounts.own[buying] / accounts.size[buying]
    everybody = np.percentile(per_head[buying], percentiles)
    rates = np.tile(everybody, (n, 1))
    for group in np.unique(accounts.group[buying]):
        members = buying & (accounts.group == group)
        if members.sum() >= numbers.group_minimum:
            rates[accounts.group == group] = np.percentile(per_head[members], percentiles)
    sized = accounts.size > 0
    for column, rate in zip(columns, rates.T, strict=True):
        column[sized] = accounts.size[sized] * rate[sized] / accounts.best_share
    return columns[0], columns[1], columns[2]
