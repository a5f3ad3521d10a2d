"""Keeping large scored grids ready, so that the first look of a day does not wait for thousands of
cells. Safe to run twice; what is kept is derived and of one day.
"""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from sightline.actions.progress import Watched
from sightline.records.models import KeptGrid, KeptGridPart, Plan
from sightline.records.queries import account_head, company
from sightline.records.queries.account_scope import AccountScope, family_scope
from sightline.records.queries.plan_lists import planned_accounts
from sightline.records.queries.whitespace import GridSetting, grid_to_keep, left_behind


def keep_grids(*, job: Watched) -> int:
    """Keep the grid of every account with a running plan that is large; answers how many are."""
    today = company.company_facts().today(timezone.now())
    wanted = planned_accounts(today)
    KeptGrid.objects.exclude(account__in=wanted).delete()
    kept = 0
    for done, account in enumerate(wanted, start=1):
        kept += keep_grid(account)
        job.progress(done, len(wanted), "grids looked at")
    return kept


def keep_again(plan_id: int) -> bool:
    """Keep the grid of a plan's account anew where a kept one was left behind by a change of people
    or units, so that no reader waits for it. Cheap where nothing like that happened."""
    account = Plan.objects.filter(pk=plan_id).values_list("account_id", flat=True).first()
    scope = family_scope(account) if account is not None else None
    if account is None or scope is None:
        return False
    behind = left_behind(scope, setting=_setting(scope), rates=company.rates())
    return behind and keep_grid(account)


def keep_grid(account_id: int) -> bool:
    """Compute the grid of one planning account and keep it, or say that it is small."""
    scope = family_scope(account_id)
    if scope is None:
        return False
    setting = _setting(scope)
    found = grid_to_keep(scope, setting=setting, rates=company.rates())
    with transaction.atomic():
        # a new row each time: a process that reads the older one finds its parts gone, never mixed
        KeptGrid.objects.filter(account=account_id).delete()
        if found is None:
            return False
        mark, grid = found
        row = KeptGrid.objects.create(account_id=account_id, mark=mark, head=grid.head)
        KeptGridPart.objects.bulk_create(
            KeptGridPart(grid=row, number=number, body=body)
            for number, body in enumerate(grid.parts)
        )
    return True


def _setting(scope: AccountScope) -> GridSetting:
    told = company.company_facts()
    today = told.today(timezone.now())
    measured = account_head.measured(scope.member_ids)
    currency = measured.currency if measured else told.currency
    return GridSetting(today, currency, company.parameters_in_force(today))


def forget_grids() -> None:
    """Nothing is kept any more: whatever was said of a person may stand in it."""
    KeptGrid.objects.all().delete()
