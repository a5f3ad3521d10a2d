"""Distribution of a sum of draws that share one common factor, without random numbers.

One-factor Gaussian copula: given the factor z a draw comes in with probability
Phi((c + sqrt(rho) z) / sqrt(1 - rho)). z runs over Gauss-Hermite nodes and c is solved on those
very nodes so that each draw keeps its probability exactly: then a higher rho leaves the expected
value and can only raise the variance (docs/method/chance.md gives the two-line argument).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import lru_cache
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

from sightline.planning.bridge.results import Draw
from sightline.planning.errors import InvalidValue

Floats = NDArray[np.float64]
_NEWTON_STEPS = 80


@lru_cache(maxsize=8)
def nodes_of(count: int) -> tuple[Floats, Floats]:
    """Gauss-Hermite nodes and weights of a standard normal factor; weights add up to 1."""
    points, weights = np.polynomial.hermite.hermgauss(count)
    return np.sqrt(2.0) * points, weights / weights.sum()


def conditional(probabilities: Floats, *, rho: float, nodes: int) -> tuple[Floats, Floats]:
    """Weights (node) and probabilities (node x draw) given the factor; column means are kept."""
    if not 0 <= rho < 1:
        raise InvalidValue("The correlation lies from 0 to below 1.", field="rho")
    if rho == 0 or probabilities.size == 0:
        return np.ones(1), probabilities.reshape(1, -1)
    given = np.column_stack([_given(float(p), rho, nodes) for p in probabilities])
    return nodes_of(nodes)[1], given


@lru_cache(maxsize=4096)
def _given(probability: float, rho: float, nodes: int) -> Floats:
    """One probability over the nodes, its threshold solved so that the mean is exact."""
    z, weights = nodes_of(nodes)
    if probability in (0.0, 1.0):
        return np.full_like(z, probability)
    slope, spread = math.sqrt(rho), math.sqrt(1 - rho)
    low, high = -60.0, 60.0
    threshold = NormalDist().inv_cdf(probability)
    for _ in range(_NEWTON_STEPS):
        at = (threshold + slope * z) / spread
        given = 0.5 * (1.0 + _erf(at / math.sqrt(2.0)))
        miss = float(weights @ given) - probability
        if abs(miss) < 1e-14:
            break
        low, high = (low, threshold) if miss > 0 else (threshold, high)
        steepness = float(weights @ np.exp(-0.5 * at * at)) / (spread * math.sqrt(2 * math.pi))
        threshold = threshold - miss / steepness if steepness > 1e-12 else math.nan
        if not low < threshold < high:
            threshold = (low + high) / 2
    return given


def every_combination(
    values: Sequence[int], given: Floats, weights: Floats
) -> tuple[NDArray[np.int64], Floats]:
    """All sums (minor units) and their probabilities over the nodes, exactly: 2^n of each.

    The draws are halved: given the factor the halves are independent, so that 2^n probabilities
    are one product of two matrices with 2^(n/2) rows.
    """
    half = len(values) // 2
    first, first_chances = _combined(values[:half], given[:, :half])
    second, second_chances = _combined(values[half:], given[:, half:])
    chances = second_chances @ (first_chances * weights).T
    return np.add.outer(second, first).ravel(), chances.ravel()


def _combined(values: Sequence[int], given: Floats) -> tuple[NDArray[np.int64], Floats]:
    """All sums of a few draws, and their probabilities (sum x node)."""
    sums = np.zeros(1, dtype=np.int64)
    chances = np.ones((1, given.shape[0]))
    for column, value in enumerate(values):
        wins = given[:, column]
        sums = np.concatenate([sums, sums + value])
        chances = np.concatenate([chances * (1 - wins), chances * wins])
    return sums, chances


def rounded_sum(
    draws: Sequence[Draw], given: Floats, weights: Floats, *, step: int, cells: int
) -> Floats:
    """Probability of 0, 1, … `cells` steps of the sum; the last cell holds all beyond it.

    A value between two steps is shared between them, which keeps its mean and its order: a higher
    value never lowers the chance. Convolved by Fourier transform in batches that cannot wrap round.
    """
    reaches = [min(cells, -(-draw.high // step)) for draw in draws]
    # long enough for all draws at once, or for any one on top of a folded state
    size = 1 << max(cells, min(2 * cells, sum(reaches))).bit_length()
    kernels = np.stack([_kernel(draw, step=step, cells=cells) for draw in draws])
    turned = np.fft.rfft(kernels, size, axis=1) - 1.0
    state = np.zeros((given.shape[0], size))
    state[:, 0] = 1.0
    spectrum = np.fft.rfft(state, axis=1)
    room = size - 1
    factor = np.empty_like(spectrum)
    for place, reach in enumerate(reaches):
        if reach > room:
            spectrum = np.fft.rfft(_folded(spectrum, size, cells), axis=1)
            room = size - 1 - cells
        np.multiply(given[:, place : place + 1], turned[place], out=factor)
        factor += 1.0
        spectrum *= factor
        room -= reach
    chances = weights @ _folded(spectrum, size, cells)[:, : cells + 1]
    return np.clip(chances, 0.0, 1.0)


def ladder(width: int) -> int:
    """The smallest of 1, 2, 5, 10, 20, 50 … that is at least `width`."""
    step = 1
    while True:
        for multiple in (1, 2, 5):
            if multiple * step >= width:
                return multiple * step
        step *= 10


def _erf(at: Floats) -> Floats:
    return np.array([math.erf(value) for value in at], dtype=np.float64)


def _folded(spectrum: NDArray[np.complex128], size: int, cells: int) -> Floats:
    state = np.fft.irfft(spectrum, size, axis=1)
    state[:, cells] = state[:, cells:].sum(axis=1)
    state[:, cells + 1 :] = 0.0
    return state


def _kernel(draw: Draw, *, step: int, cells: int) -> Floats:
    """The draw's value, if it comes in, over the cells; its mean is kept (beyond the last, cut)."""
    if draw.is_point:
        kernel = np.zeros(cells + 2)
        whole, rest = divmod(draw.likely, step)
        kernel[min(cells, whole)] += 1 - rest / step
        kernel[min(cells, whole + 1)] += rest / step
        return kernel[: cells + 1]
    points = np.arange(-1, cells + 2, dtype=np.float64) * step
    kernel = np.diff(_shortfall(points, draw), 2) / step
    kernel[cells] = 1.0 - kernel[:cells].sum()
    return np.clip(kernel, 0.0, 1.0)


def _shortfall(at: Floats, draw: Draw) -> Floats:
    """How far the triangle falls short of each point on average: the mean of max(0, at - value)."""
    low, mode, high = float(draw.low), float(draw.likely), float(draw.high)
    width = high - low
    above, under = at - low, high - at
    short = np.maximum(at - draw.mean, 0.0)
    if mode > low:
        rising = (at > low) & (at <= mode)
        short = np.where(rising, above * above * above / (3 * width * (mode - low)), short)
    if high > mode:
        falling = (at > mode) & (at < high)
        left = under * under * under / (3 * width * (high - mode))
        short = np.where(falling, at - draw.mean + left, short)
    return np.where(at <= low, 0.0, short)
