"""Answers in force to a plan's challenges, as the rules and pages take them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from sightline.planning.challenges import Answer, AnswerKind
from sightline.records.models import (
    Account,
    Assumption,
    ChallengeAnswer,
    Contact,
    Contract,
    Opportunity,
    Play,
)


@dataclass(frozen=True, slots=True)
class KeptAnswer:
    """One answer with who gave it."""

    id: int
    key: str
    kind: str
    reason: str
    until: date | None
    by: str
    at: datetime
    action: str


def answers_of(plan_id: int) -> tuple[Answer, ...]:
    """The answers in force. One query."""
    rows = ChallengeAnswer.objects.filter(plan_id=plan_id, undone_at=None)
    return tuple(
        Answer(
            challenge=row.key,
            kind=AnswerKind(row.kind),
            on=row.answered_at.date(),
            by=str(row.answered_by_id or ""),
            evidence=row.evidence,
            until=row.until,
            reason=row.reason,
        )
        for row in rows
    )


def kept_answers(plan_id: int) -> dict[str, KeptAnswer]:
    """The answers in force by challenge key, for the page. One query."""
    rows = ChallengeAnswer.objects.filter(plan_id=plan_id, undone_at=None).select_related(
        "answered_by", "action"
    )
    return {
        row.key: KeptAnswer(
            id=row.pk,
            key=row.key,
            kind=row.kind,
            reason=row.reason,
            until=row.until,
            by=row.answered_by.name if row.answered_by else "",
            at=row.answered_at,
            action=row.action.subject if row.action else "",
        )
        for row in rows
    }


def names_of(keys: Iterable[str]) -> dict[str, str]:
    """Names for the keys that challenges are about (`contract:7`, `opportunity:3`, a contact's
    number, `account:1`). Keys of nothing are left out. Six queries at most."""
    wanted: dict[str, set[int]] = {}
    for key in keys:
        kind, _, number = key.rpartition(":")
        if number.isdecimal():
            wanted.setdefault(kind or "contact", set()).add(int(number))
    found: dict[str, str] = {}
    for pk, name, number in Contract.objects.filter(pk__in=wanted.get("contract", ())).values_list(
        "pk", "name", "number"
    ):
        found[f"contract:{pk}"] = name or number
    for kind, model in (("opportunity", Opportunity), ("account", Account)):
        for pk, name in model.objects.filter(pk__in=wanted.get(kind, ())).values_list("pk", "name"):
            found[f"{kind}:{pk}"] = name
    for pk, name in Play.objects.filter(pk__in=wanted.get("play", ())).values_list("pk", "name"):
        found[f"play:{pk}"] = name
    kept = Assumption.objects.filter(pk__in=wanted.get("assumption", ()))
    for pk, words in kept.values_list("pk", "words"):
        found[f"assumption:{pk}"] = words
    people = wanted.get("contact", set()) | wanted.get("person", set())
    for pk, name in Contact.objects.filter(pk__in=people).values_list("pk", "name"):
        found[str(pk)] = name
        found[f"person:{pk}"] = name
    return found
