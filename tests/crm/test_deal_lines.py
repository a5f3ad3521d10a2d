"""A play over several cells: its opportunity has a product for each, made once, in a sandbox org."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from sightline.actions import plays
from sightline.actions.plays import InCrm, NewPlay
from sightline.actions.stakeholders.roles import tell_role
from sightline.actions.sync import connections, sending
from sightline.actions.sync import plays as following
from sightline.crm import deal_line_changes, deal_lines, push
from sightline.jobs.sync import rounds
from sightline.records.models import (
    Account,
    Contact,
    Job,
    Opportunity,
    OpportunityContactRole,
    OpportunityLine,
    Play,
    ProductLine,
    SignIn,
    SyncIntent,
    SyncLink,
)
from tests import makers
from tests.crm.orgs import SandboxOrg, sandbox_org
from tests.crm.test_plays import manager

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2026, 11, 23, 9, tzinfo=dt.UTC)
# Each product of the standard rows is a line of its own here.
GENERATOR, SERVICE = "GenWatt Diesel 1000kW", "SLA: Gold"
LINES = "SELECT PricebookEntry.Product2.Name, Quantity, UnitPrice, TotalPrice FROM "


@pytest.fixture(scope="module")
def org(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SandboxOrg]:
    with sandbox_org(tmp_path_factory.mktemp("lines")) as served:
        yield served


@pytest.fixture
def connection(org: SandboxOrg) -> Iterator[int]:
    makers.company(reporting_currency="USD")
    pk = connections.connect(
        "Org",
        brand="salesforce",
        settings={"login": org.address, "client_id": org.said["client id"]},
        secrets={"client_secret": org.said["client secret"]},
        actor_id=None,
    )
    go(pk)
    yield pk
    org.control("DELETE", "faults")


def go(connection: int) -> None:
    """A whole round: everything is read."""
    with rounds.at_work(connection) as session:
        rounds.round_of(session)


def send(connection: int) -> None:
    """What is due is written, and what was written is read."""
    with rounds.at_work(connection) as session:
        push.push(session)
        deal_lines.write_lines(session)
        deal_line_changes.change_lines(session)


def line_of(name: str) -> ProductLine:
    """The product line of that name: products that came over may have made it."""
    return ProductLine.objects.filter(name=name).first() or makers.line(name)


def asked(*lines: str, **values: Any) -> tuple[Account, int]:
    """A play of one cell for each line, whose opportunity was asked for."""
    account = Account.objects.exclude(outside_id="").order_by("pk")[0]
    units = [makers.unit(account, name).pk for name in ("Plant", "Depot")]
    cells = tuple(zip(units, (line_of(name).pk for name in lines), strict=True))
    new = NewPlay(
        name="Power for the plant",
        cells=cells,
        value=90_000_00,
        currency="USD",
        target_close=dt.date(2027, 6, 30),
        values=tuple(zip(cells, (60_000_00, 30_000_00), strict=False)),
        **values,
    )
    person = manager(account)
    play = plays.start_play(person, account.pk, new, crm=InCrm(create=True), now=NOW, on=NOW.date())
    following.open_deal(play, asked_by=person.id, now=NOW)
    Job.objects.filter(name=plays.CREATE).delete()
    return account, play


def lines_of(org: SandboxOrg, play: int) -> list[tuple[str, float, float]]:
    deal = Play.objects.get(pk=play).opportunity
    assert deal is not None
    rows = org.rows(f"{LINES} OpportunityLineItem WHERE OpportunityId = '{deal.outside_id}'")
    named = [
        (row["PricebookEntry"]["Product2"]["Name"], row["Quantity"], row["TotalPrice"])
        for row in rows
    ]
    return sorted(named, key=lambda row: row[2])


def part(account: Account, play: int) -> OpportunityContactRole:
    """Who decides in the play's opportunity, told before that is there."""
    deal = Play.objects.get(pk=play).opportunity
    assert deal is not None
    who = Contact.objects.exclude(outside_id="").order_by("pk")[0]
    Contact.objects.filter(pk=who.pk).update(account=account)
    tell_role(manager(account), account.pk, who.pk, deal.pk, "economic_buyer")
    return OpportunityContactRole.objects.get(opportunity=deal)


def parts_of(org: SandboxOrg, play: int) -> list[str]:
    deal = Play.objects.get(pk=play).opportunity
    assert deal is not None
    asked = f"SELECT Role FROM OpportunityContactRole WHERE OpportunityId = '{deal.outside_id}'"
    return [row["Role"] for row in org.rows(asked)]


