"""What is changed on the map crosses in a round with a sandbox org, and comes back when it is
changed there: a reporting line, somebody new, a contact role; never an opinion."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.test import Client
from django.utils import timezone

from sightline.actions.sync import connections, sending
from sightline.crm import push, rights
from sightline.jobs.sync import rounds
from sightline.records.models import (
    AccountAccess,
    Contact,
    CrmUser,
    HeldRole,
    ManagerChange,
    Opportunity,
    SyncIntent,
)
from tests import makers
from tests.crm.orgs import SandboxOrg, sandbox_org

pytestmark = pytest.mark.django_db
THOUGHT = "Xylophonically unconvinced"


@pytest.fixture(scope="module")
def org(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SandboxOrg]:
    with sandbox_org(tmp_path_factory.mktemp("sandbox")) as served:
        yield served


def go(connection: int) -> None:
    with rounds.at_work(connection) as session:
        rounds.round_of(session)


class Map:
    """The map of an account with an open deal and three people, in the hands of its owner."""

    def __init__(self) -> None:
        deals = Opportunity.objects.filter(is_closed=False, removed_at=None).order_by("pk")
        for deal in deals.select_related("account"):
            people = list(Contact.objects.filter(account=deal.account).order_by("pk")[:3])
            if len(people) == 3 and deal.account.planning_account_id in (None, deal.account_id):
                break
        self.deal, self.account, self.people = deal, deal.account, people
        self.client = Client()
        self.client.force_login(makers.sign_in("account_manager", user=self.account.owner))

    def post(self, rest: str, **values: object) -> None:
        answer = self.client.post(f"/accounts/{self.account.pk}/map{rest}", values)
        assert answer.status_code == 303, answer.content[:300]

    def panel(self, who: Contact) -> str:
        address = f"/accounts/{self.account.pk}/map/people/{who.pk}"
        return self.client.get(address).content.decode()

    def page(self) -> str:
        return self.client.get(f"/accounts/{self.account.pk}/map").content.decode()


def _part(deal: Opportunity, who: Contact) -> str:
    return f"OpportunityId = '{deal.outside_id}' AND ContactId = '{who.outside_id}'"


def role_there(org: SandboxOrg, deal: Opportunity, who: Contact) -> list[str]:
    found = org.rows(f"SELECT Role FROM OpportunityContactRole WHERE {_part(deal, who)}")
    return [str(row["Role"]) for row in found]


def test_what_the_map_says_is_written_there_and_read_back(org: SandboxOrg) -> None:
    makers.company(reporting_currency="USD")
    connection = connections.connect(
        "Org",
        brand="salesforce",
        settings={"login": org.address, "client_id": org.said["client id"]},
        secrets={"client_secret": org.said["client secret"]},
        actor_id=None,
    )
    go(connection)
    drawn = Map()
    low, high, third = drawn.people
    deal = drawn.deal
    before = role_there(org, deal, high)
    assert "Writes a contact role to the CRM" in drawn.panel(low)
    assert "is created in Org" in drawn.page()
    drawn.post(f"/people/{low.pk}/tell", opportunity=deal.pk, role="economic_buyer")
    drawn.post(f"/people/{high.pk}/tell", opportunity=deal.pk, role="blocker")
    drawn.post(f"/people/{low.pk}/say/stance", stance="against")
    drawn.post(f"/people/{low.pk}/say/reason", reason=THOUGHT)
    drawn.post(f"/people/{third.pk}/say/manager", manager="")
    drawn.post("/move", person=high.pk, manager="")
    drawn.post("/move", person=low.pk, manager=high.pk)
    new = {"name": "Zoë Żółć-Quist", "title": "Head of IT", "email": "zoe@q.example"}
    drawn.post("/add", **new, manager=high.pk)
    drawn.post("/add", role="champion")
    go(connection)
    written(org, drawn, before)
    # changed there, it is so here
    held = org.one(f"SELECT Id FROM OpportunityContactRole WHERE {_part(deal, low)}")
    org.call("PATCH", f"/sobjects/OpportunityContactRole/{held['Id']}", {"Role": "Evaluator"})
    org.call("PATCH", f"/sobjects/Contact/{low.outside_id}", {"ReportsToId": third.outside_id})
    go(connection)
    assert "(now: Technical)" in drawn.panel(low)
    assert Contact.objects.get(pk=low.pk).reports_to_id == third.pk
    assert f'data-manager="{third.pk}"' in drawn.page()
    kept = ManagerChange.objects.filter(contact=low).latest("pk")
    assert (kept.before_id, kept.after_id, kept.author_id) == (high.pk, third.pk, None)
    # and changed here once more, in the place of the one it has
    drawn.post(f"/people/{low.pk}/tell", opportunity=deal.pk, role="their_sponsor")
    go(connection)
    assert role_there(org, deal, low) == ["Executive Sponsor"]
    assert Contact.objects.filter(name=new["name"]).count() == 1
    roles_of_the_account(org, drawn, connection)
    who_may_not_edit_the_relation(org, drawn, connection)


def roles_of_the_account(org: SandboxOrg, drawn: Map, connection: int) -> None:
    """What went out stands in the relation with the account, too; what is said there is a role for
    the account here, until it is taken away there."""
    low = drawn.people[0]
    path, roles = relation_of(org, low)
    assert roles == "Executive Sponsor"
    org.call("PATCH", path, {"Roles": "Economic Buyer;Executive Sponsor"})
    go(connection)
    held = HeldRole.objects.filter(contact=low, ended_at=None)
    assert [(one.role, one.from_source_id is not None) for one in held] == [
        ("economic_buyer", True)
    ]
    assert "Economic buyer" in drawn.panel(low)
    org.call("PATCH", path, {"Roles": "Executive Sponsor"})
    go(connection)
    assert not held.all().exists()


def relation_of(org: SandboxOrg, who: Contact) -> tuple[str, str | None]:
    row = org.one(
        "SELECT Id, Roles FROM AccountContactRelation "
        f"WHERE ContactId = '{who.outside_id}' AND IsDirect = true"
    )
    return f"/sobjects/AccountContactRelation/{row['Id']}", row["Roles"]


def who_may_not_edit_the_relation(org: SandboxOrg, drawn: Map, connection: int) -> None:
    """The word of a person who may not edit it there stays out, and the sync page says why."""
    profile = org.one("SELECT Id FROM Profile WHERE Name = 'Standard User'")["Id"]
    values = {"LastName": "Outsider", "Username": "o@x.example", "Email": "o@x.example"}
    more = {
        "Alias": "out",
        "CommunityNickname": "out",
        "ProfileId": profile,
        "TimeZoneSidKey": "Europe/Berlin",
    }
    locale = {"LocaleSidKey": "en_US", "EmailEncodingKey": "UTF-8", "LanguageLocaleKey": "en_US"}
    org.call("POST", "/sobjects/User", {**values, **more, **locale})
    for name in ("Account", "AccountContactRelation"):
        org.control("POST", "objects/private", {"object": name})
    go(connection)
    outsider = CrmUser.objects.get(name__contains="Outsider")
    AccountAccess.objects.create(account=drawn.account, user=outsider, why="team", may_write=True)
    drawn.client.force_login(makers.sign_in("account_manager", user=outsider))
    low = drawn.people[0]
    drawn.post(f"/people/{low.pk}/tell", opportunity=drawn.deal.pk, role="technical")
    with rounds.at_work(connection) as session:
        push.push(session)
    assert role_there(org, drawn.deal, low) == ["Technical Buyer"]
    assert relation_of(org, low)[1] == "Executive Sponsor"
    refused = SyncIntent.objects.get(link__target="AccountContactRelation")
    assert (refused.state, refused.code) == ("refused", "PERSON_MAY_NOT_EDIT")
    org.control("POST", "objects/public", {"object": "AccountContactRelation"})
    rights.forget()
    sending.try_again(refused.pk, now=timezone.now())
    with rounds.at_work(connection) as session:
        push.push(session)
    assert relation_of(org, low)[1] == "Technical Buyer"


def written(org: SandboxOrg, drawn: Map, before: list[str]) -> None:
    """What may leave the map has left it, once; nothing else has."""
    low, high, _third = drawn.people
    assert role_there(org, drawn.deal, low) == ["Economic Buyer"]
    assert role_there(org, drawn.deal, high) == before
    row = org.one(f"SELECT ReportsToId FROM Contact WHERE Id = '{low.outside_id}'")
    assert row["ReportsToId"] == high.outside_id
    there = org.rows(
        "SELECT FirstName, Title, Email, AccountId, ReportsToId, Description FROM Contact "
        "WHERE LastName = 'Żółć-Quist'"
    )
    told = ("FirstName", "Title", "Email", "AccountId", "ReportsToId", "Description")
    assert [tuple(one[name] for name in told) for one in there] == [
        ("Zoë", "Head of IT", "zoe@q.example", drawn.account.outside_id, high.outside_id, None)
    ]
    assert not org.rows("SELECT Id FROM Contact WHERE LastName LIKE '%nknown%'")
    for about in ("Contact", "Opportunity"):
        rows = org.rows(f"SELECT FIELDS(ALL) FROM {about} LIMIT 200")
        assert THOUGHT not in str(rows)
