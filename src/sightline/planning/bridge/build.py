"""Build the bridge: baseline, since, churn, contraction, uplift, plays, exchange, landing, gap.

Every opportunity sits in exactly one bar. Definitions and worked example: docs/method/bridge.md.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from sightline.planning.bridge.facts import BridgeFacts, Outcome, PlayFacts, SinceChange
from sightline.planning.bridge.parameters import BridgeParameters
from sightline.planning.bridge.plays import PlayParts, parts_of_play
from sightline.planning.bridge.renewals import RenewalParts, parts_of_renewal
from sightline.planning.bridge.results import Bar, BarCode, Bridge, Part, QuarterStep
from sightline.planning.bridge.since import WORKED_BACK
from sightline.planning.bridge.year import quarter_number, share_counted, times
from sightline.planning.errors import MixedCurrencies
from sightline.planning.money import Money, total
from sightline.planning.reasons import Reason, because

_LABELS = {
    BarCode.BASELINE: "Baseline",
    BarCode.SINCE: "Changed since",
    BarCode.CHURN: "Expected churn",
    BarCode.CONTRACTION: "Expected contraction",
    BarCode.UPLIFT: "Price uplift",
    BarCode.PLAYS: "Plays",
    BarCode.EXCHANGE: "Exchange",
}
_BY_QUARTER = (
    BarCode.SINCE,
    BarCode.CHURN,
    BarCode.CONTRACTION,
    BarCode.UPLIFT,
    BarCode.PLAYS,
)


def build_bridge(facts: BridgeFacts, *, today: dt.date, parameters: BridgeParameters) -> Bridge:
    """The bridge of one plan year as seen on `today`.

    Includes base lines, what changed since, renewals due in the year, open and won plays that close in it. Excludes
    one-off money (shown apart), plays that close later or miss value, date or probability (named
    in `left_out`). Raises MixedCurrencies when any amount is in another currency.
    """
    _one_currency(facts)
    renewals = [
        parts_of_renewal(renewal, facts=facts, parameters=parameters)
        for renewal in facts.renewals
        if renewal.due in facts.year.window
    ]
    plays = [
        parts_of_play(play, facts=facts, today=today)
        for play in facts.plays
        if not belongs_to_base(play)
    ]
    bars = _bars(facts, renewals, plays)
    landing = total((bar.amount for bar in bars), currency=facts.currency)
    target = facts.target.whole(facts.currency) if facts.target else None
    one_off = tuple(part for play in plays for part in play.one_off)
    return Bridge(
        basis=facts.basis,
        bars=bars,
        landing=landing,
        target=target,
        gap=target - landing if target is not None else None,
        one_off=one_off,
        one_off_expected=_sum(one_off, facts.currency),
        quarters=_quarters(facts, bars),
        left_out=_left_out(facts, renewals, plays),
        certain=_certain(facts, renewals, plays),
        draws=tuple(item.draw for item in _all(renewals, plays) if item.draw is not None),
        base_on=facts.base_on,
    )


def belongs_to_base(play: PlayFacts) -> bool:
    """Whether an opportunity is part of the base: of renewal type, or linked to a renewal."""
    return play.renewal_type or play.renewal is not None


def bar_of(play: PlayFacts) -> BarCode:
    """The one bar an opportunity sits in."""
    return BarCode.BASELINE if belongs_to_base(play) else BarCode.PLAYS


def _all(
    renewals: list[RenewalParts], plays: list[PlayParts]
) -> tuple[RenewalParts | PlayParts, ...]:
    return (*renewals, *plays)


def _bars(
    facts: BridgeFacts, renewals: list[RenewalParts], plays: list[PlayParts]
) -> tuple[Bar, ...]:
    baseline = tuple(
        Part(line.key, line.label, line.acv, None, None, _base_reasons(line.source))
        for line in facts.base
    )
    exchange = tuple(
        Part(effect.key, effect.label, effect.amount, None, None, ()) for effect in facts.exchange
    )
    parts = {
        BarCode.BASELINE: baseline + _renewal_opportunities(facts),
        BarCode.SINCE: tuple(_since_part(change, facts) for change in facts.since),
        BarCode.CHURN: tuple(item.churn for item in renewals),
        BarCode.CONTRACTION: tuple(item.contraction for item in renewals if item.contraction),
        BarCode.UPLIFT: tuple(item.uplift for item in renewals if item.uplift),
        BarCode.PLAYS: tuple(item.recurring for item in plays if item.recurring),
        BarCode.EXCHANGE: exchange,
    }
    return tuple(
        Bar(code, _LABELS[code], _sum(inside, facts.currency), inside)
        for code, inside in parts.items()
    )


def _since_part(change: SinceChange, facts: BridgeFacts) -> Part:
    """It counts from the day it was seen: nobody wrote when it happened."""
    day = min(change.on, facts.year.window.end)
    amount = times(change.amount, share_counted(day, facts=facts))
    quarter = quarter_number(day, year=facts.year)
    return Part(change.key, change.label, amount, day, quarter, change.reasons)


def _renewal_opportunities(facts: BridgeFacts) -> tuple[Part, ...]:
    """Renewal opportunities, named inside the baseline; their money is already the ACV up."""
    nothing = Money.zero(facts.currency)
    reason = because("bridge.in_base", "Renewal opportunity: counted through the base, not again.")
    return tuple(
        Part(play.key, play.label, nothing, play.closes, None, (reason,))
        for play in facts.plays
        if belongs_to_base(play)
    )


def _base_reasons(source: str) -> tuple[Reason, ...]:
    if not source:
        return ()
    if source == WORKED_BACK:
        text = "Settled since the first day: taken off here, in its own bars."
        return (because("bridge.base_worked_back", text),)
    return (because("bridge.base_source", f"From {source}.", source=source),)


def _quarters(facts: BridgeFacts, bars: tuple[Bar, ...]) -> tuple[QuarterStep, ...]:
    """One step per quarter. Exchange is a year's line, so quarters land before it."""
    by_code = {bar.code: bar for bar in bars}
    standing = by_code[BarCode.BASELINE].amount
    steps = []
    for quarter in facts.year.quarters:
        inside = {
            code: _sum(
                (part for part in by_code[code].parts if part.quarter == quarter.number),
                facts.currency,
            )
            for code in _BY_QUARTER
        }
        standing = total((standing, *inside.values()), currency=facts.currency)
        steps.append(
            QuarterStep(
                number=quarter.number,
                label=quarter.label,
                since=inside[BarCode.SINCE],
                churn=inside[BarCode.CHURN],
                contraction=inside[BarCode.CONTRACTION],
                uplift=inside[BarCode.UPLIFT],
                plays=inside[BarCode.PLAYS],
                landing=standing,
            )
        )
    return tuple(steps)


