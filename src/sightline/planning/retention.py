"""How long what is said of people is kept: one period a kind, counted from the last contact or
from the day it was said. Definition: docs/method/people-data.md."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

from sightline.planning.periods import months_back


class Kept(StrEnum):
    """Kinds of content about people that end."""

    OPINION = "opinion"
    NOTE = "note"
    ACTIVITY = "activity"
    JOURNAL = "journal"
    INBOX = "inbox"
    ADDRESS = "address"
    UNDO = "undo"


@dataclass(frozen=True, slots=True)
class RetentionParameters:
    """Periods of `people_data.toml`; that of opinions stands with the stakeholder rules."""

    note_months: int
    activity_months: int
    journal_months: int
    inbox_days: int
    address_days: int
    undo_days: int


def cutoff(
    kind: Kept, *, on: dt.date, numbers: RetentionParameters, opinion_months: int
) -> dt.date:
    """The last day that is past its time: what began on it or before is to go."""
    days = {
        Kept.INBOX: numbers.inbox_days,
        Kept.ADDRESS: numbers.address_days,
        Kept.UNDO: numbers.undo_days,
    }
    if kind in days:
        return on - dt.timedelta(days=days[kind])
    months = {
        Kept.OPINION: opinion_months,
        Kept.NOTE: numbers.note_months,
        Kept.ACTIVITY: numbers.activity_months,
        Kept.JOURNAL: numbers.journal_months,
    }[kind]
    return months_back(on, months)


def expired(given: dt.date, *, last_contact: dt.date | None, end: dt.date) -> bool:
    """Whether something said on `given` is past its time: counted from the later of the day it
    was said and the last contact with the person."""
    start = given if last_contact is None else max(given, last_contact)
    return start <= end
