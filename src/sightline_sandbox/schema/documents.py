"""Objects described in plain text files, for which no recording of a real org exists.

A file's first lines are `key: value`; each further line is one field, its parts two or more
spaces apart: name, type, flags, then any of `-> Targets as Relationship`, `values: A; B`,
`default: X`, `label: X`. Flags: c createable, u updateable, n nillable, d defaulted on create,
r restricted picklist, N name field, I id lookup, x external id, q unique, a auto number,
m master-detail (deleting the parent deletes the row), f not filterable. A line `@audit` stands
for the audit fields.
"""

import re
from collections.abc import Iterator
from typing import Any

from sightline_sandbox.schema.field import Field, field_from, make_raw, picklist_values
from sightline_sandbox.schema.sobject import OBJECT_DEFAULTS, SObject

_TYPE = re.compile(r"(\w+)(?:\((\d+)(?:,(\d+))?\))?\Z")
_GAP = re.compile(r"\s{2,}")
_FLAGS: dict[str, dict[str, Any]] = {
    "c": {"createable": True},
    "u": {"updateable": True},
    "n": {"nillable": True},
    "d": {"defaultedOnCreate": True},
    "r": {"restrictedPicklist": True},
    "N": {"nameField": True},
    "I": {"idLookup": True},
    "x": {"externalId": True, "idLookup": True},
    "q": {"unique": True},
    "a": {"autoNumber": True, "defaultedOnCreate": True},
    "m": {"cascadeDelete": True, "writeRequiresMasterRead": True, "relationshipOrder": 0},
    "f": {"filterable": False, "sortable": False, "groupable": False, "aggregatable": False},
}
_STAMPS = """
CreatedDate       datetime   d
CreatedById       reference  d  -> User as CreatedBy
LastModifiedDate  datetime   d
LastModifiedById  reference  d  -> User as LastModifiedBy
SystemModstamp    datetime   d
"""
MACROS = {
    "@id": "Id  id  dI\nIsDeleted  boolean  d",
    "@idonly": "Id  id  dI",
    "@audit": _STAMPS.strip(),
    "@viewed": "LastViewedDate  datetime  n\nLastReferencedDate  datetime  n",
    "@owner": "OwnerId  reference  cud  -> User as Owner",
}


def parse(text: str) -> SObject:
    """The object a text describes. Raises ValueError naming the line it cannot read."""
    head: dict[str, str] = {}
    fields: list[Field] = []
    for line in _lines(text):
        if not fields and ": " in line and not _GAP.search(line.split(":")[0]):
            key, _, value = line.partition(": ")
            head[key] = value
        else:
            fields.append(field_from(parse_field(line)))
    if not any(one.name == "SystemModstamp" for one in fields):
        head["no"] = f"{head.get('no', '')} replicateable".strip()
    sobject = SObject(
        name=head["object"],
        prefix=head.get("prefix"),
        raw=_header(head),
        source=head["source"],
        children=[],
        minimum_version=float(head.get("from version", "0")),
    )
    sobject.add(fields)
    return sobject


def _lines(text: str) -> Iterator[str]:
    for line in text.splitlines():
        line = line.strip()
        if line.startswith("@"):
            yield from MACROS[line].splitlines()
        elif line and not line.startswith("#"):
            yield line


def _header(head: dict[str, str]) -> dict[str, Any]:
    raw = {
        **OBJECT_DEFAULTS,
        "name": head["object"],
        "keyPrefix": head.get("prefix"),
        "label": head["label"],
        "labelPlural": head.get("plural", head["label"] + "s"),
    }
    for flag in head.get("yes", "").split():
        raw[flag] = True
    for flag in head.get("no", "").split():
        raw[flag] = False
    return raw


def parse_field(line: str) -> dict[str, Any]:
    """The describe entry of one field line."""
    name, type_text, *rest = _GAP.split(line)
    match = _TYPE.match(type_text)
    if match is None:
        raise ValueError(f"unknown type in line: {line}")
    flags = rest.pop(0) if rest and not _is_extra(rest[0]) else ""
    given: dict[str, Any] = {"nillable": False, "permissionable": "n" in flags}
    for flag in flags.replace("-", ""):
        given.update(_FLAGS[flag])
    given.update(_size(match.group(1), match.group(2), match.group(3)))
    for extra in rest:
        given.update(_extra(extra))
    if "default" in given:
        given["defaultValue"] = given.pop("default")
    if given.get("values"):
        given["picklistValues"] = picklist_values(
            given.pop("values"), default=given.get("defaultValue")
        )
    return make_raw(name, match.group(1), **given)


def _size(type_: str, first: str | None, second: str | None) -> dict[str, Any]:
    if first is None:
        return {}
    if type_ == "int":
        return {"digits": int(first)}
    if type_ in ("double", "currency", "percent"):
        return {"precision": int(first), "scale": int(second or 0)}
    return {"length": int(first)}


def _is_extra(text: str) -> bool:
    return text.startswith("->") or ": " in text


def _extra(text: str) -> dict[str, Any]:
    if text.startswith("->"):
        targets, _, relationship = text[2:].partition(" as ")
        names = [t.strip() for t in targets.split(",")]
        return {"referenceTo": names, "relationshipName": relationship.strip() or None}
    key, _, value = text.partition(": ")
    if key == "values":
        return {"values": [v.strip() for v in value.split(";")]}
    if key == "default":
        return {"default": {"true": True, "false": False}.get(value, value)}
    if key in ("label", "compoundFieldName", "extraTypeInfo", "children"):
        return {key: value} if key != "children" else {"childRelationship": value}
    raise ValueError(f"unknown part: {text}")
