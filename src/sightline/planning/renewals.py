"""Renewals: milestones on the way to a contract's end, chance of renewing, what a strategy lacks.

Definition: docs/method/renewals.md.
"""

from __future__ import annotations

import datetime as dt
import enum
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from fractions import Fraction

from sightline.planning.bridge.facts import Risk
from sightline.planning.bridge.parameters import BridgeParameters
from sightline.planning.errors import InvalidValue
from sightline.planning.money import Money, total
from sightline.planning.parameters import Parameters
from sightline.planning.periods import days_between
from sightline.planning.reasons import Reason, because, dated


@dataclass(frozen=True, slots=True)
class RenewalParameters:
    """The numbers of docs/method/renewals.md."""

    sight_days: int
    milestone_days: tuple[int, ...]
    co_term_days: int
    year_days: int
    notice_ahead_days: int
    revenue_fall: float


def renewal_parameters(parameters: Parameters) -> RenewalParameters:
    """The section `renewals`."""
    return parameters.section(RenewalParameters, "renewals")


class MilestoneState(enum.StrEnum):
    """Where a milestone stands on a day."""

    AHEAD = "ahead"
    CURRENT = "current"
    PASSED = "passed"


@dataclass(frozen=True, slots=True)
class Milestone:
    """A day on the way to a contract's end and what should be true by then."""

    days_before: int
    on: dt.date
    state: MilestoneState
    text: str

    def reached_within(self, day: dt.date, *, days: int) -> bool:
        """Whether it falls on `day` or the `days` - 1 days after it."""
        return day <= self.on < day + dt.timedelta(days=days)


# what each milestone is for; a company that moves the days keeps their order
_EXPECTED = (
    "set the goal and who decides",
    "test the relationships and the price position",
    "agree the offer with the people who decide",
    "close what is open and confirm in writing",
)


@dataclass(frozen=True, slots=True)
class RenewalFacts:
    """A contract up for renewal and what its strategy already holds; None is not entered yet.

    `acv` is the yearly value up for renewal, None where it is not known; `threads` how many active relationships of strength
    carry it, `linked_plays` the expansion plays that depend on it.
    """

    contract: str
    account: str
    ends_on: dt.date
    acv: Money | None
    goal: str | None = None
    owner: str | None = None
    decider: str | None = None
    risk: Risk | None = None
    threads: int | None = None
    price_position: str | None = None
    linked_plays: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RenewalChance:
    """p_renew, 0 … 1, where it comes from, and whether the company's own history carries it."""

    value: float
    calibrated: bool
    why: Reason


def milestones(ends_on: dt.date, *, on: dt.date, parameters: Parameters) -> tuple[Milestone, ...]:
    """The milestones of a contract that ends on a day, earliest first.

    The latest one reached is current until the next one comes or the contract has ended.
    """
    numbers = renewal_parameters(parameters)
    before = sorted(numbers.milestone_days, reverse=True)
    dates = [ends_on - dt.timedelta(days=days) for days in before]
    reached = [date for date in dates if date <= on]
    current = reached[-1] if reached and on <= ends_on else None
    return tuple(
        Milestone(days, date, _state(date, on=on, current=current), _expected(place, len(before)))
        for place, (days, date) in enumerate(zip(before, dates, strict=True))
    )


def what_it_lacks(renewal: RenewalFacts) -> tuple[Reason, ...]:
    """What keeps the strategy from being one: goal, owner or decider missing.

    Gaps in the rest (risk, price position, threads) are said by `what_would_help`.
    """
    needed = (("goal", renewal.goal), ("owner", renewal.owner), ("decider", renewal.decider))
    words = {"goal": "no goal", "owner": "no owner", "decider": "nobody named who decides"}
    return tuple(
        because(f"renewal_no_{name}", words[name], contract=renewal.contract)
        for name, value in needed
        if not value
    )


