"""Draft the plans that tiers ask for, and compute what lists read of each."""

from __future__ import annotations

from datetime import date, datetime

from django.utils import timezone

from sightline.actions import challenges_seen, plans
from sightline.actions.plans import PlanFigures
from sightline.actions.progress import Watched
from sightline.actions.whitespace import ask_for_plans
from sightline.planning.bridge import BarCode, BridgeParameters, build_bridge, chance_of_target
from sightline.planning.challenges import ChallengeList, ChallengeParameters, challenges_of
from sightline.planning.errors import PlanningError
from sightline.records.queries import bridging, company, plan_lists
from sightline.records.queries.challenge_answers import answers_of
from sightline.records.queries.challenge_rules import RulesInForce, rules_in_force
from sightline.records.queries.challenging import Challenged, challenge_facts


def draft_plans(day: date, *, job: Watched) -> int:
    """Draft a plan for every account of tier 1 or 2 that has none; answers how many."""
    told = company.company_facts()
    year = told.calendar.year_of(day)
    waiting = plan_lists.accounts_without_plan(year.year)
    for done, account_id in enumerate(waiting, start=1):
        plans.draft_plan(account_id, year=year, currency=told.currency, actor_id=None)
        job.progress(done, len(waiting), "plans drafted")
    return len(waiting)


def draft_where_due(account_id: int, *, day: date) -> None:
    """Draft the plan of one account, where its tier asks for one that it lacks.

    A plan that is there is computed again: what a plan may hold depends on its tier.
    """
    told = company.company_facts()
    year = told.calendar.year_of(day)
    if plan_lists.lacks_plan(account_id, year.year):
        plans.draft_plan(account_id, year=year, currency=told.currency, actor_id=None)
    else:
        ask_for_plans(account_id, by=None)


def refresh_plans(day: date, *, job: Watched, only: list[int] | None = None) -> int:
    """Compute and keep the figures of all running plans, or of some; answers how many."""
    setting = bridging.bridge_setting(day)
    own = rules_in_force()
    wanted = plan_lists.running_plans(day) if only is None else only
    for done, plan in enumerate(bridging.plan_rows(wanted), start=1):
        found = _computed(plan, setting=setting, today=day, now=_now(), own=own)
        if found is not None:
            figures, listed = found
            plans.keep_result(figures, now=_now())
            challenges_seen.keep_seen(plan.id, listed, today=day)
        job.progress(done, len(wanted), "plans computed")
    if only is None:
        plans.forget_ended(on=day)
    return len(wanted)


def plan_figures(
    plan: bridging.PlanRow, *, setting: bridging.BridgeSetting, today: date, now: datetime
) -> PlanFigures | None:
    """A plan's figures; None where they are refused (a missing rate is said on the page)."""
    found = _computed(plan, setting=setting, today=today, now=now, own=rules_in_force())
    return found[0] if found is not None else None


def _computed(
    plan: bridging.PlanRow,
    *,
    setting: bridging.BridgeSetting,
    today: date,
    now: datetime,
    own: RulesInForce,
) -> tuple[PlanFigures, ChallengeList] | None:
    """The figures with the challenges that they count."""
    numbers = setting.parameters.section(BridgeParameters, "bridge")
    try:
        bridge = build_bridge(
            bridging.bridge_facts(plan, setting=setting), today=today, parameters=numbers
        )
    except PlanningError:
        return None
    chance = chance_of_target(bridge, parameters=numbers)
    rules = setting.parameters.section(ChallengeParameters, "challenges")
    listed = challenges_of(
        challenge_facts(Challenged(plan, setting, bridge, chance, now)),
        parameters=rules,
        answers=answers_of(plan.id, zone=setting.company.time_zone),
        extra=own.extra,
        switched_off=own.switched_off,
    )
    figures = PlanFigures(
        plan_id=plan.id,
        base=bridge.bar(BarCode.BASELINE).amount.minor,
        landing=bridge.landing.minor,
        gap=bridge.gap.minor if bridge.gap is not None else None,
        chance=chance.probability,
        calibrated=chance.calibrated,
        challenges=len(listed.open),
        single_threaded=plan_lists.single_threaded_money(plan.account_id),
        parts={bar.code.value: bar.amount.minor for bar in bridge.bars},
        input_version=f"{setting.parameters.version}:{plan.version}",
        no_path=no_path(plan.target, bridge.landing.minor, chance.probability, rules),
    )
    return figures, listed


def no_path(
    target: int | None, landing: int, chance: float | None, rules: ChallengeParameters
) -> bool:
    """The rule that lists read: too far from the target, or too unlikely to reach it."""
    if not target:
        return False
    return landing < target * rules.landing_share or (
        chance is not None and chance < rules.least_chance
    )


def _now() -> datetime:
    return timezone.now()
