"""A database to draw histories in, for programs that are no test run."""

from __future__ import annotations

import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]


class NoMigrations:
    """Tables come from the models as they are."""

    def __contains__(self, app: str) -> bool:
        return True

    def __getitem__(self, app: str) -> None:
        return None


def prepare(database: str = ":memory:") -> None:
    """Django with the settings of the tests, and an empty database of its own: in memory, or a
    file."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
    if str(ROOT) not in sys.path:
        sys.path.insert(0, str(ROOT))
    import django
    from django.conf import settings

    held = settings.DATABASES["default"]
    held["TEST"] = {"NAME": database}
    if held["ENGINE"].endswith("sqlite3"):  # some four hundred statements, each prepared once
        held["OPTIONS"] = {**held.get("OPTIONS", {}), "cached_statements": 2000}
    settings.MIGRATION_MODULES = NoMigrations()
    django.setup()
    from django.db import connection

    connection.creation.create_test_db(verbosity=0, serialize=False)
    from tests.crm.histories.composed import compose_once

    compose_once()
