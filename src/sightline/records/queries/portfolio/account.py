"""One planning account's tier: what stands side by side, what moved, and every decision so far."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from zoneinfo import ZoneInfo

from django.db.models import Sum

from sightline.planning.tiering import (
    CRITERIA,
    Moved,
    TierSnapshot,
    side_by_side,
)
from sightline.records.models import ImportanceAnswer, TierDecision, TierMonth, TierResult
from sightline.records.queries.portfolio.rows import decision_of, filled, tier_only
from sightline.records.queries.portfolio.values import DecisionLine, Row
from sightline.records.reach import Reach

MOST_DECISIONS = 50
MOST_MONTHS = 24


@dataclass(frozen=True, slots=True)
class ImportanceLine:
    """An answer in force on one criterion."""

    criterion: str
    points: int
    reason: str
    by: str


@dataclass(frozen=True, slots=True)
class Month:
    """One monthly computation."""

    month: date
    computed_tier: int
    potential: int | None
    importance: int | None
    vulnerability: int | None


@dataclass(frozen=True, slots=True)
class AccountTier:
    """Everything a person needs to decide. `moved` compares with the month of the last decision.

    `attention` is the account's share of our contact in twelve months, and of all potential; None
    where one of them is not known.
    """

    row: Row
    history: tuple[DecisionLine, ...]
    importance: tuple[ImportanceLine, ...]
    moved: tuple[Moved, ...]
    months: tuple[Month, ...]
    may_answer: bool
    attention: tuple[float, float] | None = None

    def points(self) -> Mapping[str, int]:
        """The answers by criterion."""
        return {line.criterion: line.points for line in self.importance}


def account_tier(
    reach: Reach, account_id: int, *, today: date, zone: ZoneInfo, may_answer: bool
) -> AccountTier | None:
    """One account as the person may see it, decided on days in `zone`; None where there is nothing
    for them. Eight queries."""
    found = list(
        reach.rows().filter(account_id=account_id).select_related("account__measures", "owner")[:1]
    )
    if not found:
        return None
    row = next(filled(reach, found, today=today))
    if not row.full:
        return AccountTier(tier_only(row), (), (), (), (), False)
    decisions = TierDecision.objects.filter(account_id=account_id).select_related("decided_by")
    history = tuple(decision_of(one) for one in decisions.order_by("-pk")[:MOST_DECISIONS])
    answers = ImportanceAnswer.objects.filter(account_id=account_id, superseded_at=None)
    months = list(TierMonth.objects.filter(account_id=account_id).order_by("-month")[:MOST_MONTHS])
    return AccountTier(
        row=replace(row),
        history=history,
        importance=tuple(
            sorted(
                (
                    ImportanceLine(
                        one.criterion,
                        one.points,
                        one.reason,
                        one.answered_by.name if one.answered_by else "",
                    )
                    for one in answers.select_related("answered_by")
                    if one.criterion in CRITERIA
                ),
                key=lambda line: CRITERIA.index(line.criterion),
            )
        ),
        moved=_moved(found[0], months, row.decision, zone=zone),
        months=tuple(
            Month(one.month, one.computed_tier, one.potential, one.importance, one.vulnerability)
            for one in months
        ),
        may_answer=may_answer,
        attention=_attention(found[0]),
    )


def _attention(row: TierResult) -> tuple[float, float] | None:
    if row.attention_share is None or not row.potential or row.potential < 0:
        return None
    known = TierResult.objects.filter(potential__gt=0)
    whole = known.aggregate(whole=Sum("potential"))["whole"]
    return float(row.attention_share), row.potential / whole


def _moved(
    now: TierResult, months: list[TierMonth], decision: DecisionLine | None, *, zone: ZoneInfo
) -> tuple[Moved, ...]:
    """What differs from the computation at the last decision; nothing to compare: no moves."""
    if decision is None:
        return ()
    day = decision.at.astimezone(zone).date()
    then = next((one for one in months if one.month <= day), None)
    if then is None or then.month == now.as_of.replace(day=1):
        return ()
    compared = side_by_side(
        TierSnapshot(
            on=now.as_of,
            computed=now.computed_tier or 3,
            potential_index=_float(now.potential_index),
            importance=_float(now.importance),
            vulnerability=_float(now.vulnerability),
        ),
        before=TierSnapshot(
            on=then.month,
            computed=then.computed_tier,
            potential_index=_float(then.potential_index),
            importance=_float(then.importance),
            vulnerability=_float(then.vulnerability),
        ),
        crm_tier=None,
        decision=None,
    )
    return compared.moved


def _float(value: object) -> float | None:
    return None if value is None else float(str(value))
