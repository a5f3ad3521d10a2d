"""Whitespace: what each cell is, what it is worth, whether there is a way in, and the sums.

Definitions and worked examples: docs/method/whitespace.md.
"""

from sightline.planning.whitespace.competitors import Competitor, OpenWindow, competitors
from sightline.planning.whitespace.facts import (
    CellFacts,
    Confidence,
    Eligibility,
    EligibilityKind,
    Footprint,
    Holder,
    HolderKind,
    Method,
    Need,
    OpenDeal,
    Origin,
    Override,
    Pipeline,
    ValueEstimate,
    WhitespaceParameters,
)
from sightline.planning.whitespace.grid import (
    CellFilter,
    FamilyDefault,
    Order,
    default_eligibility,
    order_cells,
    select_cells,
    with_default,
)
from sightline.planning.whitespace.rank import (
    CellScore,
    Scored,
    Standing,
    score_cells,
    upper_quarter,
)
from sightline.planning.whitespace.rollup import (
    Excluded,
    Totals,
    add_up,
    roll_up,
)
from sightline.planning.whitespace.state import (
    CellState,
    StaleFact,
    State,
    contradictions,
    derive_state,
    has_lapsed,
    stale_facts,
    worth_refreshing,
)
from sightline.planning.whitespace.suggestions import PeerCounts, peer_evidence, peer_share
from sightline.planning.whitespace.value import (
    chosen_estimate,
    from_comparables,
    from_price,
    from_wallet,
)

__all__ = [
    "CellFacts",
    "CellFilter",
    "CellScore",
    "CellState",
    "Competitor",
    "Confidence",
    "Eligibility",
    "EligibilityKind",
    "Excluded",
    "FamilyDefault",
    "Footprint",
    "Holder",
    "HolderKind",
    "Method",
    "Need",
    "OpenDeal",
    "OpenWindow",
    "Order",
    "Origin",
    "Override",
    "PeerCounts",
    "Pipeline",
    "Scored",
    "StaleFact",
    "Standing",
    "State",
    "Totals",
    "ValueEstimate",
    "WhitespaceParameters",
    "add_up",
    "chosen_estimate",
    "competitors",
    "contradictions",
    "default_eligibility",
    "derive_state",
    "from_comparables",
    "from_price",
    "from_wallet",
    "has_lapsed",
    "order_cells",
    "peer_evidence",
    "peer_share",
    "roll_up",
    "score_cells",
    "select_cells",
    "stale_facts",
    "upper_quarter",
    "with_default",
    "worth_refreshing",
]
