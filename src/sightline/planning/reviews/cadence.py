"""When reviews are due, on days when the people can come. Tier 1 quarterly, tier 2 twice a year.

Definitions: docs/method/reviews.md.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from sightline.planning.periods import Window, months_back
from sightline.planning.reasons import Reason, because, dated


@dataclass(frozen=True, slots=True)
class ReviewParameters:
    """Units and sources stand in `parameters/reviews.toml`."""

    months_between: Mapping[str, int]
    joint_months: Mapping[str, int]
    joint_lead_days: int
    a_day: int
    a_week: int
    search_days: int
    overdue_days: int
    prepare_days: int
    minutes: Mapping[str, int]
    most_items: Mapping[str, int]
    season_days: int
    season_steps: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Away:
    """Days on which nobody should be asked: company holidays, and weeks that people marked away.

    On `full` days somebody already sits in as many reviews as a day takes; `busy` holds the Mondays
    of weeks in which somebody sits in as many as a week takes (1), or more by so many. Both are
    taken only where no other day is open.
    """

    holidays: frozenset[dt.date] = frozenset()
    weeks: tuple[Window, ...] = ()
    weekend: frozenset[int] = frozenset({5, 6})
    full: frozenset[dt.date] = frozenset()
    busy: Mapping[dt.date, int] = field(default_factory=dict)

    def blocks(self, day: dt.date) -> bool:
        """Whether the day is a weekend, a holiday or in a week away (weekday 0 is Monday)."""
        closed = day.weekday() in self.weekend or day in self.holidays
        return closed or any(day in week for week in self.weeks)

    def crowding(self, day: dt.date) -> tuple[bool, int]:
        """Whether somebody's day is full, and by how much their week is; more is worse."""
        return day in self.full, self.busy.get(day - dt.timedelta(days=day.weekday()), 0)


@dataclass(frozen=True, slots=True)
class ReviewDate:
    """A review's due date and the day proposed for it (None: no open day near it)."""

    due: dt.date
    proposed: dt.date | None
    prepare_by: dt.date | None
    reasons: tuple[Reason, ...]


def next_review(
    *,
    tier: int | None,
    last: dt.date | None,
    plan_start: dt.date,
    away: Away,
    parameters: ReviewParameters,
) -> ReviewDate | None:
    """The next review, counted from the last one held, or from the plan's start.

    None for a tier without reviews, or one that is not decided yet. The day proposed is the open
    one nearest to the due date, the earlier of two equally near.
    """
    months = parameters.months_between.get(f"tier_{tier}")
    if not months:
        return None
    return _dated(months_back(last or plan_start, -months), away=away, parameters=parameters)


def next_in_year(
    year: Window,
    *,
    tier: int | None,
    since: dt.date,
    away: Away,
    parameters: ReviewParameters,
) -> ReviewDate | None:
    """The next review of a plan year, `since` the last one held or the plan's first day.

    One that would fall after the year is held at its end, unless half a term has not passed since
    the last: then the next plan has it, and the answer is None.
    """
    found = next_review(tier=tier, last=since, plan_start=since, away=away, parameters=parameters)
    if found is None or found.due <= year.end:
        return found
    months = parameters.months_between[f"tier_{tier}"]
    if months_back(since, -(months // 2)) > year.end:
        return None
    return _dated(year.end, away=away, parameters=parameters)


def reviews_in(
    year: Window, *, tier: int | None, away: Away, parameters: ReviewParameters
) -> tuple[ReviewDate, ...]:
    """Every review of a plan year: the year cut into equal terms, one at the end of each."""
    months = parameters.months_between.get(f"tier_{tier}")
    if not months:
        return ()
    found: list[ReviewDate] = []
    number = 1
    while True:
        # a term ends the day before the next begins, so the last one stays inside the year
        due = months_back(year.start, -months * number) - dt.timedelta(days=1)
        if due > year.end:
            return tuple(found)
        found.append(_dated(due, away=away, parameters=parameters))
        number += 1


def joint_before(
    internal: dt.date,
    *,
    tier: int | None,
    last: dt.date | None,
    today: dt.date,
    away: Away,
    parameters: ReviewParameters,
    kept: dt.date | None = None,
) -> dt.date | None:
    """The day proposed for a joint review before the internal one, `last` the last one held; `kept`
    is the day proposed before for the same internal day.

    None where the tier asks for none, one was held lately, or no day is left or open.
    """
    months = parameters.joint_months.get(f"tier_{tier}")
    if not months or (last is not None and months_back(last, -months) > internal):
        return None
    due = internal - dt.timedelta(days=parameters.joint_lead_days)
    if due < today:
        return None
    near = [day for day in _near(due, parameters.search_days) if today <= day < internal]
    found = _first_open(near, away=away)
    return kept if kept in near and stays(kept, found, away=away) else found


def stays(day: dt.date | None, instead: dt.date | None, *, away: Away) -> bool:
    """Whether a day proposed before is kept beside the one that would be proposed now.

    It is while it is open and nobody's day is too full, or where the other is no better: what was
    proposed once does not wander with the days of others.
    """
    if day is None or instead is None or away.blocks(day):
        return False
    return day not in away.full or instead in away.full


def is_overdue(
    due: dt.date, *, held: Collection[dt.date], today: dt.date, parameters: ReviewParameters
) -> bool:
    """Whether no review was held near or after its due date and the grace is over."""
    window = dt.timedelta(days=parameters.search_days)
    if any(day >= due - window for day in held if day <= today):
        return False
    return (today - due).days > parameters.overdue_days


def _dated(due: dt.date, *, away: Away, parameters: ReviewParameters) -> ReviewDate:
    day = _first_open(_near(due, parameters.search_days), away=away)
    if day is None:
        text = f"No open day within {parameters.search_days} days of {dated(due)}."
        return ReviewDate(due, None, None, (because("reviews.no_open_day", text, due=due),))
    prepare = day - dt.timedelta(days=parameters.prepare_days)
    if day == due:
        return ReviewDate(due, day, prepare, ())
    code, why = _moved_by(due, away)
    text = f"Moved from {dated(due)}: {why}."
    return ReviewDate(due, day, prepare, (because(code, text, due=due),))


def _moved_by(due: dt.date, away: Away) -> tuple[str, str]:
    """Why a review is not on the day that it is due."""
    if away.blocks(due):
        return "reviews.moved", "a weekend, holiday or week away"
    if due in away.full:
        return "reviews.day_full", "that day has enough reviews"
    return "reviews.week_full", "that week has enough reviews"


def _first_open(days: Iterable[dt.date], *, away: Away) -> dt.date | None:
    """The first day that nothing blocks, of those with the most room for everybody asked."""
    found = (day for day in days if not away.blocks(day))
    return min(found, key=away.crowding, default=None)


def _near(due: dt.date, reach: int) -> Iterator[dt.date]:
    yield due
    for days in range(1, reach + 1):
        yield due - dt.timedelta(days=days)
        yield due + dt.timedelta(days=days)
