"""Candidates from facts known without a plan: renewals, next steps, quiet contacts, threads.

What plans argue and what was observed stands in `asked`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, field

from sightline.planning.money import Money
from sightline.planning.parameters import Parameters
from sightline.planning.periods import days_between
from sightline.planning.reasons import because
from sightline.planning.renewals import RenewalFacts, milestones, renewal_parameters, what_it_lacks
from sightline.planning.weekly.asked import AskedFacts, candidates_asked
from sightline.planning.weekly.candidates import (
    ActKind,
    Candidate,
    Ground,
    Lift,
    WeeklyParameters,
    weekly_parameters,
)


@dataclass(frozen=True, slots=True)
class NextStep:
    """The dated next step of an open opportunity or play, due on `due`; `money` its value.

    `promised_on` is the day of the review in which it was promised.
    """

    key: str
    account: str
    play: str
    text: str
    due: dt.date
    money: Money
    close_on: dt.date | None = None
    promised_on: dt.date | None = None


@dataclass(frozen=True, slots=True)
class QuietContact:
    """A person silent for longer than their own usual gap, with the money they matter for.

    `label` is how the caller names the person; `usual_days` is None where too little is logged to
    know a usual gap.
    """

    person: str
    label: str
    account: str
    silent_days: int
    usual_days: int | None
    executive: bool
    stake: str
    money: Money


@dataclass(frozen=True, slots=True)
class SingleThread:
    """An account, unit, play or renewal whose access hangs on one person."""

    scope: str
    scope_label: str
    account: str
    person_label: str
    stake: str
    money: Money
    deadline: dt.date | None = None


@dataclass(frozen=True, slots=True)
class KnownFacts:
    """What CRM and ledger alone can tell about a week."""

    renewals: tuple[RenewalFacts, ...] = ()
    next_steps: tuple[NextStep, ...] = ()
    quiet: tuple[QuietContact, ...] = ()
    threads: tuple[SingleThread, ...] = ()
    asked: AskedFacts = field(default_factory=AskedFacts)


def candidates_from(
    facts: KnownFacts, *, on: dt.date, parameters: Parameters
) -> tuple[Candidate, ...]:
    """Everything that these facts ask for in the week of `on`."""
    numbers = weekly_parameters(parameters)
    return (
        *_renewals(facts.renewals, on=on, numbers=numbers, parameters=parameters),
        *_next_steps(facts.next_steps, on=on, numbers=numbers),
        *_quiet(facts.quiet, numbers=numbers),
        *_threads(facts.threads, on=on, numbers=numbers),
        *candidates_asked(facts.asked, on=on, parameters=parameters),
    )


def _renewals(
    facts: tuple[RenewalFacts, ...],
    *,
    on: dt.date,
    numbers: WeeklyParameters,
    parameters: Parameters,
) -> Iterator[Candidate]:
    """Contracts of known value in sight that lack something, and milestones reached this week."""
    sight = renewal_parameters(parameters).sight_days
    for renewal in facts:
        days = days_between(on, renewal.ends_on)
        if not 0 <= days <= sight or renewal.acv is None:
            continue
        lacks = what_it_lacks(renewal)
        reached = [
            stone
            for stone in milestones(renewal.ends_on, on=on, parameters=parameters)
            if stone.reached_within(on, days=numbers.wait_days)
        ]
        if not (lacks or reached):
            continue
        missing = ", ".join(reason.text for reason in lacks)
        due = f"{reached[0].days_before} days before the end: {reached[0].text}" if reached else ""
        text = f"contract ends in {days} days" + (f", {missing}" if lacks else f"; {due}")
        code = "renewal_unprepared" if lacks else "renewal_milestone"
        ground = Ground(
            stake=renewal.contract,
            money=renewal.acv,
            lift=numbers.lifts[Lift.PREPARE_RENEWAL.value],
            days=days,
            reason=because(code, text, days=days, lacks=tuple(reason.code for reason in lacks)),
        )
        act = f"renewal:{renewal.contract}"
        title = "Prepare the renewal" if lacks else reached[0].text
        yield Candidate(act, renewal.account, ActKind.DECISION, title, (ground,))


def _next_steps(
    facts: tuple[NextStep, ...], *, on: dt.date, numbers: WeeklyParameters
) -> Iterator[Candidate]:
    """Steps that are overdue or fall due within the week."""
    for step in facts:
        days = days_between(on, step.due)
        if days >= numbers.wait_days:
            continue
        code, text = _when(step, days)
        closes = days_between(on, step.close_on) if step.close_on else days
        ground = Ground(
            stake=step.play,
            money=step.money,
            lift=numbers.lifts[Lift.STALLED_STEP.value],
            days=min(days, closes),
            reason=because(code, text, due=step.due),
        )
        yield Candidate(f"step:{step.key}", step.account, ActKind.CALL, step.text, (ground,))


def _when(step: NextStep, days: int) -> tuple[str, str]:
    what = "next step" if step.promised_on is None else "promised in a review,"
    kind = "step" if step.promised_on is None else "commitment"
    if days < 0:
        return f"{kind}_overdue", f"{what} overdue by {_days(-days)}"
    return f"{kind}_due", f"{what} due " + ("today" if not days else f"in {_days(days)}")


def _quiet(facts: tuple[QuietContact, ...], *, numbers: WeeklyParameters) -> Iterator[Candidate]:
    for contact in facts:
        usual = f", usually {contact.usual_days}" if contact.usual_days is not None else ""
        text = f"{contact.label} silent for {contact.silent_days} days{usual}"
        lift = Lift.EXECUTIVE_CALL if contact.executive else Lift.RECONNECT
        ground = Ground(
            stake=contact.stake,
            money=contact.money,
            lift=numbers.lifts[lift.value],
            days=numbers.quiet_deadline_days,
            reason=because("contact_quiet", text, days=contact.silent_days),
        )
        title = f"Call {contact.label}"
        act = f"contact:{contact.person}"
        yield Candidate(act, contact.account, ActKind.CALL, title, (ground,))


def _threads(
    facts: tuple[SingleThread, ...], *, on: dt.date, numbers: WeeklyParameters
) -> Iterator[Candidate]:
    for thread in facts:
        text = f"{thread.scope_label} hangs on {thread.person_label} alone"
        days = days_between(on, thread.deadline) if thread.deadline else None
        ground = Ground(
            stake=thread.stake,
            money=thread.money,
            lift=numbers.lifts[Lift.SECOND_THREAD.value],
            days=numbers.thread_deadline_days if days is None else days,
            reason=because("single_thread", text, scope=thread.scope),
        )
        title = f"Build a second relationship for {thread.scope_label}"
        act = f"thread:{thread.scope}"
        yield Candidate(act, thread.account, ActKind.MEETING, title, (ground,))


def _days(count: int) -> str:
    return "1 day" if count == 1 else f"{count} days"
