"""The Metadata API as far as deploying goes: over SOAP, and over REST since v50."""

from __future__ import annotations

import base64
import json
from typing import Any
from xml.etree import ElementTree

from sightline_sandbox import multipart
from sightline_sandbox.call import Call
from sightline_sandbox.errors import ApiError, not_found
from sightline_sandbox.http import Response
from sightline_sandbox.loading import deployment, metadata_out
from sightline_sandbox.loading.metadata import MetadataError
from sightline_sandbox.resources import metadata_crud, metadata_retrieve
from sightline_sandbox.resources import soap_envelope as envelope
from sightline_sandbox.resources.roots import DATA
from sightline_sandbox.routing import Router

Result = dict[str, Any]
_TYPES = (
    ("CustomObject", "objects", "object", tuple(deployment.OBJECT_PARTS.values())),
    *((kind, folder, suffix, ()) for folder, (suffix, kind) in deployment.FOLDERS.items()),
)


def add_routes(router: Router) -> None:
    """Deployments, retrieval, single components; clients put what they like after the version."""
    for end in ("", "/{organization}", "/{organization}/{more}"):
        router.add("POST", "/services/Soap/m/{version}" + end, serve)
    router.add("POST", DATA + "/metadata/deployRequest", rest_deploy)
    router.add("GET", DATA + "/metadata/deployRequest/{id}", rest_status)


def serve(call: Call) -> Response:
    """One SOAP request of the Metadata API."""
    asked = envelope.operation(call)
    name = envelope.local(asked[1]) if asked else ""
    handler = _OPERATIONS.get(name)
    if asked is None or handler is None:
        message = f"No operation available for request {name}".strip()
        return envelope.fault(call, "soapenv:Client", message)
    try:
        call.session = envelope.session_of(call, asked[0])
        return envelope.answer(call, handler(call, asked[1]))
    except ApiError as error:
        return envelope.fault(call, f"sf:{error.code}", f"{error.code}: {error.message}")


def _run(call: Call, archive: bytes, options: dict[str, Any]) -> Result:
    """Deploy at once, and keep the result under the id answered."""
    check_only = str(options.get("checkOnly", False)).lower() == "true"
    problem = None
    with call.writing() as work:
        try:
            found = deployment.deploy(call.org, work.db, archive, check_only=check_only)
        except MetadataError as error:
            found, problem = [], str(error)
        result = _result(call, found, check_only=check_only, problem=problem)
        result["id"] = call.org.other_id(work.db, "0Af")
        call.org.documents.put(work.db, "deploy", result["id"], result)
    return result


def _result(
    call: Call, found: list[deployment.Component], *, check_only: bool, problem: str | None
) -> Result:
    failed = [one for one in found if one.problem]
    good = not failed and problem is None
    now = call.org.clock.stamp()
    messages = [_message(one, now, good=good) for one in found]
    result: Result = {
        "checkOnly": check_only,
        "completedDate": now,
        "createdBy": call.user_id,
        "createdByName": "Administrator",
        "createdDate": now,
        "details": {
            "componentFailures": [m for m in messages if not m["success"]],
            "componentSuccesses": [m for m in messages if m["success"]],
            "runTestResult": {"numFailures": 0, "numTestsRun": 0, "totalTime": 0},
        },
        "done": True,
        "ignoreWarnings": False,
        "lastModifiedDate": now,
        "numberComponentErrors": len(failed),
        "numberComponentsDeployed": len(found) - len(failed) if good else 0,
        "numberComponentsTotal": len(found),
        "numberTestErrors": 0,
        "numberTestsCompleted": 0,
        "numberTestsTotal": 0,
        "rollbackOnError": True,
        "runTestsEnabled": False,
        "startDate": now,
        "status": "Succeeded" if good else "Failed",
        "success": good,
    }
    if problem is not None:
        result |= {"errorMessage": problem, "errorStatusCode": "INVALID_OPERATION"}
    return result


