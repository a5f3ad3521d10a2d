"""The library: written, started on a cell or many accounts, and what came of it in honest words."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from sightline.planning.stakeholders import BuyingRole
from sightline.records.models import (
    Account,
    Action,
    Job,
    MapSettings,
    OpportunityLine,
    Play,
    PlayTemplate,
    ProductLine,
    SignIn,
    StageChange,
)
from tests import makers

pytestmark = pytest.mark.django_db
STEPS = "0: Meet the plant director | account manager\n\n14: Show the <line>"


@dataclass
class World:
    """Three accounts of one owner, alike in industry and tier, and a line none of them has."""

    accounts: list[Account]
    owner: SignIn
    line: ProductLine

    def write(self, client: Client, **form: Any) -> PlayTemplate:
        client.force_login(self.owner)
        given = {"name": "Field trial", "steps": STEPS, "line": str(self.line.pk), **form}
        answer = client.post(reverse("library:new"), given)
        assert answer.status_code == 303, answer.content.decode()[:2000]
        return PlayTemplate.objects.latest("pk")


@pytest.fixture
def world() -> World:
    makers.company()
    user = makers.crm_user("Dana")
    owner = makers.sign_in("account_manager", user=user)
    accounts = [makers.account(name, owner=user, industry="Machines") for name in ("A", "B", "C")]
    for account in accounts:
        makers.tier_result(account)
    return World(accounts, owner, makers.line("Analytics"))


def test_a_template_is_written_and_read_with_its_dated_steps(client: Client, world: World) -> None:
    made = world.write(client, roles=["champion"])
    assert made.steps == [
        ["Meet the plant director", 0, "account manager"],
        ["Show the <line>", 14, ""],
    ]
    body = client.get(reverse("library:template", args=[made.pk])).content.decode()
    assert "Show the &lt;line&gt;" in body and "Champion" in body and "Nobody ran it yet" in body
    edit = client.get(reverse("library:edit", args=[made.pk])).content.decode()
    assert "0: Meet the plant director | account manager" in edit


def test_roles_are_those_of_the_map_and_a_template_of_the_old_word_keeps_its_sponsor(
    client: Client, world: World
) -> None:
    made = world.write(client)
    PlayTemplate.objects.filter(pk=made.pk).update(roles=["sponsor", "coach"])
    MapSettings.objects.create(pk=1, names={"roles": {"their_sponsor": "Patron"}}, roles=[])
    body = client.get(reverse("library:template", args=[made.pk])).content.decode()
    assert "Patron, Coach" in body
    edit = client.get(reverse("library:edit", args=[made.pk])).content.decode()
    assert re.search(r'value="their_sponsor"[^>]* checked', edit) and 'value="sponsor"' not in edit
    given = {"version": "1", "name": "Field trial", "steps": STEPS, "roles": ["their_sponsor"]}
    assert client.post(reverse("library:edit", args=[made.pk]), given).status_code == 303
    made.refresh_from_db()
    assert made.roles == ["their_sponsor"]
    assert set(made.roles) <= set(BuyingRole)


@pytest.mark.parametrize(
    "form", [{"name": " "}, {"steps": "soon: do it"}, {"steps": "900: late"}, {"line": "999999"}]
)
def test_what_is_no_template_is_refused_and_typing_is_kept(
    client: Client, world: World, form: dict[str, str]
) -> None:
    client.force_login(world.owner)
    given = {"name": "Trial", "trigger": "after a visit", "steps": STEPS, **form}
    answer = client.post(reverse("library:new"), given)
    assert answer.status_code == 422
    assert "after a visit" in answer.content.decode()
    assert not PlayTemplate.objects.exists()


def test_two_people_at_one_template(client: Client, world: World) -> None:
    made = world.write(client)
    url = reverse("library:edit", args=[made.pk])
    form = {"name": "Field trial", "steps": STEPS, "line": "", "version": made.version}
    assert client.post(url, {**form, "fit": "large sites"}).status_code == 303
    stale = client.post(url, {**form, "fit": "small sites"})
    assert stale.status_code == 409
    assert "small sites" in stale.content.decode()
    made.refresh_from_db()
    assert made.fit == "large sites"


def test_started_on_many_accounts_each_gets_its_steps_and_the_crm_is_not_asked(
    client: Client, world: World
) -> None:
    made = world.write(client)
    url = reverse("library:start", args=[made.pk])
    chosen = [str(account.pk) for account in world.accounts[:2]]
    assert client.post(url, {"account": chosen}).status_code == 303
    assert Play.objects.count() == 2
    assert Action.objects.filter(play__account=world.accounts[0]).count() == 2
    assert not Job.objects.filter(name="crm.create_opportunity").exists()
    again = client.post(url, {"account": chosen})
    assert again.status_code == 404  # they run it already
    assert client.post(url, {}).status_code == 422
    foreign = makers.account("Foreign", owner=makers.crm_user())
    makers.tier_result(foreign)
    assert client.post(url, {"account": [str(foreign.pk)]}).status_code == 404
    assert Play.objects.count() == 2


def test_what_came_of_it_counts_accounts_that_went_on_and_tells_when_too_few(
    client: Client, world: World
) -> None:
    made = world.write(client)
    first, second = makers.stage("Discovery", position=1), makers.stage("Proposal", position=2)
    client.post(
        reverse("library:start", args=[made.pk]),
        {"account": [str(account.pk) for account in world.accounts[:2]]},
    )
    Play.objects.update(created_on=makers.TODAY - timedelta(days=60))
    deal = makers.opportunity(world.accounts[0], "Deal", stage=second)
    OpportunityLine.objects.create(opportunity=deal, product_line=world.line)
    now = timezone.now()
    StageChange.objects.create(opportunity=deal, stage=first, at=now - timedelta(days=30))
    StageChange.objects.create(opportunity=deal, stage=second, at=now - timedelta(days=3))
    other = makers.opportunity(world.accounts[2], "Stands", stage=first)
    OpportunityLine.objects.create(opportunity=other, product_line=world.line)
    StageChange.objects.create(opportunity=other, stage=first, at=now - timedelta(days=3))
    body = client.get(reverse("library:template", args=[made.pk])).content.decode()
    assert "1 of 2 moved; 0 of 1 alike without it; too few to tell" in body


def test_a_retired_template_is_not_started(client: Client, world: World) -> None:
    made = world.write(client)
    assert client.post(reverse("library:retire", args=[made.pk])).status_code == 303
    url = reverse("library:start", args=[made.pk])
    assert client.post(url, {"account": [str(world.accounts[0].pk)]}).status_code == 422
    client.post(reverse("library:retire", args=[made.pk]), {"again": "1"})
    assert "Field trial" in client.get(reverse("library:show")).content.decode()


def test_who_may(client: Client, world: World) -> None:
    made = world.write(client)
    client.force_login(makers.sign_in("reader"))
    for name, args in (("show", []), ("new", []), ("template", [made.pk]), ("edit", [made.pk])):
        assert client.get(reverse(f"library:{name}", args=args)).status_code == 403
    client.force_login(world.owner)
    assert client.get(reverse("library:template", args=[999_999])).status_code == 404
    assert client.get(reverse("library:start", args=[made.pk])).status_code == 405
