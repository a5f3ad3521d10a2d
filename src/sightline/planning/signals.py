"""Signals: what was observed of one account, with a date and a source, newest and dearest first.

Definition with a worked example: docs/method/signals.md.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from sightline.planning.explanations import ExplanationParameters, TrendFacts, question_for
from sightline.planning.money import Money
from sightline.planning.parameters import Parameters
from sightline.planning.reasons import Reason, because, dated
from sightline.planning.renewals import renewal_parameters
from sightline.planning.stakeholders import PersonStatus, Status


class SignalKind(StrEnum):
    """What was observed. Another title and mail that comes back are changes, not states: they are
    told at once by what compares people, and no facts of a day raise them."""

    CONTACT_LEFT = "contact_left"
    CONTACT_QUIET = "contact_quiet"
    CONTACT_NEW = "contact_new"
    CONTACT_TITLE = "contact_title"
    CONTACT_BOUNCED = "contact_bounced"
    REVENUE_SILENT = "revenue_silent"
    OFF_TREND = "off_trend"
    USAGE_DOWN = "usage_down"
    RENEWAL_IN_SIGHT = "renewal_in_sight"
    SERIOUS_CASES = "serious_cases"
    COMPETITOR_SEEN = "competitor_seen"


@dataclass(frozen=True, slots=True)
class SignalParameters:
    """The numbers of docs/method/signals.md."""

    recent_days: int
    usage_fall: float
    person_days: int


@dataclass(frozen=True, slots=True)
class PersonSeen:
    """One of theirs: status by the rules of stakeholders, and the days it rests on.

    `carries` is the sum of open plays that name the person; None where they carry none or its
    amount is not known. `decides`: holds a deciding role, or is an executive.
    """

    key: str
    name: str
    status: PersonStatus
    left_on: dt.date | None
    added_on: dt.date | None
    last_two_way: dt.date | None
    decides: bool
    carries: Money | None


@dataclass(frozen=True, slots=True)
class RenewalSeen:
    """One contract's end, and how many of goal, owner and decider its strategy lacks."""

    key: str
    name: str
    ends_on: dt.date
    value: Money | None
    lacks: int


@dataclass(frozen=True, slots=True)
class RivalSeen:
    """A competitor in a deal, on the day it was seen (closed) or since (open)."""

    key: str
    name: str
    deal: str
    on: dt.date
    money: Money | None


@dataclass(frozen=True, slots=True)
class SignalFacts:
    """What is known of one account on a day; None and empty: not known, and no signal.

    `as_of` is the day of the measures; `trends` hold R12 against the year before by line, and
    `whole` the account's own (it alone has the gap alarm); `usage_change` is a share.
    `from_bookings`: revenue was derived from won opportunities, and signals of it say so.
    """

    as_of: dt.date | None = None
    whole: TrendFacts | None = None
    trends: tuple[TrendFacts, ...] = ()
    usage_change: float | None = None
    from_bookings: bool = False
    people: tuple[PersonSeen, ...] = ()
    renewals: tuple[RenewalSeen, ...] = ()
    rivals: tuple[RivalSeen, ...] = ()
    serious_cases: int | None = None
    oldest_serious: dt.date | None = None


@dataclass(frozen=True, slots=True)
class Signal:
    """One observation. `on` is the day it happened or was first true; `subject` names it in words;
    `money` is what stands on it, None not known."""

    kind: SignalKind
    key: str
    subject: str
    on: dt.date
    source: str
    reason: Reason
    money: Money | None = None


def signals_of(facts: SignalFacts, *, on: dt.date, parameters: Parameters) -> tuple[Signal, ...]:
    """Every signal of an account on a day: the newest first, of one day the dearest first."""
    numbers = parameters.section(SignalParameters, "signals")
    found = [
        *_people(facts.people, on=on, numbers=numbers),
        *_revenue(facts, parameters=parameters),
        *_usage(facts, numbers=numbers),
        *_renewals(facts.renewals, on=on, parameters=parameters),
        *_cases(facts),
        *_rivals(facts.rivals, on=on, numbers=numbers),
    ]
    return tuple(sorted(found, key=_newest))


def _newest(one: Signal) -> tuple[int, int, str]:
    return (-one.on.toordinal(), -(one.money.minor if one.money else 0), one.key)


