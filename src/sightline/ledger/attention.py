"""Two-way contact from logged activities, by person and day. See docs/method/attention.md."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from sightline.ledger import compiled, duck
from sightline.ledger.scalars import scalar_values
from sightline.ledger.tables import ACTIVITIES
from sightline.ledger.version import LedgerVersion
from sightline.ledger.windows import Cut


@dataclass(frozen=True, slots=True)
class ContactDay:
    """What was logged between one of theirs and one of ours on one day.

    `contact` or `our_person` is empty where the log names nobody. Counts are of logged items.
    `two_way` as defined; without it the day is contact in one or an unknown direction.
    """

    account: str
    contact: str
    our_person: str
    day: date
    two_way: bool
    meetings: int
    calls: int
    mails: int
    inbound: int
    outbound: int


@dataclass(frozen=True, slots=True)
class LastContact:
    """The last days with one contact: any contact, and two-way (None: never)."""

    account: str
    contact: str
    last: date
    last_two_way: date | None
    two_way_days: int


def contact_days(
    version: LedgerVersion,
    *,
    folder: Path,
    as_of: date,
    account: str | None = None,
    since: date | None = None,
) -> tuple[ContactDay, ...]:
    """Contact days up to and with `as_of`, ordered by account, contact, our person, day.

    `account` None is every account. `since` leaves out earlier days; a thread still counts as
    answered by a message before it.
    """
    query = (
        f"SELECT * FROM ({_measure(as_of)}) "
        "WHERE ($account IS NULL OR account = $account) AND ($since IS NULL OR day >= $since) "
        "ORDER BY account, contact, our_person, day"
    )
    rows = _run(version, folder, query, account=account, since=since)
    return tuple(ContactDay(*row) for row in rows)  # type: ignore[arg-type]


def last_contacts(
    version: LedgerVersion, *, folder: Path, as_of: date, account: str | None = None
) -> tuple[LastContact, ...]:
    """Per account and named contact the last contact and the last two-way contact up to `as_of`."""
    query = (
        "SELECT account, contact, max(day), max(day) FILTER (two_way), "
        "count(DISTINCT day) FILTER (two_way) "
        f"FROM ({_measure(as_of)}) "
        "WHERE contact <> '' AND ($account IS NULL OR account = $account) "
        "GROUP BY account, contact ORDER BY account, contact"
    )
    rows = _run(version, folder, query, account=account)
    return tuple(LastContact(*row) for row in rows)  # type: ignore[arg-type]


def _measure(as_of: date) -> str:
    return compiled.bound("contact_days", scalar_values(Cut.on(as_of)))


def _run(
    version: LedgerVersion, folder: Path, query: str, **values: object
) -> list[tuple[object, ...]]:
    with duck.session() as connection:
        connection.execute(
            f"CREATE VIEW {ACTIVITIES} AS {duck.parts_sql(version, folder, ACTIVITIES)}"
        )
        return connection.execute(query, values).fetchall()
