"""What changed and what went: `/updated` and `/deleted`, with a safe mark.

Both answer only up to `latestDateCovered`, the start of the oldest write still running. Seconds
of the bounds are ignored, as documented.
"""

from datetime import datetime, timedelta
from typing import Any

from sightline_sandbox.call import Call
from sightline_sandbox.clock import stamp
from sightline_sandbox.errors import ApiError
from sightline_sandbox.http import Response
from sightline_sandbox.resources.roots import DATA
from sightline_sandbox.routing import Router
from sightline_sandbox.schema.sobject import SObject
from sightline_sandbox.soql.dates import read_datetime
from sightline_sandbox.storage.tables import quoted
from sightline_sandbox.work import Work

_MOST_DAYS = 30
_MOST_IDS = 600_000
_BIN_DAYS = 15


def add_routes(router: Router) -> None:
    """Replication."""
    router.add("GET", DATA + "/sobjects/{object}/updated", updated)
    router.add("GET", DATA + "/sobjects/{object}/deleted", deleted)


def _minute(moment: datetime) -> datetime:
    return moment.replace(second=0, microsecond=0)


def _bounds(call: Call, work: Work, sobject: SObject) -> tuple[datetime, datetime]:
    """Start and end asked for."""
    if not sobject.flag("replicateable"):
        raise ApiError("INVALID_TYPE", f"entity type not replicateable: {sobject.name}")
    now = call.org.now()
    start = _asked(call, "start")
    end = _asked(call, "end") if call.request.query.get("end") else now
    if _minute(start) >= _minute(end):
        raise ApiError(
            "INVALID_REPLICATION_DATE",
            "startDate must be at least one minute greater than endDate",
        )
    if start < now - timedelta(days=_MOST_DAYS, minutes=1):
        raise ApiError(
            "INVALID_REPLICATION_DATE", f"startDate cannot be more than {_MOST_DAYS} days ago"
        )
    return _minute(start), _minute(end)


def _covered(call: Call, end: datetime) -> str:
    """Up to when the answer is complete: the oldest write still running bounds it."""
    return stamp(_minute(min(end, call.org.transactions.covered(call.org.now()))))


def _asked(call: Call, name: str) -> datetime:
    text = call.request.query.get(name, "")
    try:
        return read_datetime(text)
    except ValueError:
        raise ApiError("INVALID_FIELD", f"Invalid {name} date: {text!r}") from None


def updated(call: Call) -> Response:
    """Ids of rows created or changed."""
    with call.reading() as work:
        sobject = call.sobject(work)
        start, end = _bounds(call, work, sobject)
        covered = _covered(call, end)
        live = ' AND "IsDeleted" = 0' if sobject.find("IsDeleted") else ""
        shared = work.org.sharing.row_filter(work.viewer)(sobject, "t")
        found = work.db.execute(
            f'SELECT t."Id" FROM {quoted(sobject.name)} t WHERE t."SystemModstamp" >= :start '
            f'AND t."SystemModstamp" < :end{live}{f" AND {shared}" if shared else ""} '
            f'ORDER BY t."SystemModstamp", t."Id" LIMIT {_MOST_IDS + 1}',
            {"start": stamp(start), "end": stamp(end)},
        )
        ids = [row[0] for row in found]
    if len(ids) > _MOST_IDS:
        raise ApiError("EXCEEDED_ID_LIMIT", "exceeded id limit, too many ids returned")
    return Response(body={"ids": ids, "latestDateCovered": covered})


def deleted(call: Call) -> Response:
    """Ids and times of rows deleted, purged ones too."""
    with call.reading() as work:
        sobject = call.sobject(work)
        start, end = _bounds(call, work, sobject)
        covered = _covered(call, end)
        found = work.db.execute(
            "SELECT id, removed FROM _removed WHERE object = ? AND removed >= ? AND removed < ? "
            "ORDER BY removed, id",
            (sobject.name, stamp(start), stamp(end)),
        )
        records = [{"id": row[0], "deletedDate": row[1]} for row in found]
    earliest = _minute(call.org.now()) - timedelta(days=_BIN_DAYS)
    body: dict[str, Any] = {
        "deletedRecords": records,
        "earliestDateAvailable": stamp(earliest),
        "latestDateCovered": covered,
    }
    return Response(body=body)
