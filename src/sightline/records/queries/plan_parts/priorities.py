"""The customer's own priorities of an account, with who said each and which plays answer it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import QuerySet

from sightline.planning.priorities import (
    AnsweringPlay,
    Chain,
    Link,
    PriorityFacts,
    PriorityParameters,
    Standing,
    chains_of,
)
from sightline.records.models import Priority, PriorityAnswer
from sightline.records.prepared import prepared
from sightline.records.queries.plan_parts.moves import key_of


@dataclass(frozen=True, slots=True)
class PriorityRow:
    """One sentence as kept. `said_by` is a name; `answers` the keys of plays and deals."""

    id: int
    under: int | None
    link: str
    words: str
    said_by_id: int | None
    said_by: str
    said_on: date
    where: str
    standing: str
    version: int
    answers: tuple[str, ...]


def priorities_of(account_id: int) -> tuple[PriorityRow, ...]:
    """All that are kept, oldest first. Two queries."""
    rows = _priorities(account_id)
    answers: dict[int, list[str]] = {}
    for priority, play, deal in _answers(account_id) if rows else ():
        answers.setdefault(priority, []).append(key_of(play=play, opportunity=deal))
    return tuple(
        PriorityRow(
            id=row.pk,
            under=row.under_id,
            link=row.link,
            words=row.words,
            said_by_id=row.said_by_id,
            said_by=(row.said_by.name if row.said_by else "") or row.said_as,
            said_on=row.said_on,
            where=row.where,
            standing=row.standing,
            version=row.version,
            answers=tuple(answers.get(row.pk, ())),
        )
        for row in rows
    )


@prepared
def _priorities(account_id: int) -> QuerySet[Priority]:
    rows = Priority.objects.filter(account_id=account_id, removed_at=None)
    return rows.select_related("said_by").order_by("said_on", "pk")


@prepared
def _answers(account_id: int) -> QuerySet[PriorityAnswer, Any]:
    rows = PriorityAnswer.objects.filter(priority__account_id=account_id, priority__removed_at=None)
    return rows.order_by("pk").values_list("priority_id", "play_id", "opportunity_id")


def chains(
    rows: tuple[PriorityRow, ...], *, today: date, parameters: PriorityParameters
) -> tuple[Chain, ...]:
    """The rows as goals with all below them. Whoever said it and was erased is `somebody`."""
    kept = {row.id for row in rows}
    facts = [
        PriorityFacts(
            key=str(row.id),
            link=Link(row.link),
            words=row.words,
            said_by=row.said_by or "somebody",
            said_on=row.said_on,
            where=row.where,
            under=str(row.under) if row.under is not None else None,
            standing=Standing(row.standing),
        )
        for row in rows
        # a link whose goal was taken away waits, unseen, for its undo
        if row.under is None or row.under in kept
    ]
    by_play: dict[str, list[str]] = {}
    for row in rows:
        for play in row.answers:
            by_play.setdefault(play, []).append(str(row.id))
    plays = [AnsweringPlay(key, tuple(answered)) for key, answered in sorted(by_play.items())]
    return chains_of(facts, plays=plays, today=today, parameters=parameters)
