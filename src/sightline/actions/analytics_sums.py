"""Keeping what the portfolio's analytics say, for people who see very many accounts.

No page adds up a hundred thousand rows: a job does, beside the sums of the list. Safe to run twice.
"""

from __future__ import annotations

from django.utils import timezone

from sightline.actions.progress import Watched
from sightline.records.models import AnalyticsSums
from sightline.records.queries import company
from sightline.records.queries.analytics import Basis, picture_and_plans, plan_table
from sightline.records.queries.analytics.keeping import stored
from sightline.records.queries.portfolio import is_large
from sightline.records.queries.portfolio.keeping import wide_reaches


def keep_pictures(*, job: Watched) -> int:
    """Compute and keep the picture and the plans of every scope somebody has; answers how many there are.

    Pictures of scopes that nobody has any more go.
    """
    told = company.company_facts()
    now = timezone.now()
    today = told.today(now)
    basis = Basis(
        today, told.calendar, told.currency, company.rates(), company.parameters_in_force(today)
    )
    reaches = wide_reaches() if is_large() else {}
    for done, (scope, reach) in enumerate(sorted(reaches.items()), start=1):
        found, plans = picture_and_plans(reach, basis)
        table = plan_table(plans, currency=basis.currency)
        kept = {"figures": stored(found), "plans": table.kept, "computed_at": now}
        AnalyticsSums.objects.update_or_create(scope=scope, defaults=kept)
        job.progress(done, len(reaches), "analytics kept")
    AnalyticsSums.objects.exclude(scope__in=list(reaches)).delete()
    return len(reaches)
