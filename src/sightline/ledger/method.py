"""The ledger's numbers of the method: section `insight`, and those it shares with tiering."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from sightline.planning.parameters import Parameters, load_defaults


@dataclass(frozen=True, slots=True)
class InsightParameters:
    """The section `insight`; units and sources stand beside each number in its file."""

    gap_percent: int
    gap_factor: float
    min_purchase_days: int
    quiet_intercept: float
    quiet_silence: float
    quiet_purchase_days: float
    quiet_min_outcomes: int
    quiet_cuts: int
    quiet_cut_step_days: int
    quiet_ridge: float
    quiet_watch_share: float
    quiet_min_history_days: int
    quiet_alarm_most: float
    quiet_company_sd: float
    quiet_season_sd: float
    peer_percent: int
    size_bands: int
    contact_window_days: int
    contact_min_days: int
    contact_carries: float
    long_call_minutes: float
    whitespace_peers: int
    whitespace_base_weight: float
    whitespace_pair_shrink: float
    whitespace_recent_months: int
    whitespace_on_sale_months: int
    whitespace_pair_floor: float
    whitespace_min_buyers: int
    whitespace_min_peers: int
    whitespace_min_similarity: float
    few: int
    wallet_sd_both: float
    wallet_sd_share: float
    wallet_sd_size: float
    wallet_z: float
    trend_min_months: int
    trend_slack: float
    trend_limit: float
    trend_persistence: int
    trend_cap: float
    trend_least_spread: float


def insight(parameters: Parameters) -> InsightParameters:
    """The section `insight`."""
    return parameters.section(InsightParameters, "insight")


@cache
def shipped() -> InsightParameters:
    """The section `insight` as shipped."""
    return insight(load_defaults())
