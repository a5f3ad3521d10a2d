"""How much of the money few accounts hold: the Pareto curve and its figures.

Definition and yardsticks from real portfolios: docs/method/tiers.md.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from sightline.planning.errors import InvalidValue

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Concentration:
    """Figures over the accounts with money above zero; shares are 0 … 1.

    `top_share`: what the top fifth holds (its last account in part, where a fifth is no whole
    number). `gini`: 0 all equal. `hhi`: sum of squared shares. `effective`: 1 / hhi, as many equal
    accounts would be as concentrated. `largest`: at risk if the largest leaves. `left_out`:
    accounts with nothing, less than nothing, or not known.
    """

    accounts: int
    total: float
    top_share: float
    gini: float
    hhi: float
    effective: float
    largest: float
    left_out: int


@dataclass(frozen=True, slots=True)
class ParetoPoint:
    """The largest `accounts` accounts are `account_share` of all and hold `money_share`."""

    accounts: int
    account_share: float
    money_share: float


def concentration(money: Floats, *, top: float = 0.2) -> Concentration | None:
    """Figures of a portfolio; `money` in any one unit. None where no account has any."""
    if not 0 < top <= 1:
        raise InvalidValue("The top share lies between 0 and 1.", field="top")
    values = _positive(money)
    n = len(values)
    if not n:
        return None
    shares = values / values.sum()
    cumulated = np.concatenate([[0.0], np.cumsum(shares)])
    ascending = shares[::-1]
    gini = float((2 * np.arange(1, n + 1) - n - 1) @ ascending / n)
    hhi = float(shares @ shares)
    return Concentration(
        accounts=n,
        total=float(values.sum()),
        top_share=float(np.interp(top * n, np.arange(n + 1), cumulated)),
        gini=gini,
        hhi=hhi,
        effective=1 / hhi,
        largest=float(shares[0]),
        left_out=len(money) - n,
    )


def pareto(money: Floats, *, points: int = 100) -> tuple[ParetoPoint, ...]:
    """The curve from (0, 0) to (1, 1), largest account first, in at most `points` + 1 points.

    Empty where no account has any money.
    """
    if points < 1:
        raise InvalidValue("A curve needs at least one step.", field="points")
    values = _positive(money)
    n = len(values)
    if not n:
        return ()
    cumulated = np.concatenate([[0.0], np.cumsum(values)]) / values.sum()
    steps = np.unique(np.linspace(0, n, min(points, n) + 1).round().astype(int))
    return tuple(
        ParetoPoint(int(step), step / n, min(1.0, float(cumulated[step]))) for step in steps
    )


def _positive(money: Floats) -> Floats:
    known = money[~np.isnan(money)]
    return np.sort(known[known > 0])[::-1]
