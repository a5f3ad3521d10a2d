"""Accounts that may fall quiet, likeliest first, and how earlier chances held up."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import QuerySet

from sightline.planning.calibration import Prediction
from sightline.planning.money import Money
from sightline.planning.permissions import Category
from sightline.records.models import AccountMeasures, KeptChance, QuietChance, QuietModel
from sightline.records.reach import Reach

NEWEST = 20_000
CHUNK = 2000


@dataclass(frozen=True, slots=True)
class QuietRow:
    """One account; `alike` own accounts looked the same before and `alike_quiet` of them fell
    quiet, None while uncalibrated. `revenue` is its last twelve months, None not measured."""

    account_id: int
    account: str
    probability: float
    alarm: bool
    days_silent: int
    usual_gap: int
    alike: int | None
    alike_quiet: int | None
    revenue: Money | None


@dataclass(frozen=True, slots=True)
class QuietPage:
    """Some accounts and whether more follow."""

    rows: tuple[QuietRow, ...]
    more: bool


@dataclass(frozen=True, slots=True)
class Fitted:
    """How the chances came about; `outcomes` and `events` count the company's own past."""

    as_of: date
    recalibrated: bool
    outcomes: int
    events: int
    left_out: int


def fitted() -> Fitted | None:
    """The newest fit; None before any. One query."""
    row = QuietModel.objects.order_by("-as_of").first()
    if row is None:
        return None
    recalibrated = row.method == "recalibrated"
    return Fitted(row.as_of, recalibrated, row.outcomes, row.events, row.left_out)


def quiet_page(reach: Reach, *, every: bool, skip: int, most: int) -> QuietPage:
    """The watch list, or every account that could be judged, likeliest first. Two queries."""
    rows = list(_rows(reach, every=every)[skip : skip + most + 1])
    return QuietPage(_filled(rows[:most]), more=len(rows) > most)


def quiet_accounts(reach: Reach) -> Iterable[QuietRow]:
    """Every account that could be judged, read in pieces: for a file."""
    rows = _rows(reach, every=True)
    for start in range(0, rows.count(), CHUNK):
        yield from _filled(list(rows[start : start + CHUNK]))


def scored() -> tuple[Prediction, ...]:
    """Chances kept month by month over the whole company, the newest; nobody's name. One query."""
    rows = KeptChance.objects.filter(kind=KeptChance.Kind.QUIET).order_by("-made_on", "pk")
    return tuple(
        Prediction("quiet", "", float(chance), happened)
        for chance, happened in rows.values_list("probability", "happened")[:NEWEST]
    )


def _rows(reach: Reach, *, every: bool) -> QuerySet[QuietChance]:
    rows = QuietChance.objects.filter(reach.on(Category.FACTS))
    if not every:
        rows = rows.filter(watch=True)
    return rows.select_related("account").order_by("-probability", "account")


def _filled(rows: list[QuietChance]) -> tuple[QuietRow, ...]:
    held: dict[int, Any] = {
        account: Money(r12, code)
        for account, r12, code in AccountMeasures.objects.filter(
            account_id__in=[row.account_id for row in rows]
        ).values_list("account_id", "r12", "currency")
    }
    return tuple(
        QuietRow(
            account_id=row.account_id,
            account=row.account.name,
            probability=float(row.probability),
            alarm=row.alarm,
            days_silent=row.days_silent,
            usual_gap=row.usual_gap,
            alike=row.alike,
            alike_quiet=row.alike_quiet,
            revenue=held.get(row.account_id),
        )
        for row in rows
    )
