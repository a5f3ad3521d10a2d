"""Share rows the service keeps itself: one for the owner, one per team member."""

from sightline_sandbox.rows.read import Row
from sightline_sandbox.work import Work


def owner_share(work: Work, row: Row, old: Row | None) -> None:
    """The owner's share row of an account or opportunity."""
    if old is not None and old.get("OwnerId") == row.get("OwnerId"):
        return
    kind = "Account" if str(row["Id"]).startswith("001") else "Opportunity"
    work.db.execute(
        f'DELETE FROM "{kind}Share" WHERE "{kind}Id" = ? AND "RowCause" = \'Owner\'', (row["Id"],)
    )
    values = {"RowCause": "Owner", f"{kind}AccessLevel": "All"}
    if kind == "Account":
        values |= {f"{name}AccessLevel": "Edit" for name in ("Opportunity", "Case", "Contact")}
    _insert(work, kind, str(row["Id"]), str(row["OwnerId"]), values)


def team_share(work: Work, row: Row, old: Row | None) -> None:
    """The share row behind an account team member."""
    work.db.execute(
        'DELETE FROM "AccountShare" WHERE "AccountId" = ? AND "UserOrGroupId" = ? '
        "AND \"RowCause\" = 'Team'",
        (row["AccountId"], row["UserId"]),
    )
    values = {
        f"{name}AccessLevel": row.get(f"{name}AccessLevel") or "None"
        for name in ("Account", "Opportunity", "Case", "Contact")
    }
    _insert(
        work, "Account", str(row["AccountId"]), str(row["UserId"]), {"RowCause": "Team"} | values
    )


def _insert(work: Work, kind: str, record_id: str, user_id: str, values: dict[str, str]) -> None:
    sobject = work.schema.get(f"{kind}Share")
    row = {
        "Id": work.org.new_id(work.db, sobject),
        f"{kind}Id": record_id,
        "UserOrGroupId": user_id,
        "LastModifiedDate": work.stamp,
        "LastModifiedById": work.viewer.user_id,
        **values,
    }
    columns = ", ".join(f'"{name}"' for name in row)
    places = ", ".join("?" for _ in row)
    work.db.execute(
        f'INSERT INTO "{sobject.name}" ({columns}) VALUES ({places})', list(row.values())
    )
