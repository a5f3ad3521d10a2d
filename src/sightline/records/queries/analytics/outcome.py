"""What a leader wants, what plans carry of it, and how the rest could be split."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sightline.planning.errors import MissingRate
from sightline.planning.money import Money, Rates
from sightline.planning.parameters import Parameters
from sightline.planning.portfolio import OutcomeSplit, ShareFacts, split_outcome
from sightline.planning.tiering import parameters as numbers_of
from sightline.records.models import Plan, PortfolioOutcome
from sightline.records.queries.analytics.picture import Picture
from sightline.records.queries.analytics.plans import names_of
from sightline.records.reach import Reach
from sightline.records.scoping import Person

MOST_SHARES = 12


@dataclass(frozen=True, slots=True)
class Wanted:
    """The person's own outcome of a year; `version` guards the edit."""

    year: int
    amount: Money
    version: int


@dataclass(frozen=True, slots=True)
class Share:
    """A part of what is missing on one account; `planned` where a running plan is counted."""

    account_id: int
    name: str
    planned: bool
    share: Money


@dataclass(frozen=True, slots=True)
class Backwards:
    """From the outcome back to accounts, in the reporting currency.

    `missing` is wanted less carried, zero where plans carry it all. `shares` are the largest,
    `accounts` how many carry any, `unknown` how many have no known potential.
    """

    wanted: Money
    carried: Money
    missing: Money
    shares: tuple[Share, ...]
    accounts: int
    unknown: int
    uncovered: Money


def outcome_of(person: Person, year: int) -> Wanted | None:
    """What the person wants of a year. One query."""
    row = PortfolioOutcome.objects.filter(
        wanted_by_id=person.id, year=year, kind=PortfolioOutcome.Kind.REVENUE
    ).first()
    if row is None or row.amount is None:
        return None
    return Wanted(year, Money(row.amount, row.currency), row.version)


def backwards(
    reach: Reach, found: Picture, wanted: Wanted, *, rates: Rates, on: date, parameters: Parameters
) -> Backwards | None:
    """The rest over accounts by room beyond what they give; None without an exchange rate."""
    try:
        amount = _in(found.currency, wanted.amount, rates=rates, on=on)
    except MissingRate:
        return None
    zero = Money.zero(found.currency)
    carried = found.whole.landing if found.whole else zero
    missing = max(zero, amount - carried)
    facts = _facts(reach, found.currency, parameters=parameters) if missing else []
    split = split_outcome(missing, facts)
    shares = _shares(split, on)
    return Backwards(
        wanted=amount,
        carried=carried,
        missing=missing,
        shares=shares,
        accounts=sum(1 for one in split.shares if one.share),
        unknown=sum(1 for one in facts if one.weight is None),
        uncovered=split.uncovered,
    )


def _in(currency: str, money: Money, *, rates: Rates, on: date) -> Money:
    return money if money.currency == currency else rates.convert(money, currency, on=on)


def _facts(reach: Reach, currency: str, *, parameters: Parameters) -> list[ShareFacts]:
    """Room beyond what is kept: likely as weight, one year's part of the high end as cap."""
    years = numbers_of.potential(parameters).years
    rows = reach.for_all_rows().rows(reach.full & reach.plans & reach.seen)
    facts = []
    for account, likely, high, kept in rows.values_list(
        "account_id", "potential", "potential_high", "potential_kept"
    ).order_by("account_id"):
        known = likely is not None
        room = max(0, (likely or 0) - (kept or 0))
        most = Money(max(0, high - (kept or 0)) // years, currency) if high is not None else None
        facts.append(ShareFacts(str(account), float(room) if known else None, most))
    return facts


def _shares(split: OutcomeSplit, on: date) -> tuple[Share, ...]:
    largest = sorted(split.shares, key=lambda one: -one.share.minor)[:MOST_SHARES]
    ids = [int(one.account) for one in largest]
    names = names_of(ids)
    running = Plan.objects.filter(account_id__in=ids, starts_on__lte=on, ends_on__gte=on)
    counted = running.filter(target__isnull=False, result__landing__isnull=False)
    planned = set(counted.values_list("account_id", flat=True))
    return tuple(
        Share(int(one.account), names[int(one.account)], int(one.account) in planned, one.share)
        for one in largest
        if one.share
    )
