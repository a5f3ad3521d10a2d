"""The portfolio: what leadership wants, which plans carry it, and what is not covered.

Sums what plans already computed, each plan once. Definition: docs/method/portfolio.md.
"""

from __future__ import annotations

import enum
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from sightline.planning.errors import InvalidValue
from sightline.planning.money import Money, total
from sightline.planning.reasons import Reason, because


@dataclass(frozen=True, slots=True)
class PortfolioParameters:
    """How many days each look back covers, today included; `settle_days` look forward from a plan
    year's end."""

    moving_days: int
    changed_days: int
    attendance_days: int
    signal_days: int
    softened_days: int
    settle_days: int


@dataclass(frozen=True, slots=True)
class PlanResult:
    """What one plan computed, in the portfolio's currency; None is not known, never zero.

    `plan` is its key, `account` its planning account, `year` the plan year. `chance` 0 … 1;
    `calibrated` where every probability in it stands on outcomes of the company's own.
    """

    plan: str
    account: str
    year: int
    owner: str
    tier: int
    target: Money | None
    landing: Money | None
    chance: float | None = None
    calibrated: bool = False
    no_path: bool = False
    single_threaded: Money | None = None
    open_challenges: int = 0


class GroupBy(enum.StrEnum):
    """What a roll-up is split by."""

    OWNER = "owner"
    TIER = "tier"


@dataclass(frozen=True, slots=True)
class RollUp:
    """Sums over a group of plans.

    `target`, `landing`, `gap`, `net` count only the `counted` plans that have both a target and a
    landing. `gap` adds up each plan's shortfall, so that one plan's surplus does not hide
    another's; `net` is landing less target over the group. `without_target` and `without_landing`
    list plans left out.
    """

    key: str
    plans: int
    counted: int
    target: Money
    landing: Money
    gap: Money
    net: Money
    single_threaded: Money
    no_path: tuple[str, ...]
    without_target: tuple[str, ...]
    without_landing: tuple[str, ...]
    open_challenges: int
    reasons: tuple[Reason, ...]


def roll_up(results: Iterable[PlanResult], *, currency: str) -> RollUp:
    """The whole portfolio. Raises InvalidValue where an account and year is in two plans."""
    plans = _each_once(results)
    return _sums("all", plans, currency=currency)


def roll_up_by(results: Iterable[PlanResult], *, by: GroupBy, currency: str) -> tuple[RollUp, ...]:
    """The portfolio by owner or by tier, the largest uncovered gap first."""
    plans = _each_once(results)
    key_of: Callable[[PlanResult], str] = (
        (lambda plan: plan.owner) if by is GroupBy.OWNER else (lambda plan: str(plan.tier))
    )
    members: dict[str, list[PlanResult]] = {}
    for plan in plans:
        members.setdefault(key_of(plan), []).append(plan)
    groups = [_sums(key, held, currency=currency) for key, held in members.items()]
    return tuple(sorted(groups, key=lambda group: (-group.gap.minor, group.key)))


def _each_once(results: Iterable[PlanResult]) -> list[PlanResult]:
    plans = sorted(results, key=lambda plan: plan.plan)
    seen: dict[tuple[str, int], str] = {}
    for plan in plans:
        other = seen.setdefault((plan.account, plan.year), plan.plan)
        if other != plan.plan:
            raise InvalidValue(
                f"Account {plan.account} has two plans for {plan.year}: {other} and {plan.plan}.",
                field="plans",
            )
    unique = {plan.plan: plan for plan in plans}
    if len(unique) != len(plans):
        raise InvalidValue("A plan is in the portfolio twice.", field="plans")
    return plans


def _sums(key: str, plans: Sequence[PlanResult], *, currency: str) -> RollUp:
    zero = Money.zero(currency)
    both = [
        (plan.target, plan.landing)
        for plan in plans
        if plan.target is not None and plan.landing is not None
    ]
    target = total((pair[0] for pair in both), currency=currency)
    landing = total((pair[1] for pair in both), currency=currency)
    gap = total((max(zero, wanted - expected) for wanted, expected in both), currency=currency)
    no_path = tuple(plan.plan for plan in plans if plan.no_path)
    return RollUp(
        key=key,
        plans=len(plans),
        counted=len(both),
        target=target,
        landing=landing,
        gap=gap,
        net=landing - target,
        single_threaded=total(
            (plan.single_threaded for plan in plans if plan.single_threaded), currency=currency
        ),
        no_path=no_path,
        without_target=tuple(plan.plan for plan in plans if plan.target is None),
        without_landing=tuple(plan.plan for plan in plans if plan.landing is None),
        open_challenges=sum(plan.open_challenges for plan in plans),
        reasons=_reasons(len(plans), len(both), gap, no_path),
    )