def deals_of(org: SandboxOrg, play: int) -> list[dict[str, Any]]:
    """The play's opportunity there, by its key, with whoever is in it."""
    key = SyncLink.objects.get(target="Opportunity", local_id=_deal(play)).external_key
    return org.rows(
        "SELECT Id, Pricebook2.IsStandard, (SELECT Role FROM OpportunityContactRoles), "
        "(SELECT TotalPrice FROM OpportunityLineItems ORDER BY TotalPrice) "
        f"FROM Opportunity WHERE Acctplan_Id__c = '{key}'"
    )


def _deal(play: int) -> int:
    return Play.objects.values_list("opportunity", flat=True).get(pk=play) or 0


def test_an_opportunity_its_products_and_its_people_are_made_in_one_step(
    org: SandboxOrg, connection: int
) -> None:
    account, play = asked(GENERATOR, SERVICE)
    role = part(account, play)
    with rounds.at_work(connection) as session:
        push.push(session)
    (deal,) = deals_of(org, play)
    assert deal["Pricebook2"]["IsStandard"]
    assert [row["Role"] for row in deal["OpportunityContactRoles"]["records"]] == ["Economic Buyer"]
    prices = [row["TotalPrice"] for row in deal["OpportunityLineItems"]["records"]]
    assert prices == [30_000, 60_000]
    role.refresh_from_db()
    link = SyncLink.objects.get(target="OpportunityContactRole", local_id=role.pk)
    assert (role.outside_id, link.state) == (link.remote_id, "linked")
    assert OpportunityLine.objects.filter(opportunity=_deal(play)).count() == 2
    with rounds.at_work(connection) as session:  # and there is nothing left to say
        assert push.push(session).sent + deal_lines.write_lines(session) == 0
    assert not SyncIntent.objects.exists()


def test_of_what_is_refused_in_one_step_each_part_says_how_it_ended_by_itself(
    org: SandboxOrg, connection: int, client: Client
) -> None:
    account, play = asked(GENERATOR, SERVICE)
    role = part(account, play)
    fault = {"kind": "row_failure", "object": "OpportunityContactRole", "times": 2}
    words = {"code": "FIELD_CUSTOM_VALIDATION_EXCEPTION", "message": "No part before a meeting"}
    org.control("POST", "faults", {**fault, **words})
    send(
        connection
    )  # nothing of the one step is done: the opportunity and its products follow alone
    send(connection)  # and its person
    (deal,) = deals_of(org, play)
    assert deal["OpportunityContactRoles"] is None
    assert deal["OpportunityLineItems"]["totalSize"] == 2
    intent = SyncIntent.objects.get()
    assert (intent.link.target, intent.link.local_id) == ("OpportunityContactRole", role.pk)
    assert (intent.state, intent.message) == ("refused", "No part before a meeting")
    client.force_login(makers.sign_in("operations"))
    page = client.get(reverse("sync:connection", args=[connection])).content.decode()
    assert "No part before a meeting" in page
    org.control("DELETE", "faults")
    sending.try_again(intent.pk, now=timezone.now())
    send(connection)
    assert parts_of(org, play) == ["Economic Buyer"]


def test_a_play_of_two_cells_becomes_an_opportunity_with_two_lines_made_once(
    org: SandboxOrg, connection: int, client: Client
) -> None:
    account, play = asked(GENERATOR, SERVICE)
    org.control(
        "POST", "faults", {"kind": "lost_response", "method": "POST", "path": "composite/graph"}
    )
    part(account, play)
    send(connection)  # the opportunity, its products and its person are made: the answer is lost
    go(connection)
    go(connection)
    assert parts_of(org, play) == ["Economic Buyer"]
    made = lines_of(org, play)
    assert [(count, total) for _, count, total in made] == [(1, 30_000), (1, 60_000)]
    assert [name for name, *_ in made] == [SERVICE, GENERATOR]
    deal = Play.objects.get(pk=play).opportunity
    assert deal is not None
    there = org.one(
        f"SELECT Amount, Pricebook2.IsStandard FROM Opportunity WHERE Id = '{deal.outside_id}'"
    )
    assert (there["Amount"], there["Pricebook2"]["IsStandard"]) == (90_000, True)
    ours = OpportunityLine.objects.filter(opportunity=deal).order_by("total")
    assert [(one.product_line.name, one.total) for one in ours if one.product_line] == [
        (SERVICE, 30_000_00),
        (GENERATOR, 60_000_00),
    ]
    assert not SyncIntent.objects.exists()
    client.force_login(SignIn.objects.get(pk=manager(account).id))
    for cell in Play.objects.get(pk=play).cells.all():
        page = reverse("whitespace:cell", args=[account.pk, cell.unit_id, cell.product_line_id])
        client.post(f"{page}/need", {"version": "0", "level": "3", "evidence": "said so"})
        assert 'data-look="p"' in client.get(page).content.decode()  # in progress


