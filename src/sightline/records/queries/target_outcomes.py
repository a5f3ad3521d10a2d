"""What a plan year ended with, to score the chances that were given of its target.

Definition: docs/method/calibration.md.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from sightline.planning.bridge.facts import Basis
from sightline.planning.errors import MissingRate
from sightline.planning.money import Money, Rates
from sightline.records.models import AccountMeasures, Plan, PlanAccount

MONTHS = 12


def ended_with(
    plans: Iterable[tuple[int, date]], *, basis: str, rates: Rates
) -> dict[tuple[int, date], Money]:
    """By planning account and last day of its plan year: the value reached, in the plan's currency.

    On the basis of recurring value at exit what is in force now, else the revenue of the year's
    whole months. Left out where measures do not reach the year's end, where nothing is known, or
    where a rate is missing. Three queries.
    """
    wanted = set(plans)
    rows = Plan.objects.filter(
        account_id__in={account for account, _ in wanted}, ends_on__in={end for _, end in wanted}
    )
    kept = {plan.pk: plan for plan in rows if (plan.account_id, plan.ends_on) in wanted}
    members: dict[int, list[int]] = {pk: [] for pk in kept}
    for plan_id, account in PlanAccount.objects.filter(plan_id__in=list(kept)).values_list(
        "plan_id", "account_id"
    ):
        members[plan_id].append(account)
    measured = {
        row.account_id: row
        for row in AccountMeasures.objects.filter(
            account_id__in={account for ids in members.values() for account in ids}
        )
    }
    found = {}
    for pk, plan in kept.items():
        own = [measured[one] for one in members[pk] if one in measured]
        reached = _reached(plan, own, exits=basis == Basis.EXIT_ACV.value, rates=rates)
        if reached is not None:
            found[plan.account_id, plan.ends_on] = reached
    return found


def _reached(
    plan: Plan, measured: list[AccountMeasures], *, exits: bool, rates: Rates
) -> Money | None:
    if not measured or any(row.as_of < plan.ends_on for row in measured):
        return None
    parts = [(row.acv if exits else _of_year(row, plan), row.currency) for row in measured]
    known = [Money(minor, code) for minor, code in parts if minor is not None]
    if not known:
        return None
    reached = Money.zero(plan.currency)
    try:
        for money in known:
            same = money.currency == plan.currency
            reached += money if same else rates.convert(money, plan.currency, on=plan.starts_on)
    except MissingRate:
        return None
    return reached


def _of_year(row: AccountMeasures, plan: Plan) -> int | None:
    """Revenue of the plan year's months; None where it does not run in whole calendar months."""
    first, after = plan.starts_on, date.fromordinal(plan.ends_on.toordinal() + 1)
    months = (after.year - first.year) * MONTHS + after.month - first.month
    if first.day != 1 or after.day != 1:
        return None
    past = (row.as_of.year - after.year) * MONTHS + row.as_of.month - after.month + 1
    end = len(row.monthly) - past
    if past < 0 or end - months < 0:
        return None
    return int(sum(row.monthly[end - months : end]))
