"""The database's steps: an older database takes them one by one, a new one is made at once."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

ROOT = Path(__file__).parents[2]


@pytest.mark.django_db
def test_a_new_database_has_the_tables_that_the_steps_lead_to(tmp_path: Path) -> None:
    if connection.vendor != "sqlite":
        pytest.skip("two files are compared; the tables come from the same models everywhere")
    environment = {**os.environ, "SIGHTLINE_DATA": str(tmp_path)}
    for own in ("DATABASE_URL", "DJANGO_SETTINGS_MODULE"):
        environment.pop(own, None)
    command = [sys.executable, "-m", "sightline.cli", "migrate"]
    subprocess.run(command, env=environment, check=True, capture_output=True, cwd=ROOT)
    with sqlite3.connect(tmp_path / "sightline.sqlite3") as made:
        assert _parts(made.execute) == _parts(connection.cursor().execute)


def _parts(execute: Callable[[str], Iterable[Any]]) -> dict[tuple[str, str], Any]:
    """Every table with its columns and references, every index and trigger."""
    named = [(row[0], row[1]) for row in execute("SELECT type, name FROM sqlite_master")]
    return {(kind, name): _columns(execute, kind, name) for kind, name in named}


def _columns(execute: Callable[[str], Iterable[Any]], kind: str, name: str) -> Any:
    if kind != "table":
        return None
    columns = [(row[1], row[2], row[3], row[5]) for row in execute(f'PRAGMA table_info("{name}")')]
    leads_to = [row[2:5] for row in execute(f'PRAGMA foreign_key_list("{name}")')]
    return sorted(columns), sorted(leads_to)
