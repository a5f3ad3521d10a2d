"""Trying other weights: who would move, and how sensitive each cut is."""

from __future__ import annotations

from typing import Any

from sightline.planning.parameters import load_defaults
from sightline.planning.tiering import line_sensitivity, propose_tiers, try_parameters
from tests.planning.tiering.makers import accounts

ROWS: list[dict[str, Any]] = [
    {"id": "a", "money": 500.0, "points": (3, 1, 0), "exposed": True},
    {"id": "b", "money": 400.0, "points": (2, 2, 1), "exposed": True},
    {"id": "c", "money": 20.0, "points": (3, 3, 3), "exposed": True},
]


def test_the_same_numbers_move_nobody() -> None:
    defaults = load_defaults()
    found = try_parameters(accounts(ROWS), now=defaults, trial=defaults)
    assert found.moves == ()


def test_other_weights_show_who_would_move_largest_money_first() -> None:
    defaults = load_defaults()
    weights = {"reference": 1.0, "signal": 0.0, "door_opener": 0.0}
    trial = defaults.with_overrides({"tiering.importance_weights": weights})
    found = try_parameters(accounts(ROWS), now=defaults, trial=trial)
    assert [(move.id, move.before, move.after) for move in found.moves] == [("a", 2, 1)]
    assert (found.promoted, found.demoted) == (1, 0)
    higher = defaults.with_overrides({"tiering.importance_high": 6})
    found = try_parameters(accounts(ROWS), now=defaults, trial=higher)
    assert [(move.id, move.after) for move in found.moves] == [("b", 2)]


def test_the_line_is_as_sensitive_as_moving_it_shows() -> None:
    facts = accounts(ROWS)
    defaults = load_defaults()
    by_key = {item.key: item for item in line_sensitivity(facts, parameters=defaults)}
    importance = by_key["tiering.importance_high"]
    for step, changed in ((-1, importance.changed_below), (1, importance.changed_above)):
        other = defaults.with_overrides({importance.key: int(importance.value) + step})
        now = propose_tiers(facts, parameters=defaults).computed
        assert changed == (propose_tiers(facts, parameters=other).computed != now).sum()
    assert (importance.changed_below, importance.changed_above) == (1, 1)
