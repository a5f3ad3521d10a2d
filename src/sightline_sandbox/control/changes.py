"""Set-up changed from outside: fields, security, picklists, rules, clock, sessions, apps."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

from sightline_sandbox.call import Call
from sightline_sandbox.ids import to_18
from sightline_sandbox.loading import metadata, record_types
from sightline_sandbox.loading.metadata_fields import Node, field_entry
from sightline_sandbox.oauth.apps import policy, put_app
from sightline_sandbox.org import Org
from sightline_sandbox.schema.field import Field, field_from
from sightline_sandbox.schema.sobject import SObject
from sightline_sandbox.soql.dates import read_datetime

Body = dict[str, Any]
Db = sqlite3.Connection


def _object(org: Org, body: Body) -> SObject:
    found = org.schema.find(str(body["object"]))
    if found is None:
        raise ValueError(f"no object {body['object']}")
    return found


def _field(org: Org, body: Body) -> tuple[SObject, Field]:
    sobject = _object(org, body)
    found = sobject.find(str(body["field"]))
    if found is None:
        raise ValueError(f"no field {body['field']} on {sobject.name}")
    return sobject, found


def _scope(db: Db, body: Body) -> str:
    """Whom a security change concerns: `*`, a user or a profile."""
    name = body.get("user") or body.get("profile")
    if not name or name == "*":
        return "*"
    row = db.execute(
        'SELECT "Id" FROM "User" WHERE "Username" = ? OR "Id" = ? UNION '
        'SELECT "Id" FROM "Profile" WHERE "Name" = ? OR "Id" = ?',
        (name, to_18(name), name, to_18(name)),
    ).fetchone()
    if row is None:
        raise ValueError(f"no user or profile {name}")
    return str(row[0])


def _listed(kind: str, *, add: bool, objects: bool = False) -> Any:
    """A change that adds a name to, or takes it from, a list of security settings."""

    def change(call: Call, db: Db, body: Body) -> Body:
        if objects:
            name = _object(call.org, body).name
        else:
            sobject, field = _field(call.org, body)
            name = f"{sobject.name}.{field.name}"
        scope = "*" if kind == "private" else _scope(db, body)
        known = call.org.documents.get(kind, scope)
        names = {*(known["names"] if known else [])}
        names = names | {name} if add else names - {name}
        call.org.documents.put(db, kind, scope, {"names": sorted(names)})
        _schema_changed(call.org, db)
        return {kind: sorted(names), "scope": scope}

    return change


def _schema_changed(org: Org, db: Db) -> None:
    org.change(db, "schema_changed", org.now().isoformat())


def add_field(call: Call, db: Db, body: Body) -> Body:
    """A custom field, in the words of metadata: name, type, length, externalId, unique, …."""
    sobject = _object(call.org, body)
    texts = {
        key: [str(value).lower() if isinstance(value, bool) else str(value)]
        for key, value in body.items()
        if key not in ("object", "values")
    }
    texts["fullName"] = [str(body["name"])]
    values: dict[str, list[Any]] = dict(texts)
    if body.get("values"):
        entries = [{"fullName": [str(v)]} for v in body["values"]]
        definition = {"value": entries}
        restricted = str(body.get("restricted", False)).lower()
        values["valueSet"] = [{"valueSetDefinition": [definition], "restricted": [restricted]}]
    field = field_from(field_entry(Node(values)))
    if field.formula:
        call.org.formula_sql(sobject, field.formula, "t")
    call.org.add_custom(db, sobject, [field])
    _schema_changed(call.org, db)
    return {"field": field.name, "type": field.type}


def change_picklist(call: Call, db: Db, body: Body) -> Body:
    """Take a value out of a picklist, put one in, or restrict it to its values."""
    sobject, field = _field(call.org, body)
    raw = dict(field.raw)
    values = [dict(v) for v in raw["picklistValues"]]
    if body.get("remove"):
        values = [v for v in values if v["value"] != body["remove"]]
    if body.get("add"):
        values.append(
            {
                "active": True,
                "defaultValue": False,
                "label": body["add"],
                "validFor": None,
                "value": body["add"],
            }
        )
    raw["picklistValues"] = values
    if "restricted" in body:
        raw["restrictedPicklist"] = bool(body["restricted"])
    call.org.add_custom(db, sobject, [field_from(raw)])
    _schema_changed(call.org, db)
    return {"values": [v["value"] for v in values]}


def change_field(call: Call, db: Db, body: Body) -> Body:
    """Change facts of a field's describe entry, such as `length` or `updateable`."""
    sobject, field = _field(call.org, body)
    given = {k: v for k, v in body.items() if k not in ("object", "field")}
    unknown = set(given) - set(field.raw)
    if unknown:
        raise ValueError(f"no such facts: {', '.join(sorted(unknown))}")
    call.org.add_custom(db, sobject, [field_from({**field.raw, **given})])
    _schema_changed(call.org, db)
    return given


