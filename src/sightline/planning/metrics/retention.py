"""Retention of a frozen cohort: NRR, GRR, renewal rate, change in ACV.

Recurring money only, at the rates of the period's first day. Definitions: docs/method/metrics.md.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum

from sightline.planning.errors import InvalidValue
from sightline.planning.money import Money
from sightline.planning.reasons import Reason, because


class Level(StrEnum):
    """At which level a fall may be hidden by a rise: inside a customer, or nowhere."""

    COMPANY = "company"
    ACCOUNT = "account"


@dataclass(frozen=True, slots=True)
class RecurringRow:
    """Recurring ACV of one customer's unit x line at the period's opening and closing."""

    customer: str
    unit: str
    line: str
    opening: Money
    closing: Money


@dataclass(frozen=True, slots=True)
class Retention:
    """NRR and GRR as shares; None where the cohort opened with nothing.

    GRR never exceeds 1. opening + expansion - contraction - churn = closing.
    """

    level: Level
    label: str
    nrr: float | None
    grr: float | None
    opening: Money
    expansion: Money
    contraction: Money
    churn: Money
    closing: Money
    cohort: int
    reasons: tuple[Reason, ...]


_LABELS = {
    Level.COMPANY: "per customer",
    Level.ACCOUNT: "per unit and product line",
}


def retention(rows: Iterable[RecurringRow], *, currency: str, level: Level) -> Retention:
    """NRR and GRR over the customers present (above zero) at the opening.

    Company level caps each customer, account level each unit x line, so that expansion elsewhere
    cannot hide contraction. Customers who opened with nothing are left out of both; one who opened
    below zero (credit) is left out and named.
    """
    kept = list(rows)
    opened = _sums(kept, lambda row: row.customer, currency)
    cohort = {customer for customer, (opening, _) in opened.items() if opening > 0}
    inside = [row for row in kept if row.customer in cohort]
    by_customer = level is Level.COMPANY
    pairs = _sums(inside, _customer if by_customer else _cell, currency)
    opening = sum(start for start, _ in pairs.values())
    closing = sum(end for _, end in pairs.values())
    held = sum(min(start, end) for start, end in pairs.values())
    churn = sum(max(0, start) for start, end in pairs.values() if end <= 0)
    expansion = sum(max(0, end - max(0, start)) for start, end in pairs.values())
    return Retention(
        level=level,
        label=_LABELS[level],
        nrr=closing / opening if opening else None,
        grr=held / opening if opening else None,
        opening=Money(opening, currency),
        expansion=Money(expansion, currency),
        contraction=Money(opening + expansion - churn - closing, currency),
        churn=Money(churn, currency),
        closing=Money(closing, currency),
        cohort=len(cohort),
        reasons=_reasons(opened, level),
    )


@dataclass(frozen=True, slots=True)
class RenewalOutcome:
    """One renewal that came up in the period: ACV up, and what renewed (None: not settled)."""

    key: str
    up: Money
    renewed: Money | None


@dataclass(frozen=True, slots=True)
class RenewalRate:
    """Renewed value ÷ value up, each renewal counting at most what was up; None: none settled."""

    rate: float | None
    up: Money
    renewed: Money
    unsettled: Money
    reasons: tuple[Reason, ...]


def renewal_rate(outcomes: Iterable[RenewalOutcome], *, currency: str) -> RenewalRate:
    """The rate over settled renewals; uplift is growth, not renewal; unsettled stands apart."""
    up = renewed = unsettled = 0
    for outcome in outcomes:
        if outcome.renewed is None:
            unsettled += outcome.up.minor
            continue
        up += outcome.up.minor
        renewed += min(outcome.up.minor, outcome.renewed.minor)
    waiting = Money(unsettled, currency)
    text = f"Settled renewals only; {waiting} still to be settled."
    reason = because("metrics.renewals_settled", text, unsettled=waiting)
    if not up:
        reason = because("metrics.no_renewal_settled", "No renewal is settled yet.")
    return RenewalRate(
        rate=renewed / up if up else None,
        up=Money(up, currency),
        renewed=Money(renewed, currency),
        unsettled=waiting,
        reasons=(reason,),
    )


@dataclass(frozen=True, slots=True)
class AcvChange:
    """ACV now against the baseline, in money and as a share (None from nothing)."""

    change: Money
    share: float | None


def acv_change(*, baseline: Money, now: Money) -> AcvChange:
    """The change of ACV since the baseline."""
    change = now - baseline
    return AcvChange(change, change.minor / baseline.minor if baseline.minor > 0 else None)


def expansion_bookings(won: Iterable[Money], *, currency: str) -> Money:
    """Recurring yearly value of plays won in the period that are no renewals; one-off apart."""
    result = Money.zero(currency)
    for amount in won:
        if amount.minor < 0:
            raise InvalidValue("A booking cannot be negative.", field="won")
        result += amount
    return result


def _customer(row: RecurringRow) -> str:
    return row.customer


def _cell(row: RecurringRow) -> tuple[str, str, str]:
    return row.customer, row.unit, row.line


def _sums(
    rows: Iterable[RecurringRow], key: Callable[[RecurringRow], object], currency: str
) -> dict[object, tuple[int, int]]:
    sums: dict[object, tuple[int, int]] = {}
    nothing = Money.zero(currency)
    for row in rows:
        start, end = sums.get(key(row), (0, 0))
        # adding to zero of the plan's currency refuses any other one
        opening, closing = nothing + row.opening, nothing + row.closing
        sums[key(row)] = (start + opening.minor, end + closing.minor)
    return sums


def _reasons(opened: dict[object, tuple[int, int]], level: Level) -> tuple[Reason, ...]:
    reasons = [
        because("metrics.capped", f"Each {_LABELS[level][4:]} counts at most what it opened with.")
    ]
    new = sum(1 for start, end in opened.values() if start == 0 and end > 0)
    credit = sum(1 for start, _ in opened.values() if start < 0)
    if new:
        text = f"{new} new customers are left out."
        reasons.append(because("metrics.new_left_out", text, customers=new))
    if credit:
        text = f"{credit} customers opened below zero and are left out."
        reasons.append(because("metrics.credit_left_out", text, customers=credit))
    return tuple(reasons)
