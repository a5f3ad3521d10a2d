"""What a plan stands on beside its plays: assumptions, objectives, risks, the customer's priorities,
SWOT where it is switched on, as reviews and snapshots take them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import QuerySet

from sightline.planning.reviews import Area, Entry, entry
from sightline.records.models import Assumption, Objective, PlanRisk, Priority, SwotItem
from sightline.records.prepared import prepared


@dataclass(frozen=True, slots=True)
class AssumptionRow:
    """One assumption; `holds` None while nobody knows."""

    id: int
    version: int
    words: str
    proved_wrong_by: str
    look_again: date | None
    holds: bool | None
    settled_on: date | None


@dataclass(frozen=True, slots=True)
class PriorityRow:
    """One thing the customer wants, in their words; `who` is empty where nobody is named."""

    id: int
    words: str
    who_id: int | None
    who: str
    said_on: date
    standing: str


_HOLDS = {
    Assumption.Standing.HOLDS.value: True,
    Assumption.Standing.FAILED.value: False,
}


_WORDED: dict[str, type[Any]] = {
    "objective": Objective,
    "assumption": Assumption,
    "risk": PlanRisk,
    "priority": Priority,
    "swot": SwotItem,
}


def assumptions_of(plan_id: int) -> tuple[AssumptionRow, ...]:
    """The assumptions of a plan, the first to look at again first. One query."""
    return tuple(
        AssumptionRow(
            row.pk,
            row.version,
            row.words,
            row.proved_wrong_by,
            row.look_again,
            _HOLDS.get(row.standing),
            row.settled_on,
        )
        for row in _to_look_at(plan_id)
    )


@prepared
def _to_look_at(plan_id: int) -> QuerySet[Assumption]:
    rows = Assumption.objects.filter(plan_id=plan_id, removed_at=None)
    return rows.order_by("look_again", "pk")


def priorities_of(account_id: int) -> tuple[PriorityRow, ...]:
    """The customer's priorities, newest first; an erased person is not named. One query."""
    rows = Priority.objects.filter(account_id=account_id, removed_at=None).select_related("said_by")
    return tuple(
        PriorityRow(
            id=row.pk,
            words=row.words,
            who_id=row.said_by_id,
            who=row.said_by.name
            if row.said_by is not None and row.said_by.erased_at is None
            else row.said_as,
            said_on=row.said_on,
            standing=row.standing,
        )
        for row in rows.order_by("-said_on", "pk")
    )


def goals(plan_id: int) -> Iterator[Entry]:
    """Objectives, assumptions and risks as a snapshot holds them: no words. Three queries."""
    for one in _objectives(plan_id):
        yield entry(
            Area.GOALS,
            f"objective:{one.pk}",
            {
                "state": one.state,
                "due": one.due_on.isoformat() if one.due_on else None,
                "owner": f"user:{one.owner_id}" if one.owner_id else None,
            },
        )
    for held in _assumptions(plan_id):
        yield entry(
            Area.GOALS,
            f"assumption:{held.pk}",
            {
                "standing": held.standing,
                "look_again": held.look_again.isoformat() if held.look_again else None,
            },
        )
    for risk in _risks(plan_id):
        yield entry(
            Area.GOALS,
            f"risk:{risk.pk}",
            {
                "likelihood": risk.likelihood or None,
                "severity": risk.severity or None,
                "owner": f"user:{risk.owner_id}" if risk.owner_id else None,
                "ended": risk.ended_on.isoformat() if risk.ended_on else None,
            },
        )


@prepared
def _objectives(plan_id: int) -> QuerySet[Objective]:
    return Objective.objects.filter(plan_id=plan_id, removed_at=None).order_by("pk")


@prepared
def _assumptions(plan_id: int) -> QuerySet[Assumption]:
    return Assumption.objects.filter(plan_id=plan_id, removed_at=None).order_by("pk")


@prepared
def _risks(plan_id: int) -> QuerySet[PlanRisk]:
    return PlanRisk.objects.filter(plan_id=plan_id, removed_at=None).order_by("pk")


@prepared
def _wanted(account_id: int) -> QuerySet[Priority, Any]:
    rows = Priority.objects.filter(account_id=account_id, removed_at=None)
    return rows.values_list("pk", "words")


def swot(plan_id: int) -> Iterator[Entry]:
    """Strengths, weaknesses, opportunities and threats, and where each leads. One query."""
    for one in SwotItem.objects.filter(plan_id=plan_id, removed_at=None).order_by("pk"):
        yield entry(Area.GOALS, f"swot:{one.pk}", {"kind": one.kind, "leads_to": one.leads_to})


def texts(plan_id: int, account_id: int, *, with_swot: bool) -> dict[str, str]:
    """Wordings of objectives, assumptions, risks, priorities and SWOT by key. Five queries."""
    found: dict[str, str] = {}
    found |= {f"objective:{one.pk}": one.words for one in _objectives(plan_id) if one.words}
    found |= {f"assumption:{one.pk}": one.words for one in _assumptions(plan_id) if one.words}
    found |= {f"risk:{one.pk}": one.words for one in _risks(plan_id) if one.words}
    if with_swot:
        items = SwotItem.objects.filter(plan_id=plan_id, removed_at=None)
        found |= {f"swot:{pk}": text for pk, text in items.values_list("pk", "words")}
    found |= {f"priority:{pk}": text for pk, text in _wanted(account_id) if text}
    return found


def words_of(keys: list[str]) -> dict[str, str]:
    """The words behind `objective:`, `assumption:`, `risk:`, `priority:` and `swot:` keys, removed
    ones too. Five queries at most."""
    ids: dict[str, list[int]] = {}
    for key in keys:
        name, _, number = key.partition(":")
        if number.isdecimal():
            ids.setdefault(name, []).append(int(number))
    return {
        f"{name}:{pk}": text
        for name, model in _WORDED.items()
        if name in ids
        for pk, text in model.objects.filter(pk__in=ids[name]).values_list("pk", "words")
    }
