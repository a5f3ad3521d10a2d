"""A renewal's parts of the bridge: churn, contraction, uplift, and its draw.

Expected churn = ACV up x (1 - p); expected contraction = contraction x p; uplift = (ACV up -
contraction) x rate x p, all times the share of the year that counts.
"""

from __future__ import annotations

from dataclasses import dataclass

from sightline.planning.bridge.facts import BridgeFacts, Outcome, RenewalFacts, Risk
from sightline.planning.bridge.parameters import BridgeParameters
from sightline.planning.bridge.results import Draw, Part
from sightline.planning.bridge.year import quarter_number, share_counted, times, written
from sightline.planning.errors import MissingValue
from sightline.planning.money import Money
from sightline.planning.reasons import Reason, because


@dataclass(frozen=True, slots=True)
class RenewalOdds:
    """The probability of renewing, where it comes from, and whether it is the company's own."""

    probability: float
    calibrated: bool
    reason: Reason


@dataclass(frozen=True, slots=True)
class RenewalParts:
    """One renewal in the bridge. `at_stake` leaves the certain money; `settled` returns to it."""

    churn: Part
    contraction: Part | None
    uplift: Part | None
    at_stake: Money
    settled: Money
    draw: Draw | None
    left_out: tuple[Reason, ...]


def renewal_odds(
    renewal: RenewalFacts, *, facts: BridgeFacts, parameters: BridgeParameters
) -> RenewalOdds:
    """The company's own renewal rate where enough settled, else the default for the risk."""
    if renewal.probability is not None:
        text = f"{renewal.probability:.0%} in this scenario."
        reason = because("bridge.renewal_scenario", text, rate=renewal.probability)
        return RenewalOdds(renewal.probability, False, reason)
    record = facts.renewal_record
    if record is not None and record.settled >= parameters.enough_renewals:
        rate = record.renewed / record.settled
        text = f"{record.renewed} of {record.settled} renewals of this company renewed."
        return RenewalOdds(rate, True, because("bridge.renewal_rate", text, rate=rate))
    judged = renewal.risk is not None
    risk = renewal.risk or Risk(parameters.unjudged_risk)
    rate = parameters.renewal_odds[risk.value]
    text = f"Risk {risk.value}: {rate:.0%} by default, uncalibrated."
    if not judged:
        text = f"Risk not judged yet; counted as {risk.value}, {rate:.0%}, uncalibrated."
    code = "bridge.renewal_by_risk" if judged else "bridge.renewal_unjudged"
    return RenewalOdds(rate, False, because(code, text, risk=risk.value, rate=rate))


def parts_of_renewal(
    renewal: RenewalFacts, *, facts: BridgeFacts, parameters: BridgeParameters
) -> RenewalParts:
    """What one renewal due in the year does to the bridge. Raises MissingValue when it is won
    and its new value is not known."""
    if renewal.passed:
        return _passed(renewal, facts=facts)
    if renewal.outcome is Outcome.OPEN:
        return _expected(renewal, facts=facts, parameters=parameters)
    return _settled(renewal, facts=facts)


def _expected(
    renewal: RenewalFacts, *, facts: BridgeFacts, parameters: BridgeParameters
) -> RenewalParts:
    odds = renewal_odds(renewal, facts=facts, parameters=parameters)
    share = share_counted(renewal.due, facts=facts)
    renews = written(odds.probability)
    shrinks = renewal.contraction or Money.zero(facts.currency)
    kept = renewal.acv_up - shrinks
    rate = renewal.uplift_rate
    raised = times(kept, rate, share) if rate is not None else Money.zero(facts.currency)
    worth = times(kept, share) + raised
    return RenewalParts(
        churn=_part(renewal, -times(renewal.acv_up, 1 - renews, share), facts, odds.reason),
        contraction=_part(renewal, -times(shrinks, renews, share), facts, odds.reason)
        if shrinks
        else None,
        uplift=_part(renewal, times(kept, rate, renews, share), facts, odds.reason)
        if rate
        else None,
        at_stake=times(renewal.acv_up, share),
        settled=Money.zero(facts.currency),
        draw=Draw(
            key=renewal.key,
            label=renewal.label,
            probability=odds.probability,
            low=worth.minor,
            likely=worth.minor,
            high=worth.minor,
            calibrated=odds.calibrated,
        ),
        left_out=_unknown_terms(renewal),
    )


def _passed(renewal: RenewalFacts, *, facts: BridgeFacts) -> RenewalParts:
    """Nothing is expected of it any more: how ACV went on stands in what changed since."""
    nothing = Money.zero(facts.currency)
    text = "Ended, nobody wrote how; what followed stands in the baseline or in what changed since."
    part = _part(renewal, nothing, facts, because("bridge.renewal_passed", text))
    return RenewalParts(part, None, None, nothing, nothing, None, ())


def _settled(renewal: RenewalFacts, *, facts: BridgeFacts) -> RenewalParts:
    share = share_counted(renewal.due, facts=facts)
    nothing = Money.zero(facts.currency)
    if renewal.outcome is Outcome.LOST:
        reason = because("bridge.renewal_lost", "Lost.")
        lost = times(renewal.acv_up, share)
        return RenewalParts(
            _part(renewal, -lost, facts, reason), None, None, lost, nothing, None, ()
        )
    if renewal.renewed is None:
        raise MissingValue(f"{renewal.label} renewed, but at what value?", field="renewed")
    reason = because("bridge.renewal_won", "Renewed.")
    change = renewal.renewed - renewal.acv_up
    counted = times(change, share)
    return RenewalParts(
        churn=_part(renewal, nothing, facts, reason),
        contraction=_part(renewal, counted, facts, reason) if change.minor < 0 else None,
        uplift=_part(renewal, counted, facts, reason) if change.minor > 0 else None,
        at_stake=times(renewal.acv_up, share),
        settled=times(renewal.acv_up, share) + counted,
        draw=None,
        left_out=(),
    )


def _part(renewal: RenewalFacts, amount: Money, facts: BridgeFacts, reason: Reason) -> Part:
    quarter = quarter_number(renewal.due, year=facts.year)
    return Part(renewal.key, renewal.label, amount, renewal.due, quarter, (reason,))


def _unknown_terms(renewal: RenewalFacts) -> tuple[Reason, ...]:
    """Terms that add nothing because nobody has said; each is listed."""
    reasons = []
    if renewal.uplift_rate is None:
        text = f"{renewal.label}: no price uplift entered, none counted."
        reasons.append(because("bridge.uplift_unknown", text, renewal=renewal.key))
    if renewal.contraction is None:
        text = f"{renewal.label}: no contraction entered, none counted."
        reasons.append(because("bridge.contraction_unknown", text, renewal=renewal.key))
    return tuple(reasons)
