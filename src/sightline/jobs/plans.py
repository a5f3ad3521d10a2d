"""Jobs on plans: draft those that are due, and refresh what lists read of them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.utils import timezone

from sightline.actions import outbox, plans
from sightline.actions.plans import PlanFigures
from sightline.actions.progress import Watched
from sightline.jobs.handle import JobHandle
from sightline.planning.bridge import BarCode, BridgeParameters, build_bridge, chance_of_target
from sightline.planning.errors import PlanningError
from sightline.records.queries import bridging, company, plan_lists


def draft_all(payload: Mapping[str, Any], job: JobHandle) -> None:
    """Draft a plan for every account of tier 1 or 2 that has none, then refresh all."""
    told = company.company_facts()
    today = told.today(timezone.now())
    year = told.calendar.year_of(today)
    waiting = plan_lists.accounts_without_plan(year.year)
    for done, account_id in enumerate(waiting, start=1):
        plans.draft_plan(account_id, year=year, currency=told.currency, actor_id=None)
        job.progress(done, len(waiting), "plans drafted")
    outbox.request("refresh_plans", key="all")


def draft_one(payload: Mapping[str, Any], job: JobHandle) -> None:
    """Draft the plan of one account, where its tier asks for one."""
    told = company.company_facts()
    year = told.calendar.year_of(told.today(timezone.now()))
    account_id = int(payload["account"])
    if account_id in plan_lists.accounts_without_plan(year.year):
        plans.draft_plan(account_id, year=year, currency=told.currency, actor_id=None)


def refresh(payload: Mapping[str, Any], job: JobHandle) -> None:
    """Compute one plan's figures again."""
    refresh_plans([int(payload["plan"])], job=job)


def refresh_all(payload: Mapping[str, Any], job: JobHandle) -> None:
    """Compute every running plan's figures again."""
    today = company.company_facts().today(timezone.now())
    refresh_plans(plan_lists.running_plans(today), job=job)


def refresh_plans(plan_ids: list[int], *, job: Watched) -> None:
    """Compute and keep the figures of some plans."""
    today = company.company_facts().today(timezone.now())
    setting = bridging.bridge_setting(today)
    for done, plan in enumerate(bridging.plan_rows(plan_ids), start=1):
        figures = compute(plan, setting=setting, today=today)
        if figures is not None:
            plans.keep_result(figures, now=timezone.now())
        job.progress(done, len(plan_ids), "plans computed")


def compute(
    plan: bridging.PlanRow, *, setting: bridging.BridgeSetting, today: date
) -> PlanFigures | None:
    """A plan's figures; None where they are refused (a missing rate says so on the page)."""
    numbers = setting.parameters.section(BridgeParameters, "bridge")
    try:
        bridge = build_bridge(
            bridging.bridge_facts(plan, setting=setting), today=today, parameters=numbers
        )
    except PlanningError:
        return None
    chance = chance_of_target(bridge, parameters=numbers)
    return PlanFigures(
        plan_id=plan.id,
        base=bridge.bar(BarCode.BASELINE).amount.minor,
        landing=bridge.landing.minor,
        gap=bridge.gap.minor if bridge.gap is not None else None,
        chance=chance.probability,
        challenges=0,
        single_threaded=plan_lists.single_threaded_money(plan.account_id),
        parts={bar.code.value: bar.amount.minor for bar in bridge.bars},
        input_version=f"{setting.parameters.version}:{plan.version}",
    )
