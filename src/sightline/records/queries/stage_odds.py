"""The company's probability of each stage, and of a deal in it by its age, product line and size."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from django.db.models import QuerySet

from sightline.planning.bridge import BridgeParameters, StageOdds, Tally, stage_odds
from sightline.planning.bridge.splits import narrowed, size_of
from sightline.planning.money import Converter, Money
from sightline.planning.parameters import Parameters
from sightline.planning.plays import Stage as Step
from sightline.records.models import Opportunity, Stage
from sightline.records.prepared import prepared
from sightline.records.queries import history
from sightline.records.queries.deal_rows import lines_of
from sightline.records.queries.history import CountedPast, StagePast


@dataclass(frozen=True, slots=True)
class StageTable:
    """The company's probability for each stage by stage id, with its history; and the stages
    themselves by id as text, as rules of plays take them. `sizes` bound the bands of deals."""

    odds: Mapping[int, StageOdds]
    pasts: Mapping[int, StagePast]
    stages: Mapping[str, Step] = field(default_factory=dict)
    sizes: tuple[int, ...] = ()
    numbers: BridgeParameters | None = None

    @property
    def by_line(self) -> bool:
        """Whether any stage's past is split by product line."""
        return any(past.splits.lines for past in self.pasts.values())

    def of_deal(
        self,
        stage_id: int | None,
        *,
        lines: Collection[str] = (),
        amount: Money | None = None,
        days: int | None = None,
    ) -> StageOdds | None:
        """The probability of a deal: by its age in the stage, its product line or its size, where
        enough of them closed; else the stage's. `amount` in the company's currency."""
        found, past = self.odds.get(stage_id or 0), self.pasts.get(stage_id or 0)
        if found is None or past is None or self.numbers is None:
            return found
        size = size_of(amount.minor if amount is not None else None, bounds=self.sizes)
        splits = narrowed(past.splits, lines=lines, size=size, days=days)
        tally = Tally(won=past.won, closed=past.closed)
        return stage_odds(found.default, history=tally, parameters=self.numbers, splits=splits)


def stage_table(parameters: Parameters, *, past: CountedPast | None = None) -> StageTable:
    """Stage odds from the default and the company's own past. Two queries, one where it is given.

    An opportunity counts for every stage it was ever in; a stage without history stays at its
    default.
    """
    numbers = parameters.section(BridgeParameters, "bridge")
    known = past or history.counted_past()
    pasts = known.stages
    table, steps = {}, {}
    for row in _stages():
        own = pasts.get(row.pk)
        tally = Tally(won=own.won, closed=own.closed) if own else Tally(won=0, closed=0)
        told = float(row.probability) / 100 if row.probability is not None else None
        table[row.pk] = stage_odds(told, history=tally, parameters=numbers)
        steps[str(row.pk)] = Step(row.name, row.position, closed=row.is_closed, won=row.is_won)
    return StageTable(table, pasts, steps, known.sizes, numbers)


def deal_odds(
    deals: Sequence[Opportunity], *, table: StageTable, convert: Converter
) -> dict[int, StageOdds | None]:
    """The company's probability of each deal on the converter's day. One query where the past is
    split by product line."""
    lines = _lines_of(deals) if table.by_line and deals else {}
    return {
        deal.pk: table.of_deal(
            deal.stage_id,
            lines=lines.get(deal.pk, ()),
            amount=convert(deal.amount, deal.currency),
            days=(convert.on - deal.stage_since).days if deal.stage_since else None,
        )
        for deal in deals
    }


def _lines_of(deals: Sequence[Opportunity]) -> dict[int, frozenset[str]]:
    """The product lines of each deal, as text. One query."""
    found: dict[int, set[str]] = {}
    for deal, line, *_told in lines_of(deals):
        if line is not None:
            found.setdefault(deal, set()).add(str(line))
    return {deal: frozenset(lines) for deal, lines in found.items()}


@prepared
def _stages() -> QuerySet[Stage]:
    return Stage.objects.order_by("position", "pk")
