"""A week as it was last read, and whether it is still true.

The stamp covers the accounts as they may be seen now, the day, the method's numbers, the journal of
these accounts, and what jobs keep of them (people, signals, challenges). What arrives from the CRM or
by import ends in the job `prepare_week`, which moves the stamp too.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from django.db.models import Count, Max, QuerySet

from sightline.planning.money import Money
from sightline.planning.reasons import Reason
from sightline.planning.weekly import ActKind, Candidate, Ground
from sightline.records.models import ChallengeSeen, JournalEntry, Signal, WeekFacts, WeekKept
from sightline.records.prepared import prepared
from sightline.records.queries.week.planned import WeekAccount
from sightline.records.queries.week.reading import Evidence, WeekKnown

LAYOUT = 1
OWN_VERBS = ("answer_monday", "undo_monday")
SINCE = timedelta(days=2)


def stamp_of(
    accounts: Sequence[WeekAccount], *, user_id: int, currency: str, on: date, numbers: str
) -> str:
    """The state that a reading would be true of. Four queries; none for nobody's accounts.

    Two entries of the journal may be written at one moment and be seen one after the other: hence
    their count beside the newest. A stamp is true for a day, so that older entries are in it.
    """
    members = [pk for account in accounts for pk in account.family]
    heads = [account.planning for account in accounts]
    entries = JournalEntry.objects.filter(
        account_id__in=members, at__gte=_moment(on - SINCE)
    ).exclude(verb__in=OWN_VERBS)
    seen = ChallengeSeen.objects.filter(plan__account_id__in=heads)
    signals = Signal.objects.filter(account_id__in=heads, ended_on=None, dismissed_at=None)
    facts = WeekFacts.objects.filter(account_id__in=heads)
    parts = (
        LAYOUT,
        user_id,
        currency,
        on.isoformat(),
        numbers,
        tuple(accounts),
        entries.aggregate(Max("at"), Count("pk")),
        seen.aggregate(Max("pk"), Count("pk")),
        signals.aggregate(Max("pk"), Count("pk")),
        facts.aggregate(Max("computed_at"), Count("pk")),
    )
    return hashlib.sha256(repr(parts).encode()).hexdigest()


def kept_week(sign_in_id: int, stamp: str) -> WeekKnown | None:
    """The week as kept for a person in a state; None where none was kept in it. One query."""
    kept = next(iter(_of(sign_in_id)), None)
    return _known(kept[1]) if kept is not None and kept[0] == stamp else None


@prepared
def _of(sign_in_id: int) -> QuerySet[WeekKept, Any]:
    return WeekKept.objects.filter(sign_in_id=sign_in_id).values_list("stamp", "content")


def as_content(known: WeekKnown) -> dict[str, Any]:
    """A week as JSON keeps it."""
    return {
        "candidates": [_candidate(one) for one in known.candidates],
        "evidence": {act: _evidence(one) for act, one in known.evidence.items()},
        "unranked": known.unranked,
        "people_as_of": known.people_as_of.isoformat() if known.people_as_of else None,
        "unprepared": known.unprepared,
    }


def _moment(day: date) -> datetime:
    return datetime.combine(day, time.min, tzinfo=UTC)


def _candidate(one: Candidate) -> list[Any]:
    grounds = [
        [g.stake, g.money.minor, g.money.currency, g.lift, g.days, g.reason.code, g.reason.text]
        for g in one.grounds
    ]
    return [one.act, one.account, one.kind.value, one.text, grounds]


def _evidence(one: Evidence) -> list[Any]:
    details = [
        [code, value.isoformat() if isinstance(value, date) else value, isinstance(value, date)]
        for code, value in one.details
    ]
    return [one.record, one.source, details, one.missing, one.inferred, one.contact_id, one.key]


def _known(content: Mapping[str, Any]) -> WeekKnown:
    as_of = content["people_as_of"]
    return WeekKnown(
        candidates=tuple(
            Candidate(
                act,
                account,
                ActKind(kind),
                text,
                tuple(
                    Ground(stake, Money(minor, code), lift, days, Reason(reason, words))
                    for stake, minor, code, lift, days, reason, words in grounds
                ),
            )
            for act, account, kind, text, grounds in content["candidates"]
        ),
        evidence={
            act: Evidence(
                record,
                source,
                tuple((c, date.fromisoformat(v) if is_day else v) for c, v, is_day in details),
                missing,
                inferred,
                contact,
                key,
            )
            for act, (record, source, details, missing, inferred, contact, key) in content[
                "evidence"
            ].items()
        },
        unranked=content["unranked"],
        people_as_of=date.fromisoformat(as_of) if as_of else None,
        unprepared=content["unprepared"],
    )
