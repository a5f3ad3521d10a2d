"""Each person's days of contact, from the table `talks` of a run into the records."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from itertools import groupby, islice
from operator import itemgetter
from typing import Any

from sightline.actions.measuring import keep
from sightline.actions.measuring.keep import PersonDays
from sightline.actions.measuring.rows import Frame
from sightline.actions.progress import Watched
from sightline.ledger.source import Source
from sightline.ledger.tables import CALLS, FROM_THEM, FROM_US, MAILS, MEETINGS
from sightline.planning.periods import months_back
from sightline.planning.stakeholders import (
    ContactLog,
    StakeholderParameters,
    Touch,
    TouchKind,
    computed_strength,
    contact_logs,
)
from sightline.records.queries import calls, people

MONTHS = 24
BATCH = 500
TALKS = "talks"
KINDS = {
    **dict.fromkeys(MEETINGS, TouchKind.MEETING),
    **dict.fromkeys(CALLS, TouchKind.CALL),
    **dict.fromkeys(MAILS, TouchKind.MAIL),
}


def keep_all(source: Source, *, frame: Frame, job: Watched) -> int:
    """Keep the log, score and level of everybody with activity; answers how many."""
    parameters = frame.parameters.section(StakeholderParameters, "stakeholders")
    known = people.accounts_of_contacts()
    done = 0
    rows = _logs(source, frame=frame, parameters=parameters)
    kept = ((contact, log) for contact, log in rows if contact in known)
    while some := list(islice(kept, BATCH)):
        keep.store_contact_activity(
            [
                _row(contact, known[contact], log, frame=frame, parameters=parameters)
                for contact, log in some
            ]
        )
        done += len(some)
        job.progress(done, None, "people with contact")
    return done


def _logs(
    source: Source, *, frame: Frame, parameters: StakeholderParameters
) -> Iterator[tuple[int, ContactLog]]:
    """(contact id, log), one person at a time."""
    since = months_back(frame.as_of, MONTHS)
    by_hand = {str(pk): touches for pk, touches in calls.logged_calls(since, frame.as_of).items()}
    rows = source.connection.execute(
        'SELECT contact, our_person, kind, direction, "at", connected, minutes '
        f'FROM {TALKS} ORDER BY contact, "at"'
    )
    for contact, own in groupby(_fetched(rows), key=itemgetter(0)):
        if not contact.isdecimal():
            continue
        touches = [touch for row in own if (touch := _touch(row)) is not None]
        touches += by_hand.pop(contact, ())
        logs = contact_logs(touches, on=frame.as_of, parameters=parameters)
        if contact in logs:
            yield int(contact), logs[contact]
    for contact, some in by_hand.items():
        yield int(contact), contact_logs(some, on=frame.as_of, parameters=parameters)[contact]


def _touch(row: tuple[Any, ...]) -> Touch | None:
    """One line of the activity table as what it proves; kinds that we do not know prove nothing."""
    contact, ours, kind, direction, at, connected, minutes = row
    known = KINDS.get(kind)
    if known is None:
        return None
    inbound, outbound = direction in FROM_THEM, direction in FROM_US
    told = inbound or outbound
    return Touch(
        person=contact,
        day=at,
        kind=known,
        ours=(ours,) if ours else (),
        took_place=connected if known is TouchKind.MEETING else None,
        connected=connected if known is TouchKind.CALL else None,
        seconds=round(minutes * 60) if minutes is not None and known is TouchKind.CALL else None,
        from_them=int(inbound) if told and known is TouchKind.MAIL else None,
        from_us=int(outbound) if told and known is TouchKind.MAIL else None,
    )


def _row(
    contact: int,
    account: int,
    log: ContactLog,
    *,
    frame: Frame,
    parameters: StakeholderParameters,
) -> PersonDays:
    strength = computed_strength(log, on=frame.as_of, parameters=parameters)
    recent = log.within(on=frame.as_of, days=parameters.window_days)
    everything = (*log.two_way, *log.outbound, *log.unknown)
    return PersonDays(
        contact_id=contact,
        account_id=account,
        log=people.log_as_json(log),
        last_two_way_on=log.last_two_way,
        last_contact_on=max(everything, default=None),
        two_way_days=len(recent.two_way),
        score=Decimal(str(round(strength.score, 2))),
        level=strength.level,
        status="",
        ledger_version=frame.version,
        as_of=frame.as_of,
    )


def _fetched(rows: Any) -> Iterator[tuple[Any, ...]]:
    while some := rows.fetchmany(50_000):
        yield from some
