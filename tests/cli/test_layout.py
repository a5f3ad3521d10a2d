"""A database brought to a newer version is counted anew and prepared for its pages."""

from __future__ import annotations

import pytest
from django.db import connection

from sightline.cli import layout
from sightline.records.models import Job
from tests import makers


@pytest.mark.django_db
@pytest.mark.parametrize(("found", "counted"), [("behind", True), ("ready", False)])
def test_after_an_upgrade_the_planner_knows_its_tables_again(
    monkeypatch: pytest.MonkeyPatch, found: str, counted: bool
) -> None:
    makers.account("Helvion")
    asked: list[str] = []
    monkeypatch.setattr(layout, "tables_behind", lambda: found)
    monkeypatch.setattr(layout, "call_command", lambda *_, **__: None)

    def heard(execute: object, sql: str, *rest: object) -> object:
        asked.append(sql)
        return execute(sql, *rest)  # type: ignore[operator]

    with connection.execute_wrapper(heard):
        layout.migrate_if_behind()
    assert ("ANALYZE" in asked) is counted
    assert Job.objects.filter(name="prepare_week").exists() is counted
