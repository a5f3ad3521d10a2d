"""Count what the company's own past says of stages and renewals, and keep it."""

from __future__ import annotations

from collections import defaultdict
from datetime import date

from django.db import transaction

from sightline.planning.bridge import (
    BridgeParameters,
    Spell,
    earliest_close,
    stuck_after,
    time_curve,
)
from sightline.planning.parameters import Parameters
from sightline.records.models import CompanyHistory
from sightline.records.queries import history


def keep_history(on: date, *, parameters: Parameters) -> None:
    """Count once and keep. Safe to run twice."""
    numbers = parameters.section(BridgeParameters, "bridge")
    stays: dict[int, list[Spell]] = defaultdict(list)
    closings: dict[int, list[Spell]] = defaultdict(list)
    for passage in history.passages(on):
        stays[passage.stage_id].append(Spell(passage.days_in_stage, passage.left))
        if passage.to_close is not None:
            closings[passage.stage_id].append(Spell(passage.to_close, True))
        elif not passage.left:
            closings[passage.stage_id].append(Spell(passage.days_in_stage, False))
    counted = history.tallies()
    stages = {}
    for stage, left in history.open_stages().items():
        won, closed = counted.get(stage, (0, 0))
        early = earliest_close(time_curve(closings[stage]), stages_left=left, parameters=numbers)
        stuck = stuck_after(time_curve(stays[stage]), parameters=numbers)
        stages[str(stage)] = {
            "won": won,
            "closed": closed,
            "earliest_days": early.days,
            "stuck_days": stuck.days,
        }
    renewed, settled = history.settled_renewals()
    with transaction.atomic():
        CompanyHistory.objects.update_or_create(
            id=1,
            defaults={
                "stages": stages,
                "renewals": {"renewed": renewed, "settled": settled},
                "as_of": on,
            },
        )
