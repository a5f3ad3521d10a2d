"""Creating and updating rows."""

from collections.abc import Mapping
from typing import Any

from sightline_sandbox.errors import ApiError, row_error
from sightline_sandbox.rows import automation, checks, read
from sightline_sandbox.rows.read import Row
from sightline_sandbox.rows.values import stored_value
from sightline_sandbox.schema.field import Field
from sightline_sandbox.schema.sobject import SObject
from sightline_sandbox.storage.database import savepoint
from sightline_sandbox.storage.tables import quoted
from sightline_sandbox.work import Work

_AUDIT = frozenset(
    {"CreatedDate", "CreatedById", "LastModifiedDate", "LastModifiedById", "SystemModstamp"}
)


def create(work: Work, sobject: SObject, data: Mapping[str, Any]) -> str:
    """Insert a row and answer its id; everything is undone when a rule refuses it."""
    if not sobject.flag("createable"):
        raise row_error(
            "CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY",
            f"entity type cannot be inserted: {sobject.raw['label']}",
        )
    checks.may_write_object(work, sobject)
    given = _given(work, sobject, data, creating=True)
    row = new_row(work, sobject, given)
    with savepoint(work.db):
        automation.before_save(work, sobject, row, None, frozenset(given))
        checks.before_write(work, sobject, row, None, frozenset(given))
        insert(work, sobject, row)
        checks.after_write(work, sobject, row, None)
        automation.after_save(work, sobject, row, None)
    return str(row["Id"])


def update(
    work: Work, sobject: SObject, record_id: str, data: Mapping[str, Any], *, single: bool = True
) -> None:
    """Change a row's given fields, and its stamps."""
    if not sobject.flag("updateable"):
        raise row_error(
            "CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY",
            f"entity type cannot be updated: {sobject.raw['label']}",
        )
    old = read.live_row(work, sobject, record_id, single=single)
    checks.may_edit(work, sobject, old)
    given = _given(work, sobject, data, creating=False)
    row = {**old, **given}
    with savepoint(work.db):
        automation.before_save(work, sobject, row, old, frozenset(given))
        checks.before_write(work, sobject, row, old, frozenset(given))
        touch(work, row)
        write(work, sobject, row, old)
        checks.after_write(work, sobject, row, old)
        automation.after_save(work, sobject, row, old)


def new_row(work: Work, sobject: SObject, given: Row) -> Row:
    """A row with an id, what was given, and the defaults of all other fields."""
    row = _defaults(work, sobject, given)
    row["Id"] = work.org.new_id(work.db, sobject)
    return row


def _given(work: Work, sobject: SObject, data: Mapping[str, Any], *, creating: bool) -> Row:
    """The stored values of what was sent; refuses unknown and unwritable fields."""
    given: Row = {}
    refused = []
    for key, value in data.items():
        if key == "attributes" or (key.lower() == "id" and _own_id(value, creating=creating)):
            continue
        field = sobject.find(key)
        if field is None or not work.viewer.sees(sobject, field):
            field, value = _by_parent(work, sobject, key, value)
        if not _writable(work, sobject, field, creating=creating):
            refused.append(field.name)
            continue
        given[field.name] = stored_value(work, sobject, field, value)
    if refused:
        raise row_error(
            "INVALID_FIELD_FOR_INSERT_UPDATE",
            f"Unable to create/update fields: {', '.join(refused)}. Please check the security "
            "settings of this field and verify that it is read/write for your profile or "
            "permission set.",
            *refused,
        )
    return given


def _own_id(value: Any, *, creating: bool) -> bool:
    if creating and value:
        raise row_error(
            "INVALID_FIELD_FOR_INSERT_UPDATE", "cannot specify Id in an insert call", "Id"
        )
    return True


def _writable(work: Work, sobject: SObject, field: Field, *, creating: bool) -> bool:
    if work.options.audit_fields and field.name in _AUDIT:
        return True
    allowed = field.createable if creating else field.updateable
    return allowed and work.viewer.writes(sobject, field)


def _by_parent(work: Work, sobject: SObject, key: str, value: Any) -> tuple[Field, Any]:
    """`{"Account": {"Ext__c": "a"}}`: a reference given by its parent's external id."""
    reference = sobject.relation(key)
    if reference is None or not (value is None or isinstance(value, dict)):
        raise ApiError("INVALID_FIELD", f"No such column '{key}' on sobject of type {sobject.name}")
    if value is None:
        return reference, None
    pairs = {k: v for k, v in value.items() if k not in ("attributes", "type")}
    target = work.schema.find(reference.targets[0])
    if len(pairs) != 1 or target is None:
        raise ApiError("INVALID_FIELD", f"Foreign key external ID not found: {key}")
    name, wanted = next(iter(pairs.items()))
    field = target.find(name)
    if field is None or not (field.lookup_key or field.name == "Id"):
        raise ApiError("INVALID_FIELD", f"{name} is not an external ID field on {target.name}")
    ids = read.by_value(work, target, field.name, wanted)
    if len(ids) != 1:
        raise row_error(
            "INVALID_FIELD" if not ids else "DUPLICATE_EXTERNAL_ID",
            f"Foreign key external ID: {wanted} not found for field {field.name} in entity "
            f"{target.name}",
        )
    return reference, ids[0]


def _defaults(work: Work, sobject: SObject, given: Row) -> Row:
    row: Row = {}
    for field in sobject.columns():
        default = field.default
        row[field.name] = int(bool(default)) if field.type == "boolean" else default
    row.update(_stamps(work, sobject))
    row.update(given)
    if "OwnerId" in row and not given.get("OwnerId"):
        row["OwnerId"] = work.viewer.user_id
    return row


def _stamps(work: Work, sobject: SObject) -> Row:
    values = {
        "CreatedDate": work.stamp,
        "LastModifiedDate": work.stamp,
        "SystemModstamp": work.stamp,
        "CreatedById": work.viewer.user_id,
        "LastModifiedById": work.viewer.user_id,
    }
    return {name: value for name, value in values.items() if sobject.find(name)}


def touch(work: Work, row: Row) -> None:
    """Stamp a row as changed now by this user."""
    for name in ("LastModifiedDate", "SystemModstamp"):
        if name in row:
            row[name] = work.stamp
    if "LastModifiedById" in row:
        row["LastModifiedById"] = work.viewer.user_id


def insert(work: Work, sobject: SObject, row: Row) -> None:
    """Put a complete row into storage."""
    kept = {k: v for k, v in row.items() if v is not None}
    columns = ", ".join(quoted(name) for name in kept)
    places = ", ".join("?" for _ in kept)
    work.db.execute(
        f"INSERT INTO {quoted(sobject.name)} ({columns}) VALUES ({places})", list(kept.values())
    )


def write(work: Work, sobject: SObject, row: Row, old: Row) -> None:
    """Write the fields of a row that differ from what storage holds."""
    changed = {k: v for k, v in row.items() if v != old.get(k)}
    if not changed:
        return
    sets = ", ".join(f"{quoted(name)} = ?" for name in changed)
    work.db.execute(
        f'UPDATE {quoted(sobject.name)} SET {sets} WHERE "Id" = ?',
        [*changed.values(), row["Id"]],
    )


def set_fields(work: Work, sobject: SObject, record_id: str, values: Row) -> None:
    """Write derived fields without touching the stamps."""
    sets = ", ".join(f"{quoted(name)} = ?" for name in values)
    work.db.execute(
        f'UPDATE {quoted(sobject.name)} SET {sets} WHERE "Id" = ?', [*values.values(), record_id]
    )
