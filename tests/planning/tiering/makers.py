"""Columns of accounts, made from what a test says about them."""

from __future__ import annotations

from typing import Any

import numpy as np

from sightline.planning.tiering import TieringFacts, VulnerabilityArrays

NAN = float("nan")


def exposure(rows: list[dict[str, float]]) -> VulnerabilityArrays:
    """One row per dict; what a dict does not say is not known."""
    facts = VulnerabilityArrays.unknown(len(rows))
    for row, given in enumerate(rows):
        for name, value in given.items():
            getattr(facts, name)[row] = value
    return facts


# 1 - .70 x .75 x .90 x .80 = 62.2: high
EXPOSED = {
    "days_to_renewal": 100.0,
    "renewal_prepared": 0.0,
    "single_thread": 1.0,
    "quiet_deciders": 1.0,
    "usage_change": -0.3,
}
SAFE = {"single_thread": 0.0}


def accounts(rows: list[dict[str, Any]]) -> TieringFacts:
    """`money`, `points` (three numbers or None), `exposed`, `customer`, `owner`, `held`, `past`."""
    points = [row.get("points") or (NAN, NAN, NAN) for row in rows]
    return TieringFacts(
        ids=np.array([row.get("id", f"{place:05d}") for place, row in enumerate(rows)], dtype=str),
        potential=np.array([row.get("money", NAN) for row in rows], dtype=float),
        importance=np.array(points, dtype=float).reshape(len(rows), 3),
        vulnerability=exposure([EXPOSED if row.get("exposed") else SAFE for row in rows]),
        customer=np.array([row.get("customer", True) for row in rows], dtype=bool),
        owner=np.array(
            [row.get("owner", f"own{place}") for place, row in enumerate(rows)], dtype=str
        ),
        held=np.array([row.get("held", 0) for row in rows], dtype=np.int64),
        past_lenient=np.array([row.get("past", (0, 0)) for row in rows], dtype=np.int64).reshape(
            len(rows), 2
        ),
    )
