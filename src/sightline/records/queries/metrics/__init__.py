"""A plan's metrics, computed from the ledger's measures and the records, never typed."""

from sightline.records.queries.metrics.computed import computed_metrics
from sightline.records.queries.metrics.kept import KeptMetric, kept_metrics, metric_standings
from sightline.records.queries.metrics.revenue import plan_decomposition, price_share
from sightline.records.queries.metrics.values import Computed, Values

__all__ = [
    "Computed",
    "KeptMetric",
    "Values",
    "computed_metrics",
    "kept_metrics",
    "metric_standings",
    "plan_decomposition",
    "price_share",
]
