"""What the service would have derived, written set-wise after a load."""

import sqlite3

from sightline_sandbox.ids import make_id
from sightline_sandbox.org import Org
from sightline_sandbox.schema.sobject import SObject
from sightline_sandbox.storage.tables import quoted

_ARCHIVE_DAYS = 365


def fill_empty(db: sqlite3.Connection, sobject: SObject, stamp: str, admin: str) -> None:
    """Stamps, owners and flags an export left empty."""
    rules = {
        "CreatedDate": (("LastModifiedDate", "SystemModstamp"), stamp),
        "LastModifiedDate": (("SystemModstamp", "CreatedDate"), stamp),
        "SystemModstamp": (("LastModifiedDate", "CreatedDate"), stamp),
        "CreatedById": ((), admin),
        "LastModifiedById": (("CreatedById",), admin),
        "OwnerId": ((), admin),
    }
    table = quoted(sobject.name)
    for name, (others, default) in rules.items():
        if sobject.find(name) is None:
            continue
        known = [f'"{other}"' for other in others if sobject.find(other)]
        value = f"COALESCE({', '.join(known)}, '{default}')" if known else f"'{default}'"
        db.execute(f'UPDATE {table} SET "{name}" = {value} WHERE "{name}" IS NULL')
    for field in sobject.columns():
        if field.type == "boolean":
            db.execute(
                f"UPDATE {table} SET {quoted(field.name)} = 0 WHERE {quoted(field.name)} IS NULL"
            )
    whole = sobject.find("Name")
    if whole is not None and not whole.createable and sobject.find("LastName"):
        db.execute(
            f"UPDATE {table} SET \"Name\" = trim(COALESCE(\"FirstName\", '') || ' ' || "
            "COALESCE(\"LastName\", ''))"
        )


def after_load(org: Org, db: sqlite3.Connection, loaded: set[str]) -> None:
    """Derived fields and rows across objects."""
    if "User" in loaded:
        _users(db)
    if "Opportunity" in loaded:
        _stages(org, db)
    if "Case" in loaded:
        db.execute(
            'UPDATE "Case" SET "IsClosed" = ("Status" = \'Closed\'), "ClosedDate" = '
            'CASE WHEN "Status" = \'Closed\' THEN COALESCE("ClosedDate", "LastModifiedDate") END'
        )
    _all_activities(db, loaded)
    for name in ("Account", "Opportunity"):
        if name in loaded:
            _owner_shares(org, db, name)
    if "Contact" in loaded:
        _relations(org, db)
    _numbers(org, db, loaded)


def _all_activities(db: sqlite3.Connection, loaded: set[str]) -> None:
    if "Task" in loaded:
        db.execute(
            'UPDATE "Task" SET "IsClosed" = COALESCE((SELECT s."IsClosed" FROM "TaskStatus" s '
            'WHERE s."ApiName" = "Task"."Status"), 0), '
            '"IsHighPriority" = ("Priority" IS \'High\')'
        )
    for name in ("Task", "Event"):
        if name in loaded:
            _activities(db, name)


def _users(db: sqlite3.Connection) -> None:
    standard = db.execute('SELECT "Id" FROM "Profile" WHERE "Name" = \'Standard User\'')
    profile = standard.fetchone()[0]
    db.execute(
        'UPDATE "User" SET "ProfileId" = ? WHERE "ProfileId" IS NULL OR "ProfileId" '
        'NOT IN (SELECT "Id" FROM "Profile")',
        (profile,),
    )
    db.execute(
        'UPDATE "User" SET "Username" = COALESCE("Username", "Email", '
        "lower(replace(\"Name\", ' ', '.')) || '@sandbox.example'), "
        '"Alias" = COALESCE("Alias", substr("LastName", 1, 8)), '
        '"UserType" = COALESCE("UserType", \'Standard\')'
    )


def _stages(org: Org, db: sqlite3.Connection) -> None:
    start = org.fiscal_start
    month = 'CAST(substr("CloseDate", 6, 2) AS INTEGER)'
    year = f'(CAST(substr("CloseDate", 1, 4) AS INTEGER) + ({start} > 1 AND {month} >= {start}))'
    quarter = f"((({month} - {start} + 12) % 12) / 3 + 1)"
    db.execute(
        'UPDATE "Opportunity" SET '
        '"IsClosed" = s."IsClosed", "IsWon" = s."IsWon", '
        '"ForecastCategory" = s."ForecastCategory", '
        '"ForecastCategoryName" = COALESCE("Opportunity"."ForecastCategoryName", '
        's."ForecastCategoryName"), '
        '"Probability" = COALESCE("Opportunity"."Probability", s."DefaultProbability") '
        'FROM "OpportunityStage" s WHERE s."ApiName" = "Opportunity"."StageName"'
    )
    db.execute(
        f'UPDATE "Opportunity" SET "FiscalYear" = {year}, "FiscalQuarter" = {quarter}, '
        f"\"Fiscal\" = {year} || ' ' || {quarter}, "
        '"ExpectedRevenue" = round("Amount" * "Probability" / 100, 2) '
        'WHERE "CloseDate" IS NOT NULL'
    )


