"""What the challenge rules take from a plan's parts: assumptions, risks, health, what is lost.

Reads what people wrote beside the facts that contradict it. Definitions: docs/method/challenges.md.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, QuerySet, Subquery
from django.db.models.functions import Coalesce

from sightline.planning.challenges.facts import (
    AssumptionFacts,
    HealthStanding,
    LostGround,
    Usable,
)
from sightline.planning.challenges.ground import CellRevenue, revenue_lost
from sightline.planning.health import HealthParameters, health_of
from sightline.planning.money import Money
from sightline.planning.parameters import Parameters
from sightline.planning.stakeholders import (
    ContactLog,
    StakeholderParameters,
    Status,
    person_status,
)
from sightline.planning.stakeholders.rhythm import decides
from sightline.records.models import (
    Account,
    AccountMeasures,
    Assumption,
    CellMeasures,
    Objective,
    OpportunityLine,
    Plan,
    PlanRisk,
    PlayCell,
    Priority,
    Unit,
    WalletEstimate,
)
from sightline.records.prepared import prepared
from sightline.records.queries.people import AccountPeople
from sightline.records.queries.plan_parts.grounds import assumptions_of
from sightline.records.queries.plan_parts.health import PeopleHealth, health_facts, override_of
from sightline.records.queries.plan_parts.moves import moves_of

Convert = Callable[[int | None, str], Money | None]


@dataclass(frozen=True, slots=True)
class Counted:
    """How many of each a plan holds."""

    priorities: int
    assumptions: int
    objectives: int


def counted(plan_id: int, account_id: int) -> Counted:
    """Priorities, assumptions, and objectives that are open. One query."""
    return Counted(*next(iter(_counts(plan_id, account_id))))


@prepared
def _counts(plan_id: int, account_id: int) -> QuerySet[Plan, Any]:
    open_ones = Objective.objects.filter(state=Objective.State.OPEN)
    return Plan.objects.filter(pk=plan_id).values_list(
        _number(Priority.objects.filter(account_id=account_id), "account_id"),
        _number(Assumption.objects.filter(plan_id=plan_id), "plan_id"),
        _number(open_ones.filter(plan_id=plan_id), "plan_id"),
    )


def _number(rows: QuerySet[Any, Any], of: str) -> Coalesce:
    """How many of these rows are not removed."""
    grouped = rows.filter(removed_at=None).order_by().values(of)
    return Coalesce(Subquery(grouped.values_list(Count("pk"))), 0)


def usable(
    account_id: int,
    account_ids: tuple[int, ...],
    *,
    target: bool,
    people: int,
    renewals_owned: bool,
    counts: Counted,
) -> Usable:
    """What makes the plan usable, for its line of gaps. Three queries."""
    sponsor = next(iter(_sponsor(account_id)))
    return Usable(
        target_agreed=target,
        has_grid=bool(_any_unit(account_id)),
        people_mapped=people,
        renewal_owned=renewals_owned,
        priorities=counts.priorities,
        sponsor_named=sponsor is not None,
        assumptions=counts.assumptions,
        wallet_known=bool(_any_wallet(list(account_ids))),
    )


def assumption_facts(
    plan_id: int, account_ids: Iterable[int], *, convert: Convert
) -> tuple[AssumptionFacts, ...]:
    """Each assumption with the money that rests on it. Two queries, and three where any rests."""
    rows = assumptions_of(plan_id)
    if not rows:
        return ()
    money: Mapping[str, Money] = {}
    if any(row.loads for row in rows):
        known = {
            move.key: convert(move.amount, move.currency)
            for move in moves_of(account_ids, with_contracts=True)
        }
        money = {key: amount for key, amount in known.items() if amount is not None}
    return tuple(
        AssumptionFacts(
            key=f"assumption:{row.id}",
            look_again=row.look_again,
            holds={"true": True, "false": False}.get(row.standing),
            carries=tuple((key, money[key]) for key in row.loads if key in money),
        )
        for row in rows
    )


def revenue_losing(
    account_ids: tuple[int, ...], *, abouts: Iterable[str], currency: str, convert: Convert
) -> tuple[LostGround, ...]:
    """Lost cells and contraction by line; named where an open deal, a play or a risk of the plan
    (`abouts`) speaks of the line. Four queries, one where nothing was measured."""
    ids = list(account_ids)
    codes = dict(_currencies(ids))
    if not codes:
        return ()
    cells = []
    for account, unit, line, now, before, owned, last in _revenue(ids):
        r12 = convert(now, codes.get(account, ""))
        r12_before = convert(before, codes.get(account, ""))
        if r12 is not None and r12_before is not None:
            place = str(unit) if unit is not None else f"account-{account}"
            cells.append(CellRevenue(place, str(line), r12, r12_before, owned, last))
    named = named_lines(account_ids, abouts=abouts)
    return revenue_lost(cells, named=named, currency=currency)


def named_lines(account_ids: tuple[int, ...], *, abouts: Iterable[str]) -> frozenset[str]:
    """Lines that open deals, plays without a deal, or risks of the plan speak of. Two queries."""
    in_deals = frozenset(map(str, _lines_in_deals(list(account_ids))))
    return in_deals | lines_beside_deals(account_ids, abouts=abouts)


def lines_beside_deals(account_ids: tuple[int, ...], *, abouts: Iterable[str]) -> frozenset[str]:
    """Lines that plays without a deal or risks of the plan speak of. One query."""
    in_plays = {str(line) for line in _lines_in_plays(list(account_ids))}
    lines = (about for about in abouts if about.startswith("line:"))
    return frozenset(in_plays | {about.removeprefix("line:") for about in lines})


def risks_speak_of(plan_id: int) -> tuple[str, ...]:
    """What the plan's open risks speak of: `line:` and its number, or `share`. One query."""
    return tuple(_spoken_of(plan_id))


