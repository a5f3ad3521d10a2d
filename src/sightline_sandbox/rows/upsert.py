"""Upsert: update the row an external id names, or create it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sightline_sandbox.errors import ApiError, not_found, row_error
from sightline_sandbox.ids import to_18
from sightline_sandbox.rows import read, save
from sightline_sandbox.rows.values import stored_value
from sightline_sandbox.schema.field import Field
from sightline_sandbox.schema.sobject import SObject
from sightline_sandbox.work import Work


@dataclass(frozen=True, slots=True)
class Upserted:
    """The row written, and whether it is new."""

    id: str
    created: bool


class SeveralRows(Exception):
    """More than one row has the external id: nothing is written, the service answers 300."""

    def __init__(self, ids: list[str]) -> None:
        super().__init__(", ".join(ids))
        self.ids = ids


def key_field(work: Work, sobject: SObject, name: str) -> Field:
    """The field rows are addressed by. Refuses fields that are no external id."""
    field = sobject.find(name)
    if field is None or not (field.lookup_key or field.name == "Id"):
        raise not_found(f"Provided external ID field does not exist or is not accessible: {name}")
    return field


def matching(work: Work, sobject: SObject, field: Field, value: Any) -> list[str]:
    """Ids of the live rows with this key value."""
    if field.name == "Id":
        found = to_18(str(value))
        return [found] if found and read.exists(work, sobject, found) else []
    stored = stored_value(work, sobject, field, value)
    return read.by_value(work, sobject, field.name, stored) if stored is not None else []


def upsert(
    work: Work,
    sobject: SObject,
    field: Field,
    value: Any,
    data: Mapping[str, Any],
    *,
    update_only: bool = False,
    single: bool = True,
) -> Upserted:
    """Write a row under a key. Raises SeveralRows when the key is not unique."""
    rest = {k: v for k, v in data.items() if k.lower() != field.name.lower()}
    if value in (None, "") and field.name != "Id":
        raise row_error("MISSING_ARGUMENT", f"{field.name} not specified", field.name)
    ids = matching(work, sobject, field, value) if value not in (None, "") else []
    if len(ids) > 1:
        raise SeveralRows(ids)
    if ids:
        save.update(work, sobject, ids[0], rest, single=single)
        return Upserted(ids[0], created=False)
    if update_only or (field.name == "Id" and value not in (None, "")):
        raise _nothing_there(str(value), single=single)
    key = {} if field.name == "Id" else {field.name: value}
    return Upserted(save.create(work, sobject, {**rest, **key}), created=True)


def _nothing_there(value: str, *, single: bool) -> ApiError:
    if single:
        return not_found()
    return row_error("INVALID_CROSS_REFERENCE_KEY", f"invalid cross reference id: {value}")
