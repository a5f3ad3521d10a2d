"""The whole picture in one read, as plain values that a page may keep for a minute."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sightline.planning.fiscal import FiscalCalendar
from sightline.planning.money import Money, Rates, total
from sightline.planning.parameters import Parameters
from sightline.planning.portfolio import GroupBy, PortfolioParameters, RollUp, roll_up
from sightline.records.queries.analytics.accounts import (
    AccountLine,
    Balance,
    Spread,
    account_lines,
    balance_of,
    named_in_balance,
    spread_of,
)
from sightline.records.queries.analytics.ground import GroundSums, ground_sums
from sightline.records.queries.analytics.moving import Moving, moving
from sightline.records.queries.analytics.plans import Group, PlanRow, groups, names_of, plan_rows
from sightline.records.queries.analytics.renewals import RenewalQuarter, renewal_quarters
from sightline.records.queries.portfolio import plan_lines
from sightline.records.reach import Reach

MOST_UNDER_SERVED = 3
MOST_WITHOUT_PATH = 6
MOST_OWNERS = 12


@dataclass(frozen=True, slots=True)
class UnderServed:
    """An account of tier 1 or 2 with less contact than half its share of potential asks for."""

    account_id: int
    name: str
    potential: int


@dataclass(frozen=True, slots=True)
class PlanCounts:
    """Running plans in figures, with the first of each list; `no_path_gap` sums what they lack."""

    plans: int
    challenged: int
    threaded: int
    no_path_gap: Money
    without_path: tuple[PlanRow, ...]
    most_threaded: tuple[PlanRow, ...]


@dataclass(frozen=True, slots=True)
class Picture:
    """What leaders look at; money in the reporting currency `currency`.

    `whole` is None where no plan is open to the person. `by_owner` are the first of `owners`.
    `rates_missing` names currencies of plans that could not be added. `moving` is None where no
    plan is open.
    """

    currency: str
    accounts: int
    plans: PlanCounts
    whole: RollUp | None
    by_owner: tuple[Group, ...]
    owners: int
    by_tier: tuple[Group, ...]
    rates_missing: tuple[str, ...]
    quarters: tuple[RenewalQuarter, ...]
    spread: Spread
    balance: Balance | None
    under_served: tuple[UnderServed, ...]
    names: dict[int, str]
    moving: Moving | None
    ground: GroundSums | None


@dataclass(frozen=True, slots=True)
class Basis:
    """What a picture is computed with."""

    today: date
    calendar: FiscalCalendar
    currency: str
    rates: Rates
    parameters: Parameters


def all_plans(reach: Reach, basis: Basis) -> tuple[PlanRow, ...]:
    """Every running plan in the sums, the largest gap first. About five queries."""
    return _plans(reach, account_lines(reach.for_all_rows()), basis)[0]


def picture(reach: Reach, basis: Basis) -> Picture:
    """Everything the page says. About twenty-two queries, however many accounts."""
    return picture_and_plans(reach, basis)[0]


def blank_picture(currency: str) -> Picture:
    """What can be said before a job has added everything up: nothing."""
    return Picture(
        currency=currency,
        accounts=0,
        plans=_counts((), currency),
        whole=None,
        by_owner=(),
        owners=0,
        by_tier=(),
        rates_missing=(),
        quarters=(),
        spread=Spread(None, None, None, None),
        balance=None,
        under_served=(),
        names={},
        moving=None,
        ground=None,
    )


def picture_and_plans(reach: Reach, basis: Basis) -> tuple[Picture, tuple[PlanRow, ...]]:
    """The picture, and the plans that it adds up in the order of their list."""
    reach = reach.for_all_rows()
    accounts = account_lines(reach)
    lines = list(accounts.values())
    currency = basis.currency
    plans, missing = _plans(reach, accounts, basis)
    spread = spread_of(lines)
    waiting = sorted(
        (line for line in lines if line.under_served), key=lambda line: -(line.potential or 0)
    )[:MOST_UNDER_SERVED]
    moved = moving(
        reach,
        accounts,
        today=basis.today,
        currency=currency,
        rates=basis.rates,
        numbers=basis.parameters.section(PortfolioParameters, "portfolio"),
    )
    largest = [one for one in (spread.largest_acv, spread.largest_potential) if one is not None]
    stuck = [one.key for one in moved.stuck] if moved else []
    wanted = {*named_in_balance(lines), *largest, *stuck, *(line.account_id for line in waiting)}
    names = names_of(sorted(wanted))
    by_owner = groups(plans, by=GroupBy.OWNER, currency=currency)
    found = Picture(
        currency=currency,
        accounts=len(lines),
        plans=_counts(plans, currency),
        whole=roll_up([row.facts for row in plans], currency=currency) if plans else None,
        by_owner=by_owner[:MOST_OWNERS],
        owners=len(by_owner),
        by_tier=groups(plans, by=GroupBy.TIER, currency=currency),
        rates_missing=missing,
        quarters=renewal_quarters(
            reach,
            today=basis.today,
            calendar=basis.calendar,
            currency=currency,
            rates=basis.rates,
        ),
        spread=spread,
        balance=balance_of(lines, names=names, parameters=basis.parameters),
        under_served=tuple(
            UnderServed(line.account_id, names[line.account_id], line.potential or 0)
            for line in waiting
        ),
        names=names,
        moving=moved,
        ground=ground_sums(reach) if reach.plans & reach.seen else None,
    )
    return found, plans


def _plans(
    reach: Reach, accounts: dict[int, AccountLine], basis: Basis
) -> tuple[tuple[PlanRow, ...], tuple[str, ...]]:
    found, missing = plan_lines(
        reach,
        today=basis.today,
        currency=basis.currency,
        rates=basis.rates,
        parameters=basis.parameters,
    )
    return plan_rows([one for one in found if one.account_id in accounts], accounts), missing


def _counts(plans: tuple[PlanRow, ...], currency: str) -> PlanCounts:
    short = [row for row in plans if row.facts.no_path]
    threaded = [row for row in plans if _hangs(row) > 0]
    gaps = (row.gap for row in short)
    return PlanCounts(
        plans=len(plans),
        challenged=sum(row.facts.open_challenges > 0 for row in plans),
        threaded=len(threaded),
        no_path_gap=total((gap for gap in gaps if gap is not None), currency=currency),
        without_path=tuple(short[:MOST_WITHOUT_PATH]),
        most_threaded=tuple(sorted(threaded, key=lambda row: -_hangs(row))[:MOST_UNDER_SERVED]),
    )


def _hangs(row: PlanRow) -> int:
    return row.facts.single_threaded.minor if row.facts.single_threaded is not None else 0