@dataclass(frozen=True, slots=True)
class HealthAsked:
    """What health needs that was read before: people, threads, the next renewal."""

    known: AccountPeople
    single_threaded: bool | None
    two_way_days: int
    next_renewal: date | None
    renewal_ready: bool | None


def health_standing(
    account_id: int,
    account_ids: tuple[int, ...],
    *,
    asked: HealthAsked,
    acv: Money | None,
    today: date,
    parameters: Parameters,
) -> HealthStanding | None:
    """The override in force beside the computed figure; None without one. One query, else four."""
    kept = override_of(account_id)
    if kept is None or kept.value.until < today:
        return None
    numbers = parameters.section(StakeholderParameters, "stakeholders")
    deciding = [one for one in asked.known.people if one.here and decides(one)]
    quiet = sum(
        person_status(
            one,
            log=asked.known.logs.get(one.key, ContactLog()),
            on=today,
            parameters=numbers,
        ).status
        is Status.QUIET
        for one in deciding
    )
    facts = health_facts(
        account_ids,
        people=PeopleHealth(
            len(deciding) or None, quiet, asked.two_way_days, asked.single_threaded
        ),
        next_renewal=asked.next_renewal,
        renewal_ready=asked.renewal_ready,
    )
    health = health_of(
        facts,
        today=today,
        parameters=parameters.section(HealthParameters, "health"),
        override=kept.value,
    )
    return HealthStanding(computed=health.computed, override=kept.value.value, acv=acv)


@prepared
def _sponsor(account_id: int) -> QuerySet[Account, Any]:
    return Account.objects.filter(pk=account_id).values_list("executive_sponsor_id", flat=True)


@prepared
def _any_unit(account_id: int) -> QuerySet[Unit, Any]:
    return Unit.objects.filter(account_id=account_id).values_list("pk", flat=True)[:1]


@prepared
def _any_wallet(ids: list[int]) -> QuerySet[WalletEstimate, Any]:
    rows = WalletEstimate.objects.filter(account_id__in=ids, removed_at=None)
    return rows.values_list("pk", flat=True)[:1]


@prepared
def _currencies(ids: list[int]) -> QuerySet[AccountMeasures, Any]:
    rows = AccountMeasures.objects.filter(account_id__in=ids)
    return rows.values_list("account_id", "currency")


@prepared
def _revenue(ids: list[int]) -> QuerySet[CellMeasures, Any]:
    return CellMeasures.objects.filter(account_id__in=ids).values_list(
        "account_id", "unit_id", "product_line_id", "r12", "r12_before", "owned", "last_purchase_on"
    )


@prepared
def _lines_in_deals(ids: list[int]) -> QuerySet[OpportunityLine, Any]:
    rows = OpportunityLine.objects.filter(
        opportunity__account_id__in=ids,
        opportunity__is_closed=False,
        opportunity__removed_at=None,
        removed_at=None,
        product_line__isnull=False,
    )
    return rows.values_list("product_line_id", flat=True)


@prepared
def _lines_in_plays(ids: list[int]) -> QuerySet[PlayCell, Any]:
    rows = PlayCell.objects.filter(
        play__account_id__in=ids,
        play__removed_at=None,
        play__outcome="",
        play__opportunity=None,
    )
    return rows.values_list("product_line_id", flat=True)


@prepared
def _spoken_of(plan_id: int) -> QuerySet[PlanRisk, Any]:
    rows = PlanRisk.objects.filter(plan_id=plan_id, removed_at=None, ended_on=None)
    return rows.exclude(about="").values_list("about", flat=True)
