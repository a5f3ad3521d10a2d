"""`UserRecordAccess`: no table, but a question about one user and some records."""

from typing import Any

from sightline_sandbox.errors import ApiError
from sightline_sandbox.ids import to_18
from sightline_sandbox.soql import tree
from sightline_sandbox.soql.tokens import unescape
from sightline_sandbox.work import Work

_MOST_RECORDS = 200


def is_user_access(query: tree.Query) -> bool:
    """Whether a query asks UserRecordAccess."""
    return query.source.lower() == "userrecordaccess"


def user_access(work: Work, query: tree.Query, text: str) -> list[dict[str, Any]]:
    """The rows: one per record asked about, with the fields selected."""
    wanted = _conditions(query.where)
    users, records = wanted.get("userid", []), wanted.get("recordid", [])
    if len(users) != 1 or not records:
        raise ApiError(
            "MALFORMED_QUERY",
            "Queries against UserRecordAccess must filter by UserId and RecordId",
        )
    if len(records) > _MOST_RECORDS:
        raise ApiError("MALFORMED_QUERY", f"Can select only {_MOST_RECORDS} RecordIds")
    names = _selected(work, query)
    rows = []
    for record_id in dict.fromkeys(records):
        full = {
            **work.org.sharing.access_of(work, users[0], record_id),
            "Id": None,
            "UserId": users[0],
        }
        url = f"{work.base}/sobjects/UserRecordAccess/{record_id}"
        row: dict[str, Any] = {"attributes": {"type": "UserRecordAccess", "url": url}}
        row.update({name: full[name] for name in names})
        if all(bool(full.get(_canonical(work, n))) for n in wanted if n.startswith("has")):
            rows.append(row)
    return rows


def _canonical(work: Work, name: str) -> str:
    field = work.schema.get("UserRecordAccess").find(name)
    return field.name if field else name


def _conditions(where: tree.Condition | None) -> dict[str, list[str]]:
    """Field name (lower case) to the values it may have."""
    found: dict[str, list[str]] = {}
    parts = where.parts if isinstance(where, tree.Junction) else (where,)
    for part in parts:
        if not isinstance(part, tree.Comparison | tree.Membership):
            continue
        values = (part.value,) if isinstance(part, tree.Comparison) else part.values
        if isinstance(part.left, tree.FieldRef):
            found[part.left.text.lower()] = [_text(v) for v in values]
    return found


def _text(literal: tree.Literal) -> str:
    if literal.kind != "string":
        return literal.text
    text = unescape(literal.text, pattern=False)
    return to_18(text) or text


def _selected(work: Work, query: tree.Query) -> list[str]:
    sobject = work.schema.get("UserRecordAccess")
    names = []
    for item in query.select:
        field = sobject.find(item.what.text) if isinstance(item.what, tree.FieldRef) else None
        if field is None:
            raise ApiError("INVALID_FIELD", "No such column on entity 'UserRecordAccess'")
        names.append(field.name)
    return names
