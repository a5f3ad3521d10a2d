"""Rules a row must pass: required fields, references, uniqueness, rules of the org, rights."""

import json
from typing import Any

from sightline_sandbox.errors import ApiError, row_error
from sightline_sandbox.rows import read
from sightline_sandbox.rows.read import Row
from sightline_sandbox.schema.field import Field
from sightline_sandbox.schema.sobject import SObject
from sightline_sandbox.storage.tables import quoted
from sightline_sandbox.work import Work

#: Fields the service fills itself although describe calls them required.
_FILLED = frozenset(
    [
        "Id",
        "CreatedDate",
        "CreatedById",
        "LastModifiedDate",
        "LastModifiedById",
        "SystemModstamp",
        "OwnerId",
        "IsDeleted",
        "Name",
    ]
)


#: The key of a duplicate's details; the service misspelt it up to v51.
_RESULT_KEY, _OLD_KEY, _SPELT_RIGHT = "duplicateResult", "duplicateResut", 52


def may_write_object(work: Work, sobject: SObject) -> None:
    """Refuse objects hidden from the user, or faulted as read-only."""
    if not work.viewer.sees_object(sobject):
        raise ApiError("NOT_FOUND", "The requested resource does not exist", status=404)
    if not work.viewer.may(sobject, "create"):
        raise row_error(
            "CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY",
            f"entity type cannot be inserted: {sobject.raw['label']}",
        )
    work.org.faults.before_row(work, sobject, None)


def may_edit(work: Work, sobject: SObject, row: Row, right: str = "edit") -> None:
    """Refuse locked rows and rows the user may only read; `right` may be `delete`."""
    work.org.faults.before_row(work, sobject, row)
    if work.org.documents.get("lock", str(row["Id"])) and not work.viewer.changes_all:
        raise row_error("ENTITY_IS_LOCKED", "the entity is locked for editing")
    granted = work.viewer.may(sobject, right)
    if not granted or not work.org.sharing.may_edit(work, sobject, str(row["Id"])):
        raise ApiError(
            "INSUFFICIENT_ACCESS_OR_READONLY",
            "insufficient access rights on object id",
            status=403,
            fields=[],
        )


def before_write(
    work: Work, sobject: SObject, row: Row, old: Row | None, given: frozenset[str]
) -> None:
    """Required fields, references, unique fields, duplicate rules."""
    _required(sobject, row, given, creating=old is None)
    for name in given:
        field = sobject.find(name)
        if field is not None and row.get(name) is not None:
            _reference(work, sobject, field, row)
            _unique(work, sobject, field, row)
    _owner_active(work, sobject, row, old)
    _duplicates(work, sobject, row)


def _required(sobject: SObject, row: Row, given: frozenset[str], *, creating: bool) -> None:
    missing = []
    for field in sobject.columns():
        needed = not field.nillable and field.createable and field.type != "boolean"
        if not needed or row.get(field.name) is not None:
            continue
        if field.name in _FILLED and not (field.name == "Name" and field.createable):
            continue
        if field.name not in given and (not creating or field.raw["defaultedOnCreate"]):
            continue
        missing.append(field.name)
    if missing:
        raise row_error(
            "REQUIRED_FIELD_MISSING",
            f"Required fields are missing: [{', '.join(missing)}]",
            *missing,
        )


def _reference(work: Work, sobject: SObject, field: Field, row: Row) -> None:
    if field.type != "reference":
        return
    value = str(row[field.name])
    target = work.schema.of_id(value)
    found = read.exists(work, target, value) if target else None
    if found is None:
        raise row_error("INVALID_CROSS_REFERENCE_KEY", "invalid cross reference id")
    if found is False:
        raise row_error("ENTITY_IS_DELETED", "entity is deleted")
    if value == row.get("Id") and field.targets == (sobject.name,):
        raise row_error("CIRCULAR_DEPENDENCY", f"attempt to violate hierarchy constraints: {value}")


