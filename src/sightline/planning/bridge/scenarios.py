"""What if: switch a play off, move a date, lose a renewal; and the three named scenarios.

A change makes new facts; the bridge is then built from them like any other.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import singledispatch

from sightline.planning.bridge.facts import BridgeFacts, Outcome, PlayFacts, RenewalFacts, Risk
from sightline.planning.bridge.parameters import BridgeParameters
from sightline.planning.bridge.plays import counted_probability
from sightline.planning.bridge.renewals import renewal_odds
from sightline.planning.errors import InvalidValue
from sightline.planning.money import Money


class Scenario(StrEnum):
    """Three readings of one plan."""

    BASE = "base"
    STRETCH = "stretch"
    DOWNSIDE = "downside"


@dataclass(frozen=True, slots=True)
class SwitchOff:
    """Leave a play out."""

    play: str


@dataclass(frozen=True, slots=True)
class MoveDate:
    """Let a play close on another day."""

    play: str
    to: dt.date


@dataclass(frozen=True, slots=True)
class SetValue:
    """Give a play another recurring yearly value (its range no longer counts)."""

    play: str
    to: Money


@dataclass(frozen=True, slots=True)
class SetProbability:
    """Give a play another probability."""

    play: str
    to: float


@dataclass(frozen=True, slots=True)
class LoseRenewal:
    """Let a renewal be lost."""

    renewal: str


Change = SwitchOff | MoveDate | SetValue | SetProbability | LoseRenewal

_SAFER = {Risk.HIGH: Risk.MIDDLE, Risk.MIDDLE: Risk.LOW, Risk.LOW: Risk.LOW}
_RISKIER = {Risk.LOW: Risk.MIDDLE, Risk.MIDDLE: Risk.HIGH, Risk.HIGH: Risk.HIGH}


def with_changes(facts: BridgeFacts, changes: Iterable[Change]) -> BridgeFacts:
    """The facts with every change made, in order. An unknown key raises InvalidValue."""
    for change in changes:
        facts = apply_change(change, facts)
    return facts


@singledispatch
def apply_change(change: Change, facts: BridgeFacts) -> BridgeFacts:
    """The facts with one change made."""
    raise InvalidValue(f"{type(change).__name__} is not a change.", field="change")


@apply_change.register
def _(change: SwitchOff, facts: BridgeFacts) -> BridgeFacts:
    _known(change.play, facts)
    return replace(facts, plays=tuple(play for play in facts.plays if play.key != change.play))


@apply_change.register
def _(change: MoveDate, facts: BridgeFacts) -> BridgeFacts:
    return _with_play(facts, change.play, lambda play: replace(play, closes=change.to))


@apply_change.register
def _(change: SetValue, facts: BridgeFacts) -> BridgeFacts:
    return _with_play(
        facts, change.play, lambda play: replace(play, recurring=change.to, range=None)
    )


@apply_change.register
def _(change: SetProbability, facts: BridgeFacts) -> BridgeFacts:
    return _with_play(facts, change.play, lambda play: replace(play, probability=change.to))


@apply_change.register
def _(change: LoseRenewal, facts: BridgeFacts) -> BridgeFacts:
    if all(renewal.key != change.renewal for renewal in facts.renewals):
        raise InvalidValue(f"No renewal is called {change.renewal}.", field="renewal")
    return replace(
        facts,
        renewals=tuple(
            replace(renewal, outcome=Outcome.LOST, renewed=None)
            if renewal.key == change.renewal
            else renewal
            for renewal in facts.renewals
        ),
    )


def in_scenario(
    facts: BridgeFacts,
    scenario: Scenario,
    *,
    today: dt.date,
    parameters: BridgeParameters,
) -> BridgeFacts:
    """The facts as the scenario reads them; settled plays and renewals never change.

    Stretch: ranges count at their high end; a renewal takes the better of its own probability and
    the default one risk step safer. Downside: low end, open plays a quarter later (what being past
    the date costs stays), the worse of its own and the default one step riskier. So the landing of
    stretch is never below base, nor base below downside.
    """
    if scenario is Scenario.BASE:
        return facts
    stretch = scenario is Scenario.STRETCH
    slip = dt.timedelta(days=0 if stretch else parameters.scenario_slip_days)
    return replace(
        facts,
        plays=tuple(_read_play(play, high=stretch, slip=slip, today=today) for play in facts.plays),
        renewals=tuple(
            _read_renewal(renewal, facts, safer=stretch, parameters=parameters)
            for renewal in facts.renewals
        ),
    )


def _read_play(play: PlayFacts, *, high: bool, slip: dt.timedelta, today: dt.date) -> PlayFacts:
    if play.outcome is not Outcome.OPEN:
        return play
    closes = play.closes
    if slip and closes is not None:
        if play.probability is not None:
            play = replace(play, probability=counted_probability(play, today=today)[0])
        play = replace(play, closes=max(closes, today) + slip, past_date_factor=None)
    if play.range is None:
        return play
    value = play.range.high if high else play.range.low
    return replace(play, recurring=value, range=None)


def _read_renewal(
    renewal: RenewalFacts, facts: BridgeFacts, *, safer: bool, parameters: BridgeParameters
) -> RenewalFacts:
    if renewal.outcome is not Outcome.OPEN:
        return renewal
    own = renewal_odds(renewal, facts=facts, parameters=parameters).probability
    risk = renewal.risk or Risk(parameters.unjudged_risk)
    moved = parameters.renewal_odds[(_SAFER if safer else _RISKIER)[risk].value]
    return replace(renewal, probability=max(own, moved) if safer else min(own, moved))


def _with_play(
    facts: BridgeFacts, key: str, change: Callable[[PlayFacts], PlayFacts]
) -> BridgeFacts:
    _known(key, facts)
    plays = tuple(change(play) if play.key == key else play for play in facts.plays)
    return replace(facts, plays=plays)


def _known(key: str, facts: BridgeFacts) -> None:
    if all(play.key != key for play in facts.plays):
        raise InvalidValue(f"No play is called {key}.", field="play")
