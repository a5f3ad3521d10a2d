"""Names found by any part of them: what the database keeps for that beside its tables.

SQLite: FTS5 tables of trigrams, kept current by triggers of the database itself, so that every
writer counts, imports too. PostgreSQL: trigram indexes (pg_trgm); where the extension cannot be
had, searches match beginnings only and say so. Made after every migration, because rebuilding a
table drops its triggers: docs/decisions/0006-names-are-indexed-by-the-database.md.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db import DatabaseError, connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper


@dataclass(frozen=True, slots=True)
class Indexed:
    """A column whose parts are searched; `name` is the index's own, `begins` what an index of
    beginnings holds where parts cannot be had, `parts` what PostgreSQL's trigrams are made of: as
    the queries compare it, else the index is not used."""

    table: str
    column: str
    name: str
    begins: str
    parts: str


_PLAIN = "sort_name varchar_pattern_ops"
INDEXED = (
    Indexed("records_account", "sort_name", "search_account", _PLAIN, "sort_name"),
    Indexed("records_contact", "sort_name", "search_contact", _PLAIN, "sort_name"),
    Indexed(
        "records_opportunity",
        "name",
        "search_opportunity",
        "upper(name::text) text_pattern_ops",
        "upper(name::text)",
    ),
)


def ensure(using: str = "default", **_: Any) -> None:
    """Make what is missing and fill it. Safe to run twice; a receiver of `post_migrate`."""
    connection = connections[using]
    there = set(connection.introspection.table_names())
    if not {index.table for index in INDEXED} <= there:
        return
    if connection.vendor == "sqlite":
        _ensure_sqlite(connection)
    elif connection.vendor == "postgresql":
        _ensure_postgresql(connection)


def matches_parts(connection: BaseDatabaseWrapper) -> bool:
    """Whether names are found by any part of them; else by their beginning only."""
    if connection.vendor == "sqlite":
        return True
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_extension WHERE extname = 'pg_trgm'")
        return cursor.fetchone() is not None


def _ensure_sqlite(connection: BaseDatabaseWrapper) -> None:
    for index in INDEXED:
        with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
            cursor.execute("SELECT name FROM sqlite_master WHERE name LIKE %s", [f"{index.name}%"])
            kept = {row[0] for row in cursor.fetchall()}
            wanted = {index.name, *(f"{index.name}_{on}" for on in ("added", "gone", "changed"))}
            if wanted <= kept:
                continue
            for statement in _sqlite_statements(index):
                cursor.execute(statement)


def _sqlite_statements(index: Indexed) -> tuple[str, ...]:
    table, column, name = index.table, index.column, index.name
    add = f"INSERT INTO {name}(rowid, {column}) VALUES (new.id, new.{column});"
    drop = f"INSERT INTO {name}({name}, rowid, {column}) VALUES ('delete', old.id, old.{column});"
    return (
        f"CREATE VIRTUAL TABLE IF NOT EXISTS {name} USING fts5("
        f"{column}, content='{table}', content_rowid='id', tokenize='trigram')",
        f"CREATE TRIGGER IF NOT EXISTS {name}_added AFTER INSERT ON {table} BEGIN {add} END",
        f"CREATE TRIGGER IF NOT EXISTS {name}_gone AFTER DELETE ON {table} BEGIN {drop} END",
        f"CREATE TRIGGER IF NOT EXISTS {name}_changed AFTER UPDATE OF {column} ON {table} "
        f"WHEN old.{column} IS NOT new.{column} BEGIN {drop} {add} END",
        f"INSERT INTO {name}({name}) VALUES ('rebuild')",
    )


def _ensure_postgresql(connection: BaseDatabaseWrapper) -> None:
    try:
        with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
            cursor.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
            for index in INDEXED:
                cursor.execute(
                    f"CREATE INDEX IF NOT EXISTS {index.name}_parts ON {index.table} "
                    f"USING gin ({index.parts} gin_trgm_ops)"
                )
    except DatabaseError:  # no right to the extension: prefix search, and the page says so
        _ensure_beginnings(connection)


def _ensure_beginnings(connection: BaseDatabaseWrapper) -> None:
    with connection.cursor() as cursor:
        for index in INDEXED:
            cursor.execute(
                f"CREATE INDEX IF NOT EXISTS {index.name}_begins ON {index.table} ({index.begins})"
            )
