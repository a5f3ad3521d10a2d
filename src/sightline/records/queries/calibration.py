"""What was expected of deals and what happened, and where each stage's probability comes from.

Nobody's name is read: a prediction knows its stage and its product line.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from sightline.planning.bridge import StageOdds
from sightline.planning.calibration import Prediction
from sightline.planning.parameters import Parameters
from sightline.records.models import (
    Opportunity,
    OpportunityLine,
    PlayPrediction,
    Stage,
    StageChange,
)
from sightline.records.queries import bridging
from sightline.records.queries.history import StagePast

NEWEST = 20_000


class Source(StrEnum):
    """Whose probability a prediction was."""

    KEPT = "kept"
    CRM = "crm"


@dataclass(frozen=True, slots=True)
class Told:
    """A prediction with where it came from."""

    source: Source
    prediction: Prediction


@dataclass(frozen=True, slots=True)
class StageRow:
    """A stage's default beside the company's own past of it."""

    name: str
    odds: StageOdds
    past: StagePast | None


@dataclass(frozen=True, slots=True)
class _Outcome:
    happened: bool | None
    amount: int | None
    closed_on: date | None
    product: str


def predictions(newest: int = NEWEST) -> tuple[Told, ...]:
    """The newest predictions: those kept when a deal entered a stage, and, from before anything was
    kept, the probability that the CRM's history tells of that moment. Six queries."""
    kept = list(
        PlayPrediction.objects.filter(opportunity__removed_at=None)
        .order_by("-made_on", "-pk")
        .values_list(
            "opportunity_id", "stage_id", "stage__name", "probability", "amount", "close_date"
        )[:newest]
    )
    seen = {(deal, stage) for deal, stage, *_ in kept}
    past = _history(newest)
    deals = {row[0] for row in kept} | {deal for deal, _stage in past}
    outcomes = _outcomes(deals)
    found = [
        _told(Source.KEPT, stage, float(chance), amount, closes, outcomes[deal])
        for deal, _stage, stage, chance, amount, closes in kept
        if deal in outcomes
    ]
    for (deal, stage_id), (stage, chance, amount, closes) in past.items():
        if (deal, stage_id) not in seen and deal in outcomes:
            found.append(_told(Source.CRM, stage, chance, amount, closes, outcomes[deal]))
    return tuple(found)


def stage_rows(parameters: Parameters) -> tuple[StageRow, ...]:
    """Open stages in order with their probability and time. Three queries."""
    table = bridging.stage_table(parameters)
    stages = Stage.objects.filter(is_closed=False, is_active=True).order_by("position", "pk")
    return tuple(
        StageRow(name, table.odds[pk], table.pasts.get(pk))
        for pk, name in stages.values_list("pk", "name")
        if pk in table.odds
    )


def _history(
    newest: int,
) -> Mapping[tuple[int, int], tuple[str, float, int | None, date | None]]:
    """The first entry of each deal into each open stage that told a probability, newest deals."""
    rows = (
        StageChange.objects.filter(
            stage__is_closed=False,
            opportunity__is_renewal=False,
            opportunity__removed_at=None,
            removed_at=None,
        )
        .order_by("-pk")
        .values_list(
            "opportunity_id",
            "stage_id",
            "stage__name",
            "probability",
            "stage__probability",
            "amount",
            "close_date",
            "at",
        )[:newest]
    )
    found = {}
    for deal, stage, name, own, default, amount, closes, _at in sorted(rows, key=lambda r: r[7]):
        chance = own if own is not None else default
        if stage is not None and chance is not None and (deal, stage) not in found:
            found[deal, stage] = (name or "", min(1.0, float(chance) / 100), amount, closes)
    return found


def _outcomes(deals: set[int]) -> dict[int, _Outcome]:
    largest: dict[int, str] = {}
    ids = sorted(deals)
    for start in range(0, len(ids), 5000):
        lines = OpportunityLine.objects.filter(
            opportunity_id__in=ids[start : start + 5000], removed_at=None
        )
        for deal, name in lines.order_by("total", "pk").values_list(
            "opportunity_id", "product_line__name"
        ):
            largest[deal] = name or ""
    found = {}
    for start in range(0, len(ids), 5000):
        rows = Opportunity.objects.filter(pk__in=ids[start : start + 5000], is_renewal=False)
        for deal, closed, won, amount, on, due in rows.values_list(
            "pk", "is_closed", "is_won", "amount", "closed_on", "close_date"
        ):
            happened = won if closed else None
            ended = (on or due) if closed else None
            found[deal] = _Outcome(happened, amount, ended, largest.get(deal, ""))
    return found


def _told(
    source: Source,
    stage: str,
    chance: float,
    amount: int | None,
    closes: date | None,
    outcome: _Outcome,
) -> Told:
    """Value and date are compared for won deals only: a lost one has neither."""
    won = bool(outcome.happened)
    ratio = late = None
    if won and amount and outcome.amount is not None:
        ratio = outcome.amount / amount
    if won and closes is not None and outcome.closed_on is not None:
        late = (outcome.closed_on - closes).days
    return Told(source, Prediction(stage, outcome.product, chance, outcome.happened, ratio, late))