def _left_out(
    facts: BridgeFacts, renewals: list[RenewalParts], plays: list[PlayParts]
) -> tuple[Reason, ...]:
    reasons = list(facts.notes)
    reasons += [reason for item in _all(renewals, plays) for reason in item.left_out]
    known = {renewal.key for renewal in facts.renewals}
    for play in facts.plays:
        if belongs_to_base(play) and play.outcome is Outcome.OPEN and play.renewal not in known:
            reasons.append(
                because(
                    "bridge.renewal_without_contract",
                    f"{play.label} renews something that no contract here describes.",
                    play=play.key,
                )
            )
    if facts.target is None:
        reasons.append(because("bridge.no_target", "No target is agreed yet."))
    return tuple(reasons)


def _certain(facts: BridgeFacts, renewals: list[RenewalParts], plays: list[PlayParts]) -> Money:
    """Baseline, since and exchange, less what renewals put at stake, plus what is settled."""
    amounts = [line.acv for line in facts.base]
    amounts += [_since_part(change, facts).amount for change in facts.since]
    amounts += [effect.amount for effect in facts.exchange]
    amounts += [-item.at_stake for item in renewals]
    amounts += [item.settled for item in _all(renewals, plays)]
    return total(amounts, currency=facts.currency)


def _sum(parts: Iterable[Part], currency: str) -> Money:
    return total((part.amount for part in parts), currency=currency)


def _one_currency(facts: BridgeFacts) -> None:
    amounts = [line.acv for line in facts.base]
    amounts += [renewal.acv_up for renewal in facts.renewals]
    amounts += [change.amount for change in facts.since]
    amounts += [effect.amount for effect in facts.exchange]
    for play in facts.plays:
        amounts += [amount for amount in (play.recurring, play.one_off) if amount is not None]
    for amount in amounts:
        if amount.currency != facts.currency:
            raise MixedCurrencies(
                f"The bridge is in {facts.currency}, but holds {amount.currency}.",
                field="currency",
            )
