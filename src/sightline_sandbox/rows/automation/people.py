"""Contacts and cases: the direct account relation, case numbers and contact details."""

from sightline_sandbox.rows.automation.names import running_number
from sightline_sandbox.rows.read import Row
from sightline_sandbox.work import Work


def forget_rights(work: Work, row: Row, old: Row | None) -> None:
    """A user's profile, role or activity may have changed: rights are read anew."""
    work.org.forget_viewers()


def case_facts(work: Work, row: Row, old: Row | None, given: frozenset[str]) -> None:
    """Number, closed date, and the contact's details shown on the case."""
    if not row.get("CaseNumber"):
        row["CaseNumber"] = running_number(work, "CaseNumber")
    closed = int(row.get("Status") == "Closed")
    row["IsClosed"] = closed
    row["ClosedDate"] = (row.get("ClosedDate") or work.stamp) if closed else None
    found = work.db.execute(
        'SELECT "Phone", "MobilePhone", "Email", "Fax", "AccountId" FROM "Contact" WHERE "Id" = ?',
        (row.get("ContactId"),),
    ).fetchone()
    if found:
        row["ContactPhone"], row["ContactMobile"], row["ContactEmail"], row["ContactFax"] = found[
            :4
        ]
        row["AccountId"] = row.get("AccountId") or found[4]


def direct_relation(work: Work, row: Row, old: Row | None) -> None:
    """The service itself keeps one direct AccountContactRelation per contact with an account."""
    account = row.get("AccountId")
    if old is not None and old.get("AccountId") == account:
        return
    if old is not None:
        work.db.execute(
            'UPDATE "AccountContactRelation" SET "IsDeleted" = 1, "SystemModstamp" = ? '
            'WHERE "ContactId" = ? AND "IsDirect" = 1 AND "IsDeleted" = 0',
            (work.stamp, row["Id"]),
        )
    if account:
        _insert_relation(work, str(row["Id"]), account)


def _insert_relation(work: Work, contact_id: str, account_id: str) -> None:
    sobject = work.schema.find("AccountContactRelation")
    if sobject is None:
        return
    user, now = work.viewer.user_id, work.stamp
    work.db.execute(
        'INSERT INTO "AccountContactRelation" ("Id", "AccountId", "ContactId", "IsDirect", '
        '"IsActive", "CreatedById", "CreatedDate", "LastModifiedById", "LastModifiedDate", '
        '"SystemModstamp", "IsDeleted") VALUES (?, ?, ?, 1, 1, ?, ?, ?, ?, ?, 0)',
        (work.org.new_id(work.db, sobject), account_id, contact_id, user, now, user, now, now),
    )
