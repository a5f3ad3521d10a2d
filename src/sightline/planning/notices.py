"""When a message leaves: at once, in the morning's digest, never in somebody's quiet hours.

Everything counts in the person's own time zone, across changes of the clock. Definition:
docs/method/messages.md.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum
from zoneinfo import ZoneInfo

_DAY = dt.timedelta(days=1)
_SATURDAY = 5


@dataclass(frozen=True, slots=True)
class MessageParameters:
    """Units and sources stand in `parameters/messages.toml`."""

    morning_hour: int
    monday_grace_hours: int
    link_days: int


class Kind(StrEnum):
    """What a message is about."""

    MONDAY = "monday"
    QUESTION = "question"
    ANSWER = "answer"
    BLOCKED = "blocked"
    MENTION = "mention"
    PASSED_ON = "passed_on"
    REVIEW = "review"


class How(StrEnum):
    """How a person wants a kind of message."""

    AT_ONCE = "at_once"
    DIGEST = "digest"
    OFF = "off"


DEFAULTS: dict[Kind, How] = {
    Kind.MONDAY: How.AT_ONCE,
    Kind.QUESTION: How.DIGEST,
    Kind.ANSWER: How.DIGEST,
    Kind.BLOCKED: How.AT_ONCE,
    Kind.MENTION: How.DIGEST,
    Kind.PASSED_ON: How.AT_ONCE,
    Kind.REVIEW: How.DIGEST,
}


# What acts of these kinds say may be an opinion, a tier or a share of wallet: outside the house
# they are named by kind alone.
QUIET_ACTS = {
    "challenge": "Answer what the plan argues",
    "signal": "Look into what was observed",
    "fact": "Say again what has grown old",
    "priority": "Answer a priority of theirs",
}


@dataclass(frozen=True, slots=True)
class Quiet:
    """Hours of the own day without messages, over midnight where `starts` is later than `ends`.

    The same time twice: no hours are quiet. `weekends`: nor is Saturday or Sunday a day for them.
    """

    starts: dt.time
    ends: dt.time
    weekends: bool

    def holds(self, at: dt.datetime) -> bool:
        """Whether a moment of the person's own clock is quiet."""
        if self.weekends and at.weekday() >= _SATURDAY:
            return True
        if self.starts == self.ends:
            return False
        clock = at.time()
        if self.starts < self.ends:
            return self.starts <= clock < self.ends
        return clock >= self.starts or clock < self.ends


def leaves_at(
    now: dt.datetime,
    *,
    how: How,
    quiet: Quiet,
    zone: ZoneInfo,
    parameters: MessageParameters,
) -> dt.datetime | None:
    """The moment (UTC) at which a message made `now` leaves; None: it is not wanted."""
    if how is How.OFF:
        return None
    if how is How.DIGEST:
        return _after_quiet(next_morning(now, zone=zone, parameters=parameters), quiet, zone)
    return _after_quiet(now.astimezone(dt.UTC), quiet, zone)


def next_morning(now: dt.datetime, *, zone: ZoneInfo, parameters: MessageParameters) -> dt.datetime:
    """The next morning strictly after a moment, in UTC."""
    day = now.astimezone(zone).date()
    here = at_hour(day, parameters.morning_hour, zone=zone)
    return here if here > now else at_hour(day + _DAY, parameters.morning_hour, zone=zone)


def monday_morning(
    now: dt.datetime, *, zone: ZoneInfo, parameters: MessageParameters
) -> tuple[dt.date, dt.datetime]:
    """The Monday whose mail leaves next, or may still leave now, and its moment in UTC."""
    today = now.astimezone(zone).date()
    monday = today - dt.timedelta(days=today.weekday())
    moment = at_hour(monday, parameters.morning_hour, zone=zone)
    if now <= moment + dt.timedelta(hours=parameters.monday_grace_hours):
        return monday, moment
    following = monday + 7 * _DAY
    return following, at_hour(following, parameters.morning_hour, zone=zone)


def at_hour(day: dt.date, hour: int, *, zone: ZoneInfo) -> dt.datetime:
    """A full hour of a day of the person's clock, in UTC.

    An hour that the clock skips is the first moment after it; one that it shows twice, the first.
    """
    return _resolved(dt.datetime.combine(day, dt.time(hour)), zone)


def _resolved(wall: dt.datetime, zone: ZoneInfo) -> dt.datetime:
    """A wall-clock time as a moment. The fold of a skipped time reads past the gap."""
    first = wall.replace(tzinfo=zone, fold=0).astimezone(dt.UTC)
    if first.astimezone(zone).replace(tzinfo=None) == wall:
        return first
    skipped = wall.replace(tzinfo=zone, fold=1).astimezone(dt.UTC)
    return max(first, skipped)


def _after_quiet(moment: dt.datetime, quiet: Quiet, zone: ZoneInfo) -> dt.datetime:
    """The first moment from this one on that is not quiet. At most ten looks."""
    for _ in range(10):
        here = moment.astimezone(zone)
        if not quiet.holds(here):
            return moment
        moment = _next_edge(here, quiet, zone)
    return moment


def _next_edge(here: dt.datetime, quiet: Quiet, zone: ZoneInfo) -> dt.datetime:
    """The next time at which quiet could end: its end of day, or midnight where days are quiet."""
    day = here.date()
    weekend = quiet.weekends and here.weekday() >= _SATURDAY
    ends = dt.time(0) if weekend else quiet.ends
    wall = dt.datetime.combine(day, ends)
    if weekend or wall <= here.replace(tzinfo=None):
        wall += _DAY
    found = _resolved(wall, zone)
    return found if found > here else found + dt.timedelta(hours=1)
