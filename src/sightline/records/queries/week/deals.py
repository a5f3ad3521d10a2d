"""The open opportunities of a week's accounts, each with its amount in the reporting currency."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import QuerySet

from sightline.planning.money import Money
from sightline.records.models import Opportunity
from sightline.records.prepared import prepared
from sightline.records.queries.week.planned import WeekAccount
from sightline.records.queries.week.reading import Reading


@dataclass(frozen=True, slots=True)
class Deal:
    """An open opportunity; `amount` None where it has none or no rate."""

    id: int
    account: WeekAccount
    name: str
    stage: str
    amount: Money | None
    closes: date | None
    next_step: str
    owned: bool
    stage_id: int | None
    stage_since: date | None
    stage_inferred: bool

    @property
    def details(self) -> tuple[tuple[str, str | date], ...]:
        """What an opened figure says of it."""
        closes = (("closes", self.closes),) if self.closes else ()
        return (*((("stage", self.stage),) if self.stage else ()), *closes)


@prepared
def _open(account_ids: list[int]) -> QuerySet[Opportunity, Any]:
    rows = Opportunity.objects.filter(account_id__in=account_ids, is_closed=False, removed_at=None)
    return rows.values_list(
        "pk",
        "account_id",
        "name",
        "stage__name",
        "amount",
        "currency",
        "close_date",
        "next_step",
        "owner_id",
        "owner__is_active",
        "stage_id",
        "stage_since",
        "stage_since_inferred",
    )


def open_deals(reading: Reading) -> dict[int, Deal]:
    """By id. One query."""
    rows = _open(sorted(reading.shown))
    found = {}
    for pk, account, name, stage, amount, code, closes, step, owner, active, at, since, how in rows:
        found[pk] = Deal(
            id=pk,
            account=reading.shown[account],
            name=name,
            stage=stage or "",
            amount=reading.money(amount, code) if amount is not None else None,
            closes=closes,
            next_step=step,
            # nobody's deal, or that of somebody who is gone, is anybody's on the account
            owned=owner in {reading.user_id, None} or not active,
            stage_id=at,
            stage_since=since,
            stage_inferred=how,
        )
    return found
