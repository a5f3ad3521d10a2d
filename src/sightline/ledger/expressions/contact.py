"""Two-way contact by account, contact, our person and day. See docs/method/attention.md."""

from __future__ import annotations

from typing import Any

import ibis

MEETINGS = ("meeting", "event")
CALLS = ("call",)
MAILS = ("mail", "email", "e-mail")
FROM_THEM = ("inbound", "in", "both", "two-way")


def contact_days(activities: Any, v: Any) -> Any:
    """One row per account, contact, our person and day with an activity up to the cut.

    `two_way` as in the definitions: a meeting; a call connected, longer than two minutes, or made
    by them; a mail of a thread in which they wrote at least once. Counts by kind and direction.
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
        is_meeting
        | (is_call & (spoke | from_them))
        | (is_mail & (from_them | joined.answered.fill_null(False)))
    )
    flagged = joined.mutate(
        two_way=two_way,
        is_meeting=is_meeting,
        is_call=is_call,
        is_mail=is_mail,
        from_them=from_them,
        from_us=joined.direction.isin(("outbound", "out")),
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
