"""Contracts that end in the next quarters, by how their renewal stands."""

from __future__ import annotations

import enum
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import islice

from sightline.planning.fiscal import FiscalCalendar, FiscalQuarter, next_quarter, quarter_of
from sightline.planning.money import Converter, Money, Rates
from sightline.planning.permissions import Category
from sightline.records.models import Contract
from sightline.records.queries.strategies import Strategy, strategies_of
from sightline.records.reach import Reach

QUARTERS = 5
CHUNK = 5000
_OWN = ("ends_on", "annual_value", "currency")
_WRITTEN = ("contract_id", "goal", "risk", "owner_id", "decider_id", "notes", "version")


class Standing(enum.StrEnum):
    """How far a renewal's strategy has come."""

    WHOLE = "whole"
    INFERRED = "inferred"
    STARTED = "started"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class RenewalQuarter:
    """Contracts ending in a quarter: counts and yearly values by standing.

    `unvalued` counts contracts whose yearly value, or whose rate, is not known.
    """

    quarter: FiscalQuarter
    counts: dict[Standing, int]
    money: dict[Standing, Money]
    unvalued: int

    @property
    def contracts(self) -> int:
        """How many end."""
        return sum(self.counts.values())

    def total(self, currency: str) -> Money:
        """The yearly value that is up, where known."""
        return sum(self.money.values(), start=Money.zero(currency))


def renewal_quarters(
    reach: Reach, *, today: date, calendar: FiscalCalendar, currency: str, rates: Rates
) -> tuple[RenewalQuarter, ...]:
    """The running quarter from today and those after it. One query, two more per 5,000 rows."""
    ahead = quarters_ahead(calendar, today)
    if not ahead:
        return ()
    rows = Contract.objects.filter(
        removed_at=None,
        is_active=True,
        ends_on__gte=today,
        ends_on__lte=ahead[-1].window.end,
        account__in=reach.for_all_rows().accounts(Category.PLAN),
    )
    full = rows.select_related("strategy").only(*_OWN, *(f"strategy__{name}" for name in _WRITTEN))
    counts: list[dict[Standing, int]] = [defaultdict(int) for _ in ahead]
    sums: list[dict[Standing, Money]] = [defaultdict(lambda: Money.zero(currency)) for _ in ahead]
    unvalued = [0] * len(ahead)
    each = full.iterator(chunk_size=CHUNK)
    while some := list(islice(each, CHUNK)):
        held = strategies_of(some)
        for row in some:
            ends_on = row.ends_on
            place = next(i for i, one in enumerate(ahead) if ends_on in one.window)
            standing = standing_of(held.get(row.pk))
            counts[place][standing] += 1
            money = _money(row.annual_value, row.currency, currency=currency, rates=rates, on=today)
            if money is None:
                unvalued[place] += 1
            else:
                sums[place][standing] += money
    return tuple(
        RenewalQuarter(quarter, dict(counts[i]), dict(sums[i]), unvalued[i])
        for i, quarter in enumerate(ahead)
    )


def standing_of(strategy: Strategy | None) -> Standing:
    """Whole and written, whole but inferred from a renewal deal, begun, or none."""
    if strategy is None:
        return Standing.NONE
    if strategy.is_whole:
        return Standing.INFERRED if strategy.inferred else Standing.WHOLE
    if strategy.goal or strategy.owner_id or strategy.decider_id:
        return Standing.STARTED
    return Standing.NONE


def quarters_ahead(calendar: FiscalCalendar, today: date) -> Sequence[FiscalQuarter]:
    """The running quarter and those after it, QUARTERS in all."""
    found: list[FiscalQuarter] = [quarter_of(calendar, today)]
    while len(found) < QUARTERS:
        found.append(next_quarter(calendar, found[-1].window.start))
    return found


def _money(minor: int | None, code: str, *, currency: str, rates: Rates, on: date) -> Money | None:
    return Converter(currency, rates, on)(minor, code) if code else None
