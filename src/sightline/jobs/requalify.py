"""The job `requalify`: potential, importance and vulnerability of every planning account, and
the tier they propose. Safe to run twice; a month's last run is the month's computation."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
from django.utils import timezone

from sightline.actions import outbox, tiers
from sightline.actions.tiers import ComputedTier
from sightline.jobs import threads
from sightline.jobs.handle import JobHandle
from sightline.jobs.measure import Silent
from sightline.jobs.potentials import Potentials, potentials
from sightline.planning.parameters import Parameters
from sightline.planning.tiering import (
    TierDecision,
    Tiering,
    TieringFacts,
    VulnerabilityArrays,
    explain_tier,
    propose_tiers,
    requalification_due,
    vulnerability,
)
from sightline.planning.tiering.parameters import tiering as tiering_numbers
from sightline.records.queries import company, ledger_versions, qualifying
from sightline.records.queries.qualifying import PlanningAccounts, Revenue

PROSPECT_ACV = 0.0


@dataclass(frozen=True, slots=True)
class RequalifySummary:
    """What a run found."""

    as_of: date
    accounts: int
    tiers: dict[int, int]
    to_decide: int
    over_capacity: int


@dataclass(frozen=True, slots=True, eq=False)
class Computation:
    """Everything one run knows, row by row."""

    as_of: date
    currency: str
    accounts: PlanningAccounts
    revenue: Revenue
    potentials: Potentials
    facts: TieringFacts
    tiering: Tiering
    parameters: Parameters
    renewals: list[date | None]
    ledger_version: int


def run(payload: Mapping[str, Any], job: JobHandle) -> None:
    """Compute as of the payload's day, else today; then draft the plans that are due."""
    as_of = payload.get("as_of")
    requalify(date.fromisoformat(as_of) if as_of else None, job=job)
    outbox.request("draft_plans", key="all")


def requalify(as_of: date | None = None, *, job: JobHandle | Silent) -> RequalifySummary:
    """Compute and keep every tier. Raises `MissingRate`."""
    told = company.company_facts()
    day = as_of or told.today(timezone.now())
    found = compute(day, currency=told.currency, job=job)
    results = list(_results(found))
    tiers.store_results(results, month=day.replace(day=1), currency=told.currency, as_of=day)
    job.progress(len(results), len(results), "tiers kept")
    counts = {tier: sum(row.computed_tier == tier for row in results) for tier in (1, 2, 3)}
    return RequalifySummary(
        day,
        len(results),
        counts,
        sum(row.to_decide for row in results),
        sum(row.over_capacity for row in results),
    )


def compute(day: date, *, currency: str, job: JobHandle | Silent) -> Computation:
    """Everything but keeping it."""
    parameters = company.parameters_in_force(day)
    accounts = qualifying.planning_accounts()
    revenue = qualifying.revenue(accounts)
    money = potentials(accounts, revenue, currency=currency, on=day, parameters=parameters)
    renewals, days, prepared = qualifying.renewals(accounts, on=day)
    customer = np.nan_to_num(revenue.r12) > 0
    customer |= np.nan_to_num(revenue.acv) > PROSPECT_ACV
    threaded = threads.judge(accounts, at_stake=customer, on=day, parameters=parameters, job=job)
    with np.errstate(divide="ignore", invalid="ignore"):
        change = np.where(revenue.r12_before > 0, revenue.r12 / revenue.r12_before - 1.0, np.nan)
    exposed = VulnerabilityArrays.unknown(len(accounts))
    exposed.days_to_renewal[:] = days
    exposed.renewal_prepared[:] = prepared
    exposed.single_thread[:] = threaded.single
    exposed.quiet_deciders[:] = threaded.quiet_deciders
    exposed.gap_alarm[:] = revenue.gap_alarm
    exposed.r12_change[:] = change
    exposed.critical_cases[:] = qualifying.critical_cases(accounts)
    exposed.usage_change[:] = revenue.usage_change
    held = np.zeros(len(accounts), dtype=np.int64)
    for row, decision in qualifying.decisions(accounts).items():
        held[row] = decision.tier
    months = tiering_numbers(parameters).demote_computations - 1
    facts = TieringFacts(
        ids=np.array([f"{pk:012d}" for pk in accounts.ids], dtype=str),
        potential=money.potential.likely,
        importance=qualifying.importance(accounts),
        vulnerability=exposed,
        customer=customer,
        owner=np.array([str(owner or "") for owner in accounts.owners], dtype=str),
        held=held,
        past_lenient=qualifying.past_lenient(accounts, before=day.replace(day=1), months=months),
    )
    return Computation(
        as_of=day,
        currency=currency,
        accounts=accounts,
        revenue=revenue,
        potentials=money,
        facts=facts,
        tiering=propose_tiers(facts, parameters=parameters),
        parameters=parameters,
        renewals=renewals,
        ledger_version=ledger_versions.current_number(),
    )


