"""Scores and their intervals: AUC, Brier skill, NDCG, error factors; bootstrap over units."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Rows = npt.NDArray[np.int64]
_DRAWS = 1000


def interval(n: int, figure: Callable[[Rows], float]) -> tuple[float, float, float]:
    """The figure over all rows with its 95 % bootstrap interval over rows."""
    draw = np.random.default_rng(0)
    values = [figure(draw.integers(0, n, n)) for _ in range(_DRAWS)]
    low, high = np.nanquantile(values, [0.025, 0.975])
    return figure(np.arange(n)), float(low), float(high)


def shown(value: tuple[float, float, float]) -> str:
    """`.752 [.701, .799]`."""
    return f"{value[0]:.3f} [{value[1]:.3f}, {value[2]:.3f}]"


def auc(score: Floats, happened: npt.NDArray[np.bool_]) -> float:
    """Chance that one that happened scores above one that did not; ties count half."""
    yes, no = int(happened.sum()), int((~happened).sum())
    if not yes or not no:
        return float("nan")
    _, place, count = np.unique(score, return_inverse=True, return_counts=True)
    rank = (np.cumsum(count) - (count - 1) / 2)[place]
    return float((rank[happened].sum() - yes * (yes + 1) / 2) / (yes * no))


def skill(chance: Floats, happened: npt.NDArray[np.bool_]) -> float:
    """1 − Brier ÷ Brier of always saying the base rate of this very cut."""
    base = happened.mean()
    if base in (0.0, 1.0):
        return float("nan")
    return float(1 - ((chance - happened) ** 2).mean() / (base * (1 - base)))


def ndcg(listed: npt.NDArray[np.bool_], wanted: Floats, k: int = 5) -> Floats:
    """NDCG@k per row of hits in rank order, against `wanted` hits there are; NaN without any."""
    weight = 1 / np.log2(np.arange(k) + 2)
    got = (listed[:, :k] * weight[: listed.shape[1]]).sum(axis=1)
    ideal = np.array([weight[: min(int(n), k)].sum() for n in wanted])
    shares: Floats = np.divide(got, ideal, out=np.full(len(got), np.nan), where=ideal > 0)
    return shares
