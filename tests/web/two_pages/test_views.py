"""The two pages: read by those who read plans, printed by a job, fetched by whoever asked."""

from __future__ import annotations

import html
import io
import re
import zipfile
from datetime import date
from importlib import import_module

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from pypdf import PdfReader

from sightline.actions import kept_lists
from sightline.actions.progress import Silent
from sightline.exchange.exports.two_pages.compose import paper_of
from sightline.jobs.worker import Worker
from sightline.planning.permissions import Act, Category, Role
from sightline.records import reach
from sightline.records.by_name import Place
from sightline.records.models import (
    Account,
    AccountAccess,
    CrmRole,
    CrmUser,
    Job,
    JournalEntry,
    Plan,
    PlanMetric,
)
from sightline.records.queries import exports
from sightline.records.scoping import person_of, visible_accounts
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
    client.post(reverse("two_pages:print-all"), {"all": "1"})
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
    client.post(reverse("two_pages:print-all"), {"all": "1"})
    assert not Job.objects.filter(name="two_pages").exists()


def test_the_whole_portfolio_is_printed_as_one_file_of_two_pages_each(
    client: Client, helvion: World
) -> None:
    other = makers.account("Kova Retail", owner=helvion.owner)
    worlds.make_plan(other, helvion.owner, target=9_000_00)
    client.force_login(helvion.seller)
    client.post(reverse("two_pages:print-all"), {"all": "1"})
    job = Job.objects.get(name="two_pages")
    assert Worker().run_all() >= 1
    fetched = client.get(reverse("two_pages:fetch", args=[job.pk]))
    assert fetched["Content-Type"] == "application/zip"
    content = b"".join(fetched.streaming_content)  # type: ignore[attr-defined]
    with zipfile.ZipFile(io.BytesIO(content)) as held:
        names = sorted(held.namelist())
        assert ["Helvion" in names[0], "Kova" in names[1], len(names)] == [True, True, 2]
        assert all(len(PdfReader(io.BytesIO(held.read(name))).pages) == 2 for name in names)


def test_ticks_choose_what_is_printed_and_no_tick_prints_nothing(
    client: Client, helvion: World
) -> None:
    kova, brae = planned("Kova", helvion.owner), planned("Brae", helvion.owner)
    client.force_login(helvion.seller)
    url = reverse("two_pages:print-all")
    answer = client.post(url, follow=True)
    assert "No plan was ticked" in answer.content.decode()
    assert not Job.objects.filter(name="two_pages").exists()
    client.post(url, {"account": [str(kova.pk), str(brae.pk)]})
    job = Job.objects.get(name="two_pages")
    assert sorted(job.payload["accounts"]) == sorted([kova.pk, brae.pk])
    client.post(url, {"account": [str(kova.pk)], "all": "1"})
    asked = Job.objects.filter(name="two_pages").latest("pk").payload["accounts"]
    assert len(asked) == 3 and helvion.account.pk in asked
    assert "Print all 3 plans" in client.get(reverse("two_pages:portfolio")).content.decode()


def test_a_printed_challenge_names_the_metric_that_no_play_moves(helvion: World) -> None:
    assert helvion.plan is not None
    PlanMetric.objects.create(plan=helvion.plan, key="nrr", target=1, by=helvion.plan.ends_on)
    paper = paper_of(person_of(helvion.seller), helvion.account.pk, now=timezone.now())
    said = [one.note for one in paper.challenges if one.words == "A metric has no play"]
    assert said == ["Net revenue retention"]


def planned(name: str, owner: CrmUser | None = None, *, year: int | None = None) -> Account:
    """An account with a plan, of the running year unless another is named."""
    found = makers.account(name, owner=owner)
    worlds.make_plan(found, owner or makers.crm_user(f"Of {name}"), target=9_000_00)
    if year is not None:
        day = date(year, 1, 1)
        Plan.objects.filter(account=found).update(
            year=year, starts_on=day, ends_on=day.replace(month=12, day=31)
        )
    return found


