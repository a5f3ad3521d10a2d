"""Keeping what the portfolio's analytics say, for people who see very many accounts.

No page adds up a hundred thousand rows: a job does, beside the sums of the list. Safe to run twice.
"""

from __future__ import annotations

from django.utils import timezone

from sightline.actions.progress import Watched
from sightline.records.models import AnalyticsSums, SignIn
from sightline.records.queries import company
from sightline.records.queries.analytics import (
    Basis,
    Picture,
    backwards,
    outcome_of,
    picture_and_plans,
    plan_table,
)
from sightline.records.queries.analytics.goals import Worked, goals_of, worked
from sightline.records.queries.analytics.keeping import (
    Outcomes,
    Reached,
    stored,
    stored_outcomes,
)
from sightline.records.queries.portfolio import is_large
from sightline.records.queries.portfolio.keeping import wide_reaches
from sightline.records.reach import Reach, reach_of
from sightline.records.scoping import person_of


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
    leaders = _leaders(told.calendar.year_of(today).year)
    for done, (scope, reach) in enumerate(sorted(reaches.items()), start=1):
        found, plans = picture_and_plans(reach, basis)
        table = plan_table(plans, currency=basis.currency)
        wanted = [_worked(one, found, basis) for one in leaders if one.scope == scope]
        outcomes = Outcomes(
            tuple(each for sums, _ in wanted for each in sums),
            tuple(each for _, goals in wanted for each in goals),
        )
        kept = {
            "figures": stored(found),
            "plans": table.kept,
            "outcomes": stored_outcomes(outcomes),
            "computed_at": now,
        }
        AnalyticsSums.objects.update_or_create(scope=scope, defaults=kept)
        job.progress(done, len(reaches), "analytics kept")
    AnalyticsSums.objects.exclude(scope__in=list(reaches)).delete()
    return len(reaches)


def _leaders(year: int) -> list[Reach]:
    """The reach of everybody who wants anything of a year."""
    rows = SignIn.objects.filter(is_active=True, portfoliooutcome__year=year).distinct()
    return [reach_of(person_of(row)) for row in rows.order_by("pk")]


def _worked(
    reach: Reach, found: Picture, basis: Basis
) -> tuple[tuple[Reached, ...], tuple[Worked, ...]]:
    """What one leader wants, worked backwards."""
    year = basis.calendar.year_of(basis.today).year
    wanted = outcome_of(reach.person, year)
    goals = tuple(worked(reach, basis, goal) for goal in goals_of(reach.person, year))
    if wanted is None:
        return (), goals
    made = backwards(
        reach,
        found,
        wanted,
        rates=basis.rates,
        on=basis.today,
        parameters=basis.parameters,
    )
    return (Reached(wanted, made),), goals
