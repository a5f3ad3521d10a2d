"""A computation that failed is said above the list, with the way out, until one succeeds."""

from __future__ import annotations

from collections.abc import Callable

from django.test import Client
from django.utils import timezone

from sightline.records.models import CompanyHistory, Job, SignIn
from tests import makers
from tests.web.portfolio.conftest import Team

Enter = Callable[[SignIn], Client]
SAID = "Figures could not be computed."
WHY = "no rate from USD into GBP for 2026-01"


def body(client: Client) -> str:
    return client.get("/portfolio/").content.decode()


def test_operations_reads_why_figures_are_missing_and_where_to_mend_it(
    team: Team, enter: Enter
) -> None:
    Job.objects.create(
        name="measure", attempts=2, last_error=f"sightline.errors.MissingRate: {WHY}"
    )
    said = body(enter(makers.sign_in("operations")))
    assert SAID in said
    assert WHY in said
    assert "MissingRate" not in said
    assert 'href="/settings/"' in said
    assert 'href="/settings/"' not in body(enter(team.seller)).split(SAID)[1].split("</p>")[0]


def test_a_later_success_takes_the_words_away(team: Team, enter: Enter) -> None:
    Job.objects.create(name="measure", state=Job.State.FAILED, last_error=WHY)
    CompanyHistory.objects.create(id=1, as_of=makers.TODAY, computed_at=timezone.now())
    assert SAID not in body(enter(makers.sign_in("operations")))
