"""Describe: the list of objects, one object in full, layouts."""

import zlib
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from typing import Any

from sightline_sandbox.call import Call
from sightline_sandbox.http import Response
from sightline_sandbox.resources.record_type_infos import infos
from sightline_sandbox.resources.roots import DATA
from sightline_sandbox.routing import Router
from sightline_sandbox.schema.field import Field
from sightline_sandbox.schema.sobject import SObject
from sightline_sandbox.work import Work

_GLOBAL_KEYS = [
    "activateable",
    "associateEntityType",
    "associateParentEntity",
    "createable",
    "custom",
    "customSetting",
    "deepCloneable",
    "deletable",
    "deprecatedAndHidden",
    "feedEnabled",
    "hasSubtypes",
    "isInterface",
    "isSubtype",
    "keyPrefix",
    "label",
    "labelPlural",
    "layoutable",
    "mergeable",
    "mruEnabled",
    "name",
    "queryable",
    "replicateable",
    "retrieveable",
    "searchable",
    "triggerable",
    "undeletable",
    "updateable",
]
_OBJECT = DATA + "/sobjects/{object}"
MASTER_RECORD_TYPE = "012000000000000AAA"


def add_routes(router: Router) -> None:
    """Describe global, describe, and the layouts command-line tools ask for."""
    router.add("GET", DATA + "/sobjects", describe_global)
    router.add("GET", _OBJECT + "/describe", describe_object)
    router.add("GET", _OBJECT + "/describe/layouts", layouts)
    router.add("GET", _OBJECT + "/describe/layouts/{record_type}", layouts)
    router.add("GET", _OBJECT + "/describe/compactLayouts", compact_layouts)
    router.add("GET", _OBJECT + "/describe/compactLayouts/primary", primary_compact_layout)
    router.add("GET", _OBJECT + "/describe/approvalLayouts", approval_layouts)
    router.add("GET", _OBJECT + "/quickActions", lambda call: Response(body=[]))
    router.add("GET", DATA + "/quickActions", lambda call: Response(body=[]))
    router.add("GET", DATA + "/process/rules", lambda call: Response(body={"rules": {}}))
    router.add("GET", DATA + "/process/approvals", lambda call: Response(body={"approvals": {}}))


def _urls(call: Call, sobject: SObject) -> dict[str, str]:
    stem = f"{call.base}/sobjects/{sobject.name}"
    return {
        "compactLayouts": f"{stem}/describe/compactLayouts",
        "rowTemplate": f"{stem}/{{ID}}",
        "approvalLayouts": f"{stem}/describe/approvalLayouts",
        "listviews": f"{stem}/listviews",
        "describe": f"{stem}/describe",
        "quickActions": f"{stem}/quickActions",
        "layouts": f"{stem}/describe/layouts",
        "sobject": stem,
    }


def _objects(call: Call, work: Work) -> list[SObject]:
    version = float(call.version)
    return [
        one
        for one in call.org.schema
        if work.viewer.sees_object(one) and one.minimum_version <= version
    ]


def global_entry(call: Call, work: Work, sobject: SObject) -> dict[str, Any]:
    """One object in describe global, as this user sees it."""
    entry = {key: sobject.raw.get(key) for key in _GLOBAL_KEYS} | _withheld(work, sobject)
    entry["urls"] = _urls(call, sobject)
    return entry


def _withheld(work: Work, sobject: SObject) -> dict[str, bool]:
    """The flags of what the user may not do with the object's rows at all."""
    flags = {"createable": "create", "updateable": "edit", "deletable": "delete"}
    return {flag: False for flag, right in flags.items() if not work.viewer.may(sobject, right)}


def describe_global(call: Call) -> Response:
    """Every object the user sees; 304 when nothing changed since."""
    with call.reading() as work:
        entries = [global_entry(call, work, one) for one in _objects(call, work)]
    body = {"encoding": "UTF-8", "maxBatchSize": 200, "sobjects": entries}
    return _conditional(call, body)


def describe_object(call: Call) -> Response:
    """One object in full; 304 when nothing changed since."""
    with call.reading() as work:
        body = described(call, work, call.sobject(work))
    return _conditional(call, body)


def _conditional(call: Call, body: dict[str, Any]) -> Response:
    """`Last-Modified` and `ETag` of metadata; the schema's last change is the org's setting."""
    changed = datetime.fromisoformat(
        call.org.setting("schema_changed") or "2026-01-01T00:00:00+00:00"
    )
    tag = f'"{zlib.crc32(repr(body).encode()):08x}"'
    headers = {
        "ETag": tag,
        "Last-Modified": format_datetime(changed.astimezone(UTC), usegmt=True),
    }
    since = call.request.header("if-modified-since")
    if since:
        try:
            if changed.replace(microsecond=0) <= parsedate_to_datetime(since):
                return Response(304, None, headers)
        except (TypeError, ValueError):
            pass
    if call.request.header("if-none-match") == tag:
        return Response(304, None, headers)
    return Response(body=body, headers=headers)


