"""Results as rows: with the decision in force and the running plan, less what is closed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from sightline.records.models import Plan, TierDecision, TierResult
from sightline.records.queries.portfolio.values import DecisionLine, PlanFigure, Row
from sightline.records.reach import Reach


def filled(reach: Reach, found: Sequence[TierResult], *, today: date) -> Iterator[Row]:
    """The rows with decisions and plans, and without what is closed to the person.

    Two queries, up to three more where parts are closed.
    """
    ids = [row.account_id for row in found]
    decisions, plans = decisions_of(ids), plans_of(ids, today=today)
    full = reach.among(ids, reach.full & reach.seen)
    with_plans = reach.among(ids, reach.plans & reach.seen)
    decidable = reach.among(ids, reach.decided & reach.seen)
    for row in found:
        account = row.account_id
        whole = row_of(row, decision=decisions.get(account), plan=plans.get(account))
        whole = replace(whole, may_decide=account in decidable)
        if account not in with_plans:
            whole = replace(whole, plan=None, plans_open=False)
        yield whole if account in full else tier_only(whole)


def row_of(
    row: TierResult, *, decision: DecisionLine | None = None, plan: PlanFigure | None = None
) -> Row:
    """A result as a plain value; its account, measures and owner must be loaded."""
    measures = getattr(row.account, "measures", None)
    return Row(
        account_id=row.account_id,
        name=row.account.name,
        industry=row.industry,
        owner_id=row.owner_id,
        owner=row.owner.name if row.owner else "",
        crm_tier=row.crm_tier,
        computed_tier=row.computed_tier,
        proposed_tier=row.proposed_tier,
        decided_tier=row.decided_tier,
        provisional=row.provisional,
        below_floor=row.below_floor,
        to_decide=row.to_decide,
        over_capacity=row.over_capacity,
        ask_importance=row.ask_importance,
        importance=row.importance,
        potential=row.potential,
        potential_low=row.potential_low,
        potential_high=row.potential_high,
        potential_kept=row.potential_kept,
        potential_rank=row.potential_rank,
        wallet=row.wallet,
        wallet_method=row.wallet_method,
        vulnerability=row.vulnerability,
        parts=tuple(row.parts),
        missing=tuple(row.missing),
        reasons=tuple(row.reasons),
        acv=row.acv,
        acv_source=row.acv_source,
        revenue=row.revenue,
        next_renewal_on=row.next_renewal_on,
        requalify_on=row.requalify_on,
        from_bookings=bool(measures and measures.from_bookings),
        currency=row.currency,
        as_of=row.as_of,
        decision=decision,
        plan=plan,
    )


def tier_only(row: Row) -> Row:
    """What somebody sees to whom only the tier is open: no money, no parts, no reasons."""
    closed: dict[str, Any] = dict.fromkeys(
        (
            *("potential", "potential_low", "potential_high", "potential_kept", "potential_rank"),
            *("wallet", "vulnerability", "importance", "requalify_on", "decision"),
        )
    )
    return replace(
        row,
        **closed,
        wallet_method="",
        parts=(),
        missing=(),
        reasons=(),
        provisional=False,
        below_floor=False,
        to_decide=False,
        over_capacity=False,
        ask_importance=False,
        full=False,
    )


def decisions_of(account_ids: Iterable[int]) -> dict[int, DecisionLine]:
    """The decision in force, by account. One query."""
    rows = TierDecision.objects.filter(account_id__in=list(account_ids), superseded_at=None)
    return {row.account_id: decision_of(row) for row in rows.select_related("decided_by")}


def decision_of(row: TierDecision) -> DecisionLine:
    """A decision as a plain value; `decided_by` must be loaded."""
    return DecisionLine(
        id=row.pk,
        kind=row.kind,
        tier=row.tier,
        computed_tier=row.computed_tier,
        reason=row.reason,
        lapses_on=row.lapses_on,
        by=row.decided_by.name if row.decided_by else "",
        at=row.decided_at,
        in_force=row.superseded_at is None,
    )


def plans_of(account_ids: Iterable[int], *, today: date) -> dict[int, PlanFigure]:
    """The running plan's figures, by account. One query."""
    plans = Plan.objects.filter(
        account_id__in=list(account_ids), starts_on__lte=today, ends_on__gte=today
    )
    return {plan.account_id: plan_figure(plan) for plan in plans.select_related("result")}


def plan_figure(plan: Plan) -> PlanFigure:
    """A plan as lists read it; `result` must be loaded."""
    result = getattr(plan, "result", None)
    chance = result.chance if result else None
    return PlanFigure(
        account_id=plan.account_id,
        plan_id=plan.pk,
        year=plan.year,
        currency=plan.currency,
        target=plan.target,
        landing=result.landing if result else None,
        gap=result.gap if result else None,
        chance=float(chance) if chance is not None else None,
        single_threaded=result.single_threaded if result else None,
        computed_at=result.computed_at if result else None,
    )


def names_of(reach: Reach, account_ids: Sequence[int]) -> dict[int, str]:
    """Names of those accounts among some whose tier is wholly open to the person."""
    open_ids = reach.among(
        list(reach.rows().filter(account_id__in=account_ids).values_list("account_id", flat=True)),
        reach.full & reach.seen,
    )
    rows = TierResult.objects.filter(account_id__in=open_ids)
    return dict(rows.values_list("account_id", "account__name"))
