"""How past probabilities, values and dates held up: Brier, reliability, log loss, base rate.

Per stage and product, never per person; under thirty resolved it says "too few".
Definitions and worked example: docs/method/calibration.md.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from sightline.planning.errors import InvalidValue
from sightline.planning.reasons import Reason, because


@dataclass(frozen=True, slots=True)
class CalibrationParameters:
    """Units and sources stand in `parameters/calibration.toml`."""

    enough_resolved: int
    bins: int
    log_loss_floor: float
    size_bands: int


@dataclass(frozen=True, slots=True)
class Prediction:
    """A probability as it stood when it was recorded, and what happened (None: not yet).

    `stage` is what the probability rests on: a deal's stage, a renewal's judged risk.
    `value_ratio` = realised ÷ planned value of a won play; `days_late` against its planned date.
    `size`: the planned value in minor units of one currency; None where it is not known in it.
    There is deliberately no field for whose prediction it was.
    """

    stage: str
    product: str
    probability: float
    happened: bool | None
    value_ratio: float | None = None
    days_late: int | None = None
    size: int | None = None

    def __post_init__(self) -> None:
        if not 0 <= self.probability <= 1:
            raise InvalidValue("A probability lies between 0 and 1.", field="probability")


class By(StrEnum):
    """What calibration may be split by."""

    STAGE = "stage"
    PRODUCT = "product"


@dataclass(frozen=True, slots=True)
class ReliabilityBin:
    """Predictions from `low` to below `high` (the last one: up to and with 1)."""

    low: float
    high: float
    count: int
    predicted: float | None
    observed: float | None


@dataclass(frozen=True, slots=True)
class Calibration:
    """Scores of resolved predictions; every score None under the least number.

    `skill` = 1 - Brier ÷ Brier of always saying the base rate; None where outcomes were all alike.
    """

    resolved: int
    open: int
    brier: float | None
    base_brier: float | None
    skill: float | None
    log_loss: float | None
    base_rate: float | None
    bins: tuple[ReliabilityBin, ...]
    median_value_ratio: float | None
    median_days_late: float | None
    reasons: tuple[Reason, ...]


def calibrate(
    predictions: Iterable[Prediction], *, parameters: CalibrationParameters
) -> Calibration:
    """Score predictions against outcomes; open ones are counted apart and not scored."""
    given = list(predictions)
    resolved = [p for p in given if p.happened is not None]
    waiting = len(given) - len(resolved)
    if len(resolved) < parameters.enough_resolved:
        text = f"Too few: {len(resolved)} resolved, {parameters.enough_resolved} needed."
        reason = because("calibration.too_few", text, resolved=len(resolved))
        return Calibration(
            len(resolved), waiting, None, None, None, None, None, (), None, None, (reason,)
        )
    pairs = [(p.probability, float(bool(p.happened))) for p in resolved]
    rate = math.fsum(hit for _, hit in pairs) / len(pairs)
    brier = _mean((p - hit) ** 2 for p, hit in pairs)
    base = rate * (1 - rate)
    skill = 1 - brier / base if base > 0 else None
    return Calibration(
        resolved=len(resolved),
        open=waiting,
        brier=brier,
        base_brier=base,
        skill=skill,
        log_loss=_log_loss(pairs, floor=parameters.log_loss_floor),
        base_rate=rate,
        bins=_bins(pairs, parameters.bins),
        median_value_ratio=_median([p.value_ratio for p in resolved]),
        median_days_late=_median([p.days_late for p in resolved]),
        reasons=(_verdict(skill, len(resolved)),),
    )


def calibrate_by(
    predictions: Iterable[Prediction], *, by: By, parameters: CalibrationParameters
) -> dict[str, Calibration]:
    """One calibration per stage or per product, by name."""
    groups: dict[str, list[Prediction]] = defaultdict(list)
    for prediction in predictions:
        groups[prediction.stage if by is By.STAGE else prediction.product].append(prediction)
    return {name: calibrate(groups[name], parameters=parameters) for name in sorted(groups)}


@dataclass(frozen=True, slots=True)
class SizeBand:
    """Predictions with a size from `least` to `most`, both included."""

    least: int
    most: int
    found: Calibration


def calibrate_by_size(
    predictions: Iterable[Prediction], *, parameters: CalibrationParameters
) -> tuple[SizeBand, ...]:
    """Bands of about equally many, smallest first; those whose size is not known are in none.

    The bounds come from the predictions themselves: equal sizes are never parted, so that there
    are fewer bands where many are alike.
    """
    sized = [one for one in predictions if one.size is not None]
    ranked = sorted(one.size or 0 for one in sized)
    count = parameters.size_bands
    tops: list[int] = []
    if len(ranked) >= count:
        tops = sorted({ranked[len(ranked) * place // count - 1] for place in range(1, count)})
    groups: list[list[Prediction]] = [[] for _ in range(len(tops) + 1)]
    for one in sized:
        groups[sum((one.size or 0) > top for top in tops)].append(one)
    return tuple(
        SizeBand(
            least=min(one.size or 0 for one in group),
            most=max(one.size or 0 for one in group),
            found=calibrate(group, parameters=parameters),
        )
        for group in groups
        if group
    )


def _bins(pairs: Sequence[tuple[float, float]], count: int) -> tuple[ReliabilityBin, ...]:
    inside: list[list[tuple[float, float]]] = [[] for _ in range(count)]
    for pair in pairs:
        # compared with the edges as shown, so that 0.6 of five bins is in the fourth
        place = sum(pair[0] >= edge / count for edge in range(1, count))
        inside[place].append(pair)
    return tuple(
        ReliabilityBin(
            low=place / count,
            high=(place + 1) / count,
            count=len(own),
            predicted=_mean(p for p, _ in own) if own else None,
            observed=_mean(hit for _, hit in own) if own else None,
        )
        for place, own in enumerate(inside)
    )


def _log_loss(pairs: Sequence[tuple[float, float]], *, floor: float) -> float:
    return _mean(-math.log(min(1 - floor, max(floor, p if hit else 1 - p))) for p, hit in pairs)


def _mean(values: Iterable[float]) -> float:
    kept = list(values)
    return math.fsum(kept) / len(kept)


def _median(values: Sequence[float | int | None]) -> float | None:
    kept = sorted(value for value in values if value is not None)
    if not kept:
        return None
    middle = len(kept) // 2
    return float(kept[middle] if len(kept) % 2 else (kept[middle - 1] + kept[middle]) / 2)


def _verdict(skill: float | None, resolved: int) -> Reason:
    if skill is None:
        text = f"All {resolved} ended alike: there is nothing to tell apart yet."
        return because("calibration.all_alike", text, resolved=resolved)
    if skill > 0:
        text = f"Better than always saying the base rate, by {skill:.0%} of its error."
        return because("calibration.better", text, skill=skill)
    text = "No better than always saying the base rate."
    return because("calibration.no_better", text, skill=skill)
