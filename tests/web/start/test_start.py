"""The first page."""

from __future__ import annotations

from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from sightline.records.models import Job, Plan, PlanResult, Source
from tests import makers

pytestmark = pytest.mark.django_db


def page(client: Client, name: str = "start:doors") -> str:
    answer = client.get(reverse(name))
    assert answer.status_code == 200
    return answer.content.decode()


def signed_in(*roles: str, **values: object) -> Client:
    client = Client()
    client.force_login(makers.sign_in(*roles, **values))  # type: ignore[arg-type]
    return client


def test_an_empty_installation_offers_operations_all_doors() -> None:
    shown = page(signed_in("operations"))
    assert "Load the demonstration" in shown
    assert reverse("imports:run-new") in shown


def test_others_are_told_who_loads_data() -> None:
    shown = page(signed_in("account_manager"))
    assert "Load the demonstration" not in shown
    assert "Operations loads data" in shown
    assert "Operations connects it" in shown


def test_loading_asks_the_worker_once_and_says_how_long(client: Client) -> None:
    client = signed_in("operations")
    for _ in range(2):
        assert client.post(reverse("start:demonstration-load")).status_code == 303
    assert Job.objects.filter(name="demonstration.load").count() == 1
    assert "Being made" in page(client)


def test_beside_real_accounts_the_demonstration_is_refused() -> None:
    makers.account("Helvion")
    client = signed_in("operations")
    client.post(reverse("start:demonstration-load"))
    assert not Job.objects.exists()
    assert "Your own data is here" in page(client)


def test_only_operations_may_load_it_and_only_by_post() -> None:
    assert signed_in("leader").post(reverse("start:demonstration-load")).status_code == 403
    assert signed_in("operations").get(reverse("start:demonstration-load")).status_code == 405


def test_the_tour_walks_through_what_the_rules_found_and_the_person_may_see() -> None:
    Source.objects.create(kind="files", name="Generated", demonstration=True)
    seller = makers.crm_user()
    account = makers.account("Hazelgarth", owner=seller)
    codes = [{"code": "vulnerable_off_trend"}, {"code": "vulnerable_single_thread"}]
    fell = {"revenue": 70_00, "revenue_before": 100_00}
    makers.tier_result(account, **fell, parts=codes, single_threaded=True)
    Plan.objects.create(
        account=account,
        year=2026,
        starts_on=date(2026, 1, 1),
        ends_on=date(2026, 12, 31),
        currency="GBP",
    )
    client = signed_in("account_manager", user=seller)
    assert "Take the tour" in page(client)
    assert "Hazelgarth" in page(client, "start:tour")
    assert "Hazelgarth" not in page(signed_in("account_manager"), "start:tour")
    assert "The bridge adds up" in page(client, "start:tour")


def test_the_gap_of_the_tour_is_told_in_money() -> None:
    seller = makers.crm_user()
    account = makers.account("Hazelgarth", owner=seller)
    codes = [{"code": "vulnerable_off_trend"}, {"code": "vulnerable_single_thread"}]
    fell = {"revenue": 70_00, "revenue_before": 100_00}
    makers.tier_result(account, **fell, parts=codes, single_threaded=True)
    plan = Plan.objects.create(
        account=account,
        year=2026,
        starts_on=date(2026, 1, 1),
        ends_on=date(2026, 12, 31),
        currency="GBP",
        target=900_000_00,
    )
    PlanResult.objects.create(plan=plan, landing=700_000_00, input_version="1")
    shown = page(signed_in("account_manager", user=seller), "start:tour")
    assert "land at £700k of £900k: £200k are missing" in shown


def test_without_a_story_the_tour_says_what_to_do() -> None:
    assert "No story here yet" in page(signed_in("leader"), "start:tour")
