"""The database's steps: one squashed beginning for new databases, the first steps for older ones."""

from __future__ import annotations

from django.db.migrations.autodetector import MigrationAutodetector
from django.db.migrations.loader import MigrationLoader

LAST_OF_THE_FIRST = ("records", "0008_portfolio_outcome")
SQUASHED = ("records", "0001_squashed_0008_portfolio_outcome")


def test_the_squashed_beginning_ends_where_the_first_steps_end() -> None:
    loader = MigrationLoader(None)
    assert LAST_OF_THE_FIRST in loader.disk_migrations[SQUASHED].replaces
    loader.replace_migrations = False
    loader.build_graph()
    one_by_one, at_once = loader.project_state(LAST_OF_THE_FIRST), loader.project_state(SQUASHED)
    assert MigrationAutodetector(one_by_one, at_once).changes(loader.graph) == {}
