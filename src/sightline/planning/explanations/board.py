"""Weigh rival explanations: hypotheses in rows, evidence in columns, log-odds with caps.

A person states a belief before the total is shown. Definitions: docs/method/explanations.md.
"""

from __future__ import annotations

import datetime as dt
import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from sightline.planning.errors import InvalidValue, MissingValue, PlanningError
from sightline.planning.explanations.question import ExplanationParameters
from sightline.planning.reasons import Reason, because

SOMETHING_ELSE = "something_else"


class BeliefFirst(PlanningError):
    """The total was asked for before the person said what they believe."""

    code = "belief_first"


class Word(StrEnum):
    """How a piece of evidence bears on an explanation."""

    STRONGLY_FOR = "strongly_for"
    FOR = "for"
    SLIGHTLY_FOR = "slightly_for"
    NEUTRAL = "neutral"
    SLIGHTLY_AGAINST = "slightly_against"
    AGAINST = "against"
    STRONGLY_AGAINST = "strongly_against"


@dataclass(frozen=True, slots=True)
class Evidence:
    """One observation: how it bears on each explanation, from which source, how reliable (0 to 1).

    An explanation it does not name is neutral.
    """

    key: str
    text: str
    source: str
    bearing: Mapping[str, Word] = field(hash=False)
    reliability: float = 1.0

    def __post_init__(self) -> None:
        if not 0 <= self.reliability <= 1:
            raise InvalidValue("Reliability lies between 0 and 1.", field="reliability")


@dataclass(frozen=True, slots=True)
class OpenQuestion:
    """Something that could be found out: how a yes would bear on each explanation."""

    key: str
    text: str
    if_yes: Mapping[str, Word] = field(hash=False)


@dataclass(frozen=True, slots=True)
class Belief:
    """What a person holds most likely, before seeing the total; what would change it, and when."""

    explanation: str
    by: str
    would_change: str
    look_again: dt.date

    def __post_init__(self) -> None:
        if not self.would_change.strip():
            raise MissingValue("Which observation would change your mind?", field="would_change")


def weigh(
    priors: Mapping[str, float],
    evidence: Iterable[Evidence],
    *,
    parameters: ExplanationParameters,
) -> dict[str, float]:
    """Probability of each explanation and of something else; they add up to 1.

    log-odds = log prior + sum over sources of the mean of reliability x log ratio in the source,
    neutral evidence left out, capped at ± ln 50. Something else has prior 0.1, no evidence, and
    at least 0.02.
    """
    _check(priors)
    rows = list(evidence)
    share = 1 - parameters.something_else
    whole = math.fsum(priors.values())
    scores = {
        name: math.log(share * prior / whole) + _weight_of(name, rows, parameters)
        for name, prior in priors.items()
    }
    scores[SOMETHING_ELSE] = math.log(parameters.something_else)
    top = max(scores.values())
    raised = {name: math.exp(score - top) for name, score in scores.items()}
    whole = math.fsum(raised.values())
    return _with_floor(
        {name: value / whole for name, value in raised.items()}, parameters.something_else_floor
    )


def revealed(
    priors: Mapping[str, float],
    evidence: Iterable[Evidence],
    *,
    belief: Belief | None,
    parameters: ExplanationParameters,
) -> dict[str, float]:
    """The total, once a belief is on record; BeliefFirst without one."""
    if belief is None:
        raise BeliefFirst("Say first what you hold most likely.", field="belief")
    if belief.explanation not in priors and belief.explanation != SOMETHING_ELSE:
        raise InvalidValue("The belief names no explanation on the board.", field="explanation")
    return weigh(priors, evidence, parameters=parameters)


def diagnosticity(
    row: Evidence, names: Iterable[str], *, parameters: ExplanationParameters
) -> float:
    """Largest ÷ smallest ratio of one piece of evidence over the explanations; 1 tells nothing."""
    ratios = [parameters.likelihood_words[_word(row.bearing, name).value] for name in names]
    return max(ratios) / min(ratios) if ratios else 1.0


