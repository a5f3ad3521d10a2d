"""Orgs that are set up otherwise: several currencies, person accounts, a hierarchy with private
accounts, renamed values, formulas, archives. Against a sandbox org."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from django.utils import timezone

from sightline.actions.sync import connections
from sightline.actions.sync.context import context_of
from sightline.crm import compare
from sightline.jobs.sync import rounds
from sightline.planning.permissions import Act, Category
from sightline.records.models import (
    Account,
    Action,
    Contact,
    CrmUser,
    Opportunity,
    Plan,
    Stage,
    SyncCursor,
    SyncIntent,
    SyncMapping,
)
from sightline.records.scoping import may_on
from tests import makers
from tests.crm.orgs import SandboxOrg, sandbox_org

pytestmark = pytest.mark.django_db
DEAL = {"StageName": "Prospecting", "CloseDate": "2027-06-30"}


@pytest.fixture(scope="module")
def org(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SandboxOrg]:
    kinds = ("--currencies", "--person-accounts")
    with sandbox_org(tmp_path_factory.mktemp("kinds"), kinds=kinds) as served:
        yield served


@pytest.fixture
def connection(org: SandboxOrg) -> int:
    makers.company(reporting_currency="USD")
    return connections.connect(
        "Org",
        brand="salesforce",
        settings={"login": org.address, "client_id": org.said["client id"]},
        secrets={"client_secret": org.said["client secret"]},
        actor_id=None,
    )


def go(connection: int) -> None:
    with rounds.at_work(connection) as session:
        rounds.round_of(session)


def make(org: SandboxOrg, name: str, **values: Any) -> str:
    return str(org.call("POST", f"/sobjects/{name}", values)["id"])


def ours(deal: str) -> Opportunity:
    return Opportunity.objects.get(outside_id=deal)


def test_amounts_stay_in_their_own_currency_and_person_accounts_are_one_account_and_one_person(
    org: SandboxOrg, connection: int
) -> None:
    company = make(org, "Account", Name="Werk", BillingCity="Linz", BillingCountry="Austria")
    person = make(org, "Account", FirstName="Marie", LastName="Curie", PersonEmail="m@x.example")
    for day, rate in (("2026-01-01", 2.0), ("2027-01-01", 4.0)):
        make(org, "DatedConversionRate", IsoCode="EUR", StartDate=day, ConversionRate=rate)
    deal = make(
        org, "Opportunity", Name="E", AccountId=company, Amount=116, CurrencyIsoCode="EUR", **DEAL
    )
    go(connection)
    assert (ours(deal).amount, ours(deal).currency) == (116_00, "EUR")  # not converted on the way
    here = Account.objects.get(outside_id=company)
    assert (here.city, here.country) == ("Linz", "Austria")  # an address is read by its parts
    shadow = Account.objects.get(outside_id=person)
    assert shadow.name == "Marie Curie"
    assert [one.email for one in Contact.objects.filter(account=shadow)] == ["m@x.example"]
    # edited and made here, it is so there, in the same currency
    Opportunity.objects.filter(outside_id=deal).update(
        amount=120_50, version=ours(deal).version + 1
    )
    made = Opportunity.objects.create(
        account=here,
        name="Made here",
        stage=Stage.objects.get(name="Prospecting"),
        close_date=dt.date(2027, 9, 30),
        amount=70_000,
        currency="JPY",
    )
    plan = {"year": 2027, "starts_on": dt.date(2027, 1, 1), "ends_on": dt.date(2027, 12, 31)}
    Plan.objects.create(account=here, state="active", currency="EUR", target=5_00, **plan)
    go(connection)
    said = "SELECT Amount, CurrencyIsoCode FROM Opportunity WHERE Id = '{}'"
    there = org.one(said.format(deal))
    assert (there["Amount"], there["CurrencyIsoCode"]) == (120.5, "EUR")
    made.refresh_from_db()
    there = org.one(said.format(made.outside_id))
    assert (there["Amount"], there["CurrencyIsoCode"]) == (70_000, "JPY")
    assert org.one("SELECT CurrencyIsoCode FROM AccountPlan")["CurrencyIsoCode"] == "EUR"
    assert not SyncIntent.objects.exists()
    go(connection)  # what was written makes rows there, too: the history of a deal
    with rounds.at_work(connection) as session:
        assert compare.compare(session, repair=False).drift == 0


def user(org: SandboxOrg, name: str, **values: Any) -> str:
    profile = org.one("SELECT Id FROM Profile WHERE Name = 'Standard User'")["Id"]
    return make(
        org,
        "User",
        LastName=name,
        Username=f"{name}@kinds.example",
        Email=f"{name}@kinds.example",
        Alias=name[:8],
        CommunityNickname=name,
        ProfileId=profile,
        TimeZoneSidKey="Europe/Berlin",
        LocaleSidKey="en_US",
        EmailEncodingKey="UTF-8",
        LanguageLocaleKey="en_US",
        **values,
    )


def test_who_sees_an_account_there_by_role_sees_it_here_and_nobody_else_does(
    org: SandboxOrg, connection: int
) -> None:
    boss_role = make(org, "UserRole", Name="Boss", DeveloperName="Boss")
    rep_role = make(org, "UserRole", Name="Rep", DeveloperName="Rep", ParentRoleId=boss_role)
    rep = user(org, "rep", UserRoleId=rep_role)
    people = {
        "boss": user(org, "boss", UserRoleId=boss_role),
        "rep": rep,
        "peer": user(org, "peer"),
    }
    account = make(org, "Account", Name="Private", OwnerId=rep)
    shared = make(org, "Account", Name="Shared", OwnerId=rep)
    make(
        org,
        "AccountShare",
        AccountId=shared,
        UserOrGroupId=people["peer"],
        AccountAccessLevel="Read",
        OpportunityAccessLevel="None",
        CaseAccessLevel="None",
    )
    go(connection)
    keys = {one: Account.objects.get(outside_id=one).pk for one in (account, shared)}

    def seen(name: str) -> list[bool]:
        role = "leader" if name == "boss" else "account_manager"
        person = makers.person(role, user=CrmUser.objects.get(outside_id=people[name]))
        return [may_on(person, keys[one], Category.FACTS, Act.READ) for one in (account, shared)]

    assert {name: seen(name) for name in people} == {
        "boss": [True, True],
        "rep": [True, True],
        "peer": [False, True],
    }


def test_a_renamed_value_an_archived_task_and_a_long_text_are_taken_for_what_they_are(
    org: SandboxOrg, connection: int
) -> None:
    account = make(org, "Account", Name="Old")
    deal = make(org, "Opportunity", Name="R", AccountId=account, **DEAL)
    task = make(org, "Task", Subject="Ring", WhatId=account, Status="Not Started")
    go(connection)
    action = Action.objects.get(outside_id=task)
    renamed = {"object": "Opportunity", "field": "StageName", "add": ["Discovery"]}
    org.control("POST", "picklists/change", {**renamed, "remove": ["Prospecting"]})
    org.call("PATCH", f"/sobjects/Opportunity/{deal}", {"StageName": "Discovery"})
    org.control(
        "POST",
        "records/edit",
        {"id": task, "fields": {"Status": "Completed", "ActivityDate": "2024-01-31"}},
    )
    org.control("POST", "activities/archive", {})
    Opportunity.objects.filter(outside_id=deal).update(
        name="N" * 250, version=ours(deal).version + 1
    )
    go(connection)
    stage = ours(deal).stage
    assert stage is not None and stage.name == "Discovery"
    action.refresh_from_db()
    assert (action.removed_at, action.state) == (None, "done")  # archived is not deleted
    assert org.one(f"SELECT Name FROM Opportunity WHERE Id = '{deal}'")["Name"] == "N" * 120
    assert ours(deal).name == "N" * 250  # cut there, whole here


def test_what_is_written_to_the_contact_of_a_person_account_is_refused_in_words_and_kept_here(
    org: SandboxOrg, connection: int
) -> None:
    person = make(org, "Account", FirstName="Lise", LastName="Meitner", PersonEmail="l@x.example")
    account = make(org, "Account", Name="Institute")
    chief = make(org, "Contact", LastName="Hahn", AccountId=account)
    go(connection)
    lise = Contact.objects.get(account__outside_id=person)
    head = Contact.objects.get(outside_id=chief)
    Contact.objects.filter(pk=lise.pk).update(reports_to=head, version=lise.version + 1)
    go(connection)
    intent = SyncIntent.objects.get()
    assert (intent.state, intent.link.remote_id) == ("refused", lise.outside_id)
    assert "person account" in intent.message.lower()
    tries = intent.tries
    go(connection)  # nor is it sent again and again
    assert SyncIntent.objects.get().tries == tries
    lise.refresh_from_db()
    assert (lise.reports_to, lise.removed_at) == (head, None)


def test_a_formula_of_the_org_is_followed_daily_and_never_written(
    org: SandboxOrg, connection: int
) -> None:
    formula = 'IF(Account.NumberOfEmployees >= 1000, "large", "small")'
    field = {"name": "Fit__c", "type": "Text", "formula": formula}
    org.control("POST", "fields/add", {"object": "Opportunity", **field})
    map_next_step(connection, "Fit__c")
    account = make(org, "Account", Name="Formula", NumberOfEmployees=10)
    deal = make(org, "Opportunity", Name="F", AccountId=account, Amount=10, **DEAL)
    long_since = {"stamp": "2026-01-05T09:00:00Z", "fields": {"Amount": 11}}
    org.control("POST", "records/edit", {"object": "Opportunity", "id": deal, **long_since})
    go(connection)
    assert ours(deal).next_step == "small"
    Opportunity.objects.filter(outside_id=deal).update(
        next_step="typed", version=ours(deal).version + 1
    )
    go(connection)
    asked = f"SELECT Fit__c, SystemModstamp FROM Opportunity WHERE Id = '{deal}'"
    before = org.one(asked)
    assert before["Fit__c"] == "small"
    assert not SyncIntent.objects.exists()
    a_day_passes()
    go(connection)
    assert ours(deal).next_step == "small"
    org.call("PATCH", f"/sobjects/Account/{account}", {"NumberOfEmployees": 5000})
    go(connection)
    after = org.one(asked)
    assert (after["Fit__c"], after["SystemModstamp"]) == ("large", before["SystemModstamp"])
    assert ours(deal).next_step == "small"  # nothing says that the row says something else now
    a_day_passes()
    go(connection)
    assert ours(deal).next_step == "large"


def a_day_passes() -> None:
    long_ago = timezone.now() - dt.timedelta(days=2)
    SyncCursor.objects.filter(object="Opportunity").update(caught_at=long_ago)


def map_next_step(connection: int, column: str) -> None:
    """Our next step is theirs of another column, read only."""
    facts = SyncMapping.objects.filter(connection=connection).order_by("-version")[0]
    rules = context_of(connection).rules
    deal = rules.two_way["Opportunity"]
    fields = tuple(one for one in deal.fields if one.ours != "next_step")
    connections.save_rules(
        connection,
        replace(
            rules,
            columns={**rules.columns, "Opportunity": {"next_step": column}},
            two_way={**rules.two_way, "Opportunity": replace(deal, fields=fields)},
        ),
        seen=facts.version,
        actor_id=None,
    )
