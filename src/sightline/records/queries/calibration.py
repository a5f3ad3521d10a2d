"""What was expected of deals and renewals and what happened, and where stages' odds come from.

Nobody's name is read: a prediction knows its stage, its product line and its size.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from zoneinfo import ZoneInfo

from sightline.planning.bridge import StageOdds
from sightline.planning.calibration import Prediction
from sightline.planning.errors import MissingRate
from sightline.planning.money import Money, Rates
from sightline.planning.parameters import Parameters
from sightline.records.models import (
    Opportunity,
    OpportunityLine,
    PlayPrediction,
    RenewalOutcome,
    RenewalPrediction,
    Stage,
    StageChange,
)
from sightline.records.queries import company
from sightline.records.queries.contract_names import lines_of_contracts
from sightline.records.queries.history import StagePast
from sightline.records.queries.stage_odds import stage_table

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
class _Said:
    """What was expected on a day: of a deal in a stage, or of a renewal at a risk."""

    stage: str
    chance: float
    amount: int | None
    closes: date | None
    made_on: date


@dataclass(frozen=True, slots=True)
class _Outcome:
    happened: bool | None
    amount: int | None
    currency: str
    closed_on: date | None
    product: str


@dataclass(frozen=True, slots=True)
class _Sizes:
    """Planned values in the company's currency at the rate of the day they were planned."""

    currency: str
    rates: Rates

    def of(self, said: _Said, code: str) -> int | None:
        """Minor units; None where the value or its rate is not known."""
        if said.amount is None:
            return None
        try:
            amount = Money(said.amount, code or self.currency)
            return self.rates.convert(amount, self.currency, on=said.made_on).minor
        except MissingRate:
            return None


def predictions(newest: int = NEWEST) -> tuple[Told, ...]:
    """The newest predictions of deals: those kept when a deal entered a stage, and, from before
    anything was kept, the probability that the CRM's history tells of that moment. Eight queries."""
    kept = list(
        PlayPrediction.objects.filter(opportunity__removed_at=None)
        .order_by("-made_on", "-pk")
        .values_list(
            "opportunity_id",
            "stage_id",
            "stage__name",
            "probability",
            "amount",
            "close_date",
            "made_on",
        )[:newest]
    )
    seen = {(deal, stage) for deal, stage, *_ in kept}
    told = company.company_facts()
    past = _history(newest, renewals=False, zone=told.time_zone)
    sizes = _sizes(told)
    outcomes = _outcomes({row[0] for row in kept} | {deal for deal, _stage in past}, renewals=False)
    found = [
        _told(Source.KEPT, _Said(stage, float(chance), amount, closes, on), outcomes[deal], sizes)
        for deal, _stage, stage, chance, amount, closes, on in kept
        if deal in outcomes
    ]
    for (deal, stage_id), said in past.items():
        if (deal, stage_id) not in seen and deal in outcomes:
            found.append(_told(Source.CRM, said, outcomes[deal], sizes))
    return tuple(found)


def renewal_predictions(newest: int = NEWEST) -> tuple[Told, ...]:
    """The same of renewals: those kept when a contract came into sight, by the risk they were
    judged at, and, as the CRM's, the probabilities of renewal deals by stage. Eight queries."""
    kept = list(
        RenewalPrediction.objects.filter(contract__removed_at=None)
        .select_related("contract")
        .order_by("-made_on", "-pk")[:newest]
    )
    lines = lines_of_contracts(one.contract for one in kept)
    ended = _ended({one.contract_id for one in kept})
    told = company.company_facts()
    sizes, found = _sizes(told), []
    for one in kept:
        said = _Said(one.level, float(one.probability), one.value, one.ends_on, one.made_on)
        product = next(iter(lines.get(one.contract_id, ())), "")
        happened, renewed, decided = ended.get((one.contract_id, one.ends_on), (None, None, None))
        outcome = _Outcome(happened, renewed, one.currency, decided, product)
        found.append(_told(Source.KEPT, said, outcome, sizes))
    past = _history(newest, renewals=True, zone=told.time_zone)
    outcomes = _outcomes({deal for deal, _stage in past}, renewals=True)
    found += [
        _told(Source.CRM, said, outcomes[deal], sizes)
        for (deal, _stage), said in past.items()
        if deal in outcomes
    ]
    return tuple(found)


def _ended(contracts: set[int]) -> dict[tuple[int, date], tuple[bool, int | None, date]]:
    """Whether a contract went on at an end, at what yearly value, and the day it was decided."""
    rows = RenewalOutcome.objects.filter(contract_id__in=contracts, undone_at=None)
    return {
        (contract, end): (kind != RenewalOutcome.Kind.LOST, renewed, decided)
        for contract, end, kind, renewed, decided in rows.values_list(
            "contract_id", "ended_on", "kind", "renewed", "decided_on"
        )
    }


def _sizes(told: company.CompanyFacts) -> _Sizes:
    return _Sizes(told.currency, company.rates(told.currency))


def stage_rows(parameters: Parameters) -> tuple[StageRow, ...]:
    """Open stages in order with their probability and time. Three queries."""
    table = stage_table(parameters)
    stages = Stage.objects.filter(is_closed=False, is_active=True).order_by("position", "pk")
    return tuple(
        StageRow(name, table.odds[pk], table.pasts.get(pk))
        for pk, name in stages.values_list("pk", "name")
        if pk in table.odds
    )


def _history(newest: int, *, renewals: bool, zone: ZoneInfo) -> Mapping[tuple[int, int], _Said]:
    """The first entry of each deal into each open stage that told a probability, newest deals."""
    rows = (
        StageChange.objects.filter(
            stage__is_closed=False,
            opportunity__is_renewal=renewals,
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
    for deal, stage, name, own, default, amount, closes, at in sorted(rows, key=lambda r: r[7]):
        chance = own if own is not None else default
        if stage is not None and chance is not None and (deal, stage) not in found:
            share = min(1.0, float(chance) / 100)
            found[deal, stage] = _Said(
                name or "", share, amount, closes, at.astimezone(zone).date()
            )
    return found


def _outcomes(deals: set[int], *, renewals: bool) -> dict[int, _Outcome]:
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
        rows = Opportunity.objects.filter(pk__in=ids[start : start + 5000], is_renewal=renewals)
        for deal, closed, won, amount, code, on, due in rows.values_list(
            "pk", "is_closed", "is_won", "amount", "currency", "closed_on", "close_date"
        ):
            happened = won if closed else None
            ended = (on or due) if closed else None
            found[deal] = _Outcome(happened, amount, code, ended, largest.get(deal, ""))
    return found


def _told(source: Source, said: _Said, outcome: _Outcome, sizes: _Sizes) -> Told:
    """Value and date are compared for what was won or renewed only: what was lost has neither."""
    won = bool(outcome.happened)
    ratio = late = None
    if won and said.amount and outcome.amount is not None:
        ratio = outcome.amount / said.amount
    if won and said.closes is not None and outcome.closed_on is not None:
        late = (outcome.closed_on - said.closes).days
    return Told(
        source,
        Prediction(
            said.stage,
            outcome.product,
            said.chance,
            outcome.happened,
            ratio,
            late,
            sizes.of(said, outcome.currency),
        ),
    )
