"""Monday: answering what the week asks, and preparing what its people ask of it."""

from sightline.actions.monday.acts import NotOffered
from sightline.actions.monday.answers import Answer, answer_act
from sightline.actions.monday.call import call_act
from sightline.actions.monday.delegate import Delegation, delegate_act
from sightline.actions.monday.keep import ask_for_weeks, keep_week, keep_weeks
from sightline.actions.monday.links import LinkSpent, issue_link, use_link
from sightline.actions.monday.prepare import PreparedWeek, fresh_facts, prepare_week
from sightline.actions.monday.undo import AnswerGone, undo_answer

__all__ = [
    "Answer",
    "AnswerGone",
    "Delegation",
    "LinkSpent",
    "NotOffered",
    "PreparedWeek",
    "answer_act",
    "ask_for_weeks",
    "call_act",
    "delegate_act",
    "fresh_facts",
    "issue_link",
    "keep_week",
    "keep_weeks",
    "prepare_week",
    "undo_answer",
    "use_link",
]
