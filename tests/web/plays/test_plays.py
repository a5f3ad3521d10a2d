"""From a cell to a play in one step; the board; what every action leads to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from sightline.records.models import (
    Account,
    Action,
    CellFact,
    Contract,
    Job,
    OpportunityLine,
    Play,
    PlayCell,
    Priority,
    ProductLine,
    SignIn,
    Unit,
)
from tests import makers

pytestmark = pytest.mark.django_db


@dataclass
class World:
    """An account with a unit and two lines."""

    account: Account
    owner: SignIn
    unit: Unit
    lines: list[ProductLine]

    def url(self, name: str, *more: Any) -> str:
        return reverse(f"plays:{name}", args=[self.account.pk, *more])

    @property
    def cells(self) -> list[str]:
        return [f"{self.unit.pk}-{line.pk}" for line in self.lines]

    def make(self, client: Client, **form: Any) -> Play:
        client.force_login(self.owner)
        given = {"cell": self.cells[0], "name": "Analytics in Plant", "crm": "idea", **form}
        answer = client.post(self.url("start"), given)
        assert answer.status_code == 303, answer.content.decode()[:3000]
        return Play.objects.latest("pk")


@pytest.fixture
def world() -> World:
    makers.company()
    user = makers.crm_user("Dana")
    owner = makers.sign_in("account_manager", user=user)
    account = makers.account("Helvion", owner=user)
    unit = makers.unit(account, "Plant")
    return World(account, owner, unit, [makers.line("Analytics"), makers.line("Training")])


def test_everything_is_proposed_from_the_cell(client: Client, world: World) -> None:
    client.force_login(world.owner)
    body = client.get(world.url("start"), {"cell": world.cells[0]}).content.decode()
    assert 'value="Analytics in Plant"' in body
    assert "Find out who decides here" in body


def test_stage_and_what_the_customer_said_are_offered(client: Client, world: World) -> None:
    stage = makers.stage("Qualify", probability=20)
    makers.stage("Closed Won", is_closed=True, is_won=True, position=9)
    Priority.objects.create(
        account=world.account, link="goal", words="Fewer <stops>", said_on=makers.TODAY
    )
    client.force_login(world.owner)
    page = client.get(world.url("start"), {"cell": world.cells[0]})
    assert page.context["form"]["stage"].value() == str(stage.pk)
    body = page.content.decode()
    assert '<option value="Fewer &lt;stops&gt;">' in body
    assert "Closed Won" not in body


def test_two_cells_become_one_play_counted_once(client: Client, world: World) -> None:
    play = world.make(client, cell=[*world.cells, world.cells[0]], value="90k")
    assert PlayCell.objects.filter(play=play).count() == 2
    assert play.value == 90_000_00


def test_the_crm_is_asked_through_the_outbox_with_a_line_for_each_cell(
    client: Client, world: World
) -> None:
    play = world.make(client, cell=world.cells, value="90,001", crm="create")
    job = Job.objects.get(name="crm.create_opportunity")
    lines = job.payload["lines"]
    assert job.payload["play"] == play.pk
    assert [line["line"] for line in lines] == [line.pk for line in world.lines]
    assert sum(line["amount"] for line in lines) == 90_001_00
    client.post(world.url("opportunity", play.pk))
    assert Job.objects.filter(name="crm.create_opportunity").count() == 1
    assert "CRM asked" in client.get(world.url("show")).content.decode()


def test_an_opportunity_is_linked_once_and_leads_the_play(client: Client, world: World) -> None:
    deal = makers.opportunity(
        world.account,
        "Deal in the CRM",
        unit=world.unit,
        amount=70_000_00,
        stage=makers.stage("Proposal", position=2),
        close_date=date.today() + timedelta(days=100),
    )
    OpportunityLine.objects.create(opportunity=deal, product_line=world.lines[0])
    client.force_login(world.owner)
    proposed = client.get(world.url("start"), {"cell": world.cells[0]}).content.decode()
    assert "same line" in proposed
    play = world.make(client, crm=f"link:{deal.pk}", value="10k")
    client.get(world.url("show"))  # the message that it was made is shown once
    body = client.get(world.url("show")).content.decode()
    assert "£70k" in body and body.count("£10k") == 1
    assert "The plan says £10k" in body  # and the CRM otherwise
    assert body.count('class="play-card"') == 1
    again = client.post(
        world.url("start"),
        {"cell": world.cells[1], "name": "Other", "crm": f"link:{deal.pk}"},
    )
    assert again.status_code == 422
    assert Play.objects.get() == play


def test_a_deal_that_nobody_planned_is_taken_up_from_its_card(client: Client, world: World) -> None:
    stage = makers.stage("Qualify", probability=20)
    closes = date.today() + timedelta(days=300)
    deal = makers.opportunity(
        world.account,
        "Late <deal>",
        unit=world.unit,
        amount=70_000_00,
        stage=stage,
        close_date=closes,
    )
    OpportunityLine.objects.create(opportunity=deal, product_line=world.lines[0])
    client.force_login(world.owner)
    board = client.get(world.url("show"))
    assert "\n  data-move" not in board.content.decode()
    (card,) = board.context["board"].cards
    start = client.get(card.take_up)
    proposed = start.context["form"]
    assert proposed["name"].value() == "Late <deal>"
    assert proposed["target_close"].value() == closes.isoformat()
    assert proposed["stage"].value() == "", "the CRM says its stage"
    assert start.context["in_crm"] == f"link:{deal.pk}"
    refused = client.post(card.take_up, {"cell": world.cells[0], "crm": f"link:{deal.pk}"})
    assert refused.status_code == 422
    assert f'value="link:{deal.pk}"\n        checked>' in refused.content.decode()
    world.make(client, name="Late deal", crm=f"link:{deal.pk}")
    board = client.get(world.url("show"))
    (card,) = board.context["board"].cards
    assert card.take_up == ""
    assert "\n  data-move" in board.content.decode()


def test_a_renewal_becomes_a_play_in_one_step(client: Client, world: World) -> None:
    contract = Contract.objects.create(
        account=world.account,
        name="Service <2027>",
        starts_on=date.today() - timedelta(days=300),
        ends_on=date.today() + timedelta(days=65),
        annual_value=120_000_00,
        currency="GBP",
    )
    client.force_login(world.owner)
    choices = client.get(world.url("start")).content.decode()
    assert f'href="?renewal={contract.pk}"' in choices and f'value="{world.cells[0]}"' in choices
    proposed = client.get(world.url("start"), {"renewal": contract.pk}).content.decode()
    assert "Service &lt;2027&gt;" in proposed and 'value="120,000"' in proposed
    form = {"renewal": contract.pk, "name": "Keep them", "value": "120k", "crm": "idea"}
    assert client.post(world.url("start"), form).status_code == 303
    play = Play.objects.get()
    assert (play.renewal, play.cells.count(), play.value) == (contract, 0, 120_000_00)
    other = Contract.objects.create(
        account=makers.account("Other"), name="Theirs", ends_on=contract.ends_on, currency="GBP"
    )
    assert client.get(world.url("start"), {"renewal": other.pk}).status_code == 404
    assert client.post(world.url("start"), {"name": "Nothing named"}).status_code == 422


@pytest.mark.parametrize("cell", ["", "1-999999", "other-1", "x"])
def test_a_play_starts_from_a_cell_that_is_there(client: Client, world: World, cell: str) -> None:
    client.force_login(world.owner)
    assert client.get(world.url("start"), {"cell": cell}).status_code == 404


def test_a_play_without_a_name_is_refused_and_typing_is_kept(client: Client, world: World) -> None:
    client.force_login(world.owner)
    form = {"cell": world.cells[0], "name": "", "first_action": "Call Ines"}
    answer = client.post(world.url("start"), form)
    assert answer.status_code == 422
    assert "Call Ines" in answer.content.decode()
    assert not Play.objects.exists()


def test_somebody_elses_plays_are_unknown_and_a_readers_are_not_changed(
    client: Client, world: World
) -> None:
    from sightline.records.models import AccountGrant

    play = world.make(client)
    client.force_login(makers.sign_in("account_manager", user=makers.crm_user()))
    assert client.get(world.url("show")).status_code == 404
    assert client.post(world.url("settle", play.pk), {"outcome": "won"}).status_code == 404
    reader = makers.sign_in("reader")
    AccountGrant.objects.create(account=world.account, sign_in=reader)
    client.force_login(reader)
    assert client.get(world.url("show")).status_code == 200
    assert client.post(world.url("settle", play.pk), {"outcome": "won"}).status_code == 403
    assert client.post(world.url("action-add"), {"subject": "x"}).status_code == 403
    play.refresh_from_db()
    assert play.outcome == ""


def test_a_play_of_another_account_is_not_found_here(client: Client, world: World) -> None:
    play = world.make(client)
    other = makers.account("Other", owner=world.account.owner)
    for name in ("change", "move", "settle", "opportunity"):
        url = reverse(f"plays:{name}", args=[other.pk, play.pk])
        assert client.post(url, {"version": 1, "column": "parked"}).status_code == 404
        assert client.get(url).status_code == 405


def test_two_people_on_one_play_both_values_are_shown(client: Client, world: World) -> None:
    play = world.make(client, value="90k")
    url = world.url("change", play.pk)
    assert client.post(url, {"version": play.version, "value": "100k"}).status_code == 303
    answer = client.post(url, {"version": play.version, "value": "120k"})
    body = answer.content.decode()
    assert answer.status_code == 409
    assert "120k" in body and "100,000" in body
    play.refresh_from_db()
    assert play.value == 100_000_00


def test_lost_asks_why_and_a_named_competitor_holds_the_cell(client: Client, world: World) -> None:
    play = world.make(client)
    url = world.url("settle", play.pk)
    assert client.post(url, {"outcome": "lost"}).status_code == 422
    assert client.post(url, {"outcome": "lost", "reason": "competitor"}).status_code == 422
    form = {"outcome": "lost", "reason": "competitor", "note": "Tessera"}
    assert client.post(url, form).status_code == 303
    fact = CellFact.objects.get()
    assert fact.competitor is not None
    assert (fact.competitor.name, fact.reported) == ("Tessera", True)


def test_parked_and_taken_up_again(client: Client, world: World) -> None:
    play = world.make(client)
    client.post(world.url("move", play.pk), {"column": "parked"})
    play.refresh_from_db()
    assert play.parked
    client.post(world.url("move", play.pk), {"column": "idea"})
    play.refresh_from_db()
    assert not play.parked
    assert client.post(world.url("move", play.pk), {"column": "lost"}).status_code == 422


def test_an_action_without_a_purpose_is_listed_until_it_has_one(
    client: Client, world: World
) -> None:
    play = world.make(client, value="90k")
    client.post(world.url("action-add"), {"subject": "Send the newsletter"})
    action = Action.objects.get(subject="Send the newsletter")
    listed = client.get(world.url("activity")).content.decode()
    assert "serves no play" in listed.lower()
    form = {"act": "serve", "play": play.pk, "version": action.version}
    assert client.post(world.url("action-settle", action.pk), form).status_code == 303
    action.refresh_from_db()
    assert action.play_id == play.pk


def test_moving_and_dropping_need_a_reason_and_done_does_not(client: Client, world: World) -> None:
    world.make(client, first_action="Call Ines")
    action = Action.objects.get()
    url = world.url("action-settle", action.pk)
    assert client.post(url, {"act": "drop", "version": 1}).status_code == 422
    assert client.post(url, {"act": "move", "version": 1, "reason": "ill"}).status_code == 422
    moved = {"act": "move", "version": 1, "reason": "ill", "due": "2027-01-11"}
    assert client.post(url, moved).status_code == 303
    assert client.post(url, {"act": "done", "version": 1}).status_code == 409
    assert client.post(url, {"act": "done", "version": 2}).status_code == 303
    action.refresh_from_db()
    assert (action.state, action.due_on) == ("done", date(2027, 1, 11))
    assert client.post(url, {"act": "done", "version": 3}).status_code == 422


@pytest.mark.parametrize("way", ["board", "list", "time"])
def test_board_list_and_time_line_hold_the_same_plays(
    client: Client, world: World, way: str
) -> None:
    close = (date.today() + timedelta(days=90)).isoformat()
    world.make(client, name="Rollout & more", target_close=close)
    body = client.get(world.url("show"), {"as": way}).content.decode()
    assert "Rollout &amp; more" in body


def test_the_board_asks_as_much_at_one_play_as_at_fifty(client: Client, world: World) -> None:
    world.make(client, first_action="Call")

    def queries() -> int:
        with CaptureQueriesContext(connection) as found:
            client.get(world.url("show"))
        return len(found)

    few = queries()
    for number in range(50):
        world.make(client, name=f"Play {number}", first_action="Call")
    assert queries() == few
