"""The season's steps in words, each with the place where its content is made."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from django.urls import reverse
from django.utils.translation import gettext as _

from sightline.planning.reviews import (
    ReviewParameters,
    SeasonFacts,
    Step,
    StepState,
    next_step,
)
from sightline.records.queries.season import Season, SeasonPlan, steps_of


@dataclass(frozen=True, slots=True)
class ShownStep:
    """One step: what it asks, what is known already, and where it is done."""

    code: str
    number: int
    title: str
    asks: str
    known: str
    url: str
    done: bool
    late: bool
    until: date
    current: bool


@dataclass(frozen=True, slots=True)
class Dot:
    """One step of a plan on the leader's page."""

    number: int
    title: str
    known: str
    done: bool
    late: bool


@dataclass(frozen=True, slots=True)
class PlanLine:
    """One plan on the leader's page."""

    plan: SeasonPlan
    steps: tuple[Dot, ...]
    done: int
    step: str
    until: date | None
    late: bool


def shown_steps(
    plan: SeasonPlan, season: Season, *, today: date, numbers: ReviewParameters
) -> tuple[ShownStep, ...]:
    """The six steps of one plan."""
    steps = steps_of(plan, season, today=today, numbers=numbers)
    current = next_step(steps)
    return tuple(
        _shown(one, place, plan, current=one == current) for place, one in enumerate(steps, 1)
    )


def plan_lines(
    plans: Iterable[SeasonPlan], season: Season, *, today: date, numbers: ReviewParameters
) -> list[PlanLine]:
    """The leader's list, in the order given."""
    titles = _titles()
    return [
        _line(plan, steps_of(plan, season, today=today, numbers=numbers), titles) for plan in plans
    ]


def _line(plan: SeasonPlan, steps: tuple[StepState, ...], titles: Mapping[Step, str]) -> PlanLine:
    current = next_step(steps)
    known = _known(plan.facts)
    return PlanLine(
        plan,
        tuple(
            Dot(number, titles[one.step], known[one.step], one.done, one.late)
            for number, one in enumerate(steps, 1)
        ),
        done=sum(step.done for step in steps),
        step=titles[current.step] if current else "",
        until=current.until if current else None,
        late=any(step.late for step in steps),
    )


def step_title(step: Step) -> str:
    """A step's name."""
    return _titles()[step]


def _titles() -> Mapping[Step, str]:
    return {
        Step.BASELINE: _("Baseline"),
        Step.PRIORITIES: _("Customer priorities"),
        Step.THESIS: _("Growth thesis"),
        Step.TARGET: _("Target and path"),
        Step.PLAYS: _("Plays"),
        Step.SIGN_OFF: _("Sponsor's sign-off"),
    }


def _shown(one: StepState, number: int, plan: SeasonPlan, *, current: bool) -> ShownStep:
    return ShownStep(
        code=one.step.value,
        number=number,
        title=step_title(one.step),
        asks=_asks(one.step),
        known=_known(plan.facts)[one.step],
        url=_place(one.step, plan.account_id),
        done=one.done,
        late=one.late,
        until=one.until,
        current=current,
    )


def _asks(step: Step) -> str:
    return {
        Step.BASELINE: _("What this account lands on by itself. Computed; nothing to type."),
        Step.PRIORITIES: _("One sentence of what the customer wants, and who said it."),
        Step.THESIS: _("Where does the growth come from, and why here? Two or three sentences."),
        Step.TARGET: _("The number for the year; the path to it is computed."),
        Step.PLAYS: _("Each with an owner, a date and a next step."),
        Step.SIGN_OFF: _("The sponsor reads the plan and signs it."),
    }[step]


def _known(facts: SeasonFacts) -> Mapping[Step, str]:
    """What is known already of each step."""
    signed = _("signed at another version of the plan") if facts.signed_version else ""
    if facts.signed_version == facts.version:
        signed = _("signed")
    return {
        Step.BASELINE: _("measured") if facts.measured else _("nothing was measured yet"),
        Step.PRIORITIES: _("%s written down") % facts.priorities,
        Step.THESIS: _("written") if facts.thesis else _("not written yet"),
        Step.TARGET: _("agreed") if facts.target else _("no target yet"),
        Step.PLAYS: _("%(whole)s of %(of)s whole")
        % {"whole": facts.plays_whole, "of": facts.plays},
        Step.SIGN_OFF: signed or _("not signed yet"),
    }


def _place(step: Step, account_id: int) -> str:
    view, anchor = {
        Step.BASELINE: ("plan:bridge", ""),
        Step.PRIORITIES: ("priorities:show", ""),
        Step.THESIS: ("plan:show", "#thesis"),
        Step.TARGET: ("plan:show", "#target"),
        Step.PLAYS: ("plays:show", ""),
        Step.SIGN_OFF: ("plan:show", ""),
    }[step]
    return reverse(view, args=[account_id]) + anchor
