"""Before a write that a person asked for: may that person change the row there, too?

What the service says of a person and a row is believed for fifteen minutes. Where the person has no
user there, or the service cannot say, the connection's own rights decide.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence

from sightline.actions.sync.sending import Claimed
from sightline.agreement.records import Outcome, Rights, Settled, Write
from sightline.crm.session import Session
from sightline.records.queries import sync_people

KEPT = dt.timedelta(minutes=15)
# By connection, user and row: when it was asked, and what was said.
_SAID: dict[tuple[int, str, str], tuple[dt.datetime, Rights]] = {}
CODE = "PERSON_MAY_NOT_EDIT"
_WORDS = (
    "{name} may not change this record in the CRM. Ask its owner, or whoever manages access there."
)
# A new row is written under one of these.
_PARENTS = ("OpportunityId", "WhatId", "AccountId")


def forbidden(session: Session, writes: Sequence[tuple[Claimed, Write]]) -> dict[int, Outcome]:
    """Outcomes, by intent, of the writes that the person who asked may not make."""
    refused = refusals(session, [(one.asked_by, write) for one, write in writes])
    return {writes[place][0].intent_id: outcome for place, outcome in refused.items()}


def refusals(session: Session, writes: Sequence[tuple[int | None, Write]]) -> dict[int, Outcome]:
    """Outcomes, by place, of the writes that whoever asked for each (a sign-in) may not make."""
    people = sync_people.users_of(
        session.connection_id, {asker for asker, _ in writes if asker is not None}
    )
    wanted: dict[str, set[str]] = {}
    for asker, write in writes:
        about = _about(write)
        if asker in people and about:
            wanted.setdefault(people[asker].outside_id, set()).add(about)
    said = {user: _rights(session, user, sorted(ids)) for user, ids in wanted.items()}
    refused: dict[int, Outcome] = {}
    for place, (asker, write) in enumerate(writes):
        user = people.get(asker) if asker is not None else None
        rights = said.get(user.outside_id, {}).get(_about(write)) if user is not None else None
        if user is None or rights is None:
            continue
        if not (rights.edit if write.id else rights.read):
            text = _WORDS.format(name=user.name)
            refused[place] = Outcome(Settled.REFUSED, code=CODE, message=text)
    return refused


def _about(write: Write) -> str:
    """The row whose access counts: itself, or what a new one is made under."""
    if write.id:
        return write.id
    return next((str(write.values[name]) for name in _PARENTS if write.values.get(name)), "")


def _rights(session: Session, user: str, ids: Sequence[str]) -> Mapping[str, Rights]:
    now = session.clock()
    known: dict[str, Rights] = {}
    for one in ids:
        held = _SAID.get((session.connection_id, user, one))
        if held is not None and abs(now - held[0]) < KEPT:
            known[one] = held[1]
    unknown = [one for one in ids if one not in known]
    asked = session.crm.rights(user, unknown) if unknown else {}
    for one, rights in (asked or {}).items():
        _SAID[session.connection_id, user, one] = (now, rights)
        known[one] = rights
    return known


def forget() -> None:
    """Ask anew from now on."""
    _SAID.clear()
