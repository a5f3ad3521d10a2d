"""What happened between two days, as conditions on rows: actions done, opportunities that moved.

Figures and the lists behind them count by the same rows; `open_to` says whose. Definitions: docs/method/portfolio.md.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta, tzinfo

from django.db.models import Q, QuerySet
from django.db.models.functions import Coalesce

from sightline.records.models import Action, Opportunity

HEAD = Coalesce("account__planning_account_id", "account_id")
NOTHING = Q(play=None, opportunity=None, contract=None, contact=None, risk=None)
FOR_PLAYS = ~Q(play=None) | ~Q(opportunity=None)


def done_in(open_to: Q, *, since: date, today: date, loose: bool) -> QuerySet[Action]:
    """Actions done after one day and up to another: for plays, or those that serve nothing."""
    return done_rows(open_to, since, today).filter(NOTHING if loose else FOR_PLAYS)


def deals_in(open_to: Q, of: str, *, since: date, today: date) -> QuerySet[Opportunity]:
    """Opportunities `won`, `lost`, `opened`, `moved` or `advanced` (moved on or closed) after one
    day and up to another."""
    here = Opportunity.objects.filter(open_to, removed_at=None)
    closed = Q(is_closed=True, closed_on__gt=since, closed_on__lte=today)
    stepped = Q(
        stage_since__gt=since,
        stage_since__lte=today,
        stage_since_inferred=False,
        created_on__lte=since,
    )
    return here.filter(
        {
            "won": closed & Q(is_won=True),
            "lost": closed & Q(is_won=False),
            "opened": Q(created_on__gt=since, created_on__lte=today),
            "moved": stepped & Q(is_closed=False),
            "advanced": stepped | closed,
        }[of]
    )


def done_rows(open_to: Q, since: date, today: date) -> QuerySet[Action]:
    """Every action done after one day and up to another."""
    return Action.objects.filter(
        open_to,
        state=Action.State.DONE,
        done_on__gt=since,
        done_on__lte=today,
        removed_at=None,
    )


def day_after(day: date, zone: tzinfo) -> datetime:
    """The first moment after a day in `zone`, so that an index of moments is read."""
    return datetime.combine(day + timedelta(days=1), time.min, tzinfo=zone)
