"""Shares that a leader wants (retention, penetration) and what carries them, over a part of the
accounts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal

from django.db.models import Q, QuerySet

from sightline.planning.errors import MissingRate
from sightline.planning.money import Converter, Money
from sightline.planning.outcomes import (
    Carried,
    Held,
    NewLinesOutcome,
    PenetrationOutcome,
    Retention,
    RetentionOutcome,
    new_lines_outcome,
    penetration_outcome,
    retention_outcome,
)
from sightline.planning.portfolio import OutcomeSplit
from sightline.records.models import (
    CellMeasures,
    OpportunityLine,
    PlanResult,
    PortfolioOutcome,
    ProductLine,
    TierResult,
)
from sightline.records.queries.analytics.new_lines import begun
from sightline.records.queries.analytics.picture import Basis
from sightline.records.queries.analytics.plans import names_of
from sightline.records.queries.portfolio.keeping import kept_overview
from sightline.records.reach import Reach
from sightline.records.scoping import Person

MOST_SHARES = 12
MOST_INDUSTRIES = 200
LOSSES = ("churn", "contraction", "since")


@dataclass(frozen=True, slots=True)
class Goal:
    """A share wanted of a year, of one tier (0: all) and industry (empty: all)."""

    id: int
    kind: str
    share: Decimal
    tier: int
    industry: str
    version: int


@dataclass(frozen=True, slots=True)
class GoalShare:
    """What one account would have to add, and what its plan still lacks."""

    account_id: int
    name: str
    money: Money | None
    lines: int | None
    no_path: bool
    challenges: int


@dataclass(frozen=True, slots=True)
class Worked:
    """A goal worked backwards; one of `retention`, `penetration` and `begun` is set, or none where
    nothing is known. `plans` counted, `without` planned accounts of the scope left out."""

    goal: Goal
    retention: RetentionOutcome | None
    penetration: PenetrationOutcome | None
    shares: tuple[GoalShare, ...]
    plans: int
    without: int
    begun: NewLinesOutcome | None = None


def goals_of(person: Person, year: int) -> tuple[Goal, ...]:
    """The person's own shares wanted of a year. One query."""
    rows = PortfolioOutcome.objects.filter(wanted_by_id=person.id, year=year, share__isnull=False)
    return tuple(
        Goal(row.pk, row.kind, row.share or Decimal(0), row.tier, row.industry, row.version)
        for row in rows.order_by("kind", "tier", "industry", "pk")
    )


def worked(reach: Reach, basis: Basis, goal: Goal) -> Worked:
    """The goal against what plans and holdings give today. About five queries."""
    if goal.kind == PortfolioOutcome.Kind.PENETRATION:
        return _penetration(reach, goal)
    if goal.kind == PortfolioOutcome.Kind.NEW_LINES:
        return _new_lines(reach, basis, goal)
    return _retention(reach, basis, goal)


def industries(reach: Reach) -> tuple[str, ...]:
    """Industries of the accounts in reach, by name; of very many as a job kept them. One query."""
    kept = kept_overview(reach) if reach.wide else None
    if kept is not None:
        return kept.industries[:MOST_INDUSTRIES]
    rows = reach.for_all_rows().rows(reach.full & reach.seen).exclude(industry="")
    return tuple(
        rows.order_by("industry").values_list("industry", flat=True).distinct()[:MOST_INDUSTRIES]
    )


def _scope(reach: Reach, goal: Goal) -> QuerySet[TierResult]:
    rows = reach.for_all_rows().rows(reach.full & reach.plans & reach.seen)
    if goal.tier:
        proposed = Q(decided_tier=None, proposed_tier=goal.tier)
        rows = rows.filter(Q(decided_tier=goal.tier) | proposed)
    return rows.filter(industry=goal.industry) if goal.industry else rows


