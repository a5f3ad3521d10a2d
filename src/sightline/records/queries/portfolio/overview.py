"""The whole of what a person may see in one pass: counts of tabs, sums, capacity, curve, scatter.

Reads a handful of columns of every row in reach; for a wide reach the page keeps the answer for
a minute (docs/method/portfolio.md).
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Q

from sightline.planning.errors import MissingRate
from sightline.planning.money import Money, Rates
from sightline.planning.parameters import Parameters
from sightline.planning.permissions import Relation
from sightline.planning.portfolio import PlanResult as PlanFacts
from sightline.planning.portfolio import RollUp, roll_up
from sightline.planning.tiering import parameters as numbers_of
from sightline.records.models import Account, CrmUser, PlanResult, TierResult
from sightline.records.queries.portfolio.page import FLAGS, short_of_target
from sightline.records.reach import WIDE, Reach

MOST_POINTS = 40
MOST_OWNERS = 8
MOST_LISTED = 200
MOST_NAMES = 3
RENEWAL = "vulnerable_renewal"


@dataclass(frozen=True, slots=True)
class PlanLine:
    """A running plan in the sums; money in the reporting currency."""

    account_id: int
    facts: PlanFacts


@dataclass(frozen=True, slots=True)
class Carried:
    """What one account manager carries, against the capacity of docs/method/tiers.md.

    `full` and `light`: accounts of tier 1 and 2, decided or else proposed. `over`: accounts whose
    place is taken by larger ones, with their potential in minor units.
    """

    owner_id: int | None
    owner: str
    full: int
    light: int
    over: int
    over_money: int


@dataclass(frozen=True, slots=True)
class Point:
    """An account in the scatter; money in minor units."""

    account_id: int
    name: str
    potential: int
    vulnerability: int
    acv: int
    tier: int


@dataclass(frozen=True, slots=True)
class Waiting:
    """An account that waits for a decision."""

    account_id: int
    name: str
    decided_tier: int | None
    proposed_tier: int | None
    over_capacity: bool


@dataclass(frozen=True, slots=True)
class Overview:
    """Money in minor units of `currency`; `potential` and `attention` largest potential first.

    `counts` by tab. `attention` holds shares of all touches, 0 where unknown; empty where no
    contact is logged. `rates_missing` names currencies of plans that could not be added.
    `threaded_acv` and `renewal_acv`: recurring value of the accounts in those tabs. `owners` is
    empty, and `many_owners` set, where there are too many to choose from. `pending`: the sums are
    still to be computed, and every figure but `accounts` is empty.
    """

    currency: str
    accounts: int
    counts: Mapping[str, int]
    plans: RollUp | None
    no_path_gap: int
    rates_missing: tuple[str, ...]
    threaded_acv: int
    renewal_acv: int
    renewals_unprepared: int
    decided: int
    to_decide: tuple[Waiting, ...]
    over_money: int
    potential_total: int
    potential: tuple[int, ...]
    attention: tuple[float, ...]
    points: tuple[Point, ...]
    capacity: tuple[Carried, ...]
    owners: tuple[tuple[int, str], ...]
    industries: tuple[str, ...]
    tier_3: int
    tier_3_potential: int
    as_of: date | None
    computed_at: datetime | None
    parameters_version: str
    many_owners: bool = False
    pending: bool = False


@dataclass(frozen=True, slots=True)
class _Line:
    account_id: int
    owner_id: int | None
    computed: int | None
    proposed: int | None
    decided: int | None
    potential: int | None
    attention: float | None
    acv: int | None
    vulnerability: int | None
    to_decide: bool
    over_capacity: bool
    single_threaded: bool
    under_served: bool
    renewal_on: date | None

    @property
    def tier(self) -> int:
        return self.decided or self.proposed or 3


_COLUMNS = (
    *("account_id", "owner_id", "computed_tier", "proposed_tier", "decided_tier", "potential"),
    *("attention_share", "acv", "vulnerability", "to_decide", "over_capacity"),
    *("single_threaded", "under_served", "next_renewal_on"),
)


def overview(
    reach: Reach, *, today: date, currency: str, rates: Rates, parameters: Parameters
) -> Overview:
    """Everything the portfolio says in sums. About nine queries, however many accounts."""
    # every row is read here, so the set of accounts is worked out once and not row by row
    reach = reach.for_all_rows()
    lines = [_Line(*row) for row in reach.rows(reach.full & reach.seen).values_list(*_COLUMNS)]
    seen = len(lines) if reach.full >= reach.seen else reach.rows().count()
    plans, missing = plan_lines(
        reach, today=today, currency=currency, rates=rates, parameters=parameters
    )
    days = numbers_of.vulnerability(parameters).renewal_days
    soon = [one for one in lines if one.renewal_on and one.renewal_on <= today + timedelta(days)]
    waiting = [one for one in lines if one.to_decide]
    without_path = [plan for plan in plans if plan.facts.no_path]
    as_of, computed_at, version = _newest(reach)
    ordered = sorted(lines, key=lambda one: -(one.potential or 0))
    third = [one for one in lines if one.tier == 3]
    owner_ids = {one.owner_id for one in lines if one.owner_id}
    return Overview(
        currency=currency,
        accounts=seen,
        counts={
            "all": seen,
            "no_path": len(without_path),
            "renewal": len(soon),
            **_flagged(lines),
        },
        plans=roll_up([plan.facts for plan in plans], currency=currency) if plans else None,
        no_path_gap=sum(_gap(plan.facts) for plan in without_path),
        rates_missing=missing,
        threaded_acv=sum(one.acv or 0 for one in lines if one.single_threaded),
        renewal_acv=sum(one.acv or 0 for one in soon),
        renewals_unprepared=_unprepared([one.account_id for one in soon], parameters=parameters),
        decided=sum(one.decided is not None and one.tier < 3 for one in lines),
        to_decide=_waiting(sorted(waiting, key=lambda one: -(one.potential or 0))),
        over_money=sum(one.potential or 0 for one in lines if one.over_capacity),
        potential_total=sum(one.potential or 0 for one in lines if (one.potential or 0) > 0),
        potential=tuple(one.potential for one in ordered if (one.potential or 0) > 0),  # type: ignore[misc]
        attention=_attention(ordered),
        points=_points(ordered),
        capacity=_capacity(lines, parameters=parameters),
        owners=_owners(owner_ids) if len(owner_ids) <= MOST_LISTED else (),
        industries=_industries(reach),
        tier_3=len(third),
        tier_3_potential=sum(one.potential or 0 for one in third),
        as_of=as_of,
        computed_at=computed_at,
        parameters_version=version,
        many_owners=len(owner_ids) > MOST_LISTED,
    )


def pending_overview(reach: Reach, *, currency: str) -> Overview:
    """What can be said before a job computed the sums: one query, by an index."""
    as_of, computed_at, version = _newest(reach)
    return Overview(
        currency=currency,
        accounts=1 if as_of else 0,
        counts=dict.fromkeys(("all", "no_path", "renewal", *FLAGS), 0),
        plans=None,
        no_path_gap=0,
        rates_missing=(),
        threaded_acv=0,
        renewal_acv=0,
        renewals_unprepared=0,
        decided=0,
        to_decide=(),
        over_money=0,
        potential_total=0,
        potential=(),
        attention=(),
        points=(),
        capacity=(),
        owners=(),
        industries=(),
        tier_3=0,
        tier_3_potential=0,
        as_of=as_of,
        computed_at=computed_at,
        parameters_version=version,
        many_owners=True,
        pending=True,
    )


def is_large() -> bool:
    """Whether there are so many planning accounts that a job keeps their sums. One query."""
    return TierResult.objects.values("pk")[: WIDE + 1].count() > WIDE


def owner_name(owner_id: int) -> str:
    """The name of one of ours; empty for nobody. One query."""
    return CrmUser.objects.filter(pk=owner_id).values_list("name", flat=True).first() or ""


def _flagged(lines: Sequence[_Line]) -> dict[str, int]:
    return {name: sum(getattr(one, name) for one in lines) for name in FLAGS}


def _newest(reach: Reach) -> tuple[date | None, datetime | None, str]:
    """As of which day, when and with which numbers the rows were computed: any one tells."""
    # from the accounts a person sees to their rows: along the rows, ninety thousand of others
    # may come before the first
    rows = reach.for_all_rows().rows()
    found = rows.values_list("as_of", "computed_at", "parameters_version")[:1]
    return next(iter(found), (None, None, ""))


def plan_lines(
    reach: Reach, *, today: date, currency: str, rates: Rates, parameters: Parameters
) -> tuple[tuple[PlanLine, ...], tuple[str, ...]]:
    """Running plans open to the person, and the currencies that lack a rate. Two queries."""
    rows = reach.for_all_rows().rows(reach.plans & reach.seen)
    if not reach.plans & reach.seen:
        return (), ()
    running = PlanResult.objects.filter(plan__starts_on__lte=today, plan__ends_on__gte=today)
    mine = running.filter(plan__account_id__in=rows.values("account_id"))
    short = set(mine.filter(short_of_target(parameters)).values_list("pk", flat=True))
    columns = (
        *("pk", "plan_id", "plan__account_id", "plan__year", "plan__currency", "plan__target"),
        *("landing", "chance", "calibrated", "single_threaded", "challenges"),
    )
    found: list[PlanLine] = []
    missing: set[str] = set()
    for row in mine.values_list(*columns):
        pk, plan, account, year, code, target, landing, chance, calibrated, threaded, open_ = row
        try:
            converted = [
                _converted(minor, code, currency, rates=rates, on=today)
                for minor in (target, landing, threaded)
            ]
        except MissingRate:
            missing.add(code)
            continue
        facts = PlanFacts(
            plan=str(plan),
            account=str(account),
            year=year,
            owner="",
            tier=1,
            target=converted[0],
            landing=converted[1],
            chance=float(chance) if chance is not None else None,
            calibrated=calibrated,
            no_path=pk in short,
            single_threaded=converted[2],
            open_challenges=open_,
        )
        found.append(PlanLine(account, facts))
    return tuple(found), tuple(sorted(missing))


def _converted(
    minor: int | None, code: str, currency: str, *, rates: Rates, on: date
) -> Money | None:
    if minor is None:
        return None
    money = Money(minor, code)
    return money if code == currency else rates.convert(money, currency, on=on)


def _gap(plan: PlanFacts) -> int:
    if plan.target is None or plan.landing is None:
        return 0
    return max(0, plan.target.minor - plan.landing.minor)


def _unprepared(account_ids: Sequence[int], *, parameters: Parameters) -> int:
    """Accounts whose next renewal has no whole strategy, as vulnerability counted it."""
    alone = numbers_of.vulnerability(parameters).renewal_unprepared
    parts = TierResult.objects.filter(account_id__in=account_ids).values_list("parts", flat=True)
    return sum(
        any(part.get("code") == RENEWAL and (part.get("p") or 0) >= alone for part in kept)
        for kept in parts
    )


def _waiting(lines: Sequence[_Line]) -> tuple[Waiting, ...]:
    names = _names([one.account_id for one in lines[:MOST_NAMES]])
    return tuple(
        Waiting(one.account_id, names[one.account_id], one.decided, one.proposed, one.over_capacity)
        for one in lines[:MOST_NAMES]
    )


def _attention(ordered: Sequence[_Line]) -> tuple[float, ...]:
    if all(one.attention is None for one in ordered):
        return ()
    return tuple(float(one.attention or 0) for one in ordered if (one.potential or 0) > 0)


def _points(ordered: Sequence[_Line]) -> tuple[Point, ...]:
    drawn = [one for one in ordered if one.vulnerability is not None and one.potential is not None][
        :MOST_POINTS
    ]
    names = _names([one.account_id for one in drawn])
    return tuple(
        Point(
            one.account_id,
            names[one.account_id],
            one.potential or 0,
            one.vulnerability or 0,
            one.acv or 0,
            one.tier,
        )
        for one in drawn
    )


def _capacity(lines: Iterable[_Line], *, parameters: Parameters) -> tuple[Carried, ...]:
    """Account managers with an overflow first, then by what they carry; at most MOST_OWNERS."""
    tiers: dict[int | None, Counter[int]] = defaultdict(Counter)
    over: dict[int | None, list[int]] = defaultdict(list)
    for one in lines:
        tiers[one.owner_id][one.tier] += 1
        if one.over_capacity:
            over[one.owner_id].append(one.potential or 0)
    carrying = [owner for owner in tiers if tiers[owner][1] or tiers[owner][2]]
    carrying.sort(key=lambda o: (-sum(over[o]), -tiers[o][1], -tiers[o][2], o or 0))
    shown = carrying[:MOST_OWNERS]
    names = dict(_owners({owner for owner in shown if owner}))
    return tuple(
        Carried(
            owner,
            names.get(owner, "") if owner else "",
            tiers[owner][1],
            tiers[owner][2],
            len(over[owner]),
            sum(over[owner]),
        )
        for owner in shown
    )


def _owners(ids: set[int]) -> tuple[tuple[int, str], ...]:
    rows = CrmUser.objects.filter(pk__in=ids).order_by("name", "pk")
    return tuple(rows.values_list("pk", "name"))


def _industries(reach: Reach) -> tuple[str, ...]:
    planning = Account.objects.filter(tier_result__isnull=False, removed_at=None)
    if Relation.EVERYTHING not in reach.seen:
        planning = planning.filter(pk__in=reach.rows().values("account_id"))
    rows = planning.filter(~Q(industry="")).order_by("industry")
    return tuple(rows.values_list("industry", flat=True).distinct())


def _names(ids: Sequence[int]) -> dict[int, str]:
    return dict(Account.objects.filter(pk__in=ids).values_list("pk", "name"))
