"""Help beside a choice: questions asked from the top; the first yes decides."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _


@dataclass(frozen=True, slots=True)
class Question:
    """One question and the choice that a yes comes to."""

    text: str
    value: str
    choice: str = ""


def role_questions() -> tuple[Question, ...]:
    """Which buying role."""
    return (
        Question(_("Can they release the money, or stop it, on their own word?"), "economic_buyer"),
        Question(
            _("Have they spoken for us when we were not in the room, and gain if we win?"),
            "champion",
        ),
        Question(_("Do they work for another outcome, or for another supplier?"), "blocker"),
        Question(_("Does somebody who decides ask for their view first?"), "influencer"),
        Question(_("Can they rule us out on technical grounds?"), "technical"),
        Question(_("Do they run terms, price and paper?"), "procurement"),
        Question(_("Do they tell us how things work inside, without deciding?"), "coach"),
        Question(_("Would they work with it every week?"), "user"),
    )


def stance_questions() -> tuple[Question, ...]:
    """Which stance."""
    return (
        Question(_("Have they said to others that they want us to win?"), "supports"),
        Question(_("Have they said or done something against our case?"), "against"),
        Question(_("Do they know our case and lean neither way?"), "neutral"),
        Question(_("Do they know our case and not care how it ends?"), "indifferent"),
        Question(_("Have you never heard what they think?"), "unknown"),
    )


def strength_questions() -> tuple[Question, ...]:
    """How strong the relationship is, as the person asked sees it."""
    return (
        Question(_("Have they spoken for us when we were not in the room?"), "5"),
        Question(_("Have they done something for us that cost them something?"), "4"),
        Question(_("Do they call you first, or tell you what others are not told?"), "3"),
        Question(_("Do they answer, and do you meet now and then?"), "2"),
        Question(_("Would they know your name?"), "1"),
        Question(_("Has nobody of ours ever spoken with them?"), "0"),
    )


QUESTIONS = {
    "role": role_questions,
    "stance": stance_questions,
    "strength": strength_questions,
}


def standing_choices() -> list[tuple[str, str]]:
    """Political standing."""
    return [
        ("inner", _("Inner circle: decisions are made with them before the meeting")),
        ("structure", _("In the structure: heard because of their place")),
        ("outside", _("Outside: told afterwards")),
    ]


def style_choices() -> list[tuple[str, str]]:
    """How somebody decides."""
    return [
        ("numbers", _("By numbers and proof")),
        ("vision", _("By where it leads")),
        ("people", _("By who stands behind it")),
        ("process", _("By the rules of the house")),
    ]
