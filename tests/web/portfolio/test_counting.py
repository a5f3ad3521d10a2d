"""Over very many accounts the sums are a job's: until it kept them the list stands and says so."""

from __future__ import annotations

import pytest
from django.test import Client

from sightline.actions import portfolio_sums
from sightline.actions.progress import Silent
from sightline.cli import layout
from sightline.records import reach
from sightline.records.models import Job
from sightline.web.pages.portfolio import views
from tests.web.portfolio.conftest import Team


@pytest.fixture
def large(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reach, "WIDE", 0)
    monkeypatch.setattr(views, "is_large", lambda: True)
    monkeypatch.setattr(portfolio_sums, "is_large", lambda: True)


def page_of(team: Team) -> str:
    client = Client()
    client.force_login(team.leader)
    return client.get("/portfolio/").content.decode()


def test_the_list_stands_while_its_sums_are_counted(team: Team, large: None) -> None:
    body = page_of(team)
    assert "Being counted" in body
    assert "Helvion Industries" in body
    assert "Foreign Bank" not in body
    assert "1 planning account" not in body  # how many there are is one of the sums
    job = Job.objects.get(name="portfolio_sums")
    Job.objects.filter(pk=job.pk).update(state=Job.State.RUNNING, progress_done=2, progress_total=5)
    assert "2 of 5 parts are done" in page_of(team)
    portfolio_sums.keep_sums(job=Silent())
    kept = page_of(team)
    assert "Being counted" not in kept
    assert "2 planning accounts" in kept


@pytest.mark.django_db
def test_a_database_of_an_older_version_is_counted_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(layout, "call_command", lambda *_given, **_options: None)
    monkeypatch.setattr(layout, "tables_behind", lambda: "ready")
    layout.migrate_if_behind()
    assert not Job.objects.exists()
    monkeypatch.setattr(layout, "tables_behind", lambda: "behind")
    layout.migrate_if_behind()
    assert Job.objects.filter(name="portfolio_sums").exists()
    # and Monday, whose weeks an older version kept in another way
    assert Job.objects.filter(name="prepare_week").exists()
