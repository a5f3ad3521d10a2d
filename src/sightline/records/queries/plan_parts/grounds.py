"""A plan's objectives, assumptions, risks and target parts as they are kept."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import QuerySet

from sightline.records.models import (
    Assumption,
    AssumptionLoad,
    CellMeasures,
    Objective,
    PlanRisk,
    TargetPart,
)
from sightline.records.prepared import prepared
from sightline.records.queries.plan_parts.moves import key_of


@dataclass(frozen=True, slots=True)
class ObjectiveRow:
    """One objective; `measure` empty: it is a matter of judgement."""

    id: int
    words: str
    measure: str
    owner_id: int | None
    owner: str
    due_on: date | None
    state: str
    version: int


@dataclass(frozen=True, slots=True)
class AssumptionRow:
    """One assumption with the keys of what rests on it."""

    id: int
    words: str
    proved_wrong_by: str
    look_again: date | None
    standing: str
    version: int
    loads: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RiskRow:
    """One risk; money in minor units of the plan's currency."""

    id: int
    words: str
    reason: str
    likelihood: str
    severity: str
    owner_id: int | None
    owner: str
    answer: str
    money: int | None
    about: str
    version: int


@dataclass(frozen=True, slots=True)
class TargetPartRow:
    """A part of the target, with who agreed it and when."""

    id: int
    unit: str
    line: str
    kind: str
    amount: int
    agreed_by: str
    agreed_on: date


def objectives_of(plan_id: int) -> tuple[ObjectiveRow, ...]:
    """Open ones first, by day; dropped ones are left out. One query."""
    rows = (
        Objective.objects.filter(plan_id=plan_id, removed_at=None)
        .exclude(state=Objective.State.DROPPED)
        .select_related("owner")
        .order_by("due_on", "pk")
    )
    found = [
        ObjectiveRow(
            row.pk,
            row.words,
            row.measure,
            row.owner_id,
            row.owner.name if row.owner else "",
            row.due_on,
            row.state,
            row.version,
        )
        for row in rows
    ]
    return tuple(sorted(found, key=lambda row: (row.state != "open", row.due_on or date.max)))


def assumptions_of(plan_id: int) -> tuple[AssumptionRow, ...]:
    """False ones first, then by the day to look again. Two queries."""
    rows = _assumptions(plan_id)
    loads: dict[int, list[str]] = {}
    for pk, play, deal, contract in _loads(plan_id) if rows else ():
        loads.setdefault(pk, []).append(key_of(play=play, opportunity=deal, contract=contract))
    found = [
        AssumptionRow(
            row.pk,
            row.words,
            row.proved_wrong_by,
            row.look_again,
            row.standing,
            row.version,
            tuple(loads.get(row.pk, ())),
        )
        for row in rows
    ]
    return tuple(
        sorted(found, key=lambda row: (row.standing != "false", row.look_again or date.max, row.id))
    )


def risks_of(plan_id: int) -> tuple[RiskRow, ...]:
    """Risks that have not ended, the largest money first. One query."""
    rows = _risks(plan_id)
    found = [
        RiskRow(
            row.pk,
            row.words,
            row.reason,
            row.likelihood,
            row.severity,
            row.owner_id,
            row.owner.name if row.owner else "",
            row.answer,
            row.money,
            row.about,
            row.version,
        )
        for row in rows
    ]
    return tuple(sorted(found, key=lambda row: (row.money is None, -(row.money or 0), row.id)))


@prepared
def _loads(plan_id: int) -> QuerySet[AssumptionLoad, Any]:
    rows = AssumptionLoad.objects.filter(assumption__plan_id=plan_id, assumption__removed_at=None)
    return rows.order_by("pk").values_list(
        "assumption_id", "play_id", "opportunity_id", "contract_id"
    )


@prepared
def _assumptions(plan_id: int) -> QuerySet[Assumption]:
    return Assumption.objects.filter(plan_id=plan_id, removed_at=None).order_by("pk")


@prepared
def _risks(plan_id: int) -> QuerySet[PlanRisk]:
    rows = PlanRisk.objects.filter(plan_id=plan_id, removed_at=None, ended_on=None)
    return rows.select_related("owner").order_by("pk")


def target_parts_of(plan_id: int) -> tuple[TargetPartRow, ...]:
    """The parts of the target, largest first. One query."""
    rows = TargetPart.objects.filter(plan_id=plan_id).order_by("-amount", "pk")
    return tuple(
        TargetPartRow(pk, unit or "", line or "", kind, amount, by or "", on)
        for pk, unit, line, kind, amount, by, on in rows.values_list(
            "pk",
            "unit__name",
            "product_line__name",
            "kind",
            "amount",
            "agreed_by__name",
            "agreed_on",
        )
    )


def lines_of(account_ids: tuple[int, ...]) -> tuple[tuple[str, str], ...]:
    """Lines that the accounts have revenue in, as (key, name): what a risk may speak of."""
    rows = CellMeasures.objects.filter(account_id__in=account_ids).values_list(
        "product_line_id", "product_line__name"
    )
    named = sorted(set(rows), key=lambda row: (row[1].casefold(), row[0]))
    return tuple((f"line:{pk}", name) for pk, name in named)
