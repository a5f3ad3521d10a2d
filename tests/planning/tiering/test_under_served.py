"""Which planned accounts get less contact than their potential asks for."""

from __future__ import annotations

import numpy as np

from sightline.planning.parameters import load_defaults
from sightline.planning.tiering import under_served

PARAMETERS = load_defaults()


def judged(
    touches: list[float], potential: list[float], tiers: list[int] | None = None
) -> list[bool]:
    found = under_served(
        touches=np.array(touches, dtype=float),
        potential=np.array(potential, dtype=float),
        tiers=np.array(tiers or [1] * len(touches)),
        parameters=PARAMETERS,
    )
    return [bool(one) for one in found]


def test_a_fifth_of_the_potential_with_sixty_of_a_thousand_touches_is_under_served() -> None:
    assert judged([60, 940], [20, 80]) == [True, False]


def test_half_of_the_fair_share_is_not_yet_under_served() -> None:
    assert judged([100, 900], [20, 80]) == [False, False]


def test_too_little_logged_in_all_flags_nobody() -> None:
    assert judged([1, 298], [80, 20]) == [False, False]


def test_an_account_of_unknown_potential_or_contact_is_not_judged() -> None:
    assert judged([float("nan"), 60, 940], [50, 20, 80]) == [False, True, False]
    assert judged([0, 60, 940], [float("nan"), 20, 80]) == [False, True, False]


def test_tier_three_is_run_by_playbooks_and_not_judged() -> None:
    assert judged([60, 940], [20, 80], tiers=[3, 1]) == [False, False]
