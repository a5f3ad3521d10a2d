"""Landing and chance as they stand and as they would be, side by side."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from sightline.drawing.sheet import Drawing
from sightline.planning.bridge import (
    Bridge,
    BridgeFacts,
    BridgeParameters,
    Outcome,
    Scenario,
    belongs_to_base,
    build_bridge,
    chance_of_target,
    in_scenario,
    in_words,
    with_changes,
)
from sightline.planning.money import Money
from sightline.web.pages.plan.bridge import drawn_bridge
from sightline.web.pages.plan.odds import OddsLook, ShownOdds, WinRate, short_label, shown_odds
from sightline.web.pages.scenarios.asked import Asked
from sightline.wording.chances import percent


@dataclass(frozen=True, slots=True)
class Lever:
    """A play that can be switched off or moved, or a renewal that can be lost."""

    key: str
    label: str
    money: Money | None
    chance: str
    day: date | None
    off: bool


@dataclass(frozen=True, slots=True)
class Reading:
    """One bridge in figures; `change` is against the plan as it stands, None for itself."""

    code: str
    label: str
    landing: Money
    gap: Money | None
    chance: str
    chance_percent: str
    calibrated: bool
    change: Money | None
    current: bool


@dataclass(frozen=True, slots=True)
class WhatIf:
    """The whole page: the answer, the three scenarios, the levers."""

    answer: Reading
    stands: Reading
    scenarios: tuple[Reading, ...]
    drawing: Drawing
    plays: tuple[Lever, ...]
    renewals: tuple[Lever, ...]
    odds: ShownOdds
    same: bool


@dataclass(frozen=True, slots=True)
class Look:
    """With what the page is computed, and what may not be named."""

    today: date
    parameters: BridgeParameters
    hidden: Collection[str]
    year: str
    win_rate: WinRate | None = None


def what_if(facts: BridgeFacts, asked: Asked, *, look: Look) -> WhatIf:
    """Everything the page shows. Raises what `build_bridge` raises."""
    stands = _bridge(facts, look)
    tried = in_scenario(
        with_changes(facts, asked.changes(facts)),
        asked.scenario,
        today=look.today,
        parameters=look.parameters,
    )
    bridge = _bridge(tried, look)
    return WhatIf(
        answer=_reading("answer", _("What you try"), bridge, stands, look),
        stands=_reading("stands", _("As it stands"), stands, None, look),
        scenarios=tuple(_scenario(one, facts, asked, stands, look) for one in Scenario),
        drawing=drawn_bridge(bridge, hidden=look.hidden, year=look.year),
        plays=_plays(facts, asked, look),
        renewals=_renewals(facts, asked, look),
        odds=shown_odds(bridge, tried, _odds_look(look)),
        same=asked.nothing,
    )


def _odds_look(look: Look) -> OddsLook:
    return OddsLook(look.parameters, look.hidden, look.win_rate)


def keys_of(facts: BridgeFacts, *, hidden: Collection[str]) -> frozenset[str]:
    """What may be named in a what-if: plays and renewals of visible accounts."""
    keys = {play.key for play in facts.plays} | {renewal.key for renewal in facts.renewals}
    return frozenset(keys - set(hidden))


def scenario_words() -> dict[Scenario, str]:
    """The three named readings."""
    return {
        Scenario.BASE: _("Base"),
        Scenario.STRETCH: _("Stretch"),
        Scenario.DOWNSIDE: _("Downside"),
    }


def _bridge(facts: BridgeFacts, look: Look) -> Bridge:
    return build_bridge(facts, today=look.today, parameters=look.parameters)


def _scenario(
    one: Scenario, facts: BridgeFacts, asked: Asked, stands: Bridge, look: Look
) -> Reading:
    read = in_scenario(facts, one, today=look.today, parameters=look.parameters)
    words = scenario_words()[one]
    current = asked.scenario is one
    return _reading(one.value, words, _bridge(read, look), stands, look, current=current)


def _reading(
    code: str,
    label: str,
    bridge: Bridge,
    stands: Bridge | None,
    look: Look,
    *,
    current: bool = False,
) -> Reading:
    found = chance_of_target(bridge, parameters=look.parameters)
    chance = found.probability
    return Reading(
        code=code,
        label=label,
        landing=bridge.landing,
        gap=bridge.gap,
        chance=in_words(chance) if chance is not None else "",
        chance_percent=percent(chance) if chance is not None else "",
        calibrated=found.calibrated,
        change=bridge.landing - stands.landing if stands is not None else None,
        current=current,
    )


def _plays(facts: BridgeFacts, asked: Asked, look: Look) -> tuple[Lever, ...]:
    """Open plays that stand in the bridge for themselves, largest first."""
    rows = [
        play
        for play in facts.plays
        if play.outcome is Outcome.OPEN
        and not belongs_to_base(play)
        and play.key not in look.hidden
    ]
    rows.sort(key=lambda play: (-(play.recurring.minor if play.recurring else -1), play.key))
    return tuple(
        Lever(
            key=play.key,
            label=short_label(play.label),
            money=play.recurring,
            chance=percent(play.probability) if play.probability is not None else "",
            day=asked.dates.get(play.key, play.closes),
            off=play.key in asked.off,
        )
        for play in rows
    )


def _renewals(facts: BridgeFacts, asked: Asked, look: Look) -> tuple[Lever, ...]:
    return tuple(
        Lever(
            key=renewal.key,
            label=renewal.label,
            money=renewal.acv_up,
            chance="",
            day=renewal.due,
            off=renewal.key in asked.lose,
        )
        for renewal in facts.renewals
        if renewal.outcome is Outcome.OPEN and not renewal.passed and renewal.key not in look.hidden
    )
