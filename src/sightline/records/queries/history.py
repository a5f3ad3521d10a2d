"""What the company's own past says of its stages and renewals: counted once, read often."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from itertools import groupby
from operator import itemgetter
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Count, Q, QuerySet

from sightline.planning.bridge import ClosedPlay
from sightline.planning.bridge.splits import StageSplits
from sightline.records.happened import day_after
from sightline.records.models import CompanyHistory, Opportunity, Stage, StageChange
from sightline.records.prepared import prepared


@dataclass(frozen=True, slots=True)
class StagePast:
    """One stage's past. Days are None where nothing was counted; `earliest_days` was measured over
    `closings` cases, and is the default where these are 0."""

    won: int
    closed: int
    earliest_days: int | None
    stuck_days: int | None
    splits: StageSplits = field(default_factory=StageSplits)
    closings: int = 0


@dataclass(frozen=True, slots=True)
class Passage:
    """How long one opportunity was in one stage, and how long until it closed.

    `to_close` counts from entering the stage; None where it is still open or was lost. `won` is
    None while it is open; `amount` in minor units of `currency`.
    """

    stage_id: int
    days_in_stage: int
    left: bool
    to_close: int | None
    deal: int = 0
    won: bool | None = None
    amount: int | None = None
    currency: str = ""


@dataclass(frozen=True, slots=True)
class CountedPast:
    """What was counted last: the past of each stage, and of all settled renewals how many renewed.

    `slip` is what is left of the probability of a deal past its date; None where too few slipped.
    """

    stages: dict[int, StagePast] = field(default_factory=dict)
    renewed: int = 0
    settled: int = 0
    sizes: tuple[int, ...] = ()
    slip: float | None = None


def counted_past() -> CountedPast:
    """The company's past as it was last counted; empty before. One query."""
    row = next(iter(_counted()), None)
    if row is None:
        return CountedPast()
    return CountedPast(
        stages={int(stage): _past(told) for stage, told in row.stages.items()},
        renewed=row.renewals.get("renewed", 0),
        settled=row.renewals.get("settled", 0),
        sizes=tuple(row.sizes),
        slip=row.slips.get("factor"),
    )


def _past(told: Mapping[str, Any]) -> StagePast:
    splits = told.get("splits", {})
    return StagePast(
        won=told["won"],
        closed=told["closed"],
        earliest_days=told["earliest_days"],
        stuck_days=told["stuck_days"],
        splits=StageSplits(
            lines={line: tuple(counted) for line, counted in splits.get("lines", {}).items()},
            sizes={int(size): tuple(counted) for size, counted in splits.get("sizes", {}).items()},
            aged=tuple(splits["aged"]) if splits.get("aged") else None,
            aged_days=told["stuck_days"],
        ),
        closings=told.get("closings", 0),
    )


def stage_pasts() -> dict[int, StagePast]:
    """The past of every stage as it was last counted. One query."""
    return counted_past().stages


@prepared
def _counted() -> QuerySet[CompanyHistory]:
    return CompanyHistory.objects.order_by("pk")[:1]


def open_stages() -> dict[int, int]:
    """Open stages in order: id to how many open stages are left from it, itself included."""
    ids = list(
        Stage.objects.filter(is_closed=False)
        .order_by("position", "pk")
        .values_list("pk", flat=True)
    )
    return {stage: len(ids) - place for place, stage in enumerate(ids)}


def tallies() -> dict[int, tuple[int, int]]:
    """(won, closed) by stage: opportunities that were ever in it, renewals left out."""
    rows = (
        StageChange.objects.filter(
            opportunity__is_closed=True,
            opportunity__is_renewal=False,
            opportunity__removed_at=None,
            stage__is_closed=False,
        )
        .values_list("stage_id")
        .annotate(
            won=Count("opportunity", filter=Q(opportunity__is_won=True), distinct=True),
            closed=Count("opportunity", distinct=True),
        )
    )
    return {stage: (won, closed) for stage, won, closed in rows if stage is not None}


