"""Jobs on plans: draft those that are due, and refresh what lists read of them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from django.utils import timezone

from sightline.actions import challenge_rules, kept_grids, outbox, plan_drafts
from sightline.jobs.handle import JobHandle
from sightline.records.queries import company

# many plans change in one sitting: their sums are added once
SUMS_AFTER = timedelta(minutes=1)


def draft_all(payload: Mapping[str, Any], job: JobHandle) -> None:
    """Draft a plan for every account of tier 1 or 2 that has none, then refresh all."""
    plan_drafts.draft_plans(_today(), job=job)
    outbox.request("renewal_steps", key="all")
    outbox.request("keep_predictions", key="all")
    outbox.request("refresh_plans", key="all")


def draft_one(payload: Mapping[str, Any], job: JobHandle) -> None:
    """Draft the plan of one account, where its tier asks for one."""
    plan_drafts.draft_where_due(int(payload["account"]), day=_today())


def refresh(payload: Mapping[str, Any], job: JobHandle) -> None:
    """Compute one plan's figures again, and keep its large grid where people or units changed."""
    plan_drafts.refresh_plans(_today(), job=job, only=[int(payload["plan"])])
    plan = int(payload["plan"])
    kept_grids.keep_again(plan)
    outbox.request("losing_ground", key=f"plan:{plan}", payload={"plan": plan})
    outbox.request("portfolio_sums", key="all", run_at=timezone.now() + SUMS_AFTER)


def refresh_all(payload: Mapping[str, Any], job: JobHandle) -> None:
    """Compute every running plan's figures again."""
    plan_drafts.refresh_plans(_today(), job=job)
    outbox.request("portfolio_sums", key="all")


def try_rules(payload: Mapping[str, Any], job: JobHandle) -> None:
    """Find out what a draft of own challenge rules would say of every running plan."""
    challenge_rules.try_rules(int(payload["draft"]), now=timezone.now(), job=job)


def _today() -> date:
    return company.company_facts().today(timezone.now())
