"""Answers in force to a plan's challenges, as the rules and pages take them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.db.models import Model, QuerySet

from sightline.planning.challenges import Answer, AnswerKind
from sightline.records.models import (
    Account,
    Assumption,
    ChallengeAnswer,
    Contact,
    Contract,
    Opportunity,
    Play,
    ProductLine,
)
from sightline.records.prepared import prepared
from sightline.records.queries.contract_names import contract_names
from sightline.wording.labels import METRICS


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


def answers_of(plan_id: int, *, zone: ZoneInfo) -> tuple[Answer, ...]:
    """The answers in force, dated by the day in `zone`. One query."""
    return tuple(
        Answer(
            challenge=row.key,
            kind=AnswerKind(row.kind),
            on=row.answered_at.astimezone(zone).date(),
            by=str(row.answered_by_id or ""),
            evidence=row.evidence,
            until=row.until,
            reason=row.reason,
        )
        for row in _in_force(plan_id)
    )


@prepared
def _in_force(plan_id: int) -> QuerySet[ChallengeAnswer]:
    return ChallengeAnswer.objects.filter(plan_id=plan_id, undone_at=None)


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
    number, `account:1`, `metric:nrr`). Keys of nothing are left out. Seven queries at most."""
    wanted: dict[str, set[int]] = {}
    metrics: dict[str, str] = {}
    for key in keys:
        kind, _, number = key.rpartition(":")
        if kind == "metric" and number in METRICS:
            metrics[key] = METRICS[number]
        if number.isdecimal():
            wanted.setdefault(kind or "contact", set()).add(int(number))
    found = metrics | _named(wanted)
    lines = {number for key, numbers in wanted.items() if _on_lines(key) for number in numbers}
    for pk, name in ProductLine.objects.filter(pk__in=lines).values_list("pk", "name"):
        found |= {f"{key}:{pk}": name for key in wanted if _on_lines(key)}
    people = wanted.get("contact", set()) | wanted.get("person", set())
    for pk, name in Contact.objects.filter(pk__in=people).values_list("pk", "name"):
        found |= dict.fromkeys((str(pk), f"person:{pk}", f"contact:{pk}"), name)
    return found


def _on_lines(kind: str) -> bool:
    """Whether a key ends with a product line: the line itself, or a cell of it."""
    return kind == "line" or kind.startswith("cell:")


def _named(wanted: Mapping[str, set[int]]) -> dict[str, str]:
    """Deals, plays, accounts, contracts and assumptions, each by what it is called."""
    found: dict[str, str] = {}
    tables: tuple[tuple[str, type[Model], str], ...] = (
        ("opportunity", Opportunity, "name"),
        ("play", Play, "name"),
        ("account", Account, "name"),
        ("assumption", Assumption, "words"),
    )
    for kind, table, column in tables:
        rows = table._default_manager.filter(pk__in=wanted.get(kind, ()))
        found |= {f"{kind}:{pk}": str(name) for pk, name in rows.values_list("pk", column)}
    contracts = Contract.objects.filter(pk__in=wanted.get("contract", ()))
    found |= {f"contract:{pk}": name for pk, name in contract_names(contracts).items()}
    return found
