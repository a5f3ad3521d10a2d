"""The numbers of target and path, as the concept reads them from `parameters/bridge.toml`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class BridgeParameters:
    """Units and sources stand in the TOML file, entry by entry."""

    renewal_odds: Mapping[str, float]
    unjudged_risk: str
    enough_renewals: int
    prior_strength: int
    calibrated_from: int
    enough_cases: int
    early_quantile: float
    days_per_stage: int
    stuck_quantile: float
    stuck_days: int
    rho: float
    rho_same_account: float
    nodes: int
    exact_draws: int
    grid_cells: int
    grid_work: int
    range_cells: int
    range_from: float
    range_to: float
    movers_tried: int
    movers_shown: int
    coverage_chance: float
    coverage_size_spread: float
    coverage_most: float
    scenario_slip_days: int
