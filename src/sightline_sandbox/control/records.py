"""Rows changed from outside, as another person, program or automation of the org would."""

from __future__ import annotations

import sqlite3
import threading
from typing import Any

from sightline_sandbox.call import Call
from sightline_sandbox.clock import stamp
from sightline_sandbox.ids import to_18
from sightline_sandbox.loading import derive, founding, reset
from sightline_sandbox.rows import remove, save
from sightline_sandbox.schema.sobject import SObject
from sightline_sandbox.soql.dates import read_datetime
from sightline_sandbox.work import Options, Work

Body = dict[str, Any]
Db = sqlite3.Connection


def _work(call: Call, db: Db, body: Body) -> Work:
    """Work as the user named, or as the administrator; `stamp` sets the time of the edit."""
    name = body.get("as") or founding.ADMIN
    row = db.execute(
        'SELECT "Id" FROM "User" WHERE "Username" = ? OR "Id" = ?', (name, to_18(name))
    ).fetchone()
    viewer = call.org.viewer(db, row[0]) if row else None
    if viewer is None:
        raise ValueError(f"no user {name}")
    moment = read_datetime(body["stamp"]) if body.get("stamp") else call.org.now()
    return Work(call.org, db, viewer, moment, options=Options(duplicates_allowed=True))


def _target(call: Call, body: Body) -> tuple[SObject, str]:
    record_id = to_18(str(body["id"]))
    sobject = call.org.schema.of_id(record_id) if record_id else None
    if record_id is None or sobject is None:
        raise ValueError(f"no record {body['id']}")
    return sobject, record_id


def create(call: Call, db: Db, body: Body) -> Body:
    """Create a row."""
    sobject = call.org.schema.find(str(body["object"]))
    if sobject is None:
        raise ValueError(f"no object {body['object']}")
    return {"id": save.create(_work(call, db, body), sobject, body.get("fields") or {})}


def edit(call: Call, db: Db, body: Body) -> Body:
    """Change a row: stamped now, or earlier; visible now, or `commit_after` seconds.

    `covered` false hides the open edit from `latestDateCovered`: a lateness no mark tells of.
    """
    sobject, record_id = _target(call, body)
    delay = float(body.get("commit_after") or 0)
    work = _work(call, db, body)
    if not delay:
        save.update(work, sobject, record_id, body.get("fields") or {})
        return {"id": record_id, "stamp": work.stamp}
    _later(call, body, delay, work)
    return {"id": record_id, "stamp": work.stamp, "commit_after": delay}


def _later(call: Call, body: Body, delay: float, work: Work) -> None:
    covered = body.get("covered", True)
    number = call.org.transactions.open(work.now) if covered else None

    def commit() -> None:
        try:
            with call.org.database.writing() as db:
                edit(call, db, {**body, "commit_after": 0, "stamp": stamp(work.now)})
        finally:
            if number is not None:
                call.org.transactions.close(number)

    timer = threading.Timer(delay, commit)
    timer.daemon = True
    timer.start()


def delete(call: Call, db: Db, body: Body) -> Body:
    """Delete a row."""
    sobject, record_id = _target(call, body)
    remove.delete(_work(call, db, body), sobject, record_id)
    return {"id": record_id}


def undelete(call: Call, db: Db, body: Body) -> Body:
    """Bring a row back."""
    sobject, record_id = _target(call, body)
    remove.undelete(_work(call, db, body), sobject, record_id)
    return {"id": record_id}


def purge(call: Call, db: Db, body: Body) -> Body:
    """Empty a row out of the recycle bin."""
    sobject, record_id = _target(call, body)
    remove.purge(_work(call, db, body), sobject, record_id)
    return {"id": record_id}


def merge(call: Call, db: Db, body: Body) -> Body:
    """Merge rows into a master."""
    sobject, master = _target(call, {"id": body["master"]})
    losers = [_target(call, {"id": one})[1] for one in body["losers"]]
    moved = remove.merge(_work(call, db, body), sobject, master, losers, body.get("fields") or {})
    return {"master": master, "merged": losers, "moved": moved}


def lock(call: Call, db: Db, body: Body) -> Body:
    """Lock a row as an approval would; administrators still change it."""
    _, record_id = _target(call, body)
    call.org.documents.put(db, "lock", record_id, {"id": record_id})
    return {"id": record_id}


def unlock(call: Call, db: Db, body: Body) -> Body:
    """Unlock a row."""
    _, record_id = _target(call, body)
    return {"unlocked": call.org.documents.drop(db, "lock", record_id)}


def deactivate(call: Call, db: Db, body: Body) -> Body:
    """Make a user inactive (or active): rows keep their owner, new ones are refused."""
    active = int(bool(body.get("active", False)))
    row = db.execute(
        'UPDATE "User" SET "IsActive" = ?, "SystemModstamp" = ?, "LastModifiedDate" = ? '
        'WHERE "Username" = ? OR "Id" = ? RETURNING "Id"',
        (active, call.org.clock.stamp(), call.org.clock.stamp(), body["user"], body["user"]),
    ).fetchone()
    if row is None:
        raise ValueError(f"no user {body['user']}")
    return {"id": row[0], "active": bool(active)}


def archive(call: Call, db: Db, body: Body) -> Body:
    """Archive old activities."""
    return {name: derive.archive(db, name) for name in ("Task", "Event")}


def empty(call: Call, db: Db, body: Body) -> Body:
    """Empty the org: rows and set-up changes go, users, apps and sessions stay."""
    return {"deleted": reset.reset(call.org, db)}


CHANGES: dict[str, Any] = {
    "reset": empty,
    "records/create": create,
    "records/edit": edit,
    "records/delete": delete,
    "records/undelete": undelete,
    "records/purge": purge,
    "records/merge": merge,
    "records/lock": lock,
    "records/unlock": unlock,
    "users/deactivate": deactivate,
    "activities/archive": archive,
}
