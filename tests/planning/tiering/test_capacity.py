"""The line: who is just above it and who waits just below."""

from __future__ import annotations

import numpy as np

from sightline.planning.parameters import load_defaults
from sightline.planning.tiering import around_line


def test_accounts_on_either_side_of_the_line_are_shown() -> None:
    tiers = np.array([1, 1, 1, 1, 2, 2, 1])
    potential = np.array([90.0, 80.0, 70.0, 60.0, 50.0, 95.0, 99.0])
    ids = np.array(list("abcdefg"))
    owner = np.array(["o"] * 6 + ["other"])
    line = around_line(
        tiers,
        owner_key="o",
        tier=1,
        potential=potential,
        ids=ids,
        owner=owner,
        parameters=load_defaults().with_overrides(
            {"tiering.capacity_tier_1": 3, "tiering.near_line": 2}
        ),
    )
    assert line.above == (1, 2)
    assert line.below == (3, 5)
