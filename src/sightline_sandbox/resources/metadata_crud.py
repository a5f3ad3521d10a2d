"""Metadata one by one: read, create, update, upsert and delete, each component on its own."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from typing import Any
from xml.etree import ElementTree

from sightline_sandbox.call import Call
from sightline_sandbox.errors import ApiError
from sightline_sandbox.loading import deployment, metadata_out
from sightline_sandbox.loading.metadata import MetadataError
from sightline_sandbox.loading.metadata_removal import remove
from sightline_sandbox.resources import soap_envelope as envelope
from sightline_sandbox.storage.database import savepoint
from sightline_sandbox.work import Work

Handler = Callable[[Call, ElementTree.Element], str]
_TYPE = "{http://www.w3.org/2001/XMLSchema-instance}type"
_SPACE = f"{{{envelope.METADATA}}}"


def _read(call: Call, operation: ElementTree.Element) -> str:
    kind = envelope.text(operation, "type")
    found = []
    with call.reading() as work:
        for name in envelope.texts(operation, "fullNames"):
            tree = metadata_out.component(call.org, work.db, kind, name)
            found.append(_record(kind, name, tree))
    return f"<readMetadataResponse><result>{''.join(found)}</result></readMetadataResponse>"


def _record(kind: str, name: str, tree: metadata_out.Tree | None) -> str:
    if tree is None:
        return '<records xsi:nil="true"/>'
    whole = {"fullName": name, **tree}
    inner = "".join(envelope.tree(key, value) for key, value in whole.items())
    return f'<records xsi:type="{kind}">{inner}</records>'


def _writing(name: str, *, new: bool | None) -> Handler:
    """An operation that writes components: `new` ones only, known ones only, or either (None)."""

    def handler(call: Call, operation: ElementTree.Element) -> str:
        results = []
        for item in operation:
            if envelope.local(item) == "metadata":
                results.append(_written(call, item, new=new))
        return f"<{name}Response>{envelope.tree('result', results)}</{name}Response>"

    return handler


def _written(call: Call, item: ElementTree.Element, *, new: bool | None) -> dict[str, Any]:
    kind = item.get(_TYPE, "").split(":")[-1]
    name = envelope.text(item, "fullName")
    with call.writing() as work:
        known = name.lower() in {n.lower() for n in metadata_out.names(call.org, work.db, kind)}
        problem = _unfit(kind, name, known=known, new=new)
        if problem is None:
            problem = _deployed(call, work, kind, item)
    if problem is not None:
        return _failed(name, *problem)
    created = {"created": not known} if new is None else {}
    return {**created, "fullName": name, "success": True}


def _failed(name: str, code: str, message: str) -> dict[str, Any]:
    error = {"message": message, "statusCode": code}
    return {"errors": error, "fullName": name, "success": False}


def _unfit(kind: str, name: str, *, known: bool, new: bool | None) -> tuple[str, str] | None:
    if kind not in {"CustomObject", *metadata_out.PARTS, *metadata_out.FILES}:
        raise ApiError("INVALID_TYPE", f"This type of metadata is not available: {kind}")
    if new and known:
        said = f"There is already a {kind} named {name} on this organization."
        return "DUPLICATE_DEVELOPER_NAME", said
    if new is False and not known:
        return "INVALID_CROSS_REFERENCE_KEY", f"no {kind} named {name} found"
    return None


def _deployed(
    call: Call, work: Work, kind: str, item: ElementTree.Element
) -> tuple[str, str] | None:
    """Load one component as a package of its own; answers why it was refused."""
    try:
        with savepoint(work.db):
            found = deployment.deploy(call.org, work.db, _package(kind, item), check_only=False)
    except MetadataError as error:
        return "INVALID_FIELD_OR_REFERENCE", str(error)
    problem = next((one.problem for one in found if one.problem), None)
    return ("FIELD_INTEGRITY_EXCEPTION", problem) if problem else None


def _package(kind: str, item: ElementTree.Element) -> bytes:
    """A package that holds the component alone; a part of an object in that object's file."""
    name = envelope.text(item, "fullName")
    root = ElementTree.Element(f"{_SPACE}{kind}")
    part = metadata_out.PARTS.get(kind)
    if part is None:
        root.extend(item)
    else:
        root.tag = f"{_SPACE}CustomObject"
        own = ElementTree.SubElement(root, f"{_SPACE}{part}")
        own.extend(item)
        named = next(c for c in own if envelope.local(c) == "fullName")
        named.text = name.partition(".")[2]
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as package:
        package.writestr("package.xml", f'<Package xmlns="{envelope.METADATA}"/>')
        package.writestr(metadata_out.file_of(kind, name), ElementTree.tostring(root))
    return out.getvalue()


def _delete(call: Call, operation: ElementTree.Element) -> str:
    kind = envelope.text(operation, "type")
    results: list[dict[str, Any]] = []
    for name in envelope.texts(operation, "fullNames"):
        with call.writing() as work:
            problem = remove(call.org, work.db, kind, name)
        good = {"fullName": name, "success": True}
        results.append(_failed(name, "INVALID_CROSS_REFERENCE_KEY", problem) if problem else good)
    return f"<deleteMetadataResponse>{envelope.tree('result', results)}</deleteMetadataResponse>"


OPERATIONS: dict[str, Handler] = {
    "readMetadata": _read,
    "createMetadata": _writing("createMetadata", new=True),
    "updateMetadata": _writing("updateMetadata", new=False),
    "upsertMetadata": _writing("upsertMetadata", new=None),
    "deleteMetadata": _delete,
}
