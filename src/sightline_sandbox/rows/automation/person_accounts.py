"""Person accounts: an account that is a person, and the contact that goes with it.

The account is what is written; the contact follows it and cannot be written itself.
"""

from __future__ import annotations

from sightline_sandbox.errors import row_error
from sightline_sandbox.rows.read import Row
from sightline_sandbox.schema.sobject import SObject
from sightline_sandbox.work import Work

#: Account fields that are the contact's under another name, beside `Person…` and `…__pc`.
_SAME = ("FirstName", "LastName", "Salutation", "Phone", "Fax", "OwnerId")
#: What the service keeps itself.
_KEPT = frozenset({"PersonContactId", "IsPersonAccount"})


def is_on(work: Work) -> bool:
    """Whether this org has person accounts."""
    return work.schema.get("Account").find("IsPersonAccount") is not None


def contact_field(account: SObject, contact: SObject, name: str) -> str | None:
    """The contact's name of a person account's field, or None when it is the account's own."""
    if name in _KEPT or account.find(name) is None:
        return None
    if name in _SAME:
        return name
    if name.startswith("Person"):
        plain = name.removeprefix("Person")
    elif name.endswith("__pc"):
        plain = name.removesuffix("__pc") + "__c"
    else:
        return None
    found = contact.find(plain)
    return found.name if found is not None and found.stored else None


def before(work: Work, row: Row, old: Row | None, given: frozenset[str]) -> None:
    """Tell people from companies, compose the name, refuse fields of the other kind."""
    if not is_on(work):
        return
    person = _is_person(work, row, old)
    row["IsPersonAccount"] = int(person)
    _refuse(work, person=person, given=given)
    needed = "LastName" if person else "Name"
    if not row.get(needed):
        raise row_error(
            "REQUIRED_FIELD_MISSING", f"Required fields are missing: [{needed}]", needed
        )
    if person:
        parts = (row.get("FirstName"), row.get("LastName"))
        row["Name"] = " ".join(p for p in parts if p) or None


def _is_person(work: Work, row: Row, old: Row | None) -> bool:
    kind = work.db.execute(
        'SELECT "Id" FROM "RecordType" WHERE "SobjectType" = \'Account\' AND "IsPersonType" = 1'
    ).fetchone()
    if old is None and row.get("LastName") and not row.get("Name") and kind is not None:
        default = (work.org.documents.get("record_type", "Account") or {}).get("default")
        if row.get("RecordTypeId") in (None, default):
            row["RecordTypeId"] = kind[0]
    found = work.db.execute(
        'SELECT "IsPersonType" FROM "RecordType" WHERE "Id" = ?', (row.get("RecordTypeId"),)
    ).fetchone()
    return bool(found and found[0])


def _refuse(work: Work, *, person: bool, given: frozenset[str]) -> None:
    account, contact = work.schema.get("Account"), work.schema.get("Contact")
    if person:
        wrong = sorted(given & {"Name"})
    else:
        theirs = {"FirstName", "LastName", "Salutation"}
        wrong = sorted(
            name
            for name in given
            if name in theirs
            or (name.startswith("Person") and contact_field(account, contact, name))
            or name.endswith("__pc")
        )
    if wrong:
        raise row_error(
            "INVALID_FIELD_FOR_INSERT_UPDATE",
            f"Account: bad field names on insert/update call: {', '.join(wrong)}",
            *wrong,
        )


def after(work: Work, row: Row, old: Row | None) -> None:
    """Make the person's contact, or bring it in step."""
    if not row.get("IsPersonAccount"):
        return
    from sightline_sandbox.rows import save

    account, contact = work.schema.get("Account"), work.schema.get("Contact")
    values = {
        theirs: row[ours]
        for ours in row
        if (theirs := contact_field(account, contact, ours)) is not None
    }
    contact_id = row.get("PersonContactId")
    if contact_id:
        values |= dict.fromkeys(("LastModifiedDate", "SystemModstamp"), work.stamp)
        values["LastModifiedById"] = work.viewer.user_id
        values["Name"] = row["Name"]
        save.set_fields(work, contact, str(contact_id), values)
        return
    made = save.new_row(work, contact, values)
    made |= {"Name": row["Name"], "AccountId": row["Id"], "IsPersonAccount": 1}
    save.insert(work, contact, made)
    save.set_fields(work, account, str(row["Id"]), {"PersonContactId": made["Id"]})


def refuse_contact(work: Work, row: Row, old: Row | None, given: frozenset[str]) -> None:
    """The contact of a person account is written through the account only."""
    if old is not None and old.get("IsPersonAccount"):
        raise row_error(
            "INVALID_PERSON_ACCOUNT_OPERATION",
            "the contact of a person account is edited through the account",
        )


__all__ = ["after", "before", "contact_field", "is_on", "refuse_contact"]