def _retention(reach: Reach, basis: Basis, goal: Goal) -> Worked:
    rooms = {
        account: None if potential is None else max(0, potential - (kept or 0))
        for account, potential, kept in _scope(reach, goal).values_list(
            "account_id", "potential", "potential_kept"
        )
    }
    running = PlanResult.objects.filter(
        plan__starts_on__lte=basis.today,
        plan__ends_on__gte=basis.today,
        plan__account_id__in=_scope(reach, goal).values("account_id"),
    ).select_related("plan")
    convert = Converter(basis.currency, basis.rates, basis.today)
    carried: list[Carried] = []
    results: dict[int, PlanResult] = {}
    without = 0
    for row in running:
        one = _carried(row, rooms.get(row.plan.account_id), convert, basis.currency)
        if one is None:
            without += 1
        else:
            carried.append(one)
            results[row.plan.account_id] = row
    found = retention_outcome(
        Retention(goal.kind), float(goal.share), carried, currency=basis.currency
    )
    parts = found.split.shares if found else ()
    largest = sorted(parts, key=lambda one: -one.share.minor)[:MOST_SHARES]
    names = names_of([int(one.account) for one in largest])
    shares = tuple(
        GoalShare(
            int(one.account),
            names.get(int(one.account), ""),
            one.share,
            None,
            (results[int(one.account)].gap or 0) > 0,
            results[int(one.account)].challenges,
        )
        for one in largest
        if one.share
    )
    slim = replace(found, split=_without_shares(found.split)) if found else None
    return Worked(goal, slim, None, shares, len(carried), without)


def _new_lines(reach: Reach, basis: Basis, goal: Goal) -> Worked:
    accounts = begun(_scope(reach, goal), basis)
    found = new_lines_outcome(float(goal.share), accounts, currency=basis.currency)
    parts = [one for one in found.split.shares if one.account] if found else []
    largest = sorted(parts, key=lambda one: -one.share.minor)[:MOST_SHARES]
    names = names_of([int(one.account) for one in largest])
    shares = tuple(
        GoalShare(int(one.account), names.get(int(one.account), ""), one.share, None, False, 0)
        for one in largest
        if one.share
    )
    slim = replace(found, split=_without_shares(found.split)) if found else None
    return Worked(goal, None, None, shares, len(accounts), 0, slim)


def _without_shares(split: OutcomeSplit) -> OutcomeSplit:
    """What is kept for the next look: of tens of thousands of shares a dozen are shown."""
    return replace(split, shares=())


def _carried(
    row: PlanResult, room: int | None, convert: Converter, currency: str
) -> Carried | None:
    """What a plan carries; None where its bridge or a rate is not known."""
    opening, code = row.parts.get("baseline"), row.plan.currency
    lost = sum(max(0, -(row.parts.get(part) or 0)) for part in LOSSES)
    try:
        amounts = [convert(minor, code) for minor in (opening, lost, row.landing)]
    except MissingRate:
        return None
    start, gone, end = amounts
    if start is None or gone is None or end is None:
        return None
    own = Money(room, currency) if room is not None else None
    return Carried(str(row.plan.account_id), start, gone, end, room=own)


def _penetration(reach: Reach, goal: Goal) -> Worked:
    ids = list(_scope(reach, goal).values_list("account_id", flat=True))
    inside = _scope(reach, goal).values("account_id")
    lines = ProductLine.objects.filter(cellmeasures__owned=True).distinct().count()
    held = _lines_by_account(
        CellMeasures.objects.filter(owned=True, account__planning_account_id__in=inside)
        .values_list("account__planning_account_id", "product_line_id")
        .distinct()
    )
    coming = _lines_by_account(
        OpportunityLine.objects.filter(
            opportunity__is_closed=False,
            opportunity__removed_at=None,
            removed_at=None,
            product_line__isnull=False,
            opportunity__account__planning_account_id__in=inside,
        )
        .values_list("opportunity__account__planning_account_id", "product_line_id")
        .distinct()
    )
    facts = [
        Held(str(pk), len(held.get(pk, ())), len(coming.get(pk, set()) - held.get(pk, set())))
        for pk in ids
    ]
    found = penetration_outcome(float(goal.share), facts, lines=lines)
    open_lines = {pk: lines - len(held.get(pk, set()) | coming.get(pk, set())) for pk in ids}
    largest = _by_potential(ids, open_lines) if found and found.missing else []
    names = names_of(largest)
    shares = tuple(
        GoalShare(pk, names.get(pk, ""), None, open_lines[pk], False, 0) for pk in largest
    )
    return Worked(goal, None, found, shares, len(ids), 0)


def _by_potential(ids: list[int], open_lines: dict[int, int]) -> list[int]:
    """Accounts with open lines, the largest potential first."""
    rows = TierResult.objects.filter(account_id__in=ids[:5000], potential__gt=0)
    ordered = rows.order_by("-potential", "account_id").values_list("account_id", flat=True)
    return [pk for pk in ordered if open_lines[pk] > 0][:MOST_SHARES]


def _lines_by_account(rows: Iterable[tuple[int | None, int | None]]) -> dict[int, set[int]]:
    found: defaultdict[int, set[int]] = defaultdict(set)
    for account, line in rows:
        if account is not None and line is not None:
            found[account].add(line)
    return found
