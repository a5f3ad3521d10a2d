"""Keep the company's probability of a deal the first time it is seen in a stage."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from sightline.records.models import Opportunity, PlayPrediction
from sightline.records.queries import bridging, company

CHUNK = 2000


def keep_predictions(on: date) -> int:
    """One row for each open deal and stage that has none yet; answers how many. Safe to run twice.

    A stage that nobody gave a probability predicts nothing.
    """
    table = bridging.stage_table(company.parameters_in_force(on))
    kept = PlayPrediction.objects.values_list("opportunity_id", "stage_id")
    seen = set(kept.filter(opportunity__is_closed=False))
    deals = Opportunity.objects.filter(
        is_closed=False, is_renewal=False, removed_at=None, stage__is_closed=False
    ).order_by("pk")
    new = []
    for deal in deals.iterator(CHUNK):
        stage = deal.stage_id
        odds = table.odds.get(stage or 0)
        if stage is None or odds is None or odds.probability is None or (deal.pk, stage) in seen:
            continue
        new.append(
            PlayPrediction(
                opportunity=deal,
                stage_id=stage,
                probability=Decimal(str(round(odds.probability, 5))),
                calibrated=odds.calibrated,
                amount=deal.amount,
                currency=deal.currency,
                close_date=deal.close_date,
                made_on=on,
            )
        )
    PlayPrediction.objects.bulk_create(new, batch_size=CHUNK, ignore_conflicts=True)
    return len(new)