def telling(
    evidence: Iterable[Evidence], names: Sequence[str], *, parameters: ExplanationParameters
) -> tuple[Evidence, ...]:
    """Evidence that tells explanations apart, most telling first; the rest is hidden, not lost."""
    scored = [(diagnosticity(row, names, parameters=parameters), row) for row in evidence]
    shown = [pair for pair in scored if pair[0] >= parameters.least_diagnostic]
    return tuple(row for _, row in sorted(shown, key=lambda pair: (-pair[0], pair[1].key)))


@dataclass(frozen=True, slots=True)
class NextQuestion:
    """A question with the entropy (bits) it is expected to remove."""

    question: OpenQuestion
    gain: float


def next_best_question(
    chances: Mapping[str, float],
    questions: Iterable[OpenQuestion],
    *,
    parameters: ExplanationParameters,
) -> NextQuestion | None:
    """The question whose answer is expected to tell most; None without questions.

    A ratio r for a yes is read as P(yes | explanation) = r ÷ (r + 1).
    """
    best: NextQuestion | None = None
    for question in questions:
        gain = _gain(chances, question, parameters)
        if best is None or (gain, best.question.key) > (best.gain, question.key):
            best = NextQuestion(question, gain)
    return best


def resolved_score(chances: Mapping[str, float], truth: str) -> float:
    """Brier score over all explanations once the answer is known: 0 is perfect, 2 the worst."""
    if truth not in chances:
        raise InvalidValue("The answer names no explanation on the board.", field="truth")
    return math.fsum((chance - (name == truth)) ** 2 for name, chance in chances.items())


def rivals_in_words(
    chances: Mapping[str, float], *, labels: Mapping[str, str], count: int = 3
) -> tuple[Reason, ...]:
    """The likeliest explanations in words, for those who want no board."""
    ranked = sorted(chances.items(), key=lambda pair: (-pair[1], pair[0]))[:count]
    openings = ("Most likely", *("Then",) * (count - 1))
    return tuple(
        because(
            "explanations.rival",
            f"{opening}: {labels.get(name, name)} (about {round(chance * 20) * 5}%).",
            explanation=name,
            chance=chance,
        )
        for opening, (name, chance) in zip(openings, ranked, strict=False)
    )


def _weight_of(name: str, rows: Sequence[Evidence], parameters: ExplanationParameters) -> float:
    by_source: dict[str, list[float]] = defaultdict(list)
    for row in rows:
        ratio = parameters.likelihood_words[_word(row.bearing, name).value]
        moved = row.reliability * math.log(ratio)
        # what says nothing must not dilute what its source does say
        if moved:
            by_source[row.source].append(moved)
    # fsum over sorted sources: the order in which evidence came in changes no digit
    total = math.fsum(math.fsum(own) / len(own) for own in by_source.values())
    most = math.log(parameters.most_ratio)
    return max(-most, min(most, total))


def _word(bearing: Mapping[str, Word], name: str) -> Word:
    return bearing.get(name, Word.NEUTRAL)


def _with_floor(chances: dict[str, float], floor: float) -> dict[str, float]:
    """Something else at least `floor`; the others share what is left in their proportions."""
    other = chances[SOMETHING_ELSE]
    if other >= floor:
        return chances
    scale = (1 - floor) / (1 - other)
    lowered = {name: chance * scale for name, chance in chances.items()}
    lowered[SOMETHING_ELSE] = floor
    return lowered


def _gain(
    chances: Mapping[str, float], question: OpenQuestion, parameters: ExplanationParameters
) -> float:
    yes, no = {}, {}
    for name, chance in chances.items():
        ratio = parameters.likelihood_words[_word(question.if_yes, name).value]
        yes[name] = chance * ratio / (ratio + 1)
        no[name] = chance / (ratio + 1)
    after = sum(_entropy(side) for side in (yes, no))
    return max(0.0, _entropy(chances) - after)


def _entropy(weights: Mapping[str, float]) -> float:
    """Entropy in bits of the normalised weights, times their sum."""
    whole = math.fsum(weights.values())
    if whole <= 0:
        return 0.0
    return -math.fsum(w * math.log2(w / whole) for w in weights.values() if w > 0)


def _check(priors: Mapping[str, float]) -> None:
    if not priors or min(priors.values()) <= 0:
        raise InvalidValue("Every explanation needs a prior above zero.", field="priors")
    if SOMETHING_ELSE in priors:
        raise InvalidValue("Something else is always added by itself.", field="priors")
