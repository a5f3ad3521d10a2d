"""The picture that a job keeps for people who see very many accounts, as JSON and back again.

Everybody who sees the same accounts reads the same row (`Reach.scope`).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sightline.planning.portfolio import RollUp
from sightline.records.models import AnalyticsSums, Job
from sightline.records.plain import plain, reader
from sightline.records.queries.analytics.columns import PlanTable, table_from
from sightline.records.queries.analytics.goals import Goal, Worked
from sightline.records.queries.analytics.outcome import Backwards, Wanted
from sightline.records.queries.analytics.picture import Picture
from sightline.records.reach import Reach


def kept_picture(reach: Reach) -> tuple[Picture, datetime] | None:
    """The picture kept for everybody who sees what this person sees, and when it was computed.

    None before a job kept one, and after a change of what a picture holds. One query.
    """
    row = AnalyticsSums.objects.filter(scope=reach.scope).defer("plans").first()
    if row is None:
        return None
    try:
        return reader(Picture)(row.figures), row.computed_at
    except (KeyError, TypeError, ValueError):
        return None


def kept_plans(reach: Reach, currency: str) -> PlanTable | None:
    """The plans kept beside the picture; None before a job kept them in this shape. One query."""
    rows = AnalyticsSums.objects.filter(scope=reach.scope).values_list("plans", flat=True)
    raw = rows.first()
    return None if raw is None else table_from(bytes(raw), currency=currency)


@dataclass(frozen=True, slots=True)
class Reached:
    """A sum wanted of a year, worked backwards; None where a rate is missing."""

    wanted: Wanted
    worked: Backwards | None


@dataclass(frozen=True, slots=True)
class Outcomes:
    """What the leaders of one scope want, worked backwards when the picture was kept."""

    sums: tuple[Reached, ...] = ()
    goals: tuple[Worked, ...] = ()

    def reached(self, wanted: Wanted) -> Reached | None:
        """The sum as it is wanted; None where it was not, or was another, when this was kept."""
        return next((one for one in self.sums if one.wanted == wanted), None)

    def worked(self, goal: Goal) -> Worked | None:
        """The same of a share."""
        return next((one for one in self.goals if one.goal == goal), None)


def kept_outcomes(reach: Reach) -> Outcomes:
    """What was kept beside the picture; nothing where it has another shape. One query."""
    rows = AnalyticsSums.objects.filter(scope=reach.scope).values_list("outcomes", flat=True)
    try:
        found: Outcomes = reader(Outcomes)(rows.first())
    except (KeyError, TypeError, ValueError):
        return Outcomes()
    return found


def stored_outcomes(found: Outcomes) -> Any:
    """The outcomes as JSON keeps them, without their reasons."""
    return plain(replace(found, goals=tuple(_unreasoned(one) for one in found.goals)))


def _unreasoned(one: Worked) -> Worked:
    kept, begun = one.retention, one.begun
    return replace(
        one,
        retention=replace(kept, split=replace(kept.split, reasons=())) if kept else None,
        begun=replace(begun, split=replace(begun.split, reasons=())) if begun else None,
    )


def counting() -> tuple[int, int] | None:
    """How far the job that keeps sums is, as done of all; None while it waits. One query."""
    running = Job.objects.filter(name="portfolio_sums", state=Job.State.RUNNING)
    row = running.values_list("progress_done", "progress_total").first()
    return (row[0], row[1]) if row and row[1] else None


def stored(found: Picture) -> Any:
    """The picture as JSON keeps it; which plans a sum holds is read from the plans, not kept."""
    slim = replace(
        found,
        whole=_slim(found.whole) if found.whole else None,
        by_owner=tuple(replace(one, sums=_slim(one.sums)) for one in found.by_owner),
        by_tier=tuple(replace(one, sums=_slim(one.sums)) for one in found.by_tier),
    )
    return plain(slim)


def restored(kept: Any) -> Picture:
    """The picture from what `stored` answered."""
    read: Picture = reader(Picture)(kept)
    return read


def _slim(sums: RollUp) -> RollUp:
    return replace(sums, reasons=(), without_target=(), without_landing=())
