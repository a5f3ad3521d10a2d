"""Keeping what lists say in sums, for people who see very many accounts.

No page goes through a hundred thousand accounts: a job does, beside the sums of the portfolio. Safe to
run twice. A list has an entry in `LISTS`; what it keeps is a dataclass of plain values.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from sightline.actions.progress import Watched
from sightline.planning.permissions import Act, Category
from sightline.records.models import KeptList
from sightline.records.plain import plain
from sightline.records.queries import (
    company,
    competitor_cells,
    competitors,
    departures,
    exports,
    kept,
    renewals,
    season,
    tried,
)
from sightline.records.queries.analytics import Basis
from sightline.records.queries.portfolio.keeping import wide_reaches
from sightline.records.reach import Reach
from sightline.records.scoping import relations_that_open


@dataclass(frozen=True, slots=True)
class Keeper:
    """What is kept of a list: sums over the accounts where `category` is open, by everybody's sight.

    `compute` is given a reach for reading all of it, and answers what is kept by what it is about.
    """

    category: Category
    compute: Callable[[Reach, Basis], Mapping[str, Any]]


def _alone(
    about: str, category: Category, compute: Callable[[Reach, Basis], Any]
) -> tuple[str, Keeper]:
    """A list that keeps one thing, under its own name."""
    return about, Keeper(category, lambda reach, basis: {about: compute(reach, basis)})


def _plans(reach: Reach, basis: Basis) -> exports.PlanCount:
    return exports.plan_count(reach, on=basis.today)


def _competitors(reach: Reach, basis: Basis) -> Mapping[str, Any]:
    found = competitors.rivals_now(reach, basis)
    return {competitors.ABOUT: competitors.slim(found), **dict(competitor_cells.blocks(found))}


LISTS: Mapping[str, Keeper] = dict(
    [
        _alone(exports.KEPT, Category.PLAN, _plans),
        (competitors.ABOUT, Keeper(Category.PLAN, _competitors)),
        _alone(departures.ABOUT, Category.OPINIONS, departures.ours_to_keep),
        _alone(season.ABOUT, Category.PLAN, season.order_to_keep),
        _alone(renewals.ABOUT, Category.PLAN, renewals.sums_to_keep),
    ]
)
TRIALS_KEPT = timedelta(days=7)


def keep_lists(*, job: Watched) -> int:
    """Compute and keep every list of every scope somebody has; answers how many there are.

    What nobody has any more goes, and what a person tried longer ago than TRIALS_KEPT.
    """
    told, now = company.company_facts(), timezone.now()
    today = told.today(now)
    parameters = company.parameters_in_force(today)
    basis = Basis(today, told.calendar, told.currency, company.rates(), parameters)
    wanted = _wanted() if kept.is_large() else {}
    for done, ((about, scope), reach) in enumerate(sorted(wanted.items()), start=1):
        for part, found in LISTS[about].compute(reach, basis).items():
            keep(part, scope, found, now=now)
        job.progress(done, len(wanted), "lists kept")
    old = KeptList.objects.filter(computed_at__lt=now)
    old.exclude(about=tried.ABOUT).delete()
    old.filter(about=tried.ABOUT, computed_at__lt=now - TRIALS_KEPT).delete()
    return len(wanted)


def keep(about: str, scope: str, found: object, *, now: datetime) -> None:
    """Keep what was found for a scope in place of what was kept before."""
    KeptList.objects.update_or_create(
        about=about, scope=scope, defaults={"figures": plain(found), "computed_at": now}
    )


def _wanted() -> dict[tuple[str, str], Reach]:
    """Every list and scope with a reach that sees it."""
    found: dict[tuple[str, str], Reach] = {}
    for reach in wide_reaches().values():
        for about, one in LISTS.items():
            if relations_that_open(reach.person, one.category, Act.READ):
                found.setdefault((about, reach.scope_of(one.category)), reach.for_all_rows())
    return found
