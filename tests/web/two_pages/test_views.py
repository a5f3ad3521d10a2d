"""The two pages: read by those who read plans, printed by a job, fetched by whoever asked."""

from __future__ import annotations

import io
import zipfile

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pypdf import PdfReader

from sightline.exchange.exports.two_pages.compose import paper_of
from sightline.jobs.worker import Worker
from sightline.records.models import AccountAccess, Job, JournalEntry, PlanMetric
from sightline.records.scoping import person_of
from tests import makers
from tests.web.account import world as worlds
from tests.web.account.world import World

pytestmark = pytest.mark.django_db


@pytest.fixture
def helvion(db: None) -> World:
    return worlds.world()


@pytest.fixture(autouse=True)
def _own_folder(settings: object, tmp_path: object) -> None:
    settings.SIGHTLINE_DATA = tmp_path  # type: ignore[attr-defined]


def test_the_pages_stand_on_the_screen_as_they_would_on_paper(
    client: Client, helvion: World
) -> None:
    client.force_login(helvion.seller)
    body = client.get(reverse("two_pages:show", args=[helvion.account.pk])).content.decode()
    assert body.count('class="sheet"') == 2
    assert "Helvion Industries" in body and "Key stakeholders" in body
    assert "style=" not in body.split('class="sheets"')[1]


def test_a_plan_is_printed_by_a_job_and_fetched_by_whoever_asked(
    client: Client, helvion: World
) -> None:
    client.force_login(helvion.seller)
    answer = client.post(reverse("two_pages:print-one", args=[helvion.account.pk]))
    job = Job.objects.get(name="two_pages")
    assert answer["Location"] == reverse("two_pages:status", args=[job.pk])
    assert JournalEntry.objects.filter(verb="print_plan", account=helvion.account).exists()
    assert "Waiting for the worker" in client.get(answer["Location"]).content.decode()
    file = reverse("two_pages:fetch", args=[job.pk])
    assert client.get(file).status_code == 404

    assert Worker().run_all() >= 1
    assert "Download" in client.get(answer["Location"]).content.decode()
    fetched = client.get(file)
    content = b"".join(fetched.streaming_content)  # type: ignore[attr-defined]
    assert fetched["Content-Type"] == "application/pdf"
    assert "Helvion-Industries" in fetched["Content-Disposition"]
    assert len(PdfReader(io.BytesIO(content)).pages) == 2

    other = makers.sign_in("leader")
    client.force_login(other)
    assert client.get(file).status_code == 404
    client.force_login(helvion.seller)
    AccountAccess.objects.all().delete()
    assert client.get(file).status_code == 404


def test_who_asked_for_many_may_stop_them_and_nobody_else(client: Client, helvion: World) -> None:
    client.force_login(helvion.seller)
    client.post(reverse("two_pages:print-all"))
    job = Job.objects.get(name="two_pages")
    stop = reverse("two_pages:stop", args=[job.pk])
    assert ">Stop<" in client.get(reverse("two_pages:status", args=[job.pk])).content.decode()
    client.force_login(makers.sign_in("leader"))
    assert client.post(stop).status_code == 404
    client.force_login(helvion.seller)
    assert client.get(stop).status_code == 405
    answer = client.post(stop, follow=True)
    assert "Stopped" in answer.content.decode()
    assert Job.objects.get(pk=job.pk).state == Job.State.CANCELLED


def test_who_may_print(client: Client, helvion: World) -> None:
    url = reverse("two_pages:print-one", args=[helvion.account.pk])
    for person, status in (
        (worlds.granted_reader(helvion), 303),
        (makers.sign_in("marketing"), 403),
        (makers.sign_in("account_manager"), 404),
    ):
        client.force_login(person)
        assert client.post(url).status_code == status
    client.force_login(helvion.seller)
    assert client.get(url).status_code == 405
    assert client.post(reverse("two_pages:print-one", args=[9999])).status_code == 404
    assert client.post(reverse("two_pages:print-all"), {"account": "9999"}).status_code == 404


def test_a_reader_without_opinions_gets_none_on_paper(client: Client, helvion: World) -> None:
    client.force_login(worlds.granted_reader(helvion))
    body = client.get(reverse("two_pages:show", args=[helvion.account.pk])).content.decode()
    sheets = body.split('class="sheets"')[1]
    assert "Supports" not in sheets and "Champion" not in sheets


def test_the_portfolio_lists_what_may_be_printed(client: Client, helvion: World) -> None:
    client.force_login(helvion.seller)
    body = client.get(reverse("two_pages:portfolio")).content.decode()
    assert "Helvion Industries" in body
    client.force_login(makers.sign_in("account_manager"))
    assert "Helvion Industries" not in client.get(reverse("two_pages:portfolio")).content.decode()
    client.post(reverse("two_pages:print-all"))
    assert not Job.objects.filter(name="two_pages").exists()


def test_the_whole_portfolio_is_printed_as_one_file_of_two_pages_each(
    client: Client, helvion: World
) -> None:
    other = makers.account("Kova Retail", owner=helvion.owner)
    worlds.make_plan(other, helvion.owner, target=9_000_00)
    client.force_login(helvion.seller)
    client.post(reverse("two_pages:print-all"))
    job = Job.objects.get(name="two_pages")
    assert Worker().run_all() >= 1
    fetched = client.get(reverse("two_pages:fetch", args=[job.pk]))
    assert fetched["Content-Type"] == "application/zip"
    content = b"".join(fetched.streaming_content)  # type: ignore[attr-defined]
    with zipfile.ZipFile(io.BytesIO(content)) as held:
        names = sorted(held.namelist())
        assert ["Helvion" in names[0], "Kova" in names[1], len(names)] == [True, True, 2]
        assert all(len(PdfReader(io.BytesIO(held.read(name))).pages) == 2 for name in names)


def test_a_printed_challenge_names_the_metric_that_no_play_moves(helvion: World) -> None:
    assert helvion.plan is not None
    PlanMetric.objects.create(plan=helvion.plan, key="nrr", target=1, by=helvion.plan.ends_on)
    paper = paper_of(person_of(helvion.seller), helvion.account.pk, now=timezone.now())
    said = [one.note for one in paper.challenges if one.words == "A metric has no play"]
    assert said == ["Net revenue retention"]
