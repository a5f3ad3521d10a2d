"""Metrics of a plan: lagging from money, leading from people and work, each with its definition.

Definitions and worked examples: docs/method/metrics.md.
"""

from sightline.planning.metrics.decomposition import Change, Decomposition, ItemRevenue, decompose
from sightline.planning.metrics.leading import (
    ActionFacts,
    CentreFacts,
    Count,
    MetricsParameters,
    PersonFacts,
    PlayStages,
    Share,
    active_executives,
    completion,
    new_buying_centres,
    progression,
)
from sightline.planning.metrics.retention import (
    AcvChange,
    Level,
    RecurringRow,
    RenewalOutcome,
    RenewalRate,
    Retention,
    acv_change,
    expansion_bookings,
    renewal_rate,
    retention,
)
from sightline.planning.metrics.way import MetricFacts, Way, way_covered

__all__ = [
    "ActionFacts",
    "AcvChange",
    "CentreFacts",
    "Change",
    "Count",
    "Decomposition",
    "ItemRevenue",
    "Level",
    "MetricFacts",
    "MetricsParameters",
    "PersonFacts",
    "PlayStages",
    "RecurringRow",
    "RenewalOutcome",
    "RenewalRate",
    "Retention",
    "Share",
    "Way",
    "active_executives",
    "acv_change",
    "completion",
    "decompose",
    "expansion_bookings",
    "new_buying_centres",
    "progression",
    "renewal_rate",
    "retention",
    "way_covered",
]
