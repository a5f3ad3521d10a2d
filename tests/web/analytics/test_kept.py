"""Over very many accounts the page reads what a job kept, and asks for it where nothing is."""

from __future__ import annotations

import re

import pytest
from django.core.cache import cache

from sightline.actions import analytics_sums
from sightline.actions.progress import Silent
from sightline.records import reach
from sightline.records.models import AnalyticsSums, Job, PlanResult
from sightline.web.pages.analytics import goals as goal_pages
from sightline.web.pages.analytics import views
from tests.web.analytics.conftest import Team
from tests.web.analytics.test_show import PAGE, PLANS, Enter, text


@pytest.fixture
def large(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reach, "WIDE", 0)
    monkeypatch.setattr(views, "is_large", lambda: True)
    monkeypatch.setattr(analytics_sums, "is_large", lambda: True)


def test_the_page_says_what_was_kept_until_it_is_kept_anew(
    team: Team, enter: Enter, large: None
) -> None:
    client = enter(team.leader)
    for path in (PAGE, PLANS, f"{PAGE}behind/owners"):
        body = text(client, path)
        assert "Being counted" in body
        assert "£30k" not in body
    assert Job.objects.filter(name="portfolio_sums").exists()
    assert analytics_sums.keep_pictures(job=Silent()) >= 1
    PlanResult.objects.filter(plan__account=team.helvion).update(landing=60_000_00)
    kept = text(client)
    assert "£30k" in kept
    assert "added up" in kept
    analytics_sums.keep_pictures(job=Silent())
    assert "£40k" in text(client)


def test_figures_kept_in_another_shape_are_counted_anew(
    team: Team, enter: Enter, large: None
) -> None:
    analytics_sums.keep_pictures(job=Silent())
    AnalyticsSums.objects.update(figures={"currency": "GBP"})
    assert "Being counted" in text(enter(team.leader))
    assert Job.objects.filter(name="portfolio_sums").exists()


def test_a_file_is_whole_before_anything_is_kept(team: Team, enter: Enter, large: None) -> None:
    answer = enter(team.leader).get(f"{PLANS}.csv")
    assert b"Helvion Industries" in answer.getvalue()


def test_kept_plans_are_listed_counted_and_narrowed_as_those_of_the_look(
    team: Team, enter: Enter, large: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = ("", "?only=gap", "?only=threaded", "?only=challenges", "?tier=2", "?owner=none")
    client = enter(team.leader)
    analytics_sums.keep_pictures(job=Silent())
    assert "All plans" in text(client, PLANS)
    kept = [client.get(f"{PLANS}.csv{one}").getvalue() for one in asked]
    monkeypatch.setattr(views, "is_large", lambda: False)
    assert [client.get(f"{PLANS}.csv{one}").getvalue() for one in asked] == kept
    assert len({len(one) for one in kept}) > 3


def test_sums_of_nobody_are_forgotten(team: Team, large: None) -> None:
    AnalyticsSums.objects.create(scope="gone")
    analytics_sums.keep_pictures(job=Silent())
    assert not AnalyticsSums.objects.filter(scope="gone").exists()


def test_outcomes_are_worked_backwards_when_the_picture_is_kept_and_not_when_it_is_looked_at(
    team: Team, enter: Enter, large: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    client, goals = enter(team.leader), f"{PAGE}outcomes"
    PlanResult.objects.update(parts={"baseline": 100_000_00, "churn": -8_000_00})
    for kind, share in (("grr", "95"), ("penetration", "50"), ("new_lines", "10")):
        given = {"kind": kind, "share": share, "tier": "0", "industry": "", "version": "0"}
        assert client.post(f"{goals}/set", given).status_code == 303
    assert client.post(f"{PAGE}outcome", {"amount": "90000", "version": "0"}).status_code == 303

    def said() -> list[str]:
        bodies = (text(client, goals), text(client))
        return [one for body in bodies for one in re.findall(r'class="said">(.*?)</p>', body)]

    analytics_sums.keep_pictures(job=Silent())
    AnalyticsSums.objects.update(outcomes={})
    at_once = said()
    assert len(at_once) >= 4 and any("92.0%" in one for one in at_once)
    analytics_sums.keep_pictures(job=Silent())
    cache.clear()

    def refused(*_: object, **__: object) -> None:
        raise AssertionError("nothing is added up when somebody looks")

    monkeypatch.setattr(views, "backwards", refused)
    monkeypatch.setattr(goal_pages, "worked", refused)
    assert said() == at_once
