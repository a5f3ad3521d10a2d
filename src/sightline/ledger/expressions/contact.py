"""Two-way contact, touches and what each person's log rests on. See docs/method/attention.md."""

from __future__ import annotations

from typing import Any

import ibis

from sightline.ledger.tables import CALLS, FROM_THEM, FROM_US, MAILS, MEETINGS


def contact_days(activities: Any, v: Any) -> Any:
    """One row per account, contact, our person and day with an activity up to the cut.

    `two_way` as in the definitions: a meeting that is not said to have been missed; a call connected,
    longer than two minutes, or made by them; a mail of a thread in which they wrote at least once.
    Counts by kind and direction.
    """
    seen = activities.filter(activities.at <= v.as_of)
    theirs = seen.direction.isin(FROM_THEM)
    mail = seen.kind.isin(MAILS)
    threads = (
        seen.filter(mail & theirs & (seen.thread != "")).select("account", "thread").distinct()
    )
    answered = threads.mutate(answered=ibis.literal(True))
    joined = seen.left_join(answered, ["account", "thread"])
    is_mail, is_call = joined.kind.isin(MAILS), joined.kind.isin(CALLS)
    is_meeting = joined.kind.isin(MEETINGS)
    from_them = joined.direction.isin(FROM_THEM)
    spoke = joined.connected.fill_null(False) | (
        joined.minutes.fill_null(0.0) > v.long_call_minutes
    )
    two_way = (
        (is_meeting & joined.connected.fill_null(True))
        | (is_call & (spoke | from_them))
        | (is_mail & (from_them | joined.answered.fill_null(False)))
    )
    flagged = joined.mutate(
        two_way=two_way,
        is_meeting=is_meeting,
        is_call=is_call,
        is_mail=is_mail,
        from_them=from_them,
        from_us=joined.direction.isin(FROM_US),
    )
    return flagged.group_by(
        flagged.account, flagged.contact, flagged.our_person, day=flagged.at
    ).agg(
        two_way=flagged.two_way.any(),
        meetings=flagged.is_meeting.sum(),
        calls=flagged.is_call.sum(),
        mails=flagged.is_mail.sum(),
        inbound=flagged.from_them.sum(),
        outbound=flagged.from_us.sum(),
    )


def touched(activities: Any, v: Any) -> Any:
    """Per account its touches of twelve months, one a day, kind and thread, and its two-way days, one
    a person and day, of the window of contact."""
    year = activities.filter((activities.at <= v.as_of) & (activities.at >= v.r12_first))
    once = year.select("account", "kind", "at", thread=year.thread.fill_null("")).distinct()
    touches = once.group_by("account").agg(touches=once.count())
    days = contact_days(activities, v)
    met = days.filter(days.two_way & (days.day >= v.contact_first))
    apart = met.select("account", "contact", "day").distinct()
    counted = apart.group_by("account").agg(days=apart.count())
    joined = touches.left_join(counted, ["account"])
    return joined.select("account", "touches", days=joined.days.fill_null(0))


def talks(activities: Any, v: Any) -> Any:
    """What was logged with each named contact in 24 months: all alike of one day are one row, with
    the longest call's minutes."""
    named = activities.filter(
        (activities.at <= v.as_of) & (activities.at >= v.r24_first) & (activities.contact != "")
    )
    keys = ("contact", "our_person", "kind", "direction", "at", "connected")
    return named.group_by(*keys).agg(minutes=named.minutes.max())
