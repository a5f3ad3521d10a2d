"""Repeat money that may fall quiet: by its chance, and what has none is said apart."""

from __future__ import annotations

from sightline.planning.bridge.quiet import RepeatFacts, quiet_risk
from sightline.planning.money import Money


def euros(minor: int) -> Money:
    return Money(minor, "EUR")


def test_each_account_counts_by_its_own_chance_and_the_unknown_apart() -> None:
    rows = [
        RepeatFacts("a", euros(100_000_00), 0.22),
        RepeatFacts("b", euros(40_000_00), None),
        RepeatFacts("c", euros(-500_00), 0.9),
    ]
    found = quiet_risk(rows, currency="EUR")
    assert found is not None
    assert (found.repeat, found.expected) == (euros(140_000_00), euros(22_000_00))
    assert found.unknown == euros(40_000_00)


def test_nobody_who_buys_repeatedly_is_no_risk_at_all() -> None:
    assert quiet_risk([RepeatFacts("a", euros(0), 0.5)], currency="EUR") is None
