"""Removing the demonstration: all of it, nothing else, and never the last way in."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from sightline.actions import demonstration
from sightline.actions.progress import Silent
from sightline.jobs.registry import function_of
from sightline.planning.errors import InvalidValue
from sightline.records.models import (
    Account,
    Action,
    Company,
    Competitor,
    Contact,
    ContactActivity,
    Contract,
    CrmUser,
    ExchangeRate,
    ImportRun,
    Job,
    JournalEntry,
    LedgerPart,
    LedgerVersion,
    OpportunityCompetitor,
    Product,
    ProductLine,
    SignIn,
    Source,
    Stage,
)
from sightline.records.queries.demonstration import holding
from tests import makers

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def demo(settings: Any) -> Source:
    """A demonstration beside a real account that shares a product line and a competitor."""
    makers.company(demonstration=True)
    source = Source.objects.create(kind="salesforce", name="Demo", demonstration=True)
    real = Source.objects.create(kind="files", name="Real")
    owner = makers.crm_user("Demo seller", source=source, outside_id="1")
    top = makers.account("Demo top", owner=owner, source=source, outside_id="a")
    makers.account("Demo child", parent=top, source=source, outside_id="b")
    stage = makers.stage("Demo stage", source=source, outside_id="s")
    deal = makers.opportunity(top, stage=stage, source=source, outside_id="o")
    Contract.objects.create(account=top, source=source, outside_id="c")
    Action.objects.create(account=None, subject="Loose", source=source, outside_id="t")
    makers.contact(top, "Demo person", source=source, outside_id="p")
    makers.tier_result(top, proposed_tier=1)
    mine = makers.account("Real one", source=real, outside_id="a")
    shared, alone = makers.line("Shared"), makers.line("Alone")
    Product.objects.create(name="P1", line=shared, source=source, outside_id="1")
    Product.objects.create(name="P2", line=shared, source=real, outside_id="2")
    Product.objects.create(name="P3", line=alone, source=source, outside_id="3")
    seen = Competitor.objects.create(name="Both", key="both")
    only = Competitor.objects.create(name="Only", key="only")
    theirs = makers.opportunity(mine)
    for rival, of, key in ((seen, deal, "x"), (only, deal, "y")):
        OpportunityCompetitor.objects.create(
            competitor=rival, opportunity=of, source=source, outside_id=key
        )
    OpportunityCompetitor.objects.create(competitor=seen, opportunity=theirs)
    makers.sign_in("operations", demonstration=True)
    run = ImportRun.objects.create(kind="salesforce-export", source=source, state="done")
    kept = ImportRun.objects.create(kind="revenue-lines", source=real, state="done")
    folder = Path(settings.SIGHTLINE_LEDGER) / "parts" / "lines"
    folder.mkdir(parents=True)
    parts = []
    for name, of in (("demo", run), ("real", kept)):
        (folder / f"{name}.parquet").write_bytes(b"x")
        parts.append(
            LedgerPart.objects.create(
                name=f"lines/{name}.parquet",
                table="lines",
                sha256=name,
                rows=10,
                source=f"import:{of.pk}",
                import_run=of,
            )
        )
    version = LedgerVersion.objects.create(number=1)
    version.parts.set(parts)
    return source


def test_all_of_it_goes_and_nothing_else(demo: Source, settings: Any) -> None:
    admin = makers.sign_in("operations")
    assert demonstration.remove_demonstration(job=Silent()) == 2
    assert list(Account.objects.values_list("name", flat=True)) == ["Real one"]
    for model in (Contact, Contract, Stage, Action, CrmUser):
        assert not model.objects.exists(), model.__name__  # type: ignore[attr-defined]
    assert list(ProductLine.objects.values_list("name", flat=True)) == ["Shared"]
    assert list(Competitor.objects.values_list("name", flat=True)) == ["Both"]
    assert list(SignIn.objects.values_list("pk", flat=True)) == [admin.pk]
    assert list(Source.objects.values_list("name", flat=True)) == ["Real"]
    assert not Company.objects.get().demonstration
    assert JournalEntry.objects.filter(verb="remove_demonstration").exists()


def test_the_ledger_keeps_only_other_parts(demo: Source, settings: Any) -> None:
    makers.sign_in("operations")
    demonstration.remove_demonstration(job=Silent())
    newest = LedgerVersion.objects.order_by("-number").first()
    assert newest is not None and newest.number == 2
    assert list(newest.parts.values_list("name", flat=True)) == ["lines/real.parquet"]
    folder = Path(settings.SIGHTLINE_LEDGER) / "parts" / "lines"
    assert sorted(path.name for path in folder.iterdir()) == ["real.parquet"]
    assert list(LedgerPart.objects.values_list("name", flat=True)) == ["lines/real.parquet"]


def test_rows_of_others_that_name_it_stay_and_forget_it(demo: Source) -> None:
    makers.sign_in("operations")
    person = Contact.objects.get(source=demo)
    mine = makers.contact(Account.objects.get(name="Real one"), "Mine", reports_to=person)
    told = JournalEntry.objects.create(verb="told", account=person.account, changes={})
    demonstration.remove_demonstration(job=Silent())
    mine.refresh_from_db()
    told.refresh_from_db()
    assert (mine.reports_to_id, told.account_id) == (None, None)


def test_a_row_written_beneath_it_meanwhile_goes_too(
    demo: Source, monkeypatch: pytest.MonkeyPatch
) -> None:
    makers.sign_in("operations")
    planned = demonstration.hanging_on

    def then_somebody_writes(model: type[Account]) -> Any:
        hanging = planned(model)
        person = Contact.objects.get(source=demo)
        ContactActivity.objects.create(
            contact=person, account=person.account, ledger_version=1, as_of=makers.TODAY
        )
        return hanging

    monkeypatch.setattr(demonstration, "hanging_on", then_somebody_writes)
    demonstration.remove_demonstration(job=Silent())
    assert list(Account.objects.values_list("name", flat=True)) == ["Real one"]
    assert not ContactActivity.objects.exists()


def test_a_table_more_costs_statements_not_a_row_more(demo: Source) -> None:
    makers.sign_in("operations")
    top = Account.objects.get(name="Demo top")
    for number in range(60):
        makers.contact(top, f"Person {number}", source=demo, outside_id=f"p{number}")
    with CaptureQueriesContext(connection) as asked:
        demonstration.remove_demonstration(job=Silent())
    of_contacts = [each for each in asked if 'DELETE FROM "records_contact"' in each["sql"]]
    assert len(of_contacts) == 1


def test_running_twice_removes_nothing_more(demo: Source) -> None:
    makers.sign_in("operations")
    demonstration.remove_demonstration(job=Silent())
    assert demonstration.remove_demonstration(job=Silent()) == 0
    assert Account.objects.count() == 1


def test_killed_in_the_middle_it_goes_on_where_it_stopped(demo: Source) -> None:
    makers.sign_in("operations")

    class Killed:
        def progress(self, done: int, total: int | None = None, note: str = "") -> None:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        demonstration.remove_demonstration(job=Killed())
    assert Source.objects.filter(demonstration=True).exists()
    demonstration.remove_demonstration(job=Silent())
    assert not Source.objects.filter(demonstration=True).exists()
    assert list(Account.objects.values_list("name", flat=True)) == ["Real one"]


def test_rates_go_only_where_no_account_stays(demo: Source) -> None:
    makers.sign_in("operations")
    ExchangeRate.objects.create(month=makers.TODAY, currency="EUR", to_currency="GBP", rate=1)
    demonstration.remove_demonstration(job=Silent())
    assert ExchangeRate.objects.exists()
    assert Job.objects.filter(name="measure").exists()


def test_without_an_administrator_of_ones_own_it_is_refused(demo: Source, client: Client) -> None:
    with pytest.raises(InvalidValue, match="administrator of your own"):
        demonstration.remove_demonstration(job=Silent())
    assert Account.objects.filter(source=demo).count() == 2
    settings_of_demo = SignIn.objects.get(demonstration=True)
    SignIn.objects.filter(pk=settings_of_demo.pk).update(demonstration=False)
    client.force_login(settings_of_demo)
    SignIn.objects.filter(pk=settings_of_demo.pk).update(is_active=True)
    assert holding().administrators == 1


def test_the_page_names_the_counts_and_asks_for_the_job(demo: Source, client: Client) -> None:
    client.force_login(makers.sign_in("operations"))
    address = reverse("settings:demonstration")
    body = client.get(address).content.decode()
    for name, count in (("Accounts", 2), ("Contacts", 1), ("Ledger rows", 10), ("Sign-ins", 1)):
        assert f'<dt>{name}</dt><dd class="num">{count}</dd>' in body
    verb = reverse("settings:demonstration-remove")
    assert client.post(verb).status_code == 422
    assert not Job.objects.exists()
    assert client.post(verb, {"sure": "yes"}).status_code == 303
    assert Job.objects.get().name == "demonstration.remove"
    assert "It is being removed." in client.get(address).content.decode()
    assert function_of("demonstration.remove")


def test_only_operations_may(demo: Source, client: Client) -> None:
    client.force_login(makers.sign_in("leader"))
    verb = reverse("settings:demonstration-remove")
    assert client.post(verb, {"sure": "yes"}).status_code == 403