def _results(found: Computation) -> Iterator[ComputedTier]:
    decided = qualifying.decisions(found.accounts)
    since = qualifying.differs_since(found.accounts)
    over = {entry.row for entry in found.tiering.overflow}
    ask = set(found.tiering.ask.tolist())
    order = np.argsort(-np.nan_to_num(found.facts.potential, nan=-1.0), kind="stable")
    rank = np.empty(len(order), dtype=np.int64)
    rank[order] = np.arange(1, len(order) + 1)
    judged = vulnerability(found.facts.vulnerability, parameters=found.parameters)
    whole_touches = float(np.nansum(found.revenue.touches))
    for row in range(len(found.accounts)):
        decision = decided.get(row)
        proposed = int(found.tiering.proposed[row])
        due = requalification_due(
            TierDecision(decision.tier, decision.decided_at.date(), decision.reason or None)
            if decision
            else None,
            computed=proposed,
            differs_since=since.get(row),
            today=found.as_of,
            parameters=found.parameters,
        )
        lapsed = bool(decision and decision.lapses_on and decision.lapses_on <= found.as_of)
        touches = found.revenue.touches[row]
        money = found.potentials
        yield ComputedTier(
            account_id=found.accounts.ids[row],
            sort_name=found.accounts.names[row],
            owner_id=found.accounts.owners[row],
            crm_tier=_crm_tier(found.accounts.crm_tiers[row]),
            computed_tier=int(found.tiering.computed[row]),
            lenient_tier=int(found.tiering.lenient[row]),
            proposed_tier=proposed,
            provisional=bool(found.tiering.provisional[row]),
            below_floor=bool(found.tiering.below_floor[row]),
            to_decide=lapsed
            or (
                due.is_due(found.as_of)
                and (decision is None or decision.tier != proposed or proposed == 1)
            ),
            over_capacity=row in over,
            ask_importance=row in ask,
            importance=_whole(found.tiering.axes.importance_points[row]),
            potential_low=_whole(money.potential.low[row]),
            potential=_whole(money.potential.likely[row]),
            potential_high=_whole(money.potential.high[row]),
            potential_kept=_whole(money.potential.kept[row]),
            wallet=_whole(money.wallets.likely[row]),
            wallet_method=money.method(row),
            potential_index=_rounded(found.tiering.axes.potential[row]),
            potential_rank=int(rank[row]) if not np.isnan(found.facts.potential[row]) else None,
            potential_is_high=bool(
                found.tiering.axes.potential[row] >= found.tiering.cuts.potential
            ),
            vulnerability=_whole(found.tiering.axes.vulnerability[row]),
            parts=[
                {"code": why.code, "text": why.text, "p": why.inputs.get("chance")}
                for why in judged.explain(row)
            ]
            if found.facts.customer[row]
            else [],
            missing=money.missing(row),
            reasons=[
                {"code": why.code, "text": why.text}
                for why in explain_tier(found.tiering, found.facts, row)
            ],
            acv=_whole(found.revenue.acv[row]),
            acv_source=found.revenue.acv_sources[row],
            revenue=_whole(found.revenue.r12[row]),
            revenue_before=_whole(found.revenue.r12_before[row]),
            next_renewal_on=found.renewals[row],
            touches=_whole(touches),
            attention_share=_rounded(touches / whole_touches, 6)
            if whole_touches and not np.isnan(touches)
            else None,
            requalify_on=due.on,
            ledger_version=found.ledger_version,
            parameters_version=found.parameters.version,
        )


def _crm_tier(text: str) -> int | None:
    digits = [sign for sign in text if sign in "123"]
    return int(digits[0]) if len(digits) == 1 else None


def _whole(value: float) -> int | None:
    return None if np.isnan(value) else round(float(value))


def _rounded(value: float, digits: int = 2) -> float | None:
    return None if np.isnan(value) else round(float(value), digits)
