"""Over very many accounts a trial of weights is a job's, asked for once, and its person's alone."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from sightline.actions import weights
from sightline.actions.kept_lists import TRIALS_KEPT, keep_lists
from sightline.actions.progress import Silent
from sightline.jobs import weights as jobs
from sightline.jobs.registry import function_of
from sightline.planning.errors import NotAllowed, PlanningError
from sightline.records.models import Job, KeptList, SignIn, TierResult
from sightline.records.queries import kept, tried, trying
from sightline.records.scoping import person_of
from tests import makers
from tests.web.portfolio.conftest import PARTS, Team

Enter = Callable[[SignIn], Client]
TRY = "/portfolio/try"
ONE = TRY + "?tier1=1"
WORKING = "Being worked out."


@pytest.fixture
def many(team: Team) -> None:
    for number in range(8):
        makers.tier_result(
            makers.account(f"Filler {number}", owner=team.user),
            potential=300_000_000 - number,
            vulnerability=25,
            parts=PARTS,
            computed_tier=1,
            proposed_tier=1,
        )


@pytest.fixture
def large(many: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept, "is_large", lambda: True)


def body_of(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def work(job: Job) -> None:
    weights.work_out(
        job.payload["person"], job.payload["changes"], now=timezone.now(), job=Silent()
    )
    Job.objects.filter(pk=job.pk).update(state=Job.State.DONE)


def tables(body: str) -> list[str]:
    return [part.split("</table>")[0] for part in body.split("<table")[1:]]


def test_nothing_is_worked_out_before_a_number_is_changed(
    team: Team, large: None, enter: Enter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(trying, "kept_facts", lambda **_given: pytest.fail("read every account"))
    body = body_of(enter(team.leader), TRY)
    assert "Change a number to see what it does." in body
    assert WORKING not in body
    assert not Job.objects.exists()


def test_the_first_ask_requests_one_job_and_the_page_follows_it(
    team: Team, large: None, enter: Enter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(trying, "kept_facts", lambda **_given: pytest.fail("read every account"))
    client = enter(team.leader)
    for _again in range(2):
        body = body_of(client, ONE)
        assert WORKING in body
        assert 'hx-get="/portfolio/try?tier1=1" hx-trigger="every 1s"' in body
        assert 'href="/portfolio/try?tier1=1"' in body
    job = Job.objects.get()
    assert job.name == tried.JOB
    assert function_of(job.name) is jobs.run
    Job.objects.update(state=Job.State.RUNNING, progress_done=1, progress_total=3)
    assert "1 of 3 parts are done." in body_of(client, ONE)
    assert Job.objects.count() == 1
    body_of(client, TRY + "?tier1=2")
    body_of(enter(makers.sign_in("operations")), ONE)
    assert Job.objects.count() == 3


def test_the_outcome_is_that_of_a_small_company(
    team: Team, many: None, enter: Enter, monkeypatch: pytest.MonkeyPatch
) -> None:
    TierResult.objects.filter(account=team.foreign).update(owner=team.user, potential=500_000_000)
    client = enter(team.leader)
    at_once = body_of(client, ONE)
    assert not Job.objects.exists()
    monkeypatch.setattr(kept, "is_large", lambda: True)
    body_of(client, ONE)
    work(Job.objects.get())
    by_job = body_of(client, ONE)
    assert tables(by_job) == tables(at_once)
    assert len(tables(by_job)) == 3
    for words in ("Kova Retail", "accounts of others"):
        assert (words in by_job) == (words in at_once)
    assert "Kova Retail" in by_job
    assert "Worked out" in by_job
    assert "Worked out" not in at_once
    for body in (by_job, at_once):
        assert "Foreign Bank" not in body
        assert 'hx-trigger="every' not in body
    assert Job.objects.count() == 1


def test_an_outcome_is_its_persons_alone(team: Team, large: None, enter: Enter) -> None:
    body_of(enter(team.leader), ONE)
    work(Job.objects.get())
    other = body_of(enter(makers.sign_in("operations")), ONE)
    assert WORKING in other
    assert "Worked out" not in other
    assert "Kova Retail" not in other
    assert Job.objects.filter(state=Job.State.WAITING).count() == 1


def test_who_lost_sight_of_an_account_reads_its_name_no_more(
    team: Team, large: None, enter: Enter
) -> None:
    client = enter(team.leader)
    body_of(client, ONE)
    work(Job.objects.get())
    assert "Kova Retail" in body_of(client, ONE)
    team.kova.removed_at = timezone.now()
    team.kova.save()
    assert "Kova Retail" not in body_of(client, ONE)


def test_tiers_computed_since_are_said_and_worked_out_anew(
    team: Team, large: None, enter: Enter
) -> None:
    client = enter(team.leader)
    body_of(client, ONE)
    work(Job.objects.get())
    assert "numbers adopted since" not in body_of(client, ONE)
    TierResult.objects.update(computed_at=timezone.now() + timedelta(minutes=1))
    body = body_of(client, ONE)
    assert "Worked out" in body
    assert "Tiers were computed or numbers adopted since." in body
    assert WORKING in body
    work(Job.objects.get(state=Job.State.WAITING))
    body = body_of(client, ONE)
    assert WORKING not in body
    assert "numbers adopted since" not in body


def test_one_outcome_is_kept_for_a_person_and_not_for_long(
    team: Team, large: None, enter: Enter
) -> None:
    client = enter(team.leader)
    for address in (ONE, TRY + "?tier1=2"):
        body_of(client, address)
        work(Job.objects.get(state=Job.State.WAITING))
    assert KeptList.objects.count() == 1
    assert WORKING in body_of(client, ONE)
    keep_lists(job=Silent())
    assert KeptList.objects.filter(about=tried.ABOUT).count() == 1
    KeptList.objects.filter(about=tried.ABOUT).update(
        computed_at=timezone.now() - TRIALS_KEPT - timedelta(minutes=1)
    )
    keep_lists(job=Silent())
    assert not KeptList.objects.filter(about=tried.ABOUT).exists()


def test_a_job_that_failed_is_said_and_asked_for_again_at_a_press(
    team: Team, large: None, enter: Enter
) -> None:
    client = enter(team.leader)
    body_of(client, ONE)
    Job.objects.update(state=Job.State.FAILED)
    body = body_of(client, ONE)
    assert "It could not be worked out." in body
    assert "every 1s" not in body
    assert Job.objects.count() == 1
    assert WORKING in body_of(client, ONE + "&again=1")
    assert Job.objects.filter(state=Job.State.WAITING).count() == 1


def test_numbers_that_make_no_sense_are_refused_without_a_job(
    team: Team, large: None, enter: Enter
) -> None:
    assert "The floor lies at or beyond" in body_of(
        enter(team.leader), TRY + "?potential=0.9&floor=0.6"
    )
    assert not Job.objects.exists()


def test_who_may_not_read_tiers_or_come_in_tries_nothing(team: Team, large: None) -> None:
    nobody = person_of(makers.sign_in())
    with pytest.raises(NotAllowed):
        weights.ask_to_try(nobody, {}, version="x")
    SignIn.objects.filter(pk=team.leader.pk).update(is_active=False)
    with pytest.raises(PlanningError):
        weights.work_out(team.leader.pk, {}, now=timezone.now(), job=Silent())
    assert not KeptList.objects.exists()


def test_before_anything_is_computed_a_large_company_has_nothing_to_try(
    db: None, enter: Enter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kept, "is_large", lambda: True)
    assert "Nothing to try on yet" in body_of(enter(makers.sign_in("operations")), ONE)
