"""The first day: from a company's export to living plans and a first Monday.

The burden is counted: each click that decides something and each answer that is typed.
"""

from __future__ import annotations

import csv
import zipfile
from dataclasses import dataclass
from pathlib import Path

import pytest
from django.conf import settings
from django.utils import timezone
from playwright.sync_api import Page, expect

from sightline.exchange.demonstration import generate
from sightline.jobs.worker import Worker
from sightline.records.models import Account, Contact, Plan, TierResult
from tests import makers
from tests.journeys.conftest import PATIENT, Open
from tests.journeys.small_company import in_days, load_small_company

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), pytest.mark.slow]
MOST_DECISIONS, MOST_TYPED = 15, 10
TWO = ("Account.csv", "Opportunity.csv")
FOUR = (*TWO, "Contact.csv", "User.csv")
TWELVE = (
    *FOUR,
    "UserRole.csv",
    "AccountTeamMember.csv",
    "Product2.csv",
    "OpportunityLineItem.csv",
    "OpportunityContactRole.csv",
    "OpportunityStage.csv",
    "Contract.csv",
    "Task.csv",
)


@dataclass
class Burden:
    """What a person had to do."""

    page: Page
    decisions: int = 0
    typed: int = 0

    def decide(self, name: str) -> None:
        self.decisions += 1
        with self.page.expect_response(lambda one: one.request.method == "POST"):
            self.page.get_by_role("button", name=name).first.click()

    def type(self, label: str, text: str) -> None:
        self.typed += 1
        self.page.get_by_role("textbox", name=label).or_(
            self.page.get_by_role("spinbutton", name=label)
        ).first.fill(text)


def export(folder: Path) -> Path:
    generate(folder, accounts=24, today=timezone.now().date())
    return folder


def zipped(folder: Path, names: tuple[str, ...], where: Path) -> Path:
    with zipfile.ZipFile(where, "w", zipfile.ZIP_DEFLATED) as pack:
        for name in names:
            pack.write(folder / name, name)
    return where


def upload(page: Page, file: Path) -> None:
    """Choose the file, look at it, load it; the worker works between the clicks."""
    page.goto("/imports/new")
    page.set_input_files("input[type=file]", file)
    page.get_by_role("button", name="Look at them").click()
    follow(page)


def load(page: Page) -> None:
    page.get_by_role("button", name="Load", exact=True).click()
    follow(page)


def follow(page: Page) -> None:
    """The worker works; the page shows it, and turns to what came of it by itself."""
    progress = page.locator(".import-progress")
    expect(progress).to_be_visible(timeout=PATIENT)
    Worker().run_all()
    expect(progress).to_have_count(0, timeout=PATIENT)


@pytest.mark.parametrize("names", [TWO, FOUR, TWELVE], ids=["two", "four", "twelve"])
def test_with_this_many_files_tiers_plans_and_monday_are_there(
    names: tuple[str, ...], open_page: Open, tmp_path: Path
) -> None:
    makers.company(reporting_currency="GBP")
    file = zipped(export(tmp_path / "export"), names, tmp_path / "export.zip")
    operations = open_page("/start/", person=makers.sign_in("operations"))
    upload(operations, file)
    if len(names) < len(TWELVE):
        expect(operations.get_by_text("no OpportunityHistory", exact=False).first).to_be_visible()
    load(operations)
    assert Account.objects.count() == 24
    assert TierResult.objects.filter(proposed_tier=1, provisional=True).exists()
    assert Plan.objects.exists()
    operations.goto("/portfolio/")
    expect(operations.get_by_role("table").first).to_be_visible()


def test_from_import_to_a_usable_plan_takes_few_decisions_and_little_typing(
    open_page: Open,
) -> None:
    company = load_small_company(Path(settings.SIGHTLINE_DATA))
    seller = company.people["account_manager"]
    plan = Plan.objects.filter(account__owner__email=seller.email, target=None).first()
    plan = plan or Plan.objects.filter(account__owner__email=seller.email)[0]
    page = open_page(f"/accounts/{plan.account_id}/plan", person=seller)
    burden = Burden(page)
    burden.type("Target", "250000")
    burden.decide("Set the target")
    plan.refresh_from_db()
    assert plan.target == 250_000_00
    page.goto("/")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Monday")
    assert burden.decisions <= MOST_DECISIONS
    assert burden.typed <= MOST_TYPED


def test_an_export_with_errors_is_mended_and_loaded_again(open_page: Open, tmp_path: Path) -> None:
    makers.company(reporting_currency="GBP")
    folder = export(tmp_path / "export")
    with (folder / "Contact.csv").open(encoding="utf-8") as given_rows:
        rows = list(csv.DictReader(given_rows))
    mended, rows[0]["AccountId"] = rows[0]["AccountId"], "001000000000000AAA"
    broken = tmp_path / "broken"
    broken.mkdir()
    with (broken / "Contact.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    for name in ("Account.csv", "Opportunity.csv", "User.csv"):
        (broken / name).write_bytes((folder / name).read_bytes())
    page = open_page("/start/", person=makers.sign_in("operations"))
    upload(page, zipped(broken, FOUR, tmp_path / "broken.zip"))
    expect(page.get_by_text("Refused, with reasons")).to_be_visible()
    with page.expect_download() as given:
        page.get_by_role("link", name="Contact").first.click()
    refused = tmp_path / "Contact.csv"
    given.value.save_as(refused)
    load(page)
    before = Contact.objects.count()
    text = refused.read_text(encoding="utf-8-sig")
    header, *lines = list(csv.reader(text.splitlines()))
    place = header.index("AccountId")
    for line in lines:
        line[place] = mended
    pack = tmp_path / "mended"
    pack.mkdir()
    with (pack / "Contact.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([header, *lines])
    upload(page, zipped(pack, ("Contact.csv",), tmp_path / "mended.zip"))
    load(page)
    assert Contact.objects.count() > before


def test_a_leader_overrides_a_tier_with_a_reason_that_lapses(open_page: Open) -> None:
    company = load_small_company(Path(settings.SIGHTLINE_DATA))
    page = open_page(f"/portfolio/{company.planned.pk}", person=company.people["leader"])
    page.get_by_text("Override…").click()
    form = page.locator("form[action$='/override']")
    form.locator("input[name=tier][value='2']").check()
    form.get_by_label("Reason").fill("Being sold to its rival")
    form.get_by_label("Lapses on").fill(in_days(90))
    form.get_by_role("button", name="Decide this tier").click()
    expect(page.get_by_text("Overridden").first).to_be_visible()
    result = TierResult.objects.get(account=company.planned)
    assert result.decided_tier == 2


def test_each_tier_has_the_page_it_deserves(open_page: Open) -> None:
    company = load_small_company(Path(settings.SIGHTLINE_DATA))
    leader = company.people["leader"]
    page = open_page(f"/accounts/{company.planned.pk}/plan", person=leader)
    expect(page.get_by_role("heading", name="Bridge to target")).to_be_visible()
    TierResult.objects.filter(account=company.planned).update(decided_tier=2)
    page.reload()
    expect(page.get_by_role("link", name="Bridge", exact=True)).to_have_count(0)
    page.goto(f"/accounts/{company.other.pk}")
    expect(page.get_by_label("Target")).to_have_count(0)