def what_would_help(renewal: RenewalFacts) -> tuple[Reason, ...]:
    """What a whole strategy has besides: risk, price position, a second relationship."""
    found: list[Reason] = []
    if renewal.risk is None:
        found.append(because("renewal_no_risk", "risk not judged yet"))
    if not renewal.price_position:
        found.append(because("renewal_no_price", "price position not noted"))
    if renewal.threads is None:
        found.append(because("renewal_threads_unknown", "nobody linked to it yet"))
    elif renewal.threads < 2:
        found.append(because("renewal_single_thread", "fewer than two active relationships"))
    return tuple(found)


def is_prepared(renewal: RenewalFacts) -> bool:
    """Whether it has a strategy: goal, owner and decider."""
    return not what_it_lacks(renewal)


def chance_of_renewal(
    *,
    risk: Risk | None,
    renewed: int = 0,
    closed: int = 0,
    parameters: Parameters,
) -> RenewalChance:
    """p_renew: the company's own rate where enough renewals closed, else by the judged risk.

    `renewed` of `closed` contracts of this company came to their end and went on. Nobody has
    judged the risk (None): counted as the level the bridge counts it as, and said so. The numbers
    are the bridge's, so that page and bridge never differ.
    """
    if not 0 <= renewed <= closed:
        raise InvalidValue("Renewed contracts are among the closed ones.", field="renewed")
    numbers = parameters.section(BridgeParameters, "bridge")
    if closed >= numbers.enough_renewals:
        text = f"{renewed} of the last {closed} contracts were renewed"
        why = because("renewal_rate", text, renewed=renewed, closed=closed)
        return RenewalChance(renewed / closed, True, why)
    level = risk or Risk(numbers.unjudged_risk)
    value = numbers.renewal_odds[level.value]
    judged = f"{level.value} risk" if risk else f"risk not judged, counted as {level.value}"
    code = "renewal_by_risk" if risk else "renewal_unjudged"
    text = f"{judged}: {value:.0%} by default, uncalibrated"
    return RenewalChance(value, False, because(code, text, risk=level.value, closed=closed))


class OutcomeKind(enum.StrEnum):
    """What became of a contract at its end."""

    RENEWED = "renewed"
    UPLIFTED = "uplifted"
    CONTRACTED = "contracted"
    LOST = "lost"


def kind_of_outcome(*, up: int | None, renewed: int | None) -> OutcomeKind:
    """By the yearly values before and after, in minor units of one currency.

    No value after is lost. Where the value before is not known, it renewed.
    """
    if renewed is None:
        return OutcomeKind.LOST
    if up is None or renewed == up:
        return OutcomeKind.RENEWED
    return OutcomeKind.UPLIFTED if renewed > up else OutcomeKind.CONTRACTED


class AtRisk(enum.StrEnum):
    """Why money that is up for renewal is at risk."""

    NO_STRATEGY = "no_strategy"
    JUDGED_HIGH = "judged_high"
    NOTICE_SOON = "notice_soon"
    NOTICE_PAST = "notice_past"
    END_PAST = "end_past"
    SINGLE_THREAD = "single_thread"
    REVENUE_DOWN = "revenue_down"
    LET_GO = "let_go"


@dataclass(frozen=True, slots=True)
class RiskFacts:
    """What is known of a contract that ends; None where it is not known and adds no reason.

    `revenue_change` is R12 against the twelve months before, as a share.
    """

    ends_on: dt.date
    prepared: bool
    risk: Risk | None = None
    goal: str = ""
    notice_days: int | None = None
    auto_renews: bool | None = None
    single_threaded: bool | None = None
    revenue_change: float | None = None


def last_notice_day(ends_on: dt.date, notice_days: int | None) -> dt.date | None:
    """The last day on which either side can still give notice; None where no period is known."""
    return ends_on - dt.timedelta(days=notice_days) if notice_days is not None else None


