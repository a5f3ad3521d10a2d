"""Notices: somebody asks, answers, passes on, is blocked, names you; a review is near.

They carry account and act only.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from sightline.messages.acts import address
from sightline.planning.notices import Kind
from sightline.records.queries.asks import told_of
from sightline.records.queries.messages import Waiting
from sightline.records.scoping import Person


@dataclass(frozen=True, slots=True)
class NoticeSaid:
    """One notice; `link` leads to the page where it is answered, behind the sign-in."""

    account: str
    act: str
    link: str


def notices_said(person: Person, waiting: Sequence[Waiting]) -> tuple[NoticeSaid, ...]:
    """The notices that still have something to say to somebody who may still see the account."""
    words = {
        Kind.QUESTION: _("A question for you"),
        Kind.ANSWER: _("Your question was answered"),
        Kind.BLOCKED: _("A blocked action needs you"),
        Kind.MENTION: _("You were named in a note"),
        Kind.PASSED_ON: _("An act was passed on to you"),
        Kind.REVIEW: _("The review is near: its pre-read is ready"),
    }
    found = []
    for one in waiting:
        if one.kind == Kind.MONDAY:
            continue
        told = told_of(person, one.kind, one.facts)
        if told is not None:
            found.append(NoticeSaid(told, words[Kind(one.kind)], address(_page_of(one))))
    return tuple(found)


def _page_of(one: Waiting) -> str:
    """Where a notice leads."""
    if one.kind == Kind.PASSED_ON:
        return reverse("plays:show", args=[one.facts["account"]])
    if one.kind == Kind.REVIEW:
        return reverse("reviews:prepare", args=[one.facts["review"]])
    return reverse("asks:show")
