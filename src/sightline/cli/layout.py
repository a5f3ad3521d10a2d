"""What must lie ready before the server starts: the database's tables and the static files."""

from __future__ import annotations

import hashlib
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

import sightline


def tables_behind() -> str:
    """`ready`, `behind` (a migration is missing) or `new` (no tables at all)."""
    executor = MigrationExecutor(connection)
    if not executor.migration_plan(executor.loader.graph.leaf_nodes()):
        return "ready"
    return "behind" if executor.loader.applied_migrations else "new"


def migrate_if_behind() -> None:
    """Bring the database to this version, if it is not."""
    if tables_behind() != "ready":
        call_command("migrate", interactive=False, verbosity=0)


def lay_out_static_files() -> None:
    """Collect, name by content and compress the static files, if any changed."""
    root = Path(settings.STATIC_ROOT)
    stamp = root / ".laid-out"
    wanted = _fingerprint()
    if stamp.exists() and stamp.read_text(encoding="utf-8") == wanted:
        return
    call_command("collectstatic", interactive=False, clear=True, verbosity=0)
    stamp.write_text(wanted, encoding="utf-8")


def _fingerprint() -> str:
    """Version, and name, size and time of every static file."""
    digest = hashlib.sha256(sightline.__version__.encode())
    for folder in settings.STATICFILES_DIRS:
        for file in sorted(Path(folder).rglob("*")):
            if file.is_file():
                facts = file.stat()
                digest.update(f"{file}|{facts.st_size}|{facts.st_mtime_ns}".encode())
    return digest.hexdigest()