def line_tallies() -> dict[int, dict[str, tuple[int, int]]]:
    """(won, closed) by stage and product line, for deals with that line; renewals left out."""
    rows = (
        StageChange.objects.filter(
            opportunity__is_closed=True,
            opportunity__is_renewal=False,
            opportunity__removed_at=None,
            stage__is_closed=False,
            opportunity__lines__removed_at=None,
            opportunity__lines__product_line__isnull=False,
        )
        .values_list("stage_id", "opportunity__lines__product_line_id")
        .annotate(
            won=Count("opportunity", filter=Q(opportunity__is_won=True), distinct=True),
            closed=Count("opportunity", distinct=True),
        )
    )
    found: dict[int, dict[str, tuple[int, int]]] = {}
    for stage, line, won, closed in rows:
        if stage is not None:
            found.setdefault(stage, {})[str(line)] = (won, closed)
    return found


def closed_plays(on: date, *, zone: ZoneInfo) -> Iterator[ClosedPlay]:
    """Settled deals with the date first promised while they were open, up to a day in `zone`;
    renewals left out.

    A deal whose history begins when it closed promised nothing and is left out. Streams.
    """
    rows = (
        StageChange.objects.filter(
            close_date__isnull=False,
            stage__is_closed=False,
            opportunity__is_closed=True,
            opportunity__is_renewal=False,
            opportunity__removed_at=None,
            at__lt=day_after(on, zone),
        )
        .order_by("opportunity_id", "at", "pk")
        .values_list(
            "opportunity_id",
            "close_date",
            "opportunity__closed_on",
            "opportunity__close_date",
            "opportunity__is_won",
        )
    )
    seen = 0
    for deal, promised, closed_on, close_date, won in rows.iterator(5000):
        closed = closed_on or close_date
        if deal == seen or closed is None or promised is None:
            continue
        seen = deal
        yield ClosedPlay(promised, closed, won)


def settled_amounts() -> Iterator[tuple[int, str]]:
    """(minor units, currency) of every settled deal that is no renewal. Streams."""
    rows = Opportunity.objects.filter(
        is_closed=True, is_renewal=False, removed_at=None, amount__isnull=False
    ).values_list("amount", "currency")
    yield from ((amount, code) for amount, code in rows.iterator(5000) if amount is not None)


def settled_renewals() -> tuple[int, int]:
    """(renewed, settled) of all renewal opportunities."""
    counted = Opportunity.objects.filter(
        is_renewal=True, is_closed=True, removed_at=None
    ).aggregate(settled=Count("pk"), renewed=Count("pk", filter=Q(is_won=True)))
    return counted["renewed"], counted["settled"]


def passages(on: date, *, zone: ZoneInfo) -> Iterator[Passage]:
    """Every stay of an opportunity in an open stage, from its history, up to a day in `zone`.

    Changes that kept the stage are one stay. Streams; two orderings of one index.
    """
    changes = (
        StageChange.objects.filter(
            stage__isnull=False,
            opportunity__is_renewal=False,
            opportunity__removed_at=None,
            at__lt=day_after(on, zone),
        )
        .order_by("opportunity_id", "at", "pk")
        .values_list(
            "opportunity_id",
            "stage_id",
            "stage__is_closed",
            "at",
            "opportunity__is_won",
            "opportunity__closed_on",
            "opportunity__close_date",
            "opportunity__is_closed",
            "opportunity__amount",
            "opportunity__currency",
        )
    )
    for _, rows in groupby(changes.iterator(5000), key=itemgetter(0)):
        yield from _stays(list(rows), on=on, zone=zone)


def _stays(rows: list[Any], *, on: date, zone: ZoneInfo) -> Iterator[Passage]:
    deal, _, _, _, won, closed_on, close_date, closed, amount, code = rows[-1]
    end = (closed_on or close_date) if closed else None
    entered: list[tuple[int, bool, date]] = []
    for _, stage, is_closed, at, *_ in rows:
        if not entered or entered[-1][0] != stage:
            entered.append((stage, is_closed, at.astimezone(zone).date()))
    for place, (stage, is_closed, since) in enumerate(entered):
        if is_closed:
            continue
        later = entered[place + 1][2] if place + 1 < len(entered) else end
        until = later or on
        to_close = (end - since).days if won and end is not None and end >= since else None
        yield Passage(
            stage,
            max(0, (until - since).days),
            later is not None,
            to_close,
            deal=deal,
            won=won if closed else None,
            amount=amount,
            currency=code,
        )
