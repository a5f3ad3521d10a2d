"""Connections to the org's SQLite file: readers beside one writer at a time."""

import contextlib
import queue
import sqlite3
import threading
from collections.abc import Iterator
from pathlib import Path

from sightline_sandbox.storage import formulas
from sightline_sandbox.storage.distance import great_circle

#: Bookkeeping beside the objects' own tables; a leading underscore keeps names apart.
_BOOKKEEPING = """
CREATE TABLE IF NOT EXISTS _counter (name TEXT PRIMARY KEY, value INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS _setting (name TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS _custom (object TEXT, name TEXT, entry TEXT NOT NULL,
    PRIMARY KEY (object, name));
CREATE TABLE IF NOT EXISTS _document (kind TEXT, key TEXT, body TEXT NOT NULL,
    PRIMARY KEY (kind, key));
CREATE TABLE IF NOT EXISTS _removed (object TEXT, id TEXT, removed TEXT, root TEXT,
    PRIMARY KEY (object, id));
CREATE INDEX IF NOT EXISTS _removed_when ON _removed (object, removed);
CREATE TABLE IF NOT EXISTS _job (id TEXT PRIMARY KEY, body TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS _jobpart (job TEXT, part TEXT, seq INTEGER, body BLOB NOT NULL,
    PRIMARY KEY (job, part, seq));
"""


class Database:
    """A SQLite file in WAL mode. `reading` may run beside others; `writing` runs alone."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._idle: queue.SimpleQueue[sqlite3.Connection] = queue.SimpleQueue()
        self._write_lock = threading.RLock()
        self._writer = self._connect()
        self._writer.executescript(_BOOKKEEPING)
        self._writer.commit()

    def _connect(self) -> sqlite3.Connection:
        connection = sqlite3.connect(
            self._path, isolation_level=None, check_same_thread=False, cached_statements=256
        )
        connection.create_function("great_circle", 5, great_circle, deterministic=True)
        formulas.teach(connection)
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=NORMAL")
        connection.execute("PRAGMA busy_timeout=10000")
        connection.execute("PRAGMA cache_size=-65536")
        connection.execute("PRAGMA temp_store=MEMORY")
        connection.execute("PRAGMA case_sensitive_like=OFF")
        return connection

    @contextlib.contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """A connection for one request's reads."""
        try:
            connection = self._idle.get_nowait()
        except queue.Empty:
            connection = self._connect()
        try:
            yield connection
        finally:
            self._idle.put(connection)

    @contextlib.contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """The one writing connection, in a transaction: committed, or undone on an error."""
        with self._write_lock:
            nested = self._writer.in_transaction
            if not nested:
                self._writer.execute("BEGIN IMMEDIATE")
            try:
                yield self._writer
            except BaseException:
                if not nested:
                    self._writer.rollback()
                raise
            if not nested:
                self._writer.commit()

    def close(self) -> None:
        """Close every connection that is not in use."""
        with self._write_lock:
            self._writer.close()
        while not self._idle.empty():
            self._idle.get_nowait().close()


@contextlib.contextmanager
def savepoint(connection: sqlite3.Connection) -> Iterator[None]:
    """A part of a transaction that may be undone alone, when it raises."""
    connection.execute("SAVEPOINT part")
    try:
        yield
    except BaseException:
        connection.execute("ROLLBACK TO part")
        connection.execute("RELEASE part")
        raise
    connection.execute("RELEASE part")
