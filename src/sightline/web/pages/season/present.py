"""The season's steps in words, each with the place where its content is made."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from django.urls import reverse
from django.utils.translation import gettext as _

from sightline.planning.periods import Window
from sightline.planning.reviews import (
    ReviewParameters,
    SeasonFacts,
    Step,
    StepState,
    next_step,
    season_from,
    season_steps,
)
from sightline.records.queries.season import Season, SeasonPlan


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
class PlanLine:
    """One plan on the leader's page."""

    plan: SeasonPlan
    steps: tuple[ShownStep, ...]
    done: int
    step: str
    until: date | None
    late: bool


def shown_steps(
    plan: SeasonPlan, season: Season, *, today: date, numbers: ReviewParameters
) -> tuple[ShownStep, ...]:
    """The six steps of one plan."""
    window = window_of(plan, season)
    steps = season_steps(
        plan.facts, season=window, today=today, parameters=numbers, until=season.until
    )
    current = next_step(steps)
    return tuple(
        _shown(one, place, plan, current=one == current) for place, one in enumerate(steps, 1)
    )


def window_of(plan: SeasonPlan, season: Season) -> Window:
    """The weeks in which one plan is made: those that a leader set, else from its draft on."""
    return season.window if season.version else season_from(season.window, plan.drafted_on)


def plan_lines(
    plans: Iterable[SeasonPlan], season: Season, *, today: date, numbers: ReviewParameters
) -> list[PlanLine]:
    """The leader's list: late first, then the least done."""
    lines = []
    for plan in plans:
        steps = shown_steps(plan, season, today=today, numbers=numbers)
        current = next((step for step in steps if step.current), None)
        lines.append(
            PlanLine(
                plan,
                steps,
                done=sum(step.done for step in steps),
                step=current.title if current else "",
                until=current.until if current else None,
                late=any(step.late for step in steps),
            )
        )
    return sorted(lines, key=lambda one: (not one.late, one.done, one.plan.account.casefold()))


def step_title(step: Step) -> str:
    """A step's name."""
    return {
        Step.BASELINE: _("Baseline"),
        Step.PRIORITIES: _("Customer priorities"),
        Step.THESIS: _("Growth thesis"),
        Step.TARGET: _("Target and path"),
        Step.PLAYS: _("Plays"),
        Step.SIGN_OFF: _("Sponsor's sign-off"),
    }[step]


def _shown(one: StepState, number: int, plan: SeasonPlan, *, current: bool) -> ShownStep:
    return ShownStep(
        code=one.step.value,
        number=number,
        title=step_title(one.step),
        asks=_asks(one.step),
        known=_known(one.step, plan.facts),
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


def _known(step: Step, facts: SeasonFacts) -> str:
    signed = _("signed at another version of the plan") if facts.signed_version else ""
    words: Mapping[Step, str] = {
        Step.BASELINE: _("measured") if facts.measured else _("nothing was measured yet"),
        Step.PRIORITIES: _("%s written down") % facts.priorities,
        Step.THESIS: _("written") if facts.thesis else _("not written yet"),
        Step.TARGET: _("agreed") if facts.target else _("no target yet"),
        Step.PLAYS: _("%(whole)s of %(of)s whole")
        % {"whole": facts.plays_whole, "of": facts.plays},
        Step.SIGN_OFF: signed or _("not signed yet"),
    }
    if step is Step.SIGN_OFF and facts.signed_version == facts.version:
        return _("signed")
    return words[step]


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
