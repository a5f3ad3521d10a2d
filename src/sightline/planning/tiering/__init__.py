"""Which accounts deserve a plan: potential, importance, vulnerability, tier, capacity, attention.

Whole columns at a time, one row per planning account. Definition: docs/method/tiers.md.
"""

from sightline.planning.tiering.attention import (
    AttentionAudit,
    AttentionFacts,
    attention_points,
    audit_attention,
    spearman,
    under_served,
)
from sightline.planning.tiering.capacity import Line, Overflow, around_line, within_capacity
from sightline.planning.tiering.concentration import (
    Concentration,
    ParetoPoint,
    concentration,
    pareto,
)
from sightline.planning.tiering.explain import explain_tier
from sightline.planning.tiering.potential import (
    CellArrays,
    Potential,
    best_share,
    conversion_rate,
    index_of,
    potential,
)
from sightline.planning.tiering.requalification import (
    Due,
    Moved,
    SideBySide,
    TierDecision,
    TierEvent,
    TierSnapshot,
    requalification_due,
    side_by_side,
)
from sightline.planning.tiering.tiers import (
    CRITERIA,
    NO_TIER,
    Axes,
    Cuts,
    Tiering,
    TieringFacts,
    axes_of,
    propose_tiers,
)
from sightline.planning.tiering.trial import (
    Move,
    Sensitivity,
    Trial,
    line_sensitivity,
    try_parameters,
)
from sightline.planning.tiering.vulnerability import (
    PARTS,
    Vulnerability,
    VulnerabilityArrays,
    vulnerability,
)

__all__ = [
    "CRITERIA",
    "NO_TIER",
    "PARTS",
    "AttentionAudit",
    "AttentionFacts",
    "Axes",
    "CellArrays",
    "Concentration",
    "Cuts",
    "Due",
    "Line",
    "Move",
    "Moved",
    "Overflow",
    "ParetoPoint",
    "Potential",
    "Sensitivity",
    "SideBySide",
    "TierDecision",
    "TierEvent",
    "TierSnapshot",
    "Tiering",
    "TieringFacts",
    "Trial",
    "Vulnerability",
    "VulnerabilityArrays",
    "around_line",
    "attention_points",
    "audit_attention",
    "axes_of",
    "best_share",
    "concentration",
    "conversion_rate",
    "explain_tier",
    "index_of",
    "line_sensitivity",
    "pareto",
    "potential",
    "propose_tiers",
    "requalification_due",
    "side_by_side",
    "spearman",
    "try_parameters",
    "under_served",
    "vulnerability",
    "within_capacity",
]