def put_rule(call: Call, db: Db, body: Body) -> Body:
    """Add or change a validation rule; `active` false turns it off."""
    sobject = _object(call.org, body)
    call.org.formula_sql(sobject, str(body["formula"]), "t")
    name = str(body.get("name") or "rule")
    rule = {
        "object": sobject.name,
        "name": name,
        "formula": body["formula"],
        "message": body.get("message") or f"Refused by {name}",
        "field": body.get("field"),
        "active": bool(body.get("active", True)),
    }
    call.org.documents.put(db, "rule", f"{sobject.name}.{name}", rule)
    return rule


def put_duplicate_rule(call: Call, db: Db, body: Body) -> Body:
    """Add a duplicate rule: rows alike in all `fields` are refused.

    Under `alert`, the standard rules' action, a header lets them be saved; under `block` nothing.
    """
    sobject = _object(call.org, body)
    for name in body["fields"]:
        if sobject.find(name) is None:
            raise ValueError(f"no field {name}")
    rule = {
        "object": sobject.name,
        "name": str(body.get("name") or f"Standard_{sobject.name}_Duplicate_Rule"),
        "fields": list(body["fields"]),
        "action": body.get("action", "alert"),
        "active": bool(body.get("active", True)),
    }
    call.org.documents.put(db, "duplicate", f"{sobject.name}.{rule['name']}", rule)
    return rule


def set_clock(call: Call, db: Db, body: Body) -> Body:
    """Skew the clock by seconds, or freeze it on a moment (`true`: on now; null: let go)."""
    if "skew" in body:
        call.org.clock.skew(float(body["skew"]))
    if "freeze" in body:
        moment = body["freeze"]
        if moment is True:
            call.org.clock.freeze(call.org.now().replace(microsecond=0))
        else:
            call.org.clock.freeze(read_datetime(moment) if moment else None)
    return {"now": call.org.clock.stamp()}


def expire_sessions(call: Call, db: Db, body: Body) -> Body:
    """End every access token, as an administrator may; the command-line one too."""
    return {"ended": call.sessions.close_all(db)}


def expire_cursors(call: Call, db: Db, body: Body) -> Body:
    """Forget every query cursor, as after two days."""
    return {"expired": call.org.cursors.expire_all()}


def set_limit(call: Call, db: Db, body: Body) -> Body:
    """Change the daily API limit."""
    call.org.call_limit = int(body["limit"])
    return {"limit": call.org.call_limit}


def put_app_change(call: Call, db: Db, body: Body) -> Body:
    """Add or change a client app and its policies."""
    app = policy(body)
    put_app(call.org, db, app)
    return app


def load_metadata(call: Call, db: Db, body: Body) -> Body:
    """Load custom objects and fields from a folder on this machine."""
    added = metadata.load(call.org, db, Path(str(body["folder"])))
    return {"objects": added.objects, "fields": added.fields, "rules": added.rules}


def put_record_type(call: Call, db: Db, body: Body) -> Body:
    """Add or change a record type of an object; `default` makes it what new rows get."""
    name = str(body["name"])
    new = record_types.NewType(
        name,
        str(body.get("label") or name.replace("_", " ")),
        active=bool(body.get("active", True)),
        default=bool(body.get("default", False)),
    )
    made = record_types.add(call.org, db, _object(call.org, body), new)
    _schema_changed(call.org, db)
    return {"id": made, "name": name}


CHANGES: dict[str, Any] = {
    "fields/add": add_field,
    "fields/change": change_field,
    "fields/hide": _listed("hidden", add=True),
    "fields/show": _listed("hidden", add=False),
    "fields/readonly": _listed("read_only", add=True),
    "fields/writable": _listed("read_only", add=False),
    "objects/hide": _listed("denied", add=True, objects=True),
    "objects/show": _listed("denied", add=False, objects=True),
    "objects/private": _listed("private", add=True, objects=True),
    "objects/public": _listed("private", add=False, objects=True),
    "picklists/change": change_picklist,
    "objects/record-types": put_record_type,
    "rules/validation": put_rule,
    "rules/duplicate": put_duplicate_rule,
    "clock": set_clock,
    "sessions/expire": expire_sessions,
    "cursors/expire": expire_cursors,
    "limit": set_limit,
    "apps": put_app_change,
    "metadata": load_metadata,
}
