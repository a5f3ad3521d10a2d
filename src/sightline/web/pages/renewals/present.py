"""Renewals as they are shown: quarters with money at risk, and why each contract is at risk."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from django.urls import reverse
from django.utils.translation import gettext as _

from sightline.planning.money import Money
from sightline.planning.parameters import Parameters
from sightline.planning.renewals import (
    AtRisk,
    Milestone,
    MilestoneState,
    last_notice_day,
    milestones,
)
from sightline.records.queries.renewals import (
    OVERDUE,
    Judged,
    RenewalPlay,
    RenewalSums,
    Upcoming,
)
from sightline.wording import dates


@dataclass(frozen=True, slots=True)
class Row:
    """One contract of the calendar."""

    of: Upcoming
    url: str
    days: str
    notice_on: date | None
    notice_over: bool
    notice_words: str
    reasons: tuple[str, ...]
    step: Milestone | None
    strategy: str
    tone: str


@dataclass(frozen=True, slots=True)
class Quarter:
    """One quarter: what is up, how much of it is at risk, and how many have no value."""

    key: str
    label: str
    until: date | None
    contracts: int
    money: Money
    at_risk: Money
    risky: int
    unvalued: int
    share: int


@dataclass(frozen=True, slots=True)
class Calendar:
    """The quarters, which is shown, and the reasons over all of them."""

    quarters: tuple[Quarter, ...]
    current: str
    reasons: tuple[tuple[str, int, Money], ...]
    money: Money
    at_risk: Money


@dataclass(frozen=True, slots=True)
class Way:
    """The play of a renewal by its `name`, or where one begins, without a name."""

    name: str
    url: str


def way_to_play(
    contract_id: int, *, made: Mapping[int, RenewalPlay], start: int | None
) -> Way | None:
    """The play of a contract on its board; else a start where `start`, its planning account, is
    given."""
    play = made.get(contract_id)
    if play is not None:
        return Way(play.name, f"{reverse('plays:show', args=[play.account_id])}#play-{play.id}")
    if start is None:
        return None
    return Way("", f"{reverse('plays:start', args=[start])}?renewal={contract_id}")


def reason_words() -> dict[AtRisk, str]:
    """Why money is at risk, in words."""
    return {
        AtRisk.NO_STRATEGY: _("in sight without a strategy"),
        AtRisk.JUDGED_HIGH: _("judged a high risk"),
        AtRisk.NOTICE_SOON: _("notice can be given soon"),
        AtRisk.NOTICE_PAST: _("notice is past and it does not renew by itself"),
        AtRisk.END_PAST: _("its end is past and nothing was decided"),
        AtRisk.SINGLE_THREAD: _("the account hangs on one person"),
        AtRisk.REVENUE_DOWN: _("revenue is down by a fifth or more"),
        AtRisk.LET_GO: _("it is to end"),
    }


def quarter_words(key: str) -> str:
    """A quarter's name from its key."""
    if key == OVERDUE:
        return _("Past its end")
    year, _dash, number = key.partition("-")
    return f"Q{number} {year}"


def calendar_of(sums: RenewalSums, *, asked: str) -> Calendar:
    """The quarters; without one asked for, the first that holds a contract is current."""
    largest = max((one.money.minor for one in sums.quarters), default=0)
    quarters = tuple(
        Quarter(
            key=one.key,
            label=quarter_words(one.key),
            until=one.last,
            contracts=one.contracts,
            money=one.money,
            at_risk=one.at_risk,
            risky=one.risky,
            unvalued=one.unvalued,
            share=round(100 * one.money.minor / largest) if largest else 0,
        )
        for one in sums.quarters
        if one.key != OVERDUE or one.contracts
    )
    keys = [one.key for one in quarters]
    first_full = next((one.key for one in quarters if one.contracts), keys[0] if keys else "")
    words = reason_words()
    return Calendar(
        quarters=quarters,
        current=asked if asked in keys else first_full,
        reasons=tuple((words[one.reason], one.contracts, one.money) for one in sums.reasons),
        money=sums.money,
        at_risk=sums.at_risk,
    )


def by_money(told: Iterable[Judged]) -> list[Judged]:
    """The largest first, what has no value last."""
    return sorted(told, key=lambda pair: _by_money(pair[0]))


def rows_of(told: Iterable[Judged], *, today: date, parameters: Parameters) -> list[Row]:
    """Contracts in words, in their order."""
    return [_row(one, why, today=today, parameters=parameters) for one, why in told]


def _row(one: Upcoming, why: tuple[AtRisk, ...], *, today: date, parameters: Parameters) -> Row:
    notice = last_notice_day(one.ends_on, one.notice_days)
    steps = milestones(one.ends_on, on=today, parameters=parameters)
    words = reason_words()
    held = one.strategy
    strategy = _("no strategy yet")
    if held is not None and held.is_whole:
        strategy = _("read from a deal") if held.inferred else _("prepared")
    elif held is not None and (held.goal or held.owner_id or held.decider_id):
        strategy = _("begun")
    return Row(
        of=one,
        url=reverse("renewals:contract", args=[one.account_id, one.id]),
        days=dates.days_between(one.ends_on, today=today),
        notice_on=notice,
        notice_over=notice is not None and notice < today,
        notice_words=dates.days_between(notice, today=today) if notice else "",
        reasons=tuple(words[reason] for reason in why),
        step=next((step for step in steps if step.state is not MilestoneState.PASSED), None),
        strategy=strategy,
        tone="warn" if why else "",
    )


def _by_money(one: Upcoming) -> tuple[bool, int, date]:
    return one.money is None, -(one.money.minor if one.money else 0), one.ends_on
