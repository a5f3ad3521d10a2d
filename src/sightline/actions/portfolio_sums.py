"""Keeping what the portfolio says in sums, for people who see very many accounts.

No page reads a hundred thousand rows: a job does, after tiers or plans changed and once a day. Safe
to run twice. Definition: docs/method/portfolio.md.
"""

from __future__ import annotations

from django.utils import timezone

from sightline.actions import outbox
from sightline.actions.progress import Watched
from sightline.records.models import PortfolioSums
from sightline.records.queries import company
from sightline.records.queries.portfolio import keeping
from sightline.records.queries.portfolio.overview import is_large, overview


def keep_sums(*, job: Watched) -> int:
    """Compute and keep the sums of every scope somebody has; answers how many there are.

    Sums of scopes that nobody has any more go.
    """
    told = company.company_facts()
    now = timezone.now()
    today = told.today(now)
    parameters, rates = company.parameters_in_force(today), company.rates()
    reaches = keeping.wide_reaches() if is_large() else {}
    for done, (scope, reach) in enumerate(sorted(reaches.items()), start=1):
        found = overview(
            reach, today=today, currency=told.currency, rates=rates, parameters=parameters
        )
        PortfolioSums.objects.update_or_create(
            scope=scope,
            defaults={
                "day": today,
                "figures": keeping.stored(found),
                "potential": keeping.packed("q", found.potential),
                "attention": keeping.packed("d", found.attention),
                "computed_at": now,
            },
        )
        job.progress(done, len(reaches), "sums kept")
    PortfolioSums.objects.exclude(scope__in=list(reaches)).delete()
    return len(reaches)


def ask_for_sums() -> None:
    """Have the sums computed soon; requests fold into the one that waits."""
    outbox.request("portfolio_sums", key="all")
