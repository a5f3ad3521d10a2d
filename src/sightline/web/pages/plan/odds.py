"""Around the chance of a target: its range, what moves it most, and what coverage it needs."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _

from sightline.planning.bridge import (
    Bridge,
    BridgeFacts,
    BridgeParameters,
    Chance,
    Draw,
    Outcome,
    PlayFacts,
    chance_of_target,
    chance_with,
    coverage_of,
    in_words,
    what_moves_it,
    yearly_value,
)
from sightline.planning.bridge import Mover as Moved
from sightline.planning.money import Money
from sightline.records.queries.history import StagePast
from sightline.wording.chances import percent
from sightline.wording.money import short_money


@dataclass(frozen=True, slots=True)
class WinRate:
    """The company's own share of closed deals that were won."""

    share: float
    closed: int


@dataclass(frozen=True, slots=True)
class OddsLook:
    """With what the chance is looked into, and what may not be named."""

    parameters: BridgeParameters
    hidden: Collection[str]
    win_rate: WinRate | None = None


@dataclass(frozen=True, slots=True)
class Mover:
    """What moves the chance most, with the chance without it."""

    label: str
    without: str
    points: str


@dataclass(frozen=True, slots=True)
class ShownOdds:
    """The range in a sentence, the movers, one more play, and the coverage; empty where none."""

    range: str
    movers: tuple[Mover, ...]
    one_more: str
    coverage: tuple[str, ...]


def shown_odds(
    bridge: Bridge, facts: BridgeFacts, look: OddsLook, *, chance: Chance | None = None
) -> ShownOdds:
    """Everything beside the chance itself; `chance` where it was computed already."""
    known = chance or chance_of_target(bridge, parameters=look.parameters)
    return ShownOdds(
        range=_range(known, bridge, look),
        movers=_movers(bridge, look),
        one_more=_one_more(bridge, facts, look),
        coverage=_coverage(bridge, facts, look),
    )


def _range(chance: Chance, bridge: Bridge, look: OddsLook) -> str:
    """Between what the landings lie, and what is left out below and above; empty without draws."""
    if not bridge.draws:
        return ""
    share = look.parameters.range_to - look.parameters.range_from
    return _(
        "In %(share)s of cases it lands between %(low)s and %(high)s; as often below as above."
    ) % {
        "share": percent(share),
        "low": short_money(chance.low),
        "high": short_money(chance.high),
    }


def _movers(bridge: Bridge, look: OddsLook) -> tuple[Mover, ...]:
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


def _one_more(bridge: Bridge, facts: BridgeFacts, look: OddsLook) -> str:
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


def _coverage(bridge: Bridge, facts: BridgeFacts, look: OddsLook) -> tuple[str, ...]:
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
        "sign": ("−" if change < 0 else "+") if points else "",
        "points": points,
    }


def win_rate_of(pasts: Mapping[int, StagePast]) -> WinRate | None:
    """The company's: most deals that ever closed went through the stage that most went through."""
    past = max(pasts.values(), key=lambda one: one.closed, default=None)
    return WinRate(past.won / past.closed, past.closed) if past and past.closed else None


def short_label(label: str) -> str:
    """A deal's name without the customer's in front: the page already says whose it is."""
    head, colon, rest = label.partition(": ")
    return rest if colon and rest else head
