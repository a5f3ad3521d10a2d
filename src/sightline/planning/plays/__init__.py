"""Plays and actions: whole or not, what they lead to, whether they move.

Definitions and worked examples: docs/method/plays.md.
"""

from sightline.planning.plays.facts import (
    Action,
    Cell,
    Column,
    Done,
    Play,
    PlayParameters,
    Serves,
    Stage,
)
from sightline.planning.plays.movement import (
    Comparison,
    Earliest,
    Moved,
    Usual,
    busy_not_moving,
    compare_runs,
    date_too_early,
    earliest_close,
    proposed_close,
    usual_days,
)
from sightline.planning.plays.sight import (
    PlanIndex,
    Purpose,
    Sight,
    Step,
    line_of_sight,
    without_sight,
)
from sightline.planning.plays.start import (
    Link,
    Opportunity,
    TemplateStep,
    possible_links,
    proposed_name,
    started_actions,
)
from sightline.planning.plays.whole import (
    board_column,
    expected_value,
    incomplete_too_long,
    is_whole,
    missing_parts,
    split_over_cells,
    stage_column,
)

__all__ = [
    "Action",
    "Cell",
    "Column",
    "Comparison",
    "Done",
    "Earliest",
    "Link",
    "Moved",
    "Opportunity",
    "PlanIndex",
    "Play",
    "PlayParameters",
    "Purpose",
    "Serves",
    "Sight",
    "Stage",
    "Step",
    "TemplateStep",
    "Usual",
    "board_column",
    "busy_not_moving",
    "compare_runs",
    "date_too_early",
    "earliest_close",
    "expected_value",
    "incomplete_too_long",
    "is_whole",
    "line_of_sight",
    "missing_parts",
    "possible_links",
    "proposed_close",
    "proposed_name",
    "split_over_cells",
    "stage_column",
    "started_actions",
    "usual_days",
    "without_sight",
]
