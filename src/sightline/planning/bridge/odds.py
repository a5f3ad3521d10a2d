"""Stage probabilities: the organisation's default, then its own history, both shown.

p = (10 x p0 + won) / (10 + closed) over the opportunities that ever entered the stage; a split by
product, size or age in stage is used only where it has enough closed ones.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sightline.planning.bridge.facts import Outcome
from sightline.planning.bridge.parameters import BridgeParameters
from sightline.planning.errors import InvalidValue
from sightline.planning.reasons import Reason, because


@dataclass(frozen=True, slots=True)
class StageRecord:
    """One past or open opportunity: the stages it ever entered, and how it ended."""

    entered: frozenset[str]
    outcome: Outcome
    product: str | None = None
    size: str | None = None


@dataclass(frozen=True, slots=True)
class Tally:
    """How many of the opportunities that entered a stage have closed, and how many were won.

    `split` names what was counted ("product: Support"); empty for all.
    """

    won: int
    closed: int
    split: str = ""

    def __post_init__(self) -> None:
        if not 0 <= self.won <= self.closed:
            raise InvalidValue("No more can be won than closed.", field="won")


@dataclass(frozen=True, slots=True)
class StageOdds:
    """The probability used for a stage, beside its default.

    `probability` is None where the stage has no default: nothing can be said, and that is shown.
    """

    probability: float | None
    default: float | None
    won: int
    closed: int
    calibrated: bool
    split: str
    reasons: tuple[Reason, ...]


def tally_stage(
    records: Iterable[StageRecord],
    *,
    stage: str,
    product: str | None = None,
    size: str | None = None,
) -> Tally:
    """Closed and won among the records that ever entered `stage`; product or size narrows it."""
    closed = won = 0
    for record in records:
        wanted = (product is None or record.product == product) and (
            size is None or record.size == size
        )
        if wanted and stage in record.entered and record.outcome is not Outcome.OPEN:
            closed += 1
            won += record.outcome is Outcome.WON
    named = [f"product: {product}"] if product is not None else []
    named += [f"size: {size}"] if size is not None else []
    return Tally(won=won, closed=closed, split=", ".join(named))


def stage_odds(
    default: float | None,
    *,
    history: Tally,
    parameters: BridgeParameters,
    splits: Sequence[Tally] = (),
) -> StageOdds:
    """The probability of a stage from its default and the company's own history.

    `splits` in order of preference; the first with enough closed opportunities is used, otherwise
    the whole history. Under `calibrated_from` closed it is called uncalibrated.
    """
    if default is not None and not 0 <= default <= 1:
        raise InvalidValue("A stage default lies between 0 and 1.", field="default")
    enough = parameters.calibrated_from
    used = next((split for split in splits if split.closed >= enough), history)
    if default is None:
        text = "This stage has no default probability: nothing is counted."
        reasons = (because("odds.no_default", text),)
        return StageOdds(None, None, used.won, used.closed, False, used.split, reasons)
    strength = parameters.prior_strength
    probability = (strength * default + used.won) / (strength + used.closed)
    calibrated = used.closed >= enough
    return StageOdds(
        probability=probability,
        default=default,
        won=used.won,
        closed=used.closed,
        calibrated=calibrated,
        split=used.split,
        reasons=_reasons(probability, default, used, calibrated=calibrated),
    )


def _reasons(
    probability: float, default: float, used: Tally, *, calibrated: bool
) -> tuple[Reason, ...]:
    where = f" ({used.split})" if used.split else ""
    text = f"{used.won} of {used.closed} closed were won{where}; stage default {default:.0%}."
    inputs = {"won": used.won, "closed": used.closed, "default": default}
    reasons = [because("odds.history", text, probability=probability, **inputs)]
    if not calibrated:
        text = f"Uncalibrated: only {used.closed} closed so far."
        reasons.append(because("odds.uncalibrated", text, closed=used.closed))
    return tuple(reasons)
