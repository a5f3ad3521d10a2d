"""The review: when it is due, whether it is ready, what changed, what was decided, what rolls on.

Definitions and worked examples: docs/method/reviews.md.
"""

from sightline.planning.reviews.agenda import (
    QUESTION,
    AgendaFacts,
    AgendaItem,
    AgendaPart,
    ItemKind,
    PartCode,
    agenda,
    part_of,
    shortened,
)
from sightline.planning.reviews.cadence import (
    Away,
    ReviewDate,
    ReviewParameters,
    is_overdue,
    next_in_year,
    next_review,
    reviews_in,
)
from sightline.planning.reviews.closing import (
    Decision,
    Ending,
    RollForward,
    RollItem,
    SettledItem,
    Verdict,
    changed_nothing,
    check_closed,
    roll_forward,
)
from sightline.planning.reviews.joint import CUSTOMER_SAFE, JointFacts, Pack, customer_pack
from sightline.planning.reviews.readiness import Readiness, ReadinessFacts, readiness
from sightline.planning.reviews.snapshots import (
    Area,
    Difference,
    Entry,
    Kind,
    Snapshot,
    apply_differences,
    differences,
    entry,
    snapshot,
)

__all__ = [
    "CUSTOMER_SAFE",
    "QUESTION",
    "AgendaFacts",
    "AgendaItem",
    "AgendaPart",
    "Area",
    "Away",
    "Decision",
    "Difference",
    "Ending",
    "Entry",
    "ItemKind",
    "JointFacts",
    "Kind",
    "Pack",
    "PartCode",
    "Readiness",
    "ReadinessFacts",
    "ReviewDate",
    "ReviewParameters",
    "RollForward",
    "RollItem",
    "SettledItem",
    "Snapshot",
    "Verdict",
    "agenda",
    "apply_differences",
    "changed_nothing",
    "check_closed",
    "customer_pack",
    "differences",
    "entry",
    "is_overdue",
    "next_in_year",
    "next_review",
    "part_of",
    "readiness",
    "reviews_in",
    "roll_forward",
    "shortened",
    "snapshot",
]
