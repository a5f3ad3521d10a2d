"""Count what the company's own past says of stages and renewals, and keep it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

from django.db import transaction

from sightline.planning.bridge import (
    BridgeParameters,
    Spell,
    earliest_close,
    slippage,
    stuck_after,
    time_curve,
)
from sightline.planning.bridge.splits import size_bounds, size_of
from sightline.planning.money import Converter
from sightline.planning.parameters import Parameters
from sightline.records.models import CompanyHistory
from sightline.records.queries import company, history


def keep_history(on: date, *, parameters: Parameters) -> None:
    """Count once and keep. Safe to run twice."""
    numbers = parameters.section(BridgeParameters, "bridge")
    stays: dict[int, list[Spell]] = defaultdict(list)
    closings: dict[int, list[Spell]] = defaultdict(list)
    told = company.company_facts()
    convert = Converter(told.currency, company.rates(told.currency), on)
    sizes = size_bounds(_amounts(convert), least=numbers.calibrated_from)
    counts = _Settled(sizes, convert)
    for passage in history.passages(on, zone=told.time_zone):
        counts.add(passage)
        stays[passage.stage_id].append(Spell(passage.days_in_stage, passage.left))
        if passage.to_close is not None:
            closings[passage.stage_id].append(Spell(passage.to_close, True))
        elif not passage.left:
            closings[passage.stage_id].append(Spell(passage.days_in_stage, False))
    counted, by_line = history.tallies(), history.line_tallies()
    stages = {}
    for stage, left in history.open_stages().items():
        won, closed = counted.get(stage, (0, 0))
        closing = time_curve(closings[stage])
        early = earliest_close(closing, stages_left=left, parameters=numbers)
        stuck = stuck_after(time_curve(stays[stage]), parameters=numbers)
        stages[str(stage)] = {
            "won": won,
            "closed": closed,
            "earliest_days": early.days,
            "closings": closing.cases if early.measured else 0,
            "stuck_days": stuck.days,
            "splits": counts.splits(
                stage, by_line.get(stage, {}), stuck.days, least=numbers.calibrated_from
            ),
        }
    renewed, settled = history.settled_renewals()
    slipped = slippage(history.closed_plays(on, zone=told.time_zone), parameters=numbers)
    with transaction.atomic():
        CompanyHistory.objects.update_or_create(
            id=1,
            defaults={
                "stages": stages,
                "renewals": {"renewed": renewed, "settled": settled},
                "sizes": list(sizes),
                "slips": {
                    "factor": slipped.factor,
                    "late": slipped.late,
                    "closed": slipped.closed,
                },
                "as_of": on,
            },
        )


def _amounts(convert: Converter) -> Iterator[int]:
    for minor, code in history.settled_amounts():
        money = convert(minor, code)
        if money is not None:
            yield money.minor


@dataclass(slots=True)
class _Settled:
    """Won and closed of settled deals by stage: by size band, and by days of the longest stay."""

    bounds: tuple[int, ...]
    convert: Converter
    sizes: dict[int, dict[int, list[int]]] = field(default_factory=dict)
    days: dict[int, dict[int, list[int]]] = field(default_factory=dict)
    _seen: dict[int, int] = field(default_factory=dict)
    _deal: int = 0

    def add(self, stay: history.Passage) -> None:
        """One stay of a deal, all of whose stays come one after the other."""
        if stay.won is None:
            return
        if stay.deal != self._deal:
            self._deal, self._seen = stay.deal, {}
        before = self._seen.get(stay.stage_id)
        if before is None:
            money = self.convert(stay.amount, stay.currency)
            size = size_of(money.minor if money else None, bounds=self.bounds)
            if size is not None:
                _count(self.sizes.setdefault(stay.stage_id, {}), size, stay.won)
        elif stay.days_in_stage <= before:
            return
        else:
            _count(self.days[stay.stage_id], before, stay.won, by=-1)
        _count(self.days.setdefault(stay.stage_id, {}), stay.days_in_stage, stay.won)
        self._seen[stay.stage_id] = stay.days_in_stage

    def splits(
        self,
        stage: int,
        lines: Mapping[str, tuple[int, int]],
        stuck: int | None,
        *,
        least: int,
    ) -> dict[str, object]:
        """Those with enough closed deals, as JSON keeps them."""
        sizes = self.sizes.get(stage, {})
        aged = [0, 0]
        for days, (won, closed) in self.days.get(stage, {}).items():
            if stuck is not None and days > stuck:
                aged = [aged[0] + won, aged[1] + closed]
        return {
            "lines": {line: list(both) for line, both in lines.items() if both[1] >= least},
            "sizes": {str(size): both for size, both in sizes.items() if both[1] >= least},
            "aged": aged if aged[1] >= least else None,
        }


def _count(into: dict[int, list[int]], key: int, won: bool, *, by: int = 1) -> None:
    both = into.setdefault(key, [0, 0])
    both[0] += by * won
    both[1] += by
