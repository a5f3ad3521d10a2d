"""Explain off-trend revenue: three rivals in words, a belief, evidence, and what it turned out to be.

A belief names the observation that would change it and a day (docs/method/explanations.md).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db import transaction

from sightline.actions.plan_parts import changed, sentence, told, writable_plan
from sightline.planning.errors import InvalidValue, MissingValue, NotAllowed
from sightline.planning.explanations import SOMETHING_ELSE, Starter, Word
from sightline.records.models import (
    Explanation,
    ExplanationEvidence,
    ExplanationRevision,
    Plan,
)
from sightline.records.queries.plan_parts.explanations import Asked
from sightline.records.scoping import Person

NAMES = frozenset({*(starter.value for starter in Starter), SOMETHING_ELSE})
LEAST_RIVALS = 3
LONGEST = 255


@dataclass(frozen=True, slots=True)
class Said:
    """A person's reading: rivals as (explanation, for, against), the one believed, what would
    change that, and the day to look again."""

    rivals: tuple[tuple[str, str, str], ...]
    belief: str
    would_change: str
    look_again: date


@dataclass(frozen=True, slots=True)
class Column:
    """One observation, or with `asked` a question; `bearing` maps explanations to words."""

    words: str
    bearing: Mapping[str, str]
    source: str = ""
    reliability: Decimal = Decimal(1)
    asked: bool = False


def explain(
    person: Person,
    plan_id: int,
    question: Asked,
    said: Said,
    *,
    today: date,
    now: datetime,
    seen_version: int = 0,
) -> int:
    """Answer a question, or answer it anew; answers the row's id. Every revision is kept.

    Raises `NotAllowed`, `MissingValue`, `InvalidValue` or `StalePart`.
    """
    values = _checked(said, today=today)
    with transaction.atomic():
        plan = writable_plan(person, plan_id)
        row = Explanation.objects.select_for_update().filter(plan=plan, key=question.key).first()
        values |= {"believed_by_id": person.id, "believed_at": now, "state": "answered"}
        if row is None:
            row = Explanation.objects.create(
                plan=plan,
                product_line_id=question.line_id,
                key=question.key,
                change=question.change,
                before=question.before,
                currency=question.currency,
                reason=question.reason,
                opened_on=today,
                changed_at=now,
                **values,
            )
        else:
            changed(row, values, seen_version=seen_version, now=now)
        ExplanationRevision.objects.create(
            explanation=row, belief=said.belief, by_id=person.id, at=now
        )
        told("explain_revenue", person, plan, row, {"belief": (None, said.belief)})
    return row.pk


def add_column(
    person: Person, plan_id: int, explanation_id: int, column: Column, *, now: datetime
) -> int:
    """Put an observation, or a question, on the board; answers its id."""
    words = sentence(column.words, field="words", most=LONGEST)
    bearing = {name: word for name, word in column.bearing.items() if word}
    if not bearing:
        raise MissingValue("For which explanation does it speak?", field="bearing")
    if not set(bearing) <= NAMES or not set(bearing.values()) <= set(Word):
        raise InvalidValue("Choose one of the words.", field="bearing")
    if not 0 <= column.reliability <= 1:
        raise InvalidValue("Reliability lies between 0 and 1.", field="reliability")
    with transaction.atomic():
        plan, row = _own(person, plan_id, explanation_id)
        kept = ExplanationEvidence.objects.create(
            explanation=row,
            words=words,
            source=" ".join(column.source.split())[:120],
            reliability=column.reliability,
            bearing=bearing,
            asked=column.asked,
            created_by_id=person.id,
            created_at=now,
        )
        told("add_evidence", person, plan, kept)
    return kept.pk


def remove_column(
    person: Person, plan_id: int, explanation_id: int, column_id: int, *, now: datetime
) -> None:
    """Take an observation or question off the board."""
    with transaction.atomic():
        plan, row = _own(person, plan_id, explanation_id)
        kept = row.evidence.filter(pk=column_id, removed_at=None).first()
        if kept is None:
            raise NotAllowed("That is not on this board.", field="column")
        ExplanationEvidence.objects.filter(pk=kept.pk).update(removed_at=now)
        told("remove_evidence", person, plan, kept)


def settle_explanation(
    person: Person,
    plan_id: int,
    explanation_id: int,
    truth: str,
    *,
    seen_version: int,
    now: datetime,
) -> None:
    """Say what it turned out to be."""
    if truth not in NAMES:
        raise InvalidValue("Choose one of the explanations.", field="truth")
    with transaction.atomic():
        plan, row = _own(person, plan_id, explanation_id)
        values = {"truth": truth, "state": Explanation.State.SETTLED.value}
        changes = changed(row, values, seen_version=seen_version, now=now)
        if changes:
            told("settle_explanation", person, plan, row, changes)


def _checked(said: Said, *, today: date) -> dict[str, object]:
    named = [rival for rival in said.rivals if rival[0]]
    names = [name for name, _, _ in named]
    if len(set(names)) < LEAST_RIVALS:
        raise MissingValue("Name three different explanations.", field="rivals")
    if len(set(names)) != len(names) or not set(names) <= NAMES:
        raise InvalidValue("Name each explanation once.", field="rivals")
    if said.belief not in NAMES:
        raise MissingValue("Which one do you hold most likely?", field="belief")
    if said.look_again <= today:
        raise InvalidValue("Name a day to come.", field="look_again")
    return {
        "rivals": [
            [name, for_.strip()[:500], against.strip()[:500]] for name, for_, against in named
        ],
        "belief": said.belief,
        "would_change": sentence(said.would_change, field="would_change", most=500),
        "look_again": said.look_again,
    }


def _own(person: Person, plan_id: int, explanation_id: int) -> tuple[Plan, Explanation]:
    plan = writable_plan(person, plan_id)
    row = Explanation.objects.select_for_update().filter(pk=explanation_id, plan=plan).first()
    if row is None:
        raise NotAllowed("That question is not of this plan.", field="explanation")
    return plan, row
