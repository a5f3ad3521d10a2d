"""When off-trend revenue asks a question, and the explanations it starts with.

Definitions: docs/method/explanations.md.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum

from sightline.planning.money import Money
from sightline.planning.reasons import Reason, because


@dataclass(frozen=True, slots=True)
class ExplanationParameters:
    """Units and sources stand in `parameters/explanations.toml`."""

    fall: float
    jump: float
    least_share: float
    likelihood_words: Mapping[str, float]
    most_ratio: float
    something_else: float
    something_else_floor: float
    least_diagnostic: float
    price_flat: float
    price_flat_factor: float


class Starter(StrEnum):
    """The fixed starting explanations; a data artefact and regression to the mean come first."""

    DATA_ARTEFACT = "data_artefact"
    REGRESSION_TO_MEAN = "regression_to_mean"
    BUDGET_OR_SEASON = "budget_or_season"
    ORDER_TIMING = "order_timing"
    PRICE = "price"
    COMPETITOR = "competitor"
    SCOPE_FINISHED = "scope_finished"
    SPONSOR_CHANGE = "sponsor_change"
    SERVICE_PROBLEM = "service_problem"
    OUR_NEGLECT = "our_neglect"


STARTER_WORDS: Mapping[Starter, str] = {
    Starter.DATA_ARTEFACT: "The data are wrong or late",
    Starter.REGRESSION_TO_MEAN: "Last year was unusual; this is normal again",
    Starter.BUDGET_OR_SEASON: "Their budget or season",
    Starter.ORDER_TIMING: "Orders early or late, or stock",
    Starter.PRICE: "Price",
    Starter.COMPETITOR: "A competitor took it",
    Starter.SCOPE_FINISHED: "The project ended",
    Starter.SPONSOR_CHANGE: "The person behind it changed",
    Starter.SERVICE_PROBLEM: "Something went wrong in service",
    Starter.OUR_NEGLECT: "We were not there",
}


@dataclass(frozen=True, slots=True)
class TrendFacts:
    """R12 of one line of a planned account against the twelve months before.

    `baseline` is the plan's whole baseline; `gap_alarm`: silent for longer than its own gaps allow.
    """

    line: str
    quarter: str
    planned: bool
    r12: Money
    r12_before: Money
    baseline: Money | None
    gap_alarm: bool = False


@dataclass(frozen=True, slots=True)
class Question:
    """A question to open; `key` makes it once per line and quarter."""

    key: str
    line: str
    change: Money
    share: float | None
    reason: Reason


def question_for(
    facts: TrendFacts, *, asked: Collection[str], parameters: ExplanationParameters
) -> Question | None:
    """The question a line's revenue opens, or None.

    Planned accounts only; a gap alarm, or a fall or jump of R12 that is at least 2% of the plan's
    baseline; once per line and quarter (`asked` holds earlier keys).
    """
    key = f"{facts.line}|{facts.quarter}"
    if not facts.planned or key in asked:
        return None
    change = facts.r12 - facts.r12_before
    share = change.minor / facts.r12_before.minor if facts.r12_before.minor > 0 else None
    if facts.gap_alarm:
        reason = because("explanations.gap", "Silent for longer than its own orders ever were.")
        return Question(key, facts.line, change, share, reason)
    if share is None or parameters.fall < share < parameters.jump:
        return None
    if _is_small(change, facts.baseline, parameters):
        return None
    text = f"Revenue {share:+z.0%} on the year before."
    return Question(
        key, facts.line, change, share, because("explanations.trend", text, share=share)
    )


def starting_priors(
    *, price_share: float | None, parameters: ExplanationParameters
) -> dict[str, float]:
    """Equal priors over the starters; a flat price halves "price". They add up to 1.

    `price_share` is the price part of the revenue change ÷ the whole change, None where price,
    volume and mix are not known.
    """
    weights = {starter.value: 1.0 for starter in Starter}
    if price_share is not None and abs(price_share) < parameters.price_flat:
        weights[Starter.PRICE.value] = parameters.price_flat_factor
    whole = sum(weights.values())
    return {name: weight / whole for name, weight in weights.items()}


def _is_small(change: Money, baseline: Money | None, parameters: ExplanationParameters) -> bool:
    """Below 2% of the baseline; without a baseline nothing is called small."""
    if baseline is None or baseline.minor <= 0:
        return False
    return abs(change).minor < parameters.least_share * baseline.minor
