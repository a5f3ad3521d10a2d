"""The whole picture in one read, as plain values that a page may keep for a minute."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sightline.planning.fiscal import FiscalCalendar
from sightline.planning.money import Rates
from sightline.planning.parameters import Parameters
from sightline.planning.portfolio import GroupBy, RollUp, roll_up
from sightline.records.queries.analytics.accounts import (
    Balance,
    Spread,
    account_lines,
    balance_of,
    named_in_balance,
    spread_of,
)
from sightline.records.queries.analytics.plans import Group, PlanRow, groups, names_of, plan_rows
from sightline.records.queries.analytics.renewals import RenewalQuarter, renewal_quarters
from sightline.records.queries.portfolio import plan_lines
from sightline.records.reach import Reach

MOST_UNDER_SERVED = 3


@dataclass(frozen=True, slots=True)
class UnderServed:
    """An account of tier 1 or 2 with less contact than half its share of potential asks for."""

    account_id: int
    name: str
    potential: int


@dataclass(frozen=True, slots=True)
class Picture:
    """What leaders look at; money in the reporting currency `currency`.

    `plans` is empty and `whole` None where no plan is open to the person. `rates_missing` names
    currencies of plans that could not be added.
    """

    currency: str
    accounts: int
    plans: tuple[PlanRow, ...]
    whole: RollUp | None
    by_owner: tuple[Group, ...]
    by_tier: tuple[Group, ...]
    rates_missing: tuple[str, ...]
    quarters: tuple[RenewalQuarter, ...]
    spread: Spread
    balance: Balance | None
    under_served: tuple[UnderServed, ...]
    names: dict[int, str]


def picture(
    reach: Reach,
    *,
    today: date,
    calendar: FiscalCalendar,
    currency: str,
    rates: Rates,
    parameters: Parameters,
) -> Picture:
    """Everything the page says. About ten queries, however many accounts."""
    reach = reach.for_all_rows()
    accounts = account_lines(reach)
    lines = list(accounts.values())
    found, missing = plan_lines(
        reach, today=today, currency=currency, rates=rates, parameters=parameters
    )
    plans = plan_rows([one for one in found if one.account_id in accounts], accounts)
    spread = spread_of(lines)
    waiting = sorted(
        (line for line in lines if line.under_served), key=lambda line: -(line.potential or 0)
    )[:MOST_UNDER_SERVED]
    largest = [one for one in (spread.largest_acv, spread.largest_potential) if one is not None]
    wanted = {*named_in_balance(lines), *largest, *(line.account_id for line in waiting)}
    names = names_of(sorted(wanted))
    return Picture(
        currency=currency,
        accounts=len(lines),
        plans=plans,
        whole=roll_up([row.facts for row in plans], currency=currency) if plans else None,
        by_owner=groups(plans, by=GroupBy.OWNER, currency=currency),
        by_tier=groups(plans, by=GroupBy.TIER, currency=currency),
        rates_missing=missing,
        quarters=renewal_quarters(
            reach.person, today=today, calendar=calendar, currency=currency, rates=rates
        ),
        spread=spread,
        balance=balance_of(lines, names=names, parameters=parameters),
        under_served=tuple(
            UnderServed(line.account_id, names[line.account_id], line.potential or 0)
            for line in waiting
        ),
        names=names,
    )
