"""Keep the company's probability of a deal the first time it is seen in a stage, and of a renewal
when it comes into sight."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from itertools import islice

from sightline.planning.bridge import Risk, StageOdds
from sightline.planning.money import Money
from sightline.planning.renewals import chance_of_renewal, renewal_parameters
from sightline.records.models import Contract, Opportunity, PlayPrediction, RenewalPrediction
from sightline.records.queries import bridging, company
from sightline.records.queries.stage_odds import deal_odds
from sightline.records.queries.strategies import strategies_of

CHUNK = 2000


def keep_predictions(on: date) -> int:
    """One row for each open deal and stage that has none yet; answers how many. Safe to run twice.

    A stage that nobody gave a probability predicts nothing.
    """
    setting = bridging.bridge_setting(on)
    kept = PlayPrediction.objects.values_list("opportunity_id", "stage_id")
    seen = set(kept.filter(opportunity__is_closed=False))
    deals = Opportunity.objects.filter(
        is_closed=False, is_renewal=False, removed_at=None, stage__is_closed=False
    ).order_by("pk")
    new = []
    waiting = (deal for deal in deals.iterator(CHUNK) if (deal.pk, deal.stage_id) not in seen)
    while some := list(islice(waiting, CHUNK)):
        odds_by = deal_odds(some, table=setting.stages, convert=setting.reporting)
        new += [row for deal in some if (row := _prediction(deal, odds_by[deal.pk], on=on))]
    PlayPrediction.objects.bulk_create(new, batch_size=CHUNK, ignore_conflicts=True)
    return len(new)


def _prediction(deal: Opportunity, odds: StageOdds | None, *, on: date) -> PlayPrediction | None:
    if deal.stage_id is None or odds is None or odds.probability is None:
        return None
    return PlayPrediction(
        opportunity=deal,
        stage_id=deal.stage_id,
        probability=Decimal(str(round(odds.probability, 5))),
        calibrated=odds.calibrated,
        amount=deal.amount,
        currency=deal.currency,
        close_date=deal.close_date,
        made_on=on,
    )


def keep_renewal_predictions(on: date) -> int:
    """One row for each contract in sight and its end that has none yet; answers how many.

    Kept is what the bridge counts: the probability, and the yearly value if it renews, with its
    uplift clause. Safe to run twice.
    """
    parameters = company.parameters_in_force(on)
    record = bridging.renewal_record()
    until = on + timedelta(days=renewal_parameters(parameters).sight_days)
    contracts = list(
        Contract.objects.filter(
            removed_at=None, is_active=True, ends_on__gte=on, ends_on__lte=until
        )
        .select_related("strategy")
        .order_by("pk")
    )
    kept = RenewalPrediction.objects.filter(ends_on__gte=on, ends_on__lte=until)
    seen = set(kept.values_list("contract_id", "ends_on"))
    waiting = [row for row in contracts if (row.pk, row.ends_on) not in seen]
    told = strategies_of(waiting) if waiting else {}
    new = []
    for row in waiting:
        assert row.ends_on is not None, "only those that end are read"
        risk = told[row.pk].risk
        chance = chance_of_renewal(
            risk=Risk(risk) if risk in set(Risk) else None,
            renewed=record.renewed if record else 0,
            closed=record.settled if record else 0,
            parameters=parameters,
        )
        new.append(
            RenewalPrediction(
                contract=row,
                ends_on=row.ends_on,
                probability=Decimal(str(round(chance.value, 5))),
                calibrated=chance.calibrated,
                level="own" if chance.calibrated else risk or "unjudged",
                value=_if_renewed(row),
                currency=row.currency,
                made_on=on,
            )
        )
    RenewalPrediction.objects.bulk_create(new, batch_size=CHUNK, ignore_conflicts=True)
    return len(new)


def _if_renewed(row: Contract) -> int | None:
    """The yearly value with the clause by which its price rises."""
    if row.annual_value is None or not row.currency or row.uplift_percent is None:
        return row.annual_value
    rise = 1 + row.uplift_percent / 100
    return Money(row.annual_value, row.currency).times(rise).minor
