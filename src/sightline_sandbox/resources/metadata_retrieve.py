"""Retrieving metadata: a zip of the components a manifest names, made at once."""

from __future__ import annotations

import base64
import io
import sqlite3
import zipfile
from collections.abc import Callable
from typing import Any
from xml.etree import ElementTree

from sightline_sandbox.call import Call
from sightline_sandbox.errors import ApiError
from sightline_sandbox.loading import metadata_out
from sightline_sandbox.org import Org
from sightline_sandbox.resources import soap_envelope as envelope

_HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
_ROOTS = {"objects": "CustomObject"} | {
    folder: kind for kind, (folder, _) in metadata_out.FILES.items()
}
Named = tuple[str, str]


def _retrieve(call: Call, operation: ElementTree.Element) -> str:
    types = [e for e in operation.iter() if envelope.local(e) == "types"]
    single = envelope.text(operation, "singlePackage") == "true"
    folder = "" if single else "unpackaged/"
    with call.writing() as work:
        wanted, missing = _wanted(call.org, work.db, types)
        archive = _zipped(call.org, work.db, wanted, folder, envelope.text(operation, "version"))
        made = call.org.other_id(work.db, "09S")
        result = {
            "done": True,
            "fileProperties": [_properties(call, folder, *one) for one in wanted],
            "id": made,
            "messages": missing,
            "status": "Succeeded",
            "success": True,
            "zipFile": base64.b64encode(archive).decode(),
        }
        call.org.documents.put(work.db, "retrieve", made, result)
    started = {"done": False, "id": made, "state": "Queued"}
    return f"<retrieveResponse>{envelope.tree('result', started)}</retrieveResponse>"


def _wanted(
    org: Org, db: sqlite3.Connection, types: list[ElementTree.Element]
) -> tuple[list[Named], list[dict[str, str]]]:
    """The components asked for, and what is said of those that are not there."""
    found: list[Named] = []
    missing = []
    for one in types:
        kind = envelope.text(one, "name")
        known = metadata_out.names(org, db, kind)
        spelt = {name.lower(): name for name in known}
        for member in envelope.texts(one, "members"):
            if member == "*":
                found += [(kind, name) for name in known if _in_wildcard(kind, name)]
            elif member.lower() in spelt:
                found.append((kind, spelt[member.lower()]))
            else:
                said = f"Entity of type '{kind}' named '{member}' cannot be found"
                missing.append({"fileName": "unpackaged/package.xml", "problem": said})
    return list(dict.fromkeys(found)), missing


def _in_wildcard(kind: str, name: str) -> bool:
    """A star stands for what is custom."""
    return kind not in ("CustomObject", "CustomField") or name.endswith("__c")


def _zipped(
    org: Org, db: sqlite3.Connection, wanted: list[Named], folder: str, version: str
) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        for file, trees in _files(org, db, wanted).items():
            root = _ROOTS[file.split("/")[0]]
            package.writestr(folder + file, _HEAD + written(root, trees))
        package.writestr(folder + "package.xml", _HEAD + _manifest(wanted, version))
    return out.getvalue()


def _files(org: Org, db: sqlite3.Connection, wanted: list[Named]) -> dict[str, metadata_out.Tree]:
    """The files of the package; parts named alone share the file of their object."""
    found: dict[str, metadata_out.Tree] = {}
    for kind, name in sorted(wanted, key=lambda one: one[0] != "CustomObject"):
        tree = metadata_out.component(org, db, kind, name) or {}
        file = metadata_out.file_of(kind, name)
        element = metadata_out.PARTS.get(kind)
        if element is None:
            found[file] = tree
            continue
        own = {**tree, "fullName": name.partition(".")[2]}
        listed = found.setdefault(file, {}).setdefault(element, [])
        if own not in listed:
            listed.append(own)
    return found


def written(root: str, tree: metadata_out.Tree) -> str:
    """A component as a document of its own."""
    inner = "".join(envelope.tree(key, value) for key, value in tree.items())
    return f'<{root} xmlns="{envelope.METADATA}">{inner}</{root}>'


def _manifest(wanted: list[Named], version: str) -> str:
    kinds: dict[str, list[str]] = {}
    for kind, name in wanted:
        kinds.setdefault(kind, []).append(name)
    types = [{"members": sorted(names), "name": kind} for kind, names in sorted(kinds.items())]
    return written("Package", {"types": types, "version": version or "68.0"})


def _properties(call: Call, folder: str, kind: str, name: str) -> dict[str, Any]:
    now = call.org.clock.stamp()
    return {
        "createdById": call.user_id,
        "createdByName": "Administrator",
        "createdDate": now,
        "fileName": folder + metadata_out.file_of(kind, name),
        "fullName": name,
        "id": "",
        "lastModifiedById": call.user_id,
        "lastModifiedByName": "Administrator",
        "lastModifiedDate": now,
        "manageableState": "unmanaged",
        "type": kind,
    }


def _status(call: Call, operation: ElementTree.Element) -> str:
    asked = envelope.text(operation, "asyncProcessId") or envelope.text(operation, "id")
    found = call.org.documents.get("retrieve", asked)
    if found is None:
        raise ApiError("INVALID_ID_FIELD", f"Invalid retrieve ID: {asked}")
    whole = envelope.text(operation, "includeZip") != "false"
    shown = {key: value for key, value in found.items() if whole or key != "zipFile"}
    return f"<checkRetrieveStatusResponse>{envelope.tree('result', shown)}</checkRetrieveStatusResponse>"


OPERATIONS: dict[str, Callable[[Call, ElementTree.Element], str]] = {
    "retrieve": _retrieve,
    "checkRetrieveStatus": _status,
}
