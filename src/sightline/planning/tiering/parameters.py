"""The numbers of docs/method/tiers.md as typed sections."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sightline.planning.errors import BadParameters
from sightline.planning.parameters import Parameters


@dataclass(frozen=True, slots=True)
class PotentialParameters:
    """Potential over three years."""

    years: int
    retention: float
    best_share: float
    best_share_percentile: float
    best_share_minimum_units: int
    conversion_prior: float
    conversion_strength: float
    ramp: tuple[float, ...]

    def __post_init__(self) -> None:
        if not 0 <= self.retention <= 1 or not 0 <= self.best_share <= 1:
            raise BadParameters("Retention and best share lie between 0 and 1.", field="potential")


@dataclass(frozen=True, slots=True)
class VulnerabilityParameters:
    """Chances that enter vulnerability, and when they do."""

    renewal_days: int
    renewal_unprepared: float
    renewal_prepared: float
    competitor_factor: float
    share_loss_points: float
    share_loss: float
    single_thread: float
    quiet_each: float
    quiet_most: float
    off_trend_drop: float
    off_trend: float
    case_one: float
    case_many: float
    case_many_from: int
    usage_drop: float
    usage: float


@dataclass(frozen=True, slots=True)
class TieringParameters:
    """Cuts, floor, capacity, hysteresis and requalification."""

    importance_weights: Mapping[str, float]
    importance_most: int
    importance_high: float
    potential_high_share: float
    vulnerability_high: float
    floor_share: float
    capacity_tier_1: int
    capacity_tier_2: int
    hysteresis_band: float
    demote_computations: int
    requalify_months: int
    near_line: int

    def __post_init__(self) -> None:
        if not 0 < self.potential_high_share <= self.floor_share <= 1:
            raise BadParameters(
                "The floor lies at or beyond the cut of high potential.",
                field="tiering.floor_share",
            )


@dataclass(frozen=True, slots=True)
class AttentionParameters:
    """Weights of logged contact, and when a distance means anything."""

    weights: Mapping[str, float]
    half_life_days: float
    window_months: int
    enough_touches: int
    tested_accounts: int
    tested_z: float
    dispersion: float
    ratio_low: float
    ratio_high: float
    bootstrap_draws: int
    interval: float
    elasticity: float


def tiering(parameters: Parameters) -> TieringParameters:
    """The section `tiering`."""
    return parameters.section(TieringParameters, "tiering")


def potential(parameters: Parameters) -> PotentialParameters:
    """The section `potential`."""
    return parameters.section(PotentialParameters, "potential")


def vulnerability(parameters: Parameters) -> VulnerabilityParameters:
    """The section `vulnerability`."""
    return parameters.section(VulnerabilityParameters, "vulnerability")


def attention(parameters: Parameters) -> AttentionParameters:
    """The section `attention`."""
    return parameters.section(AttentionParameters, "attention")
