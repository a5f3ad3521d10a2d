"""Record types as describe and layouts list them: an object's own, then the master."""

from typing import Any

from sightline_sandbox.rows.automation.record_types import MASTER
from sightline_sandbox.schema.sobject import SObject
from sightline_sandbox.work import Work


def infos(work: Work, sobject: SObject) -> list[dict[str, Any]]:
    """The `recordTypeInfos` of an object; the master is last and default when it is alone."""
    settings = work.org.documents.get("record_type", sobject.name) or {}
    rows = work.db.execute(
        'SELECT "Id", "DeveloperName", "Name", "IsActive" FROM "RecordType" '
        'WHERE "SobjectType" = ? ORDER BY "Name", "Id"',
        (sobject.name,),
    ).fetchall()
    found = [
        _info(work, sobject, row[0], row[1], row[2], active=bool(row[3]), settings=settings)
        for row in rows
    ]
    alone = not any(one["defaultRecordTypeMapping"] for one in found)
    master = _info(work, sobject, MASTER, "Master", "Master", active=True, settings=settings)
    return [*found, {**master, "master": True, "defaultRecordTypeMapping": alone}]


def _info(
    work: Work,
    sobject: SObject,
    record_id: str,
    developer_name: str,
    name: str,
    *,
    active: bool,
    settings: dict[str, Any],
) -> dict[str, Any]:
    layout = f"{work.base}/sobjects/{sobject.name}/describe/layouts/{record_id}"
    return {
        "active": active,
        "available": active,
        "defaultRecordTypeMapping": settings.get("default") == record_id,
        "developerName": developer_name,
        "master": False,
        "name": name,
        "recordTypeId": record_id,
        "urls": {"layout": layout},
    }