def test_a_page_of_plans_leads_on_and_back_and_finds_names(
    client: Client, helvion: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def shown(query: str) -> tuple[list[str], dict[str, str]]:
        body = client.get(reverse("two_pages:portfolio") + query).content.decode()
        ways = re.findall(r'rel="(prev|next)"\s+href="([^"]+)"', body)
        return re.findall(r"<bdi>([^<]+)</bdi>", body), {k: html.unescape(v) for k, v in ways}

    client.force_login(helvion.seller)
    for name in ("Alva", "Brae", "Kova"):
        planned(name, helvion.owner)
    planned("Old", helvion.owner, year=2019)
    every = ["Alva", "Brae", "Helvion Industries", "Kova"]
    assert shown("") == (every, {})
    monkeypatch.setattr(exports, "PAGE", 2)
    first, ways = shown("")
    second, back = shown(ways["next"])
    assert (first, second, back.keys()) == (every[:2], every[2:], {"prev"})
    assert shown(back["prev"])[0] == first
    assert shown("?q=KO")[0] == ["Kova"]
    body = client.get(reverse("two_pages:portfolio") + "?q=zz").content.decode()
    assert "No account begins so" in body


def test_as_many_queries_for_many_plans_as_for_few(client: Client, helvion: World) -> None:
    def asked(more: int) -> int:
        for number in range(more):
            planned(f"Further {more} {number}", helvion.owner)
        with CaptureQueriesContext(connection) as found:
            client.get(reverse("two_pages:portfolio"))
        return len(found)

    client.force_login(helvion.seller)
    asked(1)
    assert asked(5) == asked(60)


@pytest.mark.parametrize("role", list(Role))
def test_what_may_be_printed_is_what_scoping_opens_whoever_asks(
    role: Role, monkeypatch: pytest.MonkeyPatch
) -> None:
    makers.company()
    above = makers.crm_role("VP")
    below = makers.crm_user("Below", role=makers.crm_role("Seller", parent=above))
    own = makers.crm_user("Own", role=above)
    person = person_of(makers.sign_in(role.value, user=own))
    accounts = [planned("Own", own), planned("Below", below), planned("Foreign")]
    makers.account("Without plan", owner=own)
    today = worlds.today()
    seen = visible_accounts(person, Category.PLAN, Act.READ)
    names = sorted(seen.filter(plans__isnull=False).values_list("name", flat=True))
    for wide in (2000, 0):
        monkeypatch.setattr(reach, "WIDE", wide)
        page = exports.printable_page(reach.reach_of(person), on=today, words="", at=Place())
        assert [one.account for one in page.plans] == names
        assert exports.plan_count(reach.reach_of(person), on=today).plans == len(names)
        found = exports.printable_accounts(person, on=today)
        among = exports.printable_accounts(person, on=today, among=[one.pk for one in accounts])
        assert sorted(found) == sorted(among) and len(found) == len(names)


def test_plans_of_very_many_accounts_are_counted_by_a_job(
    client: Client, helvion: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    sign_in = makers.sign_in("leader", user=makers.crm_user("Head", role=_above(helvion)))
    person, today = person_of(sign_in), worlds.today()
    client.force_login(sign_in)
    fresh = exports.printable_count(reach.reach_of(person), on=today)
    assert fresh == (exports.PlanCount(1), None)
    for room in (reach, import_module("sightline.records.queries.portfolio.overview")):
        monkeypatch.setattr(room, "WIDE", 0)
    assert exports.printable_count(reach.reach_of(person), on=today) == (None, None)
    assert "Helvion" in client.get(reverse("two_pages:portfolio")).content.decode()
    kept_lists.keep_lists(job=Silent())
    kept, at = exports.printable_count(reach.reach_of(person), on=today)
    assert kept == fresh[0] and at is not None
    body = client.get(reverse("two_pages:portfolio")).content.decode()
    assert "1 plan" in body and "Counted" in body


def _above(helvion: World) -> CrmRole:
    """A role above the account's owner."""
    role = makers.crm_role("VP")
    helvion.owner.role = makers.crm_role("Seller", parent=role)
    helvion.owner.save()
    return role
