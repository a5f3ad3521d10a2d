"""How the company sells: stages on the board, where a family is sold, what categories mean."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from sightline.records.models import CategoryLine, FamilyRule, JournalEntry, StageColumn
from sightline.records.queries.selling import stage_rows
from tests import makers

pytestmark = pytest.mark.django_db
PAGES = ("settings:stages", "settings:families", "settings:categories")


@pytest.fixture
def admin(client: Client) -> Client:
    makers.company()
    client.force_login(makers.sign_in("operations"))
    return client


def test_a_stage_stands_in_the_column_somebody_chose_else_by_default(admin: Client) -> None:
    first = makers.stage("Discovery <1>", position=1)
    won = makers.stage("Won", position=9, is_closed=True, is_won=True)
    url = reverse("settings:stage-set", args=[first.pk])
    assert admin.post(url, {"column": "in_motion"}).status_code == 303
    assert StageColumn.objects.get().column == "in_motion"
    body = admin.get(reverse("settings:stages")).content.decode()
    assert "Discovery &lt;1&gt;" in body and "Qualified, by default" in body
    assert admin.post(url, {"column": "landed"}).status_code == 422
    closed = reverse("settings:stage-set", args=[won.pk])
    assert admin.post(closed, {"column": "in_motion"}).status_code == 422
    assert admin.post(url, {"column": ""}).status_code == 303
    assert not StageColumn.objects.exists()
    assert JournalEntry.objects.filter(verb="set_stage_column").count() == 2


def test_a_stage_says_how_many_open_deals_stand_there() -> None:
    first, _ = makers.stage("Discovery", position=1), makers.stage("Offer", position=2)
    account = makers.account()
    for stage, closed in ((first, False), (first, False), (first, True), (None, False)):
        makers.opportunity(account, stage=stage, is_closed=closed)
    makers.opportunity(account, stage=first, removed_at=timezone.now())
    assert [(row.name, row.deals) for row in stage_rows()] == [("Discovery", 2), ("Offer", 0)]


@pytest.mark.skipif(connection.vendor != "sqlite", reason="asks SQLite's planner")
def test_deals_of_stages_are_counted_along_an_index_of_open_ones() -> None:
    with CaptureQueriesContext(connection) as asked:
        stage_rows()
    with connection.cursor() as cursor:
        cursor.execute("EXPLAIN QUERY PLAN " + asked[0]["sql"])
        told = str(cursor.fetchall())
    assert "COVERING INDEX opportunity_open_stage" in told and "TEMP B-TREE" not in told


def test_a_family_is_not_sold_below_a_size(admin: Client) -> None:
    family = makers.line("Core", family="Platform").family
    assert family is not None
    url = reverse("settings:family-set", args=[family.pk])
    assert admin.post(url, {"least": "200"}).status_code == 422
    assert admin.post(url, {"least": "some", "reason": "x"}).status_code == 422
    assert admin.post(url, {"least": "9", "most": "2", "reason": "x"}).status_code == 422
    assert not FamilyRule.objects.exists()
    assert admin.post(url, {"least": "200", "reason": "never sold below"}).status_code == 303
    assert FamilyRule.objects.get().least_staff == 200
    assert "never sold below" in admin.get(reverse("settings:families")).content.decode()
    assert admin.post(url, {}).status_code == 303
    assert not FamilyRule.objects.exists()


def test_a_category_means_lines(admin: Client) -> None:
    one, two = makers.line("Core"), makers.line("Training")
    url = reverse("settings:category-set")
    form = {"category": " IT  services ", "lines": [str(one.pk), str(two.pk)]}
    assert admin.post(url, form).status_code == 303
    assert set(CategoryLine.objects.values_list("category", flat=True)) == {"IT services"}
    assert admin.post(url, {"category": "it services", "lines": [str(two.pk)]}).status_code == 303
    assert CategoryLine.objects.get().product_line == two
    assert "Training" in admin.get(reverse("settings:categories")).content.decode()
    assert admin.post(url, {"category": "x", "lines": ["999999"]}).status_code == 422
    assert admin.post(url, {"category": "x", "lines": ["y"]}).status_code == 422
    assert admin.post(url, {"category": " "}).status_code == 422


def test_only_operations_may(client: Client) -> None:
    makers.company()
    stage, line = makers.stage("Discovery"), makers.line("Core")
    assert line.family is not None
    client.force_login(makers.sign_in("account_manager", user=makers.crm_user()))
    for page in PAGES:
        assert client.get(reverse(page)).status_code == 403
    assert client.post(reverse("settings:stage-set", args=[stage.pk])).status_code == 403
    assert client.post(reverse("settings:family-set", args=[line.family.pk])).status_code == 403
    assert client.post(reverse("settings:category-set")).status_code == 403


def test_unknown_ones_and_other_methods_are_refused(admin: Client) -> None:
    assert admin.post(reverse("settings:stage-set", args=[999]), {}).status_code == 422
    assert admin.post(reverse("settings:family-set", args=[999]), {}).status_code == 422
    assert admin.get(reverse("settings:category-set")).status_code == 405
    for page in PAGES:
        assert admin.get(reverse(page)).status_code == 200
        assert admin.post(reverse(page)).status_code == 405
