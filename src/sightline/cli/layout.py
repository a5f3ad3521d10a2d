"""What must lie ready before the server starts: the database's tables and the static files."""

from __future__ import annotations

import hashlib
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

import sightline


def tables_behind() -> str:
    """`ready`, `behind` (a migration is missing) or `new` (no tables at all)."""
    executor = MigrationExecutor(connection)
    if not executor.migration_plan(executor.loader.graph.leaf_nodes()):
        return "ready"
    return "behind" if executor.loader.applied_migrations else "new"


def migrate_if_behind() -> None:
    """Bring the database to this version, if it is not."""
    found = tables_behind()
    if found == "new":
        _make_tables()
    if found != "ready":
        call_command("migrate", interactive=False, verbosity=0)
    if found == "behind":
        from sightline.actions.monday import ask_for_weeks
        from sightline.actions.portfolio_sums import ask_for_sums
        from sightline.actions.upkeep import refresh_statistics

        # SQLite rebuilds a table that changed, and forgets what its planner knew of it
        refresh_statistics()
        # a newer version keeps for its pages what an older database lacks
        ask_for_sums()
        ask_for_weeks()


def _make_tables() -> None:
    """A new database gets its tables as they are now, and every step counts as taken.

    A step on an empty database only changes tables, and a hundred steps take half a minute. All or
    nothing: tables and the list of steps are written in one transaction.
    """
    steps = MigrationLoader(connection).disk_migrations
    recorder = MigrationRecorder(connection)
    with connection.schema_editor() as editor:
        editor.create_model(recorder.Migration)
        for model in apps.get_models():
            if model._meta.can_migrate(connection):
                editor.create_model(model)
        recorder.migration_qs.bulk_create(
            recorder.Migration(app=app, name=name) for app, name in sorted(steps)
        )


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
