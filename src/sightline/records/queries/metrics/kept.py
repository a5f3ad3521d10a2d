"""What a plan wants of its metrics, and the plays that are to move each."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import QuerySet

from sightline.planning.challenges.facts import MetricStanding
from sightline.records.models import PlanMetric
from sightline.records.prepared import prepared
from sightline.records.queries.plan_parts.moves import key_of


@dataclass(frozen=True, slots=True)
class KeptMetric:
    """One metric with a target. Money in major units of the plan's currency, shares as shares."""

    key: str
    baseline: Decimal | None
    baseline_on: date | None
    target: Decimal
    by: date
    version: int
    moves: tuple[tuple[str, str], ...]


def kept_metrics(plan_id: int) -> dict[str, KeptMetric]:
    """By key, with (key, name) of each play or deal that is to move it. Two queries."""
    found = {}
    for row in _metrics(plan_id):
        moves = []
        for move in row.moves.all():
            named = move.play or move.opportunity
            key = key_of(play=move.play_id, opportunity=move.opportunity_id)
            moves.append((key, named.name if named else ""))
        found[row.key] = KeptMetric(
            row.key,
            row.baseline,
            row.baseline_on,
            row.target,
            row.by,
            row.version,
            tuple(sorted(moves, key=lambda pair: pair[1].casefold())),
        )
    return found


@prepared
def _metrics(plan_id: int) -> QuerySet[PlanMetric]:
    rows = PlanMetric.objects.filter(plan_id=plan_id)
    return rows.prefetch_related("moves__play", "moves__opportunity")


def metric_standings(plan_id: int) -> tuple[MetricStanding, ...]:
    """The metrics with a target as the challenge rules take them. Two queries."""
    return tuple(
        MetricStanding(f"metric:{one.key}", True, tuple(key for key, _name in one.moves))
        for one in kept_metrics(plan_id).values()
    )
