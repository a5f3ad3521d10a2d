"""Renewals as they are shown: quarters with money at risk, and why each contract is at risk."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.urls import reverse
from django.utils.translation import gettext as _

from sightline.planning.fiscal import FiscalCalendar, next_quarter, quarter_of
from sightline.planning.money import Money, total
from sightline.planning.parameters import Parameters
from sightline.planning.renewals import (
    AtRisk,
    Milestone,
    MilestoneState,
    last_notice_day,
    milestones,
    reasons_at_risk,
)
from sightline.records.queries.renewals import RenewalPlay, Upcoming
from sightline.wording import dates

QUARTERS = 5
PAST = timedelta(days=90)
OVERDUE = "past"


@dataclass(frozen=True, slots=True)
class Row:
    """One contract of the calendar."""

    of: Upcoming
    url: str
    days: str
    notice_on: date | None
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
    """The quarters, the one shown with its rows by money, and the reasons over all of them."""

    quarters: tuple[Quarter, ...]
    current: str
    rows: tuple[Row, ...]
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


def windows(calendar: FiscalCalendar, today: date) -> list[tuple[str, str, date, date]]:
    """(key, label, first, last) of the running quarter and those after it, the past ones first."""
    found = [(OVERDUE, _("Past its end"), today - PAST, today - timedelta(days=1))]
    quarter = quarter_of(calendar, today)
    for _place in range(QUARTERS):
        first = max(today, quarter.window.start)
        label = f"Q{quarter.number} {quarter.year}"
        found.append((f"{quarter.year}-{quarter.number}", label, first, quarter.window.end))
        quarter = next_quarter(calendar, quarter.window.start)
    return found


def calendar_of(
    found: Sequence[Upcoming],
    *,
    spans: Sequence[tuple[str, str, date, date]],
    asked: str,
    today: date,
    currency: str,
    parameters: Parameters,
) -> Calendar:
    """The page; without a quarter asked for, the first that holds a contract."""
    told = [(one, reasons_at_risk(one.risk, on=today, parameters=parameters)) for one in found]
    by_key = {
        key: [(one, why) for one, why in told if first <= one.ends_on <= last]
        for key, _label, first, last in spans
    }
    largest = max(
        (_sum((o for o, _w in rows), currency).minor for rows in by_key.values()), default=0
    )
    quarters = tuple(
        _quarter((key, label, last), by_key[key], currency=currency, largest=largest)
        for key, label, _first, last in spans
        if key != OVERDUE or by_key[key]
    )
    keys = [one.key for one in quarters]
    first_full = next((one.key for one in quarters if one.contracts), keys[0] if keys else "")
    current = asked if asked in keys else first_full
    shown = sorted(by_key.get(current, ()), key=lambda pair: _by_money(pair[0]))
    return Calendar(
        quarters=quarters,
        current=current,
        rows=tuple(_row(one, why, today=today, parameters=parameters) for one, why in shown),
        reasons=_reasons(told, currency=currency),
        money=_sum(found, currency),
        at_risk=_sum((one for one, why in told if why), currency),
    )


def _quarter(
    head: tuple[str, str, date],
    rows: Sequence[tuple[Upcoming, tuple[AtRisk, ...]]],
    *,
    currency: str,
    largest: int,
) -> Quarter:
    money = _sum((one for one, _why in rows), currency)
    return Quarter(
        key=head[0],
        label=head[1],
        until=head[2],
        contracts=len(rows),
        money=money,
        at_risk=_sum((one for one, why in rows if why), currency),
        risky=sum(1 for _one, why in rows if why),
        unvalued=sum(1 for one, _why in rows if one.money is None),
        share=round(100 * money.minor / largest) if largest else 0,
    )


def _reasons(
    told: Iterable[tuple[Upcoming, tuple[AtRisk, ...]]], *, currency: str
) -> tuple[tuple[str, int, Money], ...]:
    """Each reason with its contracts and money, largest first; money of two reasons is in both."""
    counts: Counter[AtRisk] = Counter()
    sums: dict[AtRisk, Money] = {}
    for one, why in told:
        for reason in why:
            counts[reason] += 1
            sums[reason] = sums.get(reason, Money.zero(currency)) + (
                one.money or Money.zero(currency)
            )
    words = reason_words()
    ordered = sorted(counts, key=lambda reason: (-sums[reason].minor, -counts[reason], reason))
    return tuple((words[reason], counts[reason], sums[reason]) for reason in ordered)


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
        notice_words=dates.days_between(notice, today=today) if notice else "",
        reasons=tuple(words[reason] for reason in why),
        step=next((step for step in steps if step.state is not MilestoneState.PASSED), None),
        strategy=strategy,
        tone="warn" if why else "",
    )


def _by_money(one: Upcoming) -> tuple[bool, int, date]:
    return one.money is None, -(one.money.minor if one.money else 0), one.ends_on


def _sum(rows: Iterable[Upcoming], currency: str) -> Money:
    return total((one.money for one in rows if one.money is not None), currency=currency)
