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
    Draw,
    Outcome,
    PlayFacts,
    Scenario,
    belongs_to_base,
    build_bridge,
    chance_of_target,
    chance_with,
    coverage_of,
    in_scenario,
    in_words,
    what_moves_it,
    with_changes,
    yearly_value,
)
from sightline.planning.bridge import Mover as Moved
from sightline.planning.money import Money
from sightline.web.pages.plan.bridge import drawn_bridge, short_label
from sightline.web.pages.scenarios.asked import Asked
from sightline.wording.chances import percent
from sightline.wording.money import short_money


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
    change: Money | None
    current: bool


@dataclass(frozen=True, slots=True)
class Mover:
    """What moves the chance most, with the chance without it."""

    label: str
    without: str
    points: str


@dataclass(frozen=True, slots=True)
class WhatIf:
    """The whole page: the answer, the three scenarios, the levers."""

    answer: Reading
    stands: Reading
    scenarios: tuple[Reading, ...]
    drawing: Drawing
    plays: tuple[Lever, ...]
    renewals: tuple[Lever, ...]
    movers: tuple[Mover, ...]
    one_more: str
    coverage: tuple[str, ...]
    same: bool


@dataclass(frozen=True, slots=True)
class WinRate:
    """The company's own share of closed deals that were won."""

    share: float
    closed: int


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
        movers=_movers(bridge, look),
        one_more=_one_more(bridge, tried, look),
        coverage=_coverage(bridge, tried, look),
        same=asked.nothing,
    )


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
    chance = chance_of_target(bridge, parameters=look.parameters).probability
    return Reading(
        code=code,
        label=label,
        landing=bridge.landing,
        gap=bridge.gap,
        chance=in_words(chance) if chance is not None else "",
        chance_percent=percent(chance) if chance is not None else "",
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
        if renewal.outcome is Outcome.OPEN and renewal.key not in look.hidden
    )


def _movers(bridge: Bridge, look: Look) -> tuple[Mover, ...]:
    """The three whose loss moves the chance most."""
    moved = what_moves_it(bridge, parameters=look.parameters)
    return tuple(
        Mover(_mover_label(one), in_words(one.chance), _points(one.change))
        for one in moved
        if one.key not in look.hidden
    )[:3]


def _mover_label(one: Moved) -> str:
    """A contract's name alone would not say that it is its renewal that counts."""
    label = short_label(one.label)
    return _("Renewal: %s") % label if one.key.startswith("contract:") else label


def _one_more(bridge: Bridge, facts: BridgeFacts, look: Look) -> str:
    """What one more play like those that are open would make of the chance; empty without any."""
    plays = _counted(bridge, facts)
    values = sorted(value.minor for play in plays if (value := yearly_value(play)) is not None)
    if not values:
        return ""
    chances = sorted(play.probability or 0.0 for play in plays)
    worth, share = values[len(values) // 2], chances[len(chances) // 2]
    added = Draw("one-more", "", share, worth, worth, worth)
    moved = chance_with(bridge, added, parameters=look.parameters)
    if moved is None:
        return ""
    return _(
        "One more play like the others (%(money)s at %(share)s) makes it %(chance)s, %(points)s."
    ) % {
        "money": short_money(Money(worth, bridge.landing.currency)),
        "share": percent(share),
        "chance": in_words(moved.chance),
        "points": _points(moved.change),
    }


def _coverage(bridge: Bridge, facts: BridgeFacts, look: Look) -> tuple[str, ...]:
    """Open plays against what they must bring, and what this win rate needs; empty without a
    target or a win rate. Before enough deals closed the plays' own probabilities stand for it."""
    plays = _counted(bridge, facts)
    if bridge.target is None or not plays:
        return ()
    share = sum(play.probability or 0.0 for play in plays) / len(plays)
    said = _("Win rate: the mean of the open plays' probabilities, uncalibrated.")
    rate = look.win_rate
    if rate is not None and rate.closed >= look.parameters.calibrated_from:
        share = rate.share
        said = _("Win rate: the company's own, of %s closed deals.") % rate.closed
    if not 0 < share <= 1:
        return ()
    found = coverage_of(bridge, facts.plays, win_rate=share, parameters=look.parameters)
    return (*(reason.text for reason in found.reasons), said)


def _counted(bridge: Bridge, facts: BridgeFacts) -> list[PlayFacts]:
    """Open plays that stand in the bridge for themselves."""
    drawn = {draw.key for draw in bridge.draws}
    return [play for play in facts.plays if play.outcome is Outcome.OPEN and play.key in drawn]


def _points(change: float) -> str:
    """A change of a chance in points of a hundred, with a true minus."""
    points = round(abs(change) * 100)
    return _("%(sign)s%(points)s points") % {
        "sign": "−" if change < 0 else "+",
        "points": points,
    }
