"""Monday: answering what the week asks, and preparing what its people ask of it."""

from sightline.actions.monday.answers import (
    Answer,
    AnswerGone,
    NotOffered,
    answer_act,
    undo_answer,
)
from sightline.actions.monday.prepare import PreparedWeek, fresh_facts, prepare_week

__all__ = [
    "Answer",
    "AnswerGone",
    "NotOffered",
    "PreparedWeek",
    "answer_act",
    "fresh_facts",
    "prepare_week",
    "undo_answer",
]
