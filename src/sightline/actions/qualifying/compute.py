"""Potential, importance and vulnerability of every planning account, and the tier they propose.

Safe to run twice; a month's last run is the month's computation.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt
from django.utils import timezone

from sightline.actions import tiers
from sightline.actions.progress import Watched
from sightline.actions.qualifying import threads
from sightline.actions.qualifying.potentials import Potentials, potentials
from sightline.actions.tiers import ComputedTier
from sightline.planning.parameters import Parameters
from sightline.planning.reasons import Reason
from sightline.planning.tiering import (
    Due,
    TierDecision,
    TierEvent,
    Tiering,
    TieringFacts,
    Vulnerability,
    VulnerabilityArrays,
    explain_tier,
    propose_tiers,
    requalification_due,
    under_served,
    vulnerability,
)
from sightline.planning.tiering.parameters import tiering as tiering_numbers
from sightline.records.queries import company, held_spend, ledger_versions, qualifying
from sightline.records.queries.qualifying import DecisionInForce, PlanningAccounts, Revenue

PROSPECT_ACV = 0.0
NOT_PLANNED = 3


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
    zone: ZoneInfo
    currency: str
    accounts: PlanningAccounts
    revenue: Revenue
    potentials: Potentials
    facts: TieringFacts
    tiering: Tiering
    parameters: Parameters
    renewals: list[date | None]
    ledger_version: int


def requalify(as_of: date | None = None, *, job: Watched) -> RequalifySummary:
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


def compute(day: date, *, currency: str, job: Watched) -> Computation:
    """Everything but keeping it."""
    parameters = company.parameters_in_force(day)
    zone = company.company_facts().time_zone
    accounts = qualifying.planning_accounts()
    revenue = qualifying.revenue(accounts)
    money = potentials(accounts, revenue, currency=currency, on=day, parameters=parameters)
    renewals, days, prepared = qualifying.renewals(accounts, on=day)
    customer = np.nan_to_num(revenue.r12) > 0
    customer |= np.nan_to_num(revenue.acv) > PROSPECT_ACV
    threaded = threads.judge(accounts, at_stake=customer, on=day, parameters=parameters, job=job)
    exposed = replace(
        _exposed(accounts, revenue, on=day),
        days_to_renewal=days,
        renewal_prepared=prepared,
        single_thread=threaded.single,
        quiet_deciders=threaded.quiet_deciders,
    )
    held = np.zeros(len(accounts), dtype=np.int64)
    for row, decision in qualifying.decisions(accounts, zone=zone).items():
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
        zone=zone,
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


def _exposed(accounts: PlanningAccounts, revenue: Revenue, *, on: date) -> VulnerabilityArrays:
    """What revenue, payments, cases and usage say of how exposed each account is."""
    with np.errstate(divide="ignore", invalid="ignore"):
        change = np.where(revenue.r12_before > 0, revenue.r12 / revenue.r12_before - 1.0, np.nan)
    rivals, share_change = held_spend.held_of_spend(accounts, on=on)
    return replace(
        VulnerabilityArrays.unknown(len(accounts)),
        competitor_share=rivals,
        share_change=share_change,
        gap_alarm=revenue.gap_alarm,
        r12_change=change,
        critical_cases=qualifying.critical_cases(accounts),
        usage_change=revenue.usage_change,
    )


def _events(found: Computation) -> dict[int, list[TierEvent]]:
    """What happened up to the day that asks for a tier early, by row."""
    zone = found.zone
    told = (
        (
            "sponsor_left",
            "their sponsor left",
            qualifying.sponsors_left(found.accounts, zone=zone),
        ),
        (
            "merger",
            "an account came into the family",
            qualifying.families_joined(found.accounts, zone=zone),
        ),
    )
    events: dict[int, list[TierEvent]] = {}
    for kind, text, days in told:
        for row, day in days.items():
            if day <= found.as_of:
                events.setdefault(row, []).append(TierEvent(kind, day, text))
    return events


def _results(found: Computation) -> Iterator[ComputedTier]:
    decided = qualifying.decisions(found.accounts, zone=found.zone)
    since = qualifying.differs_since(found.accounts)
    events = _events(found)
    shared = _Shared(
        over={entry.row for entry in found.tiering.overflow},
        ask=set(found.tiering.ask.tolist()),
        rank=_ranks(found.facts.potential),
        judged=vulnerability(found.facts.vulnerability, parameters=found.parameters),
        touches=float(np.nansum(found.revenue.touches)),
        under_served=under_served(
            touches=found.revenue.touches,
            potential=found.facts.potential,
            tiers=found.tiering.proposed,
            parameters=found.parameters,
        ),
    )
    for row in range(len(found.accounts)):
        due, to_decide = _due(found, row, decided.get(row), since.get(row), events.get(row, ()))
        tier = _tier_of(found, row, shared)
        if to_decide:
            # why it is asked again stands after why it is what it is
            tier["reasons"] += _said(one for one in due.reasons if one.code != "never_decided")
        yield ComputedTier(
            account_id=found.accounts.ids[row],
            sort_name=found.accounts.names[row],
            owner_id=found.accounts.owners[row],
            crm_tier=_crm_tier(found.accounts.crm_tiers[row]),
            to_decide=to_decide,
            requalify_on=due.on,
            ledger_version=found.ledger_version,
            parameters_version=found.parameters.version,
            **tier,
            **_potential_of(found, row, shared),
            **_standing_of(found, row, shared),
        )


@dataclass(frozen=True, slots=True, eq=False)
class _Shared:
    """What every row looks up."""

    over: set[int]
    ask: set[int]
    rank: npt.NDArray[np.int64]
    judged: Vulnerability
    touches: float
    under_served: npt.NDArray[np.bool_]


def _due(
    found: Computation,
    row: int,
    decision: DecisionInForce | None,
    since: date | None,
    events: Sequence[TierEvent],
) -> tuple[Due, bool]:
    """When the row comes round, and whether it waits for a person now."""
    proposed = int(found.tiering.proposed[row])
    held = (
        TierDecision(decision.tier, decision.decided_on, decision.reason or None)
        if decision
        else None
    )
    due = requalification_due(
        held,
        computed=proposed,
        differs_since=since,
        events=events,
        today=found.as_of,
        parameters=found.parameters,
    )
    lapsed = bool(decision and decision.lapses_on and decision.lapses_on <= found.as_of)
    # tier 3 without a decision needs none: playbooks run it, and nobody is asked 90,000 times
    worth_asking = decision is not None or proposed < NOT_PLANNED
    return due, lapsed or (worth_asking and due.is_due(found.as_of))


def _tier_of(found: Computation, row: int, shared: _Shared) -> dict[str, Any]:
    tiering = found.tiering
    return {
        "computed_tier": int(tiering.computed[row]),
        "lenient_tier": int(tiering.lenient[row]),
        "proposed_tier": int(tiering.proposed[row]),
        "provisional": bool(tiering.provisional[row]),
        "below_floor": bool(tiering.below_floor[row]),
        "over_capacity": row in shared.over,
        "ask_importance": row in shared.ask,
        "importance": _whole(tiering.axes.importance_points[row]),
        "reasons": _said(explain_tier(tiering, found.facts, row)),
    }


def _potential_of(found: Computation, row: int, shared: _Shared) -> dict[str, Any]:
    money, axes = found.potentials, found.tiering.axes
    known = not np.isnan(found.facts.potential[row])
    return {
        "potential_low": _whole(money.potential.low[row]),
        "potential": _whole(money.potential.likely[row]),
        "potential_high": _whole(money.potential.high[row]),
        "potential_kept": _whole(money.potential.kept[row]),
        "wallet": _whole(money.wallets.likely[row]),
        "wallet_method": money.method(row),
        "potential_index": _rounded(axes.potential[row]),
        "potential_rank": int(shared.rank[row]) if known else None,
        "potential_is_high": bool(axes.potential[row] >= found.tiering.cuts.potential),
        "missing": money.missing(row),
    }


def _standing_of(found: Computation, row: int, shared: _Shared) -> dict[str, Any]:
    revenue = found.revenue
    touches = revenue.touches[row]
    known = shared.touches > 0 and not np.isnan(touches)
    parts = _said(shared.judged.explain(row)) if found.facts.customer[row] else []
    return {
        "vulnerability": _whole(found.tiering.axes.vulnerability[row]),
        "parts": parts,
        "acv": _whole(revenue.acv[row]),
        "acv_source": revenue.acv_sources[row],
        "revenue": _whole(revenue.r12[row]),
        "revenue_before": _whole(revenue.r12_before[row]),
        "next_renewal_on": found.renewals[row],
        "touches": _whole(touches),
        "attention_share": _rounded(touches / shared.touches, 6) if known else None,
        "single_threaded": bool(found.facts.vulnerability.single_thread[row] > 0),
        "under_served": bool(shared.under_served[row]),
    }


def _said(reasons: Iterable[Reason]) -> list[dict[str, Any]]:
    return [{"code": why.code, "text": why.text, "p": why.inputs.get("chance")} for why in reasons]


def _ranks(potential: npt.NDArray[np.float64]) -> npt.NDArray[np.int64]:
    """The place of each row by potential, from 1; unknown last."""
    order = np.argsort(-np.nan_to_num(potential, nan=-1.0), kind="stable")
    rank = np.empty(len(order), dtype=np.int64)
    rank[order] = np.arange(1, len(order) + 1)
    return rank


def _crm_tier(text: str) -> int | None:
    digits = [sign for sign in text if sign in "123"]
    return int(digits[0]) if len(digits) == 1 else None


def _whole(value: float) -> int | None:
    return None if np.isnan(value) else round(float(value))


def _rounded(value: float, digits: int = 2) -> float | None:
    return None if np.isnan(value) else round(float(value), digits)
