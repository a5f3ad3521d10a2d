"""What of the repeat money may fall quiet: it is in no baseline, so it stands beside the bridge.

Definition: docs/method/bridge.md. The chance is that of docs/method/quiet.md.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sightline.planning.money import Money, total


@dataclass(frozen=True, slots=True)
class RepeatFacts:
    """One account: its repeat money of twelve months, and its chance to buy nothing in the next
    half year; None: not computed."""

    account: str
    r12: Money
    chance: float | None


@dataclass(frozen=True, slots=True)
class QuietRisk:
    """Repeat money a year, what of it is expected to fall quiet, and how much has no chance yet."""

    repeat: Money
    expected: Money
    unknown: Money


def quiet_risk(rows: Iterable[RepeatFacts], *, currency: str) -> QuietRisk | None:
    """Σ R12 × chance over accounts whose chance is known; None where nobody buys repeatedly.

    Money back (below zero) counts as none. Each account is rounded once.
    """
    held = [row for row in rows if row.r12.minor > 0]
    if not held:
        return None
    return QuietRisk(
        repeat=total((row.r12 for row in held), currency=currency),
        expected=total(
            (row.r12.times(row.chance) for row in held if row.chance is not None),
            currency=currency,
        ),
        unknown=total((row.r12 for row in held if row.chance is None), currency=currency),
    )
