"""Exchange as its own line: what moving rates did since the plan year's first day.

Everything else in the bridge stands at the rates of that day, so a currency never looks like
churn or growth.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from sightline.planning.bridge.facts import ExchangeEffect
from sightline.planning.money import Money, Rates


@dataclass(frozen=True, slots=True)
class HeldAmount:
    """A yearly amount in the currency it is contracted in."""

    key: str
    label: str
    amount: Money


def exchange_effects(
    held: Iterable[HeldAmount], *, currency: str, rates: Rates, since: dt.date, today: dt.date
) -> tuple[ExchangeEffect, ...]:
    """Each amount at today's rate less the same at the rate of `since`; zero effects left out.

    Raises MissingRate: a figure is refused rather than guessed.
    """
    effects = []
    for item in held:
        then = rates.convert(item.amount, currency, on=since)
        now = rates.convert(item.amount, currency, on=today)
        if now != then:
            effects.append(ExchangeEffect(item.key, item.label, now - then))
    return tuple(effects)