def reasons_at_risk(facts: RiskFacts, *, on: dt.date, parameters: Parameters) -> tuple[AtRisk, ...]:
    """Every reason why the money is at risk; empty: none is known.

    A missing strategy counts once the renewal is in sight. A notice period counts while it nears,
    and once it is past for a contract that does not renew by itself.
    """
    numbers = renewal_parameters(parameters)
    in_sight = days_between(on, facts.ends_on) <= numbers.sight_days
    notice = last_notice_day(facts.ends_on, facts.notice_days)
    left = days_between(on, notice) if notice is not None else None
    down = facts.revenue_change is not None and facts.revenue_change <= numbers.revenue_fall
    tests = (
        (AtRisk.END_PAST, facts.ends_on < on),
        (AtRisk.LET_GO, facts.goal == "let_go"),
        (AtRisk.JUDGED_HIGH, facts.risk is Risk.HIGH),
        (AtRisk.NO_STRATEGY, in_sight and not facts.prepared),
        (AtRisk.NOTICE_SOON, left is not None and 0 <= left <= numbers.notice_ahead_days),
        (AtRisk.NOTICE_PAST, left is not None and left < 0 and facts.auto_renews is False),
        (AtRisk.SINGLE_THREAD, facts.single_threaded is True),
        (AtRisk.REVENUE_DOWN, down),
    )
    return tuple(reason for reason, holds in tests if holds)


@dataclass(frozen=True, slots=True)
class CoTermStep:
    """One contract moved to the common date: days added and their price at its own yearly value."""

    contract: str
    ends_on: dt.date
    added_days: int
    price: Money


@dataclass(frozen=True, slots=True)
class CoTerm:
    """Contracts of one account that could end together."""

    account: str
    on: dt.date
    together: Money
    steps: tuple[CoTermStep, ...]
    reason: Reason


def co_terms(
    contracts: Sequence[RenewalFacts], *, on: dt.date, currency: str, parameters: Parameters
) -> tuple[CoTerm, ...]:
    """Groups of an account's running contracts that end close enough to be renewed as one.

    A group starts at the earliest end and takes in all that end within `co_term_days` of it; it is
    proposed to end with its last one, so that nothing is shortened. Single contracts are no group, and
    a contract without a known value is in none: its days have no price.
    """
    numbers = renewal_parameters(parameters)
    found: list[CoTerm] = []
    for account in sorted({item.account for item in contracts}):
        running = [
            (c, c.acv)
            for c in contracts
            if c.account == account and c.ends_on >= on and c.acv is not None
        ]
        running.sort(key=lambda pair: (pair[0].ends_on, pair[0].contract))
        while running:
            first = running[0][0].ends_on
            near = [
                pair
                for pair in running
                if days_between(first, pair[0].ends_on) <= numbers.co_term_days
            ]
            running = running[len(near) :]
            if near[0][0].ends_on != near[-1][0].ends_on:
                found.append(_co_term(account, near, currency=currency, numbers=numbers))
    return tuple(found)


def _co_term(
    account: str,
    near: Collection[tuple[RenewalFacts, Money]],
    *,
    currency: str,
    numbers: RenewalParameters,
) -> CoTerm:
    end = max(item.ends_on for item, _ in near)
    steps = tuple(
        CoTermStep(
            contract=item.contract,
            ends_on=item.ends_on,
            added_days=(added := days_between(item.ends_on, end)),
            price=acv.times(Fraction(added, numbers.year_days)),
        )
        for item, acv in near
    )
    together = total((acv for _, acv in near), currency=currency)
    text = f"{len(steps)} contracts could end together on {dated(end)}"
    return CoTerm(account, end, together, steps, because("co_term", text, contracts=len(steps)))


def _state(date: dt.date, *, on: dt.date, current: dt.date | None) -> MilestoneState:
    if date > on:
        return MilestoneState.AHEAD
    return MilestoneState.CURRENT if date == current else MilestoneState.PASSED


def _expected(place: int, count: int) -> str:
    # with more or fewer milestones than texts, the last text stays with the last milestone
    from_end = count - 1 - place
    return _EXPECTED[max(0, len(_EXPECTED) - 1 - from_end)]
