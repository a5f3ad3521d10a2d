"""How much of the revenue comes from lines that are new to their accounts, and what is expected."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from django.db.models import QuerySet, Sum

from sightline.planning.money import Converter, Money
from sightline.planning.outcomes import Begun
from sightline.records.models import CellMeasures, OpportunityLine, TierResult
from sightline.records.queries.analytics.picture import Basis
from sightline.records.queries.stage_odds import stage_table

Line = tuple[int, int]


def begun(scope: QuerySet[TierResult], basis: Basis) -> list[Begun]:
    """Every planning account of the scope, by id. About six queries.

    A line is new where nothing was bought in the twelve months before the last twelve; of an
    account that bought nothing at all then, no line is: it is a new customer.
    """
    rooms = {
        account: None if potential is None else max(0, potential - (kept or 0))
        for account, potential, kept in scope.values_list(
            "account_id", "potential", "potential_kept"
        )
    }
    inside = scope.values("account_id")
    bought = _bought(inside)
    whole: defaultdict[int, int] = defaultdict(int)
    before: defaultdict[int, int] = defaultdict(int)
    for (account, _), (now, earlier) in bought.items():
        whole[account] += now
        before[account] += earlier
    new: defaultdict[int, int] = defaultdict(int)
    for (account, _), (now, earlier) in bought.items():
        if now > 0 >= earlier and before[account] > 0:
            new[account] += now
    coming = _coming(inside, bought, basis)
    return [
        Begun(
            str(account),
            Money(whole[account], basis.currency),
            Money(new[account], basis.currency),
            Money(round(coming.get(account, 0.0)), basis.currency),
            Money(room, basis.currency) if room is not None else None,
        )
        for account, room in sorted(rooms.items())
    ]


def _bought(inside: QuerySet[TierResult, Any]) -> dict[Line, tuple[int, int]]:
    """Revenue of twelve months and of the twelve before, by planning account and line."""
    rows = (
        CellMeasures.objects.filter(account__planning_account_id__in=inside)
        .values_list("account__planning_account_id", "product_line_id")
        .annotate(now=Sum("r12"), earlier=Sum("r12_before"))
    )
    return {(account, line): (now or 0, earlier or 0) for account, line, now, earlier in rows}


def _coming(
    inside: QuerySet[TierResult, Any],
    bought: Mapping[Line, tuple[int, int]],
    basis: Basis,
) -> dict[int, float]:
    """Expected minor units of open deals on lines not bought now, at the stage's probability.

    A deal without a stage probability, an amount or a rate is expected to bring nothing.
    """
    odds = stage_table(basis.parameters).odds
    convert = Converter(basis.currency, basis.rates, basis.today)
    rows = (
        OpportunityLine.objects.filter(
            opportunity__is_closed=False,
            opportunity__removed_at=None,
            removed_at=None,
            product_line__isnull=False,
            opportunity__account__planning_account_id__in=inside,
        )
        .values_list(
            "opportunity__account__planning_account_id",
            "product_line_id",
            "opportunity__stage_id",
            "opportunity__currency",
        )
        .annotate(amount=Sum("total"))
    )
    expected: defaultdict[tuple[int, str], float] = defaultdict(float)
    chances = {stage: one.probability for stage, one in odds.items()}
    for account, line, stage, currency, minor in rows:
        chance = chances.get(stage) if stage is not None else None
        if account is None or line is None or chance is None or minor is None:
            continue
        if bought.get((account, line), (0, 0))[0] <= 0:
            expected[account, currency] += chance * minor
    found: defaultdict[int, float] = defaultdict(float)
    for (account, currency), worth in expected.items():
        if currency in ("", basis.currency):
            found[account] += worth
        elif (amount := convert(round(worth), currency)) is not None:
            found[account] += amount.minor
    return dict(found)
