"""One plan as its challenges are computed: what was read and computed before, and its money."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sightline.planning.bridge import Bridge, Chance
from sightline.planning.money import Money
from sightline.records.queries.bridging import BridgeSetting, PlanRow
from sightline.records.queries.people import AccountPeople


@dataclass(frozen=True, slots=True)
class Challenged:
    """What the rules look at, computed before. `known` are the people on the map with every opinion,
    where somebody read them already."""

    plan: PlanRow
    setting: BridgeSetting
    bridge: Bridge
    chance: Chance
    now: datetime
    known: AccountPeople | None = None

    @property
    def today(self) -> date:
        """The company's own day."""
        return self.now.astimezone(self.setting.company.time_zone).date()

    def money(self, minor: int | None, code: str) -> Money | None:
        """An amount in the plan's currency at the rate of its first day; None where there is none.

        Raises `MissingRate`.
        """
        if minor is None:
            return None
        amount = Money(minor, code or self.plan.currency)
        if amount.currency == self.plan.currency:
            return amount
        return self.setting.rates.convert(amount, self.plan.currency, on=self.plan.starts_on)