def _activities(db: sqlite3.Connection, name: str) -> None:
    db.execute(
        f'UPDATE "{name}" SET "AccountId" = CASE substr("WhatId", 1, 3) '
        "WHEN '001' THEN \"WhatId\" "
        'WHEN \'006\' THEN (SELECT o."AccountId" FROM "Opportunity" o '
        f'WHERE o."Id" = "{name}"."WhatId") '
        f'ELSE (SELECT c."AccountId" FROM "Contact" c WHERE c."Id" = "{name}"."WhoId") END '
        'WHERE "AccountId" IS NULL'
    )
    archive(db, name)


def archive(db: sqlite3.Connection, name: str) -> int:
    """Archive closed tasks, and events, older than a year; stamps stay as they are."""
    closed = ' AND "IsClosed" = 1' if name == "Task" else ""
    done = db.execute(
        f'UPDATE "{name}" SET "IsArchived" = 1 WHERE "IsArchived" = 0{closed} '
        f"AND \"ActivityDate\" < date('now', '-{_ARCHIVE_DAYS} days')"
    )
    return done.rowcount


def _owner_shares(org: Org, db: sqlite3.Connection, name: str) -> None:
    share = org.schema.get(f"{name}Share")
    rows = db.execute(
        f'SELECT "Id", "OwnerId", "LastModifiedDate" FROM "{name}" WHERE "Id" NOT IN '
        f'(SELECT "{name}Id" FROM "{name}Share" WHERE "RowCause" = \'Owner\')'
    ).fetchall()
    if not rows:
        return
    last = org.count_up(db, f"id:{share.prefix}", by=len(rows))
    first = last - len(rows) + 1
    others = ("Opportunity", "Case", "Contact") if name == "Account" else ()
    columns = "".join(f', "{o}AccessLevel"' for o in others)
    edits = ", 'Edit'" * len(others)
    db.executemany(
        f'INSERT INTO "{name}Share" ("Id", "{name}Id", "UserOrGroupId", "LastModifiedById", '
        f'"LastModifiedDate", "RowCause", "{name}AccessLevel"{columns}) '
        f"VALUES (?, ?, ?, ?, ?, 'Owner', 'All'{edits})",
        (
            (make_id(share.prefix or "", first + n), row[0], row[1], row[1], row[2])
            for n, row in enumerate(rows)
        ),
    )


def _relations(org: Org, db: sqlite3.Connection) -> None:
    relation = org.schema.get("AccountContactRelation")
    rows = db.execute(
        'SELECT "Id", "AccountId", "CreatedDate", "CreatedById" FROM "Contact" '
        'WHERE "AccountId" IS NOT NULL AND "Id" NOT IN '
        '(SELECT "ContactId" FROM "AccountContactRelation" WHERE "IsDirect" = 1)'
    ).fetchall()
    if not rows:
        return
    first = org.count_up(db, f"id:{relation.prefix}", by=len(rows)) - len(rows) + 1
    db.executemany(
        'INSERT INTO "AccountContactRelation" ("Id", "ContactId", "AccountId", "IsDirect", '
        '"IsActive", "CreatedDate", "LastModifiedDate", "SystemModstamp", "CreatedById", '
        '"LastModifiedById") VALUES (?, ?, ?, 1, 1, ?, ?, ?, ?, ?)',
        (
            (make_id(relation.prefix or "", first + n), r[0], r[1], r[2], r[2], r[2], r[3], r[3])
            for n, r in enumerate(rows)
        ),
    )


def _numbers(org: Org, db: sqlite3.Connection, loaded: set[str]) -> None:
    """Running numbers where the export has none."""
    for name, column in (("Case", "CaseNumber"), ("Contract", "ContractNumber")):
        if name not in loaded:
            continue
        rows = db.execute(f'SELECT "Id" FROM "{name}" WHERE "{column}" IS NULL').fetchall()
        for (record_id,) in rows:
            number = org.count_up(db, column)
            db.execute(
                f'UPDATE "{name}" SET "{column}" = ? WHERE "Id" = ?', (f"{number:08d}", record_id)
            )
