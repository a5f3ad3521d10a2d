"""What was done and what it moved: actions against plays, the week's changes, who came to reviews.

Sums are by account and tier, never by the people who did the work. Definitions:
docs/method/portfolio.md.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet

from sightline.planning.money import Converter, Money, Rates
from sightline.planning.permissions import Category
from sightline.planning.portfolio import PortfolioParameters
from sightline.records.happened import (
    FOR_PLAYS,
    HEAD,
    NOTHING,
    day_after,
    deals_in,
    done_rows,
)
from sightline.records.models import (
    Account,
    Attendance,
    Opportunity,
    Review,
    Signal,
    TierDecision,
)
from sightline.records.queries.analytics.accounts import AccountLine
from sightline.records.queries.company import company_zone
from sightline.records.reach import Reach

MOST_STUCK = 5
MOST_SPONSORS = 12


@dataclass(frozen=True, slots=True)
class Work:
    """Actions done for plays, plays that moved on, and open plays, of one tier or account."""

    key: int
    done: int
    moved: int
    plays: int


@dataclass(frozen=True, slots=True)
class Change:
    """One kind of thing that happened this week. `money` None where none belongs to it;
    `unvalued` counts those without an amount or a rate."""

    kind: str
    count: int
    money: Money | None = None
    unvalued: int = 0


@dataclass(frozen=True, slots=True)
class Sponsoring:
    """One sponsor: reviews held of their accounts and how many they came to."""

    name: str
    accounts: int
    held: int
    came: int


@dataclass(frozen=True, slots=True)
class Moving:
    """What happened. `loose` counts actions done that serve nothing; `stuck` are the accounts
    with most actions done and no play moved, `sponsors` those of most accounts of `all_sponsors`."""

    days: int
    week: int
    year: int
    done: int
    loose: int
    by_tier: tuple[Work, ...]
    stuck: tuple[Work, ...]
    changes: tuple[Change, ...]
    signals: tuple[Change, ...]
    sponsors: tuple[Sponsoring, ...]
    all_sponsors: int
    without_sponsor: int


def moving(
    reach: Reach,
    accounts: Mapping[int, AccountLine],
    *,
    today: date,
    currency: str,
    rates: Rates,
    numbers: PortfolioParameters,
) -> Moving | None:
    """Everything above; None where no plan is open to the person. Nine queries."""
    if not reach.plans & reach.seen:
        return None
    reach = reach.for_all_rows()
    open_to = reach.on(Category.PLAN)
    since = today - timedelta(days=numbers.moving_days)
    done = _done(open_to, since, today)
    works = _works(done, _deals_by_account(open_to, since, today), accounts)
    stuck = [one for one in works if one.done and one.plays and not one.moved]
    sponsors, without = _sponsors(
        reach, accounts, since=today - timedelta(days=numbers.attendance_days), today=today
    )
    week = today - timedelta(days=numbers.changed_days)
    return Moving(
        days=numbers.moving_days,
        week=numbers.changed_days,
        year=numbers.attendance_days,
        done=sum(row[1] for row in done),
        loose=sum(row[2] for row in done),
        by_tier=_by_tier(works, accounts),
        stuck=tuple(sorted(stuck, key=lambda one: (-one.done, one.key))[:MOST_STUCK]),
        changes=_changes(open_to, week, today, currency=currency, rates=rates),
        signals=_signals(reach, week),
        sponsors=_first(sponsors),
        all_sponsors=len(sponsors),
        without_sponsor=without,
    )


def _first(sponsors: tuple[Sponsoring, ...]) -> tuple[Sponsoring, ...]:
    """Those of most accounts where there are very many; by name all the same."""
    by_accounts = sorted(range(len(sponsors)), key=lambda at: -sponsors[at].accounts)
    return tuple(sponsors[at] for at in sorted(by_accounts[:MOST_SPONSORS]))


def _done(open_to: Q, since: date, today: date) -> list[tuple[int, int, int, int]]:
    """(planning account, actions done, of them serving nothing, of them for a play)."""
    rows = (
        done_rows(open_to, since, today)
        .annotate(head=HEAD)
        .order_by()
        .values("head")
        .annotate(
            n=Count("pk"),
            loose=Count("pk", filter=NOTHING),
            for_plays=Count("pk", filter=FOR_PLAYS),
        )
    )
    return list(rows.values_list("head", "n", "loose", "for_plays"))


def _deals_by_account(open_to: Q, since: date, today: date) -> dict[int, tuple[int, int]]:
    """Planning account to (open plays, plays that moved on or closed)."""
    stepped = Q(
        stage_since__gt=since,
        stage_since__lte=today,
        stage_since_inferred=False,
        created_on__lte=since,
    )
    moved = stepped | Q(is_closed=True, closed_on__gt=since, closed_on__lte=today)
    rows = (
        Opportunity.objects.filter(open_to, moved | Q(is_closed=False))
        .filter(removed_at=None)
        .annotate(head=HEAD)
        .order_by()
        .values("head")
        .annotate(plays=Count("pk", filter=Q(is_closed=False)), moved=Count("pk", filter=moved))
    )
    return {head: (plays, n) for head, plays, n in rows.values_list("head", "plays", "moved")}


def _works(
    done: Sequence[tuple[int, int, int, int]],
    deals: Mapping[int, tuple[int, int]],
    accounts: Mapping[int, AccountLine],
) -> list[Work]:
    for_plays = {head: n for head, _, _, n in done}
    return [
        Work(head, for_plays.get(head, 0), deals.get(head, (0, 0))[1], deals.get(head, (0, 0))[0])
        for head in sorted({*for_plays, *deals})
        if head in accounts
    ]


def _by_tier(works: Sequence[Work], accounts: Mapping[int, AccountLine]) -> tuple[Work, ...]:
    sums: dict[int, list[int]] = defaultdict(lambda: [0, 0, 0])
    for one in works:
        into = sums[accounts[one.key].tier]
        for place, value in enumerate((one.done, one.moved, one.plays)):
            into[place] += value
    return tuple(Work(tier, *sums[tier]) for tier in sorted(sums))


def _changes(
    open_to: Q, since: date, today: date, *, currency: str, rates: Rates
) -> tuple[Change, ...]:
    deals = (
        (kind, deals_in(open_to, kind, since=since, today=today))
        for kind in ("won", "lost", "opened", "moved")
    )
    found = [
        _valued(kind, rows.values_list("amount", "currency"), currency, rates=rates, on=today)
        for kind, rows in deals
    ]
    held = Review.objects.filter(
        open_to, state=Review.State.CLOSED, held_on__gt=since, held_on__lte=today
    ).values_list("changed_nothing", flat=True)
    outcomes = list(held)
    decided = TierDecision.objects.filter(
        open_to, decided_at__gte=day_after(since, company_zone())
    ).count()
    found += [
        Change("reviews", len(outcomes)),
        Change("reviews_idle", sum(1 for idle in outcomes if idle)),
        Change("tiers", decided),
    ]
    return tuple(one for one in found if one.count)


def _valued(
    kind: str,
    rows: QuerySet[Opportunity, tuple[int | None, str]],
    currency: str,
    *,
    rates: Rates,
    on: date,
) -> Change:
    sums, count, unvalued = Money.zero(currency), 0, 0
    convert = Converter(currency, rates, on)
    for minor, code in rows:
        count += 1
        held = convert(minor, code) if code else None
        if held is None:
            unvalued += 1
        else:
            sums += held
    return Change(kind, count, sums, unvalued)


def _signals(reach: Reach, since: date) -> tuple[Change, ...]:
    """New signals still in force, by kind, the most first."""
    rows = reach.for_all_rows().rows(reach.plans & reach.seen)
    found = Counter(
        Signal.objects.filter(
            account_id__in=rows.values("account_id"),
            observed_on__gt=since,
            ended_on=None,
            dismissed_at=None,
        ).values_list("kind", flat=True)
    )
    return tuple(Change(kind, n) for kind, n in sorted(found.items(), key=lambda x: (-x[1], x[0])))


def _sponsors(
    reach: Reach, accounts: Mapping[int, AccountLine], *, since: date, today: date
) -> tuple[tuple[Sponsoring, ...], int]:
    """Sponsors by name, and how many accounts of tier 1 have none."""
    named = {
        pk: (sponsor, name)
        for pk, sponsor, name in Account.objects.filter(
            reach.on(Category.PLAN, at="pk"), executive_sponsor__isnull=False
        ).values_list("pk", "executive_sponsor_id", "executive_sponsor__name")
        if pk in accounts
    }
    present = Attendance.objects.filter(
        review_id=OuterRef("pk"),
        user_id=OuterRef("account__executive_sponsor_id"),
        state=Attendance.State.PRESENT,
    )
    held = Review.objects.filter(
        reach.on(Category.PLAN),
        kind=Review.Kind.REVIEW,
        state=Review.State.CLOSED,
        held_on__gt=since,
        held_on__lte=today,
        account__executive_sponsor__isnull=False,
    ).annotate(came=Exists(present))
    counts: dict[int, list[int]] = defaultdict(lambda: [0, 0])
    for sponsor, came in held.values_list(F("account__executive_sponsor_id"), "came"):
        counts[sponsor][0] += 1
        counts[sponsor][1] += came
    sponsored = Counter(sponsor for sponsor, _ in named.values())
    names = dict(named.values())
    found = tuple(
        Sponsoring(names[one], sponsored[one], *counts[one])
        for one in sorted(names, key=lambda one: (names[one].casefold(), one))
    )
    first = (pk for pk, line in accounts.items() if line.tier == 1)
    return found, sum(1 for pk in first if pk not in named)
