"""Jobs of Bulk API 2.0: kept in storage, run in the background, resumed after a crash."""

from __future__ import annotations

import json
import logging
import queue
import sqlite3
import threading
import time
from typing import Any

from sightline_sandbox.bulk import rows
from sightline_sandbox.errors import ApiError, not_found
from sightline_sandbox.org import Org
from sightline_sandbox.querying import plan_of
from sightline_sandbox.soql import run
from sightline_sandbox.work import Options, Work

_log = logging.getLogger("sightline_sandbox")
_CHUNK = 200
Job = dict[str, Any]


def read(db: sqlite3.Connection, job_id: str, kind: str) -> Job:
    """A job of a kind (`ingest`, `query`, `v1`), or 404."""
    row = db.execute("SELECT body FROM _job WHERE id = ?", (job_id,)).fetchone()
    job: Job = json.loads(row[0]) if row else {}
    if job.get("kind") != kind:
        raise not_found()
    return job


def write(db: sqlite3.Connection, job: Job) -> None:
    """Keep a job."""
    db.execute("INSERT OR REPLACE INTO _job (id, body) VALUES (?, ?)", (job["id"], json.dumps(job)))


def listed(db: sqlite3.Connection, kind: str) -> list[Job]:
    """The jobs of a kind, newest first."""
    found = (json.loads(r[0]) for r in db.execute("SELECT body FROM _job ORDER BY id DESC"))
    return [job for job in found if job["kind"] == kind]


def add_part(db: sqlite3.Connection, job_id: str, part: str, body: str) -> None:
    """Add text to a part of a job: its content, its ids, its results."""
    (seq,) = db.execute(
        "SELECT COUNT(*) FROM _jobpart WHERE job = ? AND part = ?", (job_id, part)
    ).fetchone()
    db.execute(
        "INSERT INTO _jobpart (job, part, seq, body) VALUES (?, ?, ?, ?)",
        (job_id, part, seq, body.encode()),
    )


def part(db: sqlite3.Connection, job_id: str, name: str) -> str:
    """A part of a job, put together."""
    found = db.execute(
        "SELECT body FROM _jobpart WHERE job = ? AND part = ? ORDER BY seq", (job_id, name)
    )
    return b"".join(bytes(r[0]) for r in found).decode()


def forget(db: sqlite3.Connection, job_id: str) -> None:
    """Delete a job and its parts."""
    db.execute("DELETE FROM _job WHERE id = ?", (job_id,))
    db.execute("DELETE FROM _jobpart WHERE job = ?", (job_id,))


def check_ending(text: str, ending: str) -> None:
    """Refuse rows whose lines end otherwise than the job says."""
    first, _, rest = text.partition("\n")
    returned = first.endswith("\r")
    if (ending == "LF" and returned) or (ending == "CRLF" and rest and not returned):
        raise ApiError(
            "ClientInputError",
            "LineEnding is invalid on user data. Current LineEnding setting is " + ending,
        )