def _unique(work: Work, sobject: SObject, field: Field, row: Row) -> None:
    if not field.raw["unique"]:
        return
    for other in read.by_value(work, sobject, field.name, row[field.name]):
        if other != row.get("Id"):
            raise row_error(
                "DUPLICATE_VALUE",
                f"duplicate value found: {field.name} duplicates value on record with id: "
                f"{other[:15]}",
            )


def _owner_active(work: Work, sobject: SObject, row: Row, old: Row | None) -> None:
    owner = row.get("OwnerId")
    if not owner or (old is not None and old.get("OwnerId") == owner):
        return
    found = work.db.execute('SELECT "IsActive" FROM "User" WHERE "Id" = ?', (owner,)).fetchone()
    if found is not None and not found[0]:
        raise row_error(
            "INACTIVE_OWNER_OR_USER",
            f"operation performed with inactive user [{owner[:15]}] as owner of "
            f"{sobject.raw['label'].lower()}",
        )


def _duplicates(work: Work, sobject: SObject, row: Row) -> None:
    for rule in work.org.documents.all("duplicate"):
        if rule["object"] != sobject.name or not rule.get("active", True):
            continue
        if rule.get("action") == "alert" and work.options.duplicates_allowed:
            continue
        names = rule["fields"]
        values = [row.get(name) for name in names]
        if any(v is None for v in values):
            continue
        tests = " AND ".join(f"{quoted(name)} = ?" for name in names)
        found = work.db.execute(
            f'SELECT "Id" FROM {quoted(sobject.name)} WHERE {tests} AND "Id" <> ? '
            'AND "IsDeleted" = 0 LIMIT 20',
            [*values, row.get("Id") or ""],
        ).fetchall()
        if found:
            raise _duplicates_detected(work, sobject, rule, [r[0] for r in found])


def _duplicates_detected(
    work: Work, sobject: SObject, rule: dict[str, Any], ids: list[str]
) -> ApiError:
    records = [
        {
            "additionalInformation": [],
            "fieldDiffs": [],
            "matchConfidence": 100.0,
            "record": {
                "attributes": {
                    "type": sobject.name,
                    "url": f"{work.base}/sobjects/{sobject.name}/{i}",
                },
                "Id": i,
                **_details(work, sobject, rule, i),
            },
        }
        for i in ids
    ]
    result = {
        "allowSave": rule.get("action") == "alert",
        "duplicateRule": rule["name"],
        "duplicateRuleEntityType": sobject.name,
        "errorMessage": "Use one of these records?",
        "matchResults": [
            {
                "entityType": sobject.name,
                "errors": [],
                "matchEngine": "ExactMatchEngine",
                "matchRecords": records,
                "rule": f"{rule['name']}_match",
                "size": len(records),
                "success": True,
            }
        ],
    }
    return ApiError(
        "DUPLICATES_DETECTED",
        "Use one of these records?",
        extra={_RESULT_KEY if float(work.version) >= _SPELT_RIGHT else _OLD_KEY: result},
    )


def _details(
    work: Work, sobject: SObject, rule: dict[str, Any], record_id: str
) -> dict[str, object]:
    """The fields of a match, where the caller asks for them."""
    if not work.options.duplicate_details:
        return {}
    row = read.row_of(work, sobject, record_id) or {}
    names = dict.fromkeys(["Name", *rule["fields"]])
    return {name: row[name] for name in names if name in row}


def after_write(work: Work, sobject: SObject, row: Row, old: Row | None) -> None:
    """Validation rules: formulas that say what is wrong, run on the row as written."""
    for rule in work.org.documents.all("rule"):
        if rule["object"] != sobject.name or not rule.get("active", True):
            continue
        sql = work.org.formula_sql(sobject, rule["formula"], "t")
        broken = work.db.execute(
            f'SELECT {sql} FROM {quoted(sobject.name)} t WHERE t."Id" = :id',
            {"id": row["Id"], "old": None if old is None else json.dumps(old)},
        ).fetchone()
        if broken and broken[0]:
            fields = [rule["field"]] if rule.get("field") else []
            raise row_error("FIELD_CUSTOM_VALIDATION_EXCEPTION", rule["message"], *fields)