def described(call: Call, work: Work, sobject: SObject) -> dict[str, Any]:
    """The describe of an object, as this user sees it."""
    fields = [
        field_entry(work, sobject, one)
        for one in sobject.fields.values()
        if work.viewer.sees(sobject, one)
    ]
    stem = f"{call.base}/sobjects/{sobject.name}"
    body: dict[str, Any] = {**sobject.raw, **_withheld(work, sobject)}
    body["childRelationships"] = call.org.schema.children_of(sobject)
    body["fields"] = fields
    body["recordTypeInfos"] = infos(work, sobject)
    for key in ("associateEntityType", "associateParentEntity"):
        body.setdefault(key, None)
    body.setdefault("sobjectDescribeOption", "FULL")
    origin = call.request.origin
    body["urls"] = {
        **_urls(call, sobject),
        "uiDetailTemplate": f"{origin}/{{ID}}",
        "uiEditTemplate": f"{origin}/{{ID}}/e",
        "uiNewRecord": f"{origin}/{sobject.prefix}/e",
        "defaultValues": f"{stem}/defaultValues?recordTypeId&fields",
    }
    return dict(sorted(body.items()))


def field_entry(work: Work, sobject: SObject, one: Field) -> dict[str, Any]:
    """The describe of a field; not writable where field security says so."""
    entry = {k: v for k, v in one.raw.items() if k not in ("childRelationship", "values")}
    if not work.viewer.writes(sobject, one):
        entry["createable"] = entry["updateable"] = False
    return entry


def _item(call: Call, one: Field) -> dict[str, Any]:
    component = {
        "apiName": one.name,
        "details": {k: v for k, v in one.raw.items() if k != "childRelationship"},
        "displayLines": 1,
        "tabOrder": 1,
        "type": "Field",
        "value": one.name,
    }
    return {
        "editableForNew": one.createable,
        "editableForUpdate": one.updateable,
        "label": one.label,
        "layoutComponents": [component],
        "placeholder": False,
        "required": not one.nillable and one.createable,
    }


def _layout(call: Call, work: Work, sobject: SObject) -> dict[str, Any]:
    items = [
        _item(call, one)
        for one in sobject.fields.values()
        if one.stored and one.updateable and work.viewer.sees(sobject, one)
    ]
    section = {
        "collapsed": False,
        "columns": 1,
        "heading": "Information",
        "layoutRows": [{"layoutItems": [item], "numItems": 1} for item in items],
        "layoutSectionId": None,
        "parentLayoutId": None,
        "rows": len(items),
        "tabOrder": "topToBottom",
        "useCollapsibleSection": False,
        "useHeading": True,
    }
    return {
        "buttonLayoutSection": None,
        "detailLayoutSections": [section],
        "editLayoutSections": [section],
        "feedView": None,
        "highlightsPanelLayoutSection": None,
        "id": f"00h{MASTER_RECORD_TYPE[3:]}",
        "multirowEditLayoutSections": [],
        "offlineLinks": [],
        "quickActionList": {"quickActionListItems": []},
        "relatedContent": None,
        "relatedLists": [],
        "saveOptions": [],
    }


def layouts(call: Call) -> Response:
    """One layout per object: every writable field in one section."""
    with call.reading() as work:
        sobject = call.sobject(work)
        layout = _layout(call, work, sobject)
        kinds = infos(work, sobject)
    if "record_type" in call.parameters:
        return Response(body=layout)
    mappings = [{**one, "layoutId": layout["id"], "picklistsForRecordType": []} for one in kinds]
    return Response(
        body={
            "layouts": [layout],
            "recordTypeMappings": mappings,
            "recordTypeSelectorRequired": [False],
        }
    )


def compact_layout(call: Call, sobject: SObject) -> dict[str, Any]:
    """The one compact layout of the system: the name."""
    name = sobject.name_field
    return {
        "actions": [],
        "fieldItems": [_item(call, name)] if name else [],
        "id": None,
        "imageItems": [],
        "label": "System Default",
        "name": "SYSTEM",
        "objectType": sobject.name,
    }


def primary_compact_layout(call: Call) -> Response:
    """The compact layout every row of an object uses."""
    with call.reading() as work:
        return Response(body=compact_layout(call, call.sobject(work)))


def compact_layouts(call: Call) -> Response:
    """The one compact layout of the system."""
    with call.reading() as work:
        sobject = call.sobject(work)
    layout = compact_layout(call, sobject)
    mapping = {
        "available": True,
        "compactLayoutId": None,
        "compactLayoutName": "SYSTEM",
        "recordTypeId": MASTER_RECORD_TYPE,
        "recordTypeName": "Master",
        "urls": {"compactLayout": None},
    }
    return Response(
        body={
            "compactLayouts": [layout],
            "defaultCompactLayoutId": None,
            "recordTypeCompactLayoutMappings": [mapping],
            "urls": {"primary": f"{call.base}/sobjects/{sobject.name}/describe/compactLayouts"},
        }
    )


def approval_layouts(call: Call) -> Response:
    """No approval processes here."""
    with call.reading() as work:
        call.sobject(work)
    return Response(body={"approvalLayouts": []})
