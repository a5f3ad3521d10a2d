"""The planning season: six steps in order, each done by content and never by a tick.

Definitions and a worked example: docs/method/reviews.md.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from sightline.planning.periods import Window
from sightline.planning.reviews.cadence import ReviewParameters


class Step(StrEnum):
    """The steps in their order; each can be left and come back to at any time."""

    BASELINE = "baseline"
    PRIORITIES = "priorities"
    THESIS = "thesis"
    TARGET = "target"
    PLAYS = "plays"
    SIGN_OFF = "sign_off"


@dataclass(frozen=True, slots=True)
class SeasonFacts:
    """What a plan holds. `signed_version` None: nobody signed; `version` is the plan's own."""

    measured: bool
    priorities: int
    thesis: bool
    target: bool
    landing_known: bool
    plays: int
    plays_whole: int
    version: int
    signed_version: int | None = None


@dataclass(frozen=True, slots=True)
class StepState:
    """One step: whether its content is there, by when it should be, and whether that is past."""

    step: Step
    done: bool
    until: dt.date
    late: bool


def season_window(year: Window, *, parameters: ReviewParameters) -> Window:
    """The season of a plan year where nobody set another: its first days."""
    return Window(year.start, year.start + dt.timedelta(days=parameters.season_days - 1))


def season_from(season: Window, drafted_on: dt.date) -> Window:
    """The season of one plan: the year's, or as many days from its draft where that came later.

    So nobody is late on the day a plan is first made, as in a company's first year.
    """
    if drafted_on <= season.start:
        return season
    return Window(drafted_on, drafted_on + dt.timedelta(days=season.days - 1))


def season_steps(
    facts: SeasonFacts,
    *,
    season: Window,
    today: dt.date,
    parameters: ReviewParameters,
    until: Mapping[str, dt.date] | None = None,
) -> tuple[StepState, ...]:
    """The steps in order. A step's day is the one set, else its share of the season's days."""
    done = {
        Step.BASELINE: facts.measured,
        Step.PRIORITIES: facts.priorities > 0,
        Step.THESIS: facts.thesis,
        Step.TARGET: facts.target and facts.landing_known,
        Step.PLAYS: facts.plays > 0 and facts.plays_whole == facts.plays,
        Step.SIGN_OFF: facts.signed_version is not None and facts.signed_version >= facts.version,
    }
    return tuple(
        StepState(step, done[step], day, not done[step] and today > day)
        for step in Step
        for day in [_day(step, season, parameters, until or {})]
    )


def next_step(steps: tuple[StepState, ...]) -> StepState | None:
    """The first step whose content is missing; None when all is there."""
    return next((one for one in steps if not one.done), None)


def _day(
    step: Step, season: Window, parameters: ReviewParameters, until: Mapping[str, dt.date]
) -> dt.date:
    if step.value in until:
        return until[step.value]
    share = parameters.season_steps[step.value]
    return season.start + dt.timedelta(days=round((season.days - 1) * share))
