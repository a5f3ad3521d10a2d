"""Trying other weights before they are adopted: who would move, and how sensitive the line is."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sightline.planning.parameters import Parameters
from sightline.planning.tiering.tiers import Tiering, TieringFacts, propose_tiers


@dataclass(frozen=True, slots=True)
class Move:
    """An account whose proposed tier changes; `potential` in minor units, NaN unknown."""

    row: int
    id: str
    before: int
    after: int
    potential: float


@dataclass(frozen=True, slots=True)
class Sensitivity:
    """How many computed tiers change when one number is moved a step down or up."""

    key: str
    value: float
    step: float
    changed_below: int
    changed_above: int


@dataclass(frozen=True, slots=True)
class Trial:
    """What another set of parameters would do; `moves` by money, largest first."""

    before: Tiering
    after: Tiering
    moves: tuple[Move, ...]
    promoted: int
    demoted: int


# (entry, step): small enough to be a matter of taste, large enough to be seen
_STEPS = (
    ("tiering.potential_high_share", 0.05),
    ("tiering.importance_high", 1.0),
    ("tiering.vulnerability_high", 5.0),
)


def try_parameters(facts: TieringFacts, *, now: Parameters, trial: Parameters) -> Trial:
    """Tiers under `now` and under `trial`, and every account whose proposed tier differs.

    `facts.potential` must have been computed under the parameters that it should count for; the
    trial changes weights, cuts, floor, capacity and the parts of vulnerability.
    """
    before = propose_tiers(facts, parameters=now)
    after = propose_tiers(facts, parameters=trial)
    rows = np.flatnonzero(before.proposed != after.proposed)
    money = np.nan_to_num(facts.potential[rows], nan=0.0)
    ordered = rows[np.lexsort((facts.ids[rows], -money))]
    moves = tuple(
        Move(
            row=int(row),
            id=str(facts.ids[row]),
            before=int(before.proposed[row]),
            after=int(after.proposed[row]),
            potential=float(facts.potential[row]),
        )
        for row in ordered
    )
    promoted = sum(move.after < move.before for move in moves)
    return Trial(before, after, moves, promoted, len(moves) - promoted)


def line_sensitivity(facts: TieringFacts, *, parameters: Parameters) -> tuple[Sensitivity, ...]:
    """For each cut, how many computed tiers change when it is moved a step either way."""
    base = propose_tiers(facts, parameters=parameters).computed

    def changed(key: str, value: float) -> int:
        floor = float(str(parameters.entry("tiering.floor_share").value))
        bounded = min(value, floor) if key.endswith("_share") else value
        other = parameters.with_overrides({key: _like(parameters, key, bounded)})
        return int((propose_tiers(facts, parameters=other).computed != base).sum())

    found = []
    for key, step in _STEPS:
        value = float(str(parameters.entry(key).value))
        found.append(
            Sensitivity(key, value, step, changed(key, value - step), changed(key, value + step))
        )
    return tuple(found)


def _like(parameters: Parameters, key: str, value: float) -> object:
    return int(value) if isinstance(parameters.entry(key).value, int) else value
