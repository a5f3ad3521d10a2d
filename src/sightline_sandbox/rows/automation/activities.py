"""Tasks and events: closed, due, whose account, how long; and the account's last activity."""

from datetime import timedelta

from sightline_sandbox.clock import stamp
from sightline_sandbox.errors import row_error
from sightline_sandbox.rows.read import Row
from sightline_sandbox.soql.dates import read_datetime
from sightline_sandbox.work import Work

_ACCOUNT_OF = {"006": "Opportunity", "500": "Case", "800": "Contract", "02i": "Asset"}


def task_facts(work: Work, row: Row, old: Row | None, given: frozenset[str]) -> None:
    """Closed follows from the status, high priority from the priority."""
    found = work.db.execute(
        'SELECT "IsClosed" FROM "TaskStatus" WHERE "ApiName" = ?', (row.get("Status"),)
    ).fetchone()
    closed = int(bool(found and found[0]))
    was_closed = bool(old and old.get("IsClosed"))
    row["IsClosed"] = closed
    row["IsHighPriority"] = int(row.get("Priority") == "High")
    if closed and not was_closed:
        row["CompletedDateTime"] = work.stamp
    elif not closed:
        row["CompletedDateTime"] = None
    _account(work, row)


def event_facts(work: Work, row: Row, old: Row | None, given: frozenset[str]) -> None:
    """Start, end, date and length of an event follow from one another."""
    start = row.get("StartDateTime") if "StartDateTime" in given else None
    start = start or (row.get("ActivityDateTime") if "ActivityDateTime" in given else None)
    start = start or row.get("StartDateTime") or row.get("ActivityDateTime")
    if row.get("IsAllDayEvent") and not start and row.get("ActivityDate"):
        start = f"{row['ActivityDate']}T00:00:00.000+0000"
    if not start:
        raise row_error(
            "REQUIRED_FIELD_MISSING",
            "Required fields are missing: [ActivityDateTime]",
            "ActivityDateTime",
        )
    row["StartDateTime"] = row["ActivityDateTime"] = start
    row["ActivityDate"] = start[:10]
    _length(row, start, given)
    row["EventSubtype"] = "Event"
    _account(work, row)


def _length(row: Row, start: str, given: frozenset[str]) -> None:
    begins = read_datetime(start)
    if "EndDateTime" in given and row.get("EndDateTime"):
        length = read_datetime(row["EndDateTime"]) - begins
        row["DurationInMinutes"] = int(length.total_seconds() // 60)
    elif row.get("DurationInMinutes") is None:
        if not row.get("IsAllDayEvent"):
            raise row_error(
                "REQUIRED_FIELD_MISSING",
                "Required fields are missing: [DurationInMinutes]",
                "DurationInMinutes",
            )
        row["DurationInMinutes"] = 24 * 60
    if row["DurationInMinutes"] < 0:
        raise row_error(
            "FIELD_INTEGRITY_EXCEPTION", "End date/time precedes start date/time", "EndDateTime"
        )
    row["EndDateTime"] = stamp(begins + timedelta(minutes=row["DurationInMinutes"]))
    row["EndDate"] = row["EndDateTime"][:10]


def _account(work: Work, row: Row) -> None:
    """The account of an activity: that of what it is about, else that of whom it is with."""
    what, who = row.get("WhatId"), row.get("WhoId")
    row["AccountId"] = None
    if what and what.startswith("001"):
        row["AccountId"] = what
    elif what and what[:3] in _ACCOUNT_OF:
        row["AccountId"] = _account_id(work, _ACCOUNT_OF[what[:3]], what)
    if row["AccountId"] is None and who and who.startswith("003"):
        row["AccountId"] = _account_id(work, "Contact", who)


def _account_id(work: Work, table: str, record_id: str) -> str | None:
    found = work.db.execute(
        f'SELECT "AccountId" FROM "{table}" WHERE "Id" = ?', (record_id,)
    ).fetchone()
    return found[0] if found else None


def last_activity(work: Work, row: Row, old: Row | None) -> None:
    """The last activity date of the account, opportunity and contact concerned.

    Derived: it does not move their stamps.
    """
    day = row.get("ActivityDate")
    if not day:
        return
    targets = {"Account": row.get("AccountId")}
    for reference in (row.get("WhatId"), row.get("WhoId")):
        found = work.schema.of_id(reference) if reference else None
        if found is not None and found.find("LastActivityDate"):
            targets[found.name] = reference
    for table, record_id in targets.items():
        if record_id:
            work.db.execute(
                f'UPDATE "{table}" SET "LastActivityDate" = ? WHERE "Id" = ? AND '
                '("LastActivityDate" IS NULL OR "LastActivityDate" < ?)',
                (day, record_id, day),
            )
