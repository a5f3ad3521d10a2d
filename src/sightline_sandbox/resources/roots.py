"""Versions, the list of resources, limits, record counts."""

from typing import Any

from sightline_sandbox.call import Call
from sightline_sandbox.http import Response
from sightline_sandbox.org import FIRST_VERSION, LAST_VERSION
from sightline_sandbox.routing import Router
from sightline_sandbox.storage.tables import quoted

DATA = "/services/data/{version}"
_SEASONS = ("Spring", "Summer", "Winter")
_RESOURCES = [
    "tooling",
    "metadata",
    "compactLayouts",
    "eclair",
    "folders",
    "prechatForms",
    "appMenu",
    "quickActions",
    "support",
    "search",
    "tabs",
    "composite",
    "parameterizedSearch",
    "fingerprint",
    "theme",
    "limits",
    "process",
    "dedupe",
    "query",
    "queryAll",
    "recent",
    "sobjects",
    "jobs",
    "actions",
    "identity",
]


def add_routes(router: Router) -> None:
    """Versions, resources, limits."""
    router.add("GET", "/services/data", versions)
    router.add("GET", DATA, resources)
    router.add("GET", DATA + "/limits", limits)
    router.add("GET", DATA + "/limits/recordCount", record_count)
    router.add("GET", DATA + "/recent", recent)
    router.add("GET", DATA + "/tabs", lambda call: Response(body=[]))
    router.add("GET", DATA + "/theme", theme)


def theme(call: Call) -> Response:
    """The objects to colour; this org has neither colours nor icons for them."""
    with call.reading() as work:
        names = sorted(s.name for s in call.org.schema if work.viewer.sees_object(s))
    return Response(body={"themeItems": [{"colors": [], "icons": [], "name": n} for n in names]})


def release(version: int) -> str:
    """The season a version came out in: 68 is Winter '27."""
    index = version - 51
    season = _SEASONS[index % 3]
    year = 21 + index // 3 + (1 if season == "Winter" else 0)
    return f"{season} '{year}"


def versions(call: Call) -> Response:
    """Every version served, oldest first; no token is needed."""
    found = [
        {"label": release(n), "url": f"/services/data/v{n}.0", "version": f"{n}.0"}
        for n in range(FIRST_VERSION, LAST_VERSION + 1)
    ]
    return Response(body=found)


def resources(call: Call) -> Response:
    """The resources of one version."""
    found: dict[str, str] = {name: f"{call.base}/{name}" for name in _RESOURCES}
    found["identity"] = f"{call.request.origin}/id/{call.org.id}/{call.user_id}"
    return Response(body=found)


def _limit(maximum: int, used: int = 0) -> dict[str, Any]:
    return {"Max": maximum, "Remaining": max(0, maximum - used)}


def limits(call: Call) -> Response:
    """What is left of the org's allocations."""
    org = call.org
    return Response(
        body={
            "ActiveScratchOrgs": _limit(3),
            "AnalyticsExternalDataSizeMB": _limit(40960),
            "ConcurrentAsyncGetReportInstances": _limit(200),
            "ConcurrentEinsteinDataInsightsStoryCreation": _limit(5),
            "ConcurrentSyncReportRuns": _limit(20),
            "DailyApiRequests": _limit(org.call_limit, org.calls),
            "DailyAsyncApexExecutions": _limit(250000),
            "DailyBulkApiBatches": _limit(15000),
            "DailyBulkV2QueryFileStorageMB": _limit(976562),
            "DailyBulkV2QueryJobs": _limit(10000),
            "DailyDurableGenericStreamingApiEvents": _limit(10000),
            "DailyDurableStreamingApiEvents": _limit(10000),
            "DailyGenericStreamingApiEvents": _limit(10000),
            "DailyScratchOrgs": _limit(6),
            "DailyStandardVolumePlatformEvents": _limit(25000),
            "DailyStreamingApiEvents": _limit(10000),
            "DailyWorkflowEmails": _limit(90000),
            "DataStorageMB": _limit(1073),
            "DurableStreamingApiConcurrentClients": _limit(20),
            "FileStorageMB": _limit(1073),
            "HourlyAsyncReportRuns": _limit(1200),
            "HourlyDashboardRefreshes": _limit(200),
            "HourlyODataCallout": _limit(1000),
            "HourlySyncReportRuns": _limit(500),
            "HourlyTimeBasedWorkflow": _limit(1000),
            "MassEmail": _limit(5000),
            "MonthlyPlatformEvents": _limit(300000),
            "Package2VersionCreates": _limit(6),
            "PermissionSets": {**_limit(1500), "CreateCustom": _limit(1000)},
            "SingleEmail": _limit(5000),
            "StreamingApiConcurrentClients": _limit(20),
        }
    )


def record_count(call: Call) -> Response:
    """Approximate counts per object; objects without rows are left out when not asked for."""
    asked = [n for n in call.request.query.get("sObjects", "").split(",") if n]
    with call.reading() as work:
        found = []
        for sobject in call.org.schema:
            if (asked and sobject.name not in asked) or not work.viewer.sees_object(sobject):
                continue
            live = ' WHERE "IsDeleted" = 0' if sobject.find("IsDeleted") else ""
            sql = f"SELECT COUNT(*) FROM {quoted(sobject.name)}{live}"
            count = work.db.execute(sql).fetchone()[0]
            if count:
                found.append({"count": count, "name": sobject.name})
    return Response(body={"sObjects": found})


def recent(call: Call) -> Response:
    """The rows looked at last, then those changed last, of the objects people work with."""
    bound = call.request.query.get("limit", "")
    limit = int(bound) if bound.isdigit() else 10
    with call.reading() as work:
        found = []
        for name in ("Account", "Contact", "Opportunity", "Lead"):
            for order in ("LastViewedDate", "SystemModstamp"):
                rows = work.db.execute(
                    f'SELECT "Id", "Name", "LastViewedDate", "SystemModstamp" FROM "{name}" '
                    f'WHERE "IsDeleted" = 0 ORDER BY "{order}" DESC LIMIT ?',
                    (limit,),
                )
                found += [((row[2] or "", row[3]), name, row[0], row[1]) for row in rows]
    found = sorted(set(found), reverse=True)
    return Response(
        body=[
            {
                "attributes": {"type": kind, "url": f"{call.base}/sobjects/{kind}/{record_id}"},
                "Id": record_id,
                "Name": name,
            }
            for _, kind, record_id, name in found[:limit]
        ]
    )
