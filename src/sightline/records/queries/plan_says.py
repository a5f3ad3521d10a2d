"""What the plan itself says of a play that has an opportunity, beside what the CRM has of it.

The play keeps the amount, day and owner that somebody gave it; the opportunity's own are what count.
Definition: docs/method/challenges.md.
"""

from __future__ import annotations

from collections.abc import Callable

from sightline.planning.challenges.facts import Pipeline
from sightline.planning.money import Money
from sightline.records.models import Play

Convert = Callable[[int | None, str], Money | None]


def pipeline_of(play: Play, *, convert: Convert) -> Pipeline | None:
    """Both sides as the rule compares them; what the plan does not say differs from nothing. None
    without an opportunity.

    A stage differs where the plan's is further on than the CRM's, or the plan says that the play
    has ended: one that moved on in the CRM is followed. `differs_since` is the last change of
    either. No query where the opportunity and the stages of both are loaded.
    """
    deal = play.opportunity
    if deal is None:
        return None
    ahead = (
        play.stage is not None
        and deal.stage is not None
        and play.stage.position > deal.stage.position
    )
    return Pipeline(
        plan_amount=convert(play.value, play.currency or deal.currency),
        crm_amount=convert(deal.amount, deal.currency),
        plan_close=play.target_close,
        crm_close=deal.close_date,
        same_stage=not ahead and not play.outcome,
        same_owner=play.owner_id is None or play.owner_id == deal.owner_id,
        differs_since=max(play.changed_at, deal.changed_at),
    )