def _reasons(plans: int, counted: int, gap: Money, no_path: tuple[str, ...]) -> tuple[Reason, ...]:
    found = [because("gap_open", f"{gap} of targets not covered", gap=gap)] if gap else []
    if no_path:
        text = f"{len(no_path)} of {plans} plans have no credible path"
        found.append(because("plans_without_path", text, plans=no_path))
    if counted < plans:
        text = f"from {counted} of {plans} plans: the others lack a target or a landing"
        found.append(because("plans_left_out", text, counted=counted, plans=plans))
    return tuple(found)


@dataclass(frozen=True, slots=True)
class ShareFacts:
    """What an account could carry of an outcome.

    `weight` ranks accounts (realistic potential beyond what they give today, any unit, not below
    zero); `most` caps the share (for example the high end of its headroom), None for no cap.
    `fixed` is a share that a person has set: it is kept as it is.
    """

    account: str
    weight: float | None
    most: Money | None = None
    fixed: Money | None = None


@dataclass(frozen=True, slots=True)
class AccountShare:
    """One account's part of the outcome and why."""

    account: str
    share: Money
    why: Reason


@dataclass(frozen=True, slots=True)
class OutcomeSplit:
    """The outcome over accounts; `uncovered` is what none can carry, so shares and it add up to it."""

    shares: tuple[AccountShare, ...]
    uncovered: Money
    reasons: tuple[Reason, ...]


def split_outcome(outcome: Money, accounts: Sequence[ShareFacts]) -> OutcomeSplit:
    """An outcome that leadership wants, split over accounts to the last minor unit.

    Fixed shares first; the rest in proportion to weight, never beyond an account's cap; what a
    capped account cannot carry is offered to the others. An account of unknown or no weight gets
    nothing and says so. Fixed shares above the outcome raise InvalidValue.
    """
    if outcome.minor < 0:
        raise InvalidValue("An outcome to split is not negative.", field="outcome")
    if len({item.account for item in accounts}) < len(accounts):
        raise InvalidValue("An account takes one share.", field="accounts")
    fixed = {item.account: item.fixed for item in accounts if item.fixed is not None}
    rest = outcome - total(fixed.values(), currency=outcome.currency)
    if rest.minor < 0:
        raise InvalidValue("The shares set by hand are more than the outcome.", field="fixed")
    free = [item for item in accounts if item.fixed is None and (item.weight or 0) > 0]
    carried = _fill(rest, free)
    shares = tuple(
        AccountShare(
            item.account,
            fixed.get(item.account) or carried.get(item.account, Money.zero(outcome.currency)),
            _share_reason(item, carried),
        )
        for item in accounts
    )
    uncovered = rest - total(carried.values(), currency=outcome.currency)
    reasons: tuple[Reason, ...] = ()
    if uncovered:
        text = f"{uncovered} is more than these accounts can carry"
        reasons = (because("outcome_uncovered", text, uncovered=uncovered),)
    return OutcomeSplit(shares, uncovered, reasons)


def _fill(rest: Money, free: Sequence[ShareFacts]) -> dict[str, Money]:
    """Water into glasses: those that would overflow are filled and leave, the others share.

    The glass that overflows first is the one with least room for its weight, so that one pass in
    that order is enough: n log n.
    """
    weights = {item.account: Fraction(item.weight or 0) for item in free}
    whole = sum(weights.values(), start=Fraction(0))
    capped = [item for item in free if item.most is not None]
    capped.sort(key=lambda item: item.most.minor / weights[item.account] if item.most else 0)
    carried: dict[str, Money] = {}
    for item in capped:
        if item.most is None or rest.minor * weights[item.account] <= item.most.minor * whole:
            break
        carried[item.account] = item.most
        rest -= item.most
        whole -= weights[item.account]
    waiting = [item.account for item in free if item.account not in carried]
    if waiting and rest.minor > 0:
        parts = rest.split([weights[account] for account in waiting])
        carried |= dict(zip(waiting, parts, strict=True))
    return carried


def _share_reason(item: ShareFacts, carried: dict[str, Money]) -> Reason:
    if item.fixed is not None:
        return because("share_fixed", "set by hand")
    if item.weight is None:
        return because("share_unknown", "potential not known, so nothing is put on it")
    if item.weight <= 0:
        return because("share_none", "no room to grow beyond what it gives today")
    if item.most is not None and carried.get(item.account) == item.most:
        return because("share_capped", "as much as it can carry", most=item.most)
    return because("share_by_potential", "in proportion to its potential", weight=item.weight)