def _message(one: deployment.Component, now: str, *, good: bool) -> Result:
    message = {
        "changed": good,
        "componentType": one.kind,
        "created": good and not one.deleted,
        "createdDate": now,
        "deleted": good and one.deleted,
        "fileName": one.file,
        "fullName": one.name,
        "success": one.problem is None,
    }
    if one.problem is not None:
        message |= {"problem": one.problem, "problemType": "Error"}
    return message


def _kept(call: Call, deploy_id: str) -> Result:
    found = call.org.documents.get("deploy", deploy_id)
    if found is None:
        raise ApiError("INVALID_ID_FIELD", f"Invalid deploy ID: {deploy_id}")
    return found


def _deploy(call: Call, operation: ElementTree.Element) -> str:
    archive = base64.b64decode(envelope.text(operation, "ZipFile"))
    result = _run(call, archive, {"checkOnly": envelope.text(operation, "checkOnly") or False})
    started = {"done": False, "id": result["id"], "state": "Queued"}
    return f"<deployResponse>{envelope.tree('result', started)}</deployResponse>"


def _status(call: Call, operation: ElementTree.Element) -> str:
    result = _kept(call, envelope.text(operation, "asyncProcessId"))
    return (
        f"<checkDeployStatusResponse>{envelope.tree('result', result)}</checkDeployStatusResponse>"
    )


def _described(call: Call, operation: ElementTree.Element) -> str:
    types = [
        {
            "childXmlNames": parts,
            "directoryName": folder,
            "inFolder": False,
            "metaFile": False,
            "suffix": suffix,
            "xmlName": kind,
        }
        for kind, folder, suffix, parts in _TYPES
    ]
    result = {
        "metadataObjects": types,
        "organizationNamespace": "",
        "partialSaveAllowed": True,
        "testRequired": False,
    }
    return f"<describeMetadataResponse>{envelope.tree('result', result)}</describeMetadataResponse>"


def _listed(call: Call, operation: ElementTree.Element) -> str:
    entries: list[Result] = []
    for kind in envelope.texts(operation, "type"):
        entries += _components(call, kind)
    return f"<listMetadataResponse>{envelope.tree('result', entries)}</listMetadataResponse>"


def _components(call: Call, kind: str) -> list[Result]:
    with call.reading() as work:
        found = metadata_out.names(call.org, work.db, kind)
    names = [(name, metadata_out.file_of(kind, name)) for name in found]
    now = call.org.clock.stamp()
    who = {"createdById": call.user_id, "createdByName": "Administrator", "createdDate": now}
    changed = {"lastModifiedById": call.user_id, "lastModifiedByName": "Administrator"}
    return [
        {**who, "fileName": file, "fullName": name, "id": "", **changed, "lastModifiedDate": now}
        | {"manageableState": "unmanaged", "type": kind}
        for name, file in names
    ]


def rest_deploy(call: Call) -> Response:
    """Deploy a multipart body: its options as JSON, its package as a zip."""
    options: dict[str, Any] = {}
    archive = None
    for part in multipart.parts_of(call.request):
        if part.name in ("json", "entity_content"):
            options = json.loads(part.body).get("deployOptions") or {}
        elif part.name == "file":
            archive = part.body
    if archive is None:
        raise ApiError("INVALID_MULTIPART_REQUEST", "The request holds no file")
    result = _run(call, archive, options)
    started = {"id": result["id"], "status": "Pending", "success": False, "done": False}
    return Response(201, {"id": result["id"], "deployOptions": options, "deployResult": started})


def rest_status(call: Call) -> Response:
    """The result of a deployment."""
    found = call.org.documents.get("deploy", call.parameters["id"])
    if found is None:
        raise not_found()
    return Response(body={"id": found["id"], "deployResult": found})


_OPERATIONS = {
    "deploy": _deploy,
    "checkDeployStatus": _status,
    "describeMetadata": _described,
    "listMetadata": _listed,
    **metadata_crud.OPERATIONS,
    **metadata_retrieve.OPERATIONS,
}
