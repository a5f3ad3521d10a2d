"""Two-way contact: what a logged event proves, counted once per person and day."""

from __future__ import annotations

import datetime as dt
from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from operator import itemgetter

from sightline.planning.stakeholders.facts import (
    Contact,
    StakeholderParameters,
    Touch,
    TouchKind,
)


def proves(touch: Touch, *, parameters: StakeholderParameters) -> Contact:
    """What one event proves about contact with the person.

    Two-way is a meeting they were invited to and that took place, a call connected or longer than
    two minutes, a mail thread with a message of theirs. Not known stays not known.
    """
    if touch.kind is TouchKind.MEETING:
        return _meeting(touch)
    if touch.kind is TouchKind.CALL:
        return _call(touch, parameters=parameters)
    return _mail(touch)


def _meeting(touch: Touch) -> Contact:
    if touch.took_place is False or not touch.invited:
        return Contact.NONE
    return Contact.TWO_WAY if touch.took_place else Contact.UNKNOWN


def _call(touch: Touch, *, parameters: StakeholderParameters) -> Contact:
    long_enough = touch.seconds is not None and touch.seconds > parameters.short_call_seconds
    if touch.connected or long_enough:
        return Contact.TWO_WAY
    if touch.connected is None and touch.seconds is None:
        return Contact.UNKNOWN
    return Contact.OUTBOUND


def _mail(touch: Touch) -> Contact:
    if touch.from_them is None:
        return Contact.UNKNOWN
    if touch.from_them > 0:
        return Contact.TWO_WAY
    return Contact.NONE if touch.from_us == 0 else Contact.OUTBOUND


_DAY = itemgetter(0)


@dataclass(frozen=True, slots=True)
class ContactLog:
    """One person's contact up to a date, by day. Days are unique and in order.

    `by_ours` names who of ours was in the two-way contact of a day; nobody known is empty.
    """

    two_way: tuple[dt.date, ...] = ()
    outbound: tuple[dt.date, ...] = ()
    unknown: tuple[dt.date, ...] = ()
    by_ours: tuple[tuple[dt.date, tuple[str, ...]], ...] = ()

    @property
    def ever(self) -> bool:
        """Whether anything at all was logged with them."""
        return bool(self.two_way or self.outbound or self.unknown)

    @property
    def last_two_way(self) -> dt.date | None:
        """The day of the last two-way contact, or None."""
        return self.two_way[-1] if self.two_way else None

    def within(self, *, on: dt.date, days: int) -> ContactLog:
        """The same log, only the `days` days that end on `on`."""
        if not self.ever:
            return self
        start = on - dt.timedelta(days=days - 1)

        def kept(some: tuple[dt.date, ...]) -> tuple[dt.date, ...]:
            return some[bisect_left(some, start) : bisect_right(some, on)]

        first = bisect_left(self.by_ours, start, key=_DAY)
        return ContactLog(
            two_way=kept(self.two_way),
            outbound=kept(self.outbound),
            unknown=kept(self.unknown),
            by_ours=self.by_ours[first : bisect_right(self.by_ours, on, key=_DAY)],
        )


def contact_logs(
    touches: Iterable[Touch], *, on: dt.date, parameters: StakeholderParameters
) -> dict[str, ContactLog]:
    """Each person's log up to and with `on`; a day of two-way contact is nothing else beside."""
    days: dict[str, dict[dt.date, Contact]] = {}
    ours: dict[str, dict[dt.date, set[str]]] = {}
    for touch in touches:
        kind = proves(touch, parameters=parameters)
        if touch.day > on or kind is Contact.NONE:
            continue
        seen = days.setdefault(touch.person, {})
        seen[touch.day] = _stronger(seen.get(touch.day), kind)
        if kind is Contact.TWO_WAY:
            ours.setdefault(touch.person, {}).setdefault(touch.day, set()).update(touch.ours)
    return {person: _log(seen, ours.get(person, {})) for person, seen in days.items()}


_ORDER = (Contact.UNKNOWN, Contact.OUTBOUND, Contact.TWO_WAY)


def _stronger(old: Contact | None, new: Contact) -> Contact:
    if old is None:
        return new
    return max(old, new, key=_ORDER.index)


def _log(days: dict[dt.date, Contact], ours: dict[dt.date, set[str]]) -> ContactLog:
    ordered = sorted(days.items())

    def of(kind: Contact) -> tuple[dt.date, ...]:
        return tuple(day for day, what in ordered if what is kind)

    return ContactLog(
        two_way=of(Contact.TWO_WAY),
        outbound=of(Contact.OUTBOUND),
        unknown=of(Contact.UNKNOWN),
        by_ours=tuple((day, tuple(sorted(who))) for day, who in sorted(ours.items())),
    )