def _people(
    people: Iterable[PersonSeen], *, on: dt.date, numbers: SignalParameters
) -> Iterator[Signal]:
    for one in people:
        signal = _person(one, on=on, numbers=numbers)
        if signal is not None:
            yield signal


def _person(one: PersonSeen, *, on: dt.date, numbers: SignalParameters) -> Signal | None:
    key, reason = f"contact:{one.key}", one.status.reason
    if one.status.status in (Status.LEFT, Status.MOVED):
        day = one.left_on or one.last_two_way
        if day is None or not 0 <= (on - day).days < numbers.recent_days:
            return None
        return Signal(SignalKind.CONTACT_LEFT, key, one.name, day, "crm", reason, one.carries)
    if one.status.status is Status.QUIET and one.last_two_way is not None:
        if not (one.decides or one.carries):
            return None
        gone = min(on, one.last_two_way + dt.timedelta(days=round(one.status.usual_gap or 0)))
        return Signal(
            SignalKind.CONTACT_QUIET, key, one.name, gone, "activity", reason, one.carries
        )
    added = one.added_on
    if added is not None and 0 <= (on - added).days < numbers.person_days and one.decides:
        why = because("signal.contact_new", f"first seen {dated(added)}")
        return Signal(SignalKind.CONTACT_NEW, key, one.name, added, "crm", why, one.carries)
    return None


def _revenue(facts: SignalFacts, *, parameters: Parameters) -> Iterator[Signal]:
    if facts.as_of is None:
        return
    numbers = parameters.section(ExplanationParameters, "explanations")
    whole, source = facts.whole, "bookings" if facts.from_bookings else "ledger"
    if whole is not None and whole.gap_alarm:
        why = because("signal.revenue_silent", "silent for longer than its own orders ever were")
        yield Signal(
            SignalKind.REVENUE_SILENT, "account", whole.line, facts.as_of, source, why, whole.r12
        )
    for trend in facts.trends:
        question = question_for(trend, asked=(), parameters=numbers)
        if question is None:
            continue
        yield Signal(
            SignalKind.OFF_TREND,
            f"line:{trend.line}",
            trend.line,
            facts.as_of,
            source,
            question.reason,
            abs(question.change),
        )


def _usage(facts: SignalFacts, *, numbers: SignalParameters) -> Iterator[Signal]:
    change = facts.usage_change
    if change is None or facts.as_of is None or change > numbers.usage_fall:
        return
    text = f"usage {change:+z.0%} over three months against the three before"
    why = because("signal.usage_down", text, change=change)
    yield Signal(SignalKind.USAGE_DOWN, "usage", "", facts.as_of, "usage", why)


def _renewals(
    renewals: Iterable[RenewalSeen], *, on: dt.date, parameters: Parameters
) -> Iterator[Signal]:
    sight = renewal_parameters(parameters).sight_days
    for one in renewals:
        days = (one.ends_on - on).days
        if not 0 <= days <= sight:
            continue
        state = "no strategy yet" if one.lacks else "strategy in place"
        text = f"ends in {days} days; {state}"
        why = because("signal.renewal", text, days=days, lacks=one.lacks)
        came = one.ends_on - dt.timedelta(days=sight)
        yield Signal(
            SignalKind.RENEWAL_IN_SIGHT, one.key, one.name, came, "contract", why, one.value
        )


def _cases(facts: SignalFacts) -> Iterator[Signal]:
    if not facts.serious_cases or facts.oldest_serious is None:
        return
    count = facts.serious_cases
    text = f"{count} open {'case is' if count == 1 else 'cases are'} critical or past the promised time"
    why = because("signal.cases", text, cases=count)
    yield Signal(SignalKind.SERIOUS_CASES, "cases", "", facts.oldest_serious, "cases", why)


def _rivals(
    rivals: Iterable[RivalSeen], *, on: dt.date, numbers: SignalParameters
) -> Iterator[Signal]:
    for one in rivals:
        if 0 <= (on - one.on).days < numbers.recent_days:
            why = because("signal.competitor", f"named in {one.deal}", deal=one.deal)
            yield Signal(
                SignalKind.COMPETITOR_SEEN, one.key, one.name, one.on, "opportunity", why, one.money
            )
