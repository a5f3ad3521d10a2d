"""Off-trend revenue asks for an explanation: the trigger, rival explanations, their weighing.

Definitions and worked example: docs/method/explanations.md.
"""

from sightline.planning.explanations.board import (
    SOMETHING_ELSE,
    Belief,
    BeliefFirst,
    Evidence,
    NextQuestion,
    OpenQuestion,
    Word,
    diagnosticity,
    next_best_question,
    resolved_score,
    revealed,
    rivals_in_words,
    telling,
    weigh,
)
from sightline.planning.explanations.question import (
    STARTER_WORDS,
    ExplanationParameters,
    Question,
    Starter,
    TrendFacts,
    question_for,
    starting_priors,
)

__all__ = [
    "SOMETHING_ELSE",
    "STARTER_WORDS",
    "Belief",
    "BeliefFirst",
    "Evidence",
    "ExplanationParameters",
    "NextQuestion",
    "OpenQuestion",
    "Question",
    "Starter",
    "TrendFacts",
    "Word",
    "diagnosticity",
    "next_best_question",
    "question_for",
    "resolved_score",
    "revealed",
    "rivals_in_words",
    "starting_priors",
    "telling",
    "weigh",
]