class Runner:
    """One background thread that runs jobs in the order they were completed."""

    def __init__(self, org: Org) -> None:
        self._org = org
        self._waiting: queue.Queue[str] = queue.Queue()
        self._started = False
        self._lock = threading.Lock()

    def resume(self) -> None:
        """Take up the jobs a crash interrupted."""
        with self._org.database.reading() as db:
            unfinished = [
                json.loads(r[0])["id"]
                for r in db.execute("SELECT body FROM _job")
                if json.loads(r[0]).get("state") in ("UploadComplete", "InProgress")
            ]
        for job_id in unfinished:
            self.submit(job_id)

    def submit(self, job_id: str) -> None:
        """Run a job soon."""
        self._waiting.put(job_id)
        with self._lock:
            if not self._started:
                self._started = True
                threading.Thread(target=self._loop, daemon=True, name="bulk").start()

    def _loop(self) -> None:
        while True:
            job_id = self._waiting.get()
            try:
                self._run(job_id)
            except Exception:
                _log.exception("bulk job %s failed", job_id)
                self._fail(job_id, "An unexpected error occurred")

    def _work(self, db: sqlite3.Connection, job: Job) -> Work:
        viewer = self._org.viewer(db, job["createdById"])
        if viewer is None:
            raise ApiError("INVALID_SESSION_ID", "the job's user is gone")
        options = Options(from_csv=job.get("contentType") == "CSV")
        return Work(self._org, db, viewer, self._org.now(), job["version"], options)

    def _run(self, job_id: str) -> None:
        with self._org.database.reading() as db:
            row = db.execute("SELECT body FROM _job WHERE id = ?", (job_id,)).fetchone()
        job: Job = json.loads(row[0]) if row else {}
        if job.get("state") not in ("UploadComplete", "InProgress"):
            return
        started = time.monotonic()
        try:
            if job["kind"] == "query":
                self._query(job)
            else:
                self._ingest(job, started)
        except ApiError as error:
            self._fail(job_id, f"{error.code} : {error.message}")

    def _fail(self, job_id: str, message: str) -> None:
        with self._org.database.writing() as db:
            row = db.execute("SELECT body FROM _job WHERE id = ?", (job_id,)).fetchone()
            if row:
                job = json.loads(row[0])
                job.update(state="Failed", errorMessage=message)
                job["systemModstamp"] = self._org.clock.stamp()
                write(db, job)

    def _query(self, job: Job) -> None:
        with self._org.database.reading() as db:
            work = self._work(db, job)
            plan = plan_of(work, job["query"], all_rows=job["operation"] == "queryAll")
            ids = run.all_ids(db, plan)
        with self._org.database.writing() as db:
            add_part(db, job["id"], "ids", json.dumps(ids))
            job.update(
                state="JobComplete",
                numberRecordsProcessed=len(ids),
                systemModstamp=self._org.clock.stamp(),
            )
            write(db, job)

    def _ingest(self, job: Job, started: float) -> None:
        with self._org.database.reading() as db:
            text = part(db, job["id"], "content")
        check_ending(text, job["lineEnding"])
        header, found = rows.read_csv(text, rows.DELIMITERS[job["columnDelimiter"]])
        sobject = self._org.schema.get(job["object"])
        with self._org.database.reading() as db:
            unknown = rows.unknown_column(self._work(db, job), sobject, header)
        if unknown is not None:
            raise ApiError("InvalidBatch", f"Field name not found : {unknown}")
        remaining = list(found)[job["numberRecordsProcessed"] :]
        for start in range(0, max(len(remaining), 1), _CHUNK):
            chunk = remaining[start : start + _CHUNK]
            last = start + _CHUNK >= len(remaining)
            if not self._chunk(job["id"], header, chunk, last=last, started=started):
                return

    def _chunk(
        self, job_id: str, header: list[str], chunk: list[list[str]], *, last: bool, started: float
    ) -> bool:
        """Write some rows and their results in one transaction; False when aborted."""
        start = self._org.now()
        with self._org.transactions.running(start), self._org.database.writing() as db:
            job = read(db, job_id, "ingest")
            if job["state"] == "Aborted":
                return False
            work = self._work(db, job)
            sobject = self._org.schema.get(job["object"])
            good: list[list[Any]] = []
            bad: list[list[Any]] = []
            for row in chunk:
                record = rows.record_of(header, row)
                outcome = rows.apply_row(
                    work, sobject, job["operation"], job.get("externalIdFieldName"), record
                )
                if outcome.error is None:
                    good.append([outcome.id, str(outcome.created).lower(), *row])
                else:
                    bad.append([outcome.id, outcome.error, *row])
            self._results(db, job, good, bad)
            job["numberRecordsProcessed"] += len(chunk)
            job["numberRecordsFailed"] += len(bad)
            job["state"] = "JobComplete" if last else "InProgress"
            job["systemModstamp"] = self._org.clock.stamp()
            job["totalProcessingTime"] = int((time.monotonic() - started) * 1000)
            write(db, job)
        return True

    @staticmethod
    def _results(
        db: sqlite3.Connection, job: Job, good: list[list[Any]], bad: list[list[Any]]
    ) -> None:
        delimiter = rows.DELIMITERS[job["columnDelimiter"]]
        for name, some in (("good", good), ("bad", bad)):
            if some:
                add_part(db, job["id"], name, rows.write_csv(some, delimiter))