def test_what_is_refused_or_has_no_price_is_said_on_the_play_and_tried_again_when_asked(
    org: SandboxOrg, connection: int, client: Client
) -> None:
    account, play = asked(GENERATOR, "Advice")  # no product of the second is sold there
    fault = {"kind": "row_failure", "object": "OpportunityLineItem", "message": "Ask finance first"}
    # with the opportunity, with its price book, and by itself
    thrice = {"code": "FIELD_CUSTOM_VALIDATION_EXCEPTION", "times": 3}
    org.control("POST", "faults", {**fault, **thrice})
    send(connection)
    assert lines_of(org, play) == []
    deal = Play.objects.get(pk=play).opportunity
    assert deal is not None and Opportunity.objects.get(pk=deal.pk).amount == 90_000_00
    client.force_login(SignIn.objects.get(pk=manager(account).id))
    said = client.get(reverse("plays:show", args=[account.pk])).content.decode()
    assert said.count("Lines refused: Ask finance first") == 1
    assert said.count("No line for Advice") == 1
    intent = SyncIntent.objects.get()
    org.control("DELETE", "faults")
    sending.try_again(intent.pk, now=NOW)
    send(connection)
    assert [total for *_, total in lines_of(org, play)] == [60_000]


def follow(connection: int, play: int) -> None:
    """The play's changes, carried to its opportunity there."""
    following.follow_play(play, asked_by=None, now=NOW)
    Job.objects.filter(name=plays.UPDATE).delete()
    send(connection)


def test_lines_follow_what_the_play_is_changed_to(
    org: SandboxOrg, connection: int, client: Client
) -> None:
    account, play = asked(GENERATOR, SERVICE)
    send(connection)
    person, seen = manager(account), Play.objects.get(pk=play).version
    plays.change_play(person, play, {"value": 120_000_00}, seen_version=seen, now=NOW)
    follow(connection, play)
    assert [total for *_, total in lines_of(org, play)] == [40_000, 80_000]
    first, second = Play.objects.get(pk=play).cells.order_by("pk")
    cell = (first.unit_id, first.product_line_id)
    third = (second.unit_id, first.product_line_id)
    client.force_login(SignIn.objects.get(pk=person.id))
    page = reverse("plays:cells", args=[account.pk, play])
    form = {
        "version": Play.objects.get(pk=play).version,
        "cell": [f"{unit}-{line}" for unit, line in (cell, third)],
    }
    assert client.post(page, form).status_code == 303
    follow(connection, play)
    assert [(name, total) for name, _, total in lines_of(org, play)] == [(GENERATOR, 60_000)] * 2
    deal = Play.objects.get(pk=play).opportunity
    assert deal is not None and deal.amount == 120_000_00


def test_a_line_that_somebody_changed_there_is_left_until_its_play_is_written(
    org: SandboxOrg, connection: int, client: Client
) -> None:
    account, play = asked(GENERATOR, SERVICE)
    send(connection)
    deal = Play.objects.get(pk=play).opportunity
    assert deal is not None
    rows = org.rows(
        f"SELECT Id FROM OpportunityLineItem WHERE OpportunityId = '{deal.outside_id}' "
        "ORDER BY TotalPrice"
    )
    low, high = (row["Id"] for row in rows)
    org.call("PATCH", f"/sobjects/OpportunityLineItem/{high}", {"UnitPrice": 61_000})
    org.call("DELETE", f"/sobjects/OpportunityLineItem/{low}")
    person, seen = manager(account), Play.objects.get(pk=play).version
    plays.change_play(person, play, {"value": 120_000_00}, seen_version=seen, now=NOW)
    follow(connection, play)
    assert [total for *_, total in lines_of(org, play)] == [61_000]
    client.force_login(SignIn.objects.get(pk=person.id))
    board = reverse("plays:show", args=[account.pk])
    said = client.get(board).content.decode()
    assert f"The line for {GENERATOR} was changed in the CRM" in said
    assert f"The line for {SERVICE} was taken out in the CRM" in said
    assert client.post(reverse("plays:lines", args=[account.pk, play])).status_code == 303
    follow(connection, play)
    assert [total for *_, total in lines_of(org, play)] == [40_000, 80_000]
    assert "Write the play" not in client.get(board).content.decode()
