"""Monday as a page: who sees whose week, and what each act says of itself."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from sightline.records.models import Action, Contact, Contract, CrmUser, WeekFacts
from sightline.records.queries.week import whose
from tests import makers
from tests.web.monday.conftest import Week, at, tiered

pytestmark = pytest.mark.django_db
HOME = "/"


def page_of(client: Client, person: object, path: str = HOME) -> str:
    client.force_login(person)  # type: ignore[arg-type]
    answer = client.get(path)
    assert answer.status_code == 200
    return answer.content.decode()


def leader_over(user: CrmUser) -> object:
    top = makers.crm_role()
    user.role = makers.crm_role(parent=top)
    user.save()
    return makers.sign_in("leader", user=makers.crm_user("Boss", role=top))


def test_monday_is_the_home_page(client: Client, week: Week) -> None:
    assert reverse("monday:show") == HOME
    body = page_of(client, week.person)
    assert "Prepare the renewal: contract 0042" in body
    assert "Contract ends in 100 days, no goal, no owner, nobody named who decides" in body
    assert "Send the offer" in body
    assert "Next step overdue by 2 days" in body


def test_an_act_opens_to_the_money_and_the_chance_behind_it(client: Client, week: Week) -> None:
    body = page_of(client, week.person)
    assert "£80k at stake" in body and "£80,000.00" in body
    assert "Rise of the chance" in body and "uncalibrated" in body


def test_a_colleagues_account_is_not_on_my_monday(client: Client, week: Week) -> None:
    other = makers.sign_in("account_manager", user=makers.crm_user("Other"))
    body = page_of(client, other)
    assert "Helvion" not in body
    assert "No account is yours yet" in body


def test_a_colleagues_task_on_my_account_is_not_mine(client: Client, week: Week) -> None:
    week.action.owner = makers.crm_user("Colleague")
    week.action.save()
    assert "Send the offer" not in page_of(client, week.person)


def test_a_prepared_renewal_asks_for_nothing(client: Client, week: Week) -> None:
    Contract.objects.all().delete()
    assert "Prepare the renewal" not in page_of(client, week.person)


def test_a_contract_without_a_known_value_is_listed_and_says_so(client: Client, week: Week) -> None:
    Contract.objects.update(annual_value=None)
    makers.account("Second", owner=week.owner)
    Contract.objects.create(
        account=week.account, starts_on=week.today, ends_on=week.today + timedelta(days=400)
    )
    body = page_of(client, week.person, f"/?open={week.account.pk}")
    assert "No money linked" in body
    assert "Not known, so left out:" in body


def test_tier_three_is_one_line(client: Client, week: Week) -> None:
    tiered(makers.account("Small", owner=week.owner), tier=3)
    body = page_of(client, week.person)
    assert "1 account of tier 3 is run by playbooks" in body
    assert "Small" not in body


def test_an_amount_without_a_rate_is_not_ranked_and_counted(client: Client, week: Week) -> None:
    week.contract.currency = "USD"
    week.contract.save()
    body = page_of(client, week.person)
    assert "1 amount has no exchange rate and is not ranked." in body
    assert "contract 0042" not in body


def test_a_leader_reads_the_week_of_somebody_below_and_cannot_answer_it(
    client: Client, week: Week
) -> None:
    body = page_of(client, leader_over(week.owner))
    assert "You are reading the week of Eoin." in body
    assert "Prepare the renewal: contract 0042" in body
    assert reverse("monday:act-answer") not in body


def test_whose_week_is_only_of_people_below(client: Client, week: Week) -> None:
    client.force_login(leader_over(week.owner))  # type: ignore[arg-type]
    assert client.get(HOME, {"whose": week.owner.pk}).status_code == 200
    stranger = makers.crm_user("Stranger")
    assert client.get(HOME, {"whose": stranger.pk}).status_code == 404
    client.force_login(week.person)
    assert client.get(HOME, {"whose": stranger.pk}).status_code == 404


def test_somebody_beyond_the_first_by_name_is_found_and_read(
    client: Client, week: Week, monkeypatch: pytest.MonkeyPatch
) -> None:
    leader = leader_over(week.owner)
    below = week.owner.role
    for name in ("Aaron Abel", "Zora Berg", "Zora Birk"):
        makers.account(f"Of {name}", owner=makers.crm_user(name, role=below))
    makers.crm_user("Zora Without", role=below)
    assert "Find a person" not in page_of(client, leader)
    monkeypatch.setattr(whose, "MOST_PEOPLE", 1)
    first = page_of(client, leader)
    assert offered(first) == ["Aaron Abel"] and "Find a person" in first
    assert offered(page_of(client, leader, "/?find=zORA")) == ["Zora Berg"]
    monkeypatch.setattr(whose, "MOST_PEOPLE", 2)
    assert offered(page_of(client, leader, "/?find=zora b")) == ["Zora Berg", "Zora Birk"]
    found = page_of(client, leader, "/?find=birk")
    assert "You are reading the week of Zora Birk." in found
    last = CrmUser.objects.get(name="Zora Birk")
    read = page_of(client, leader, f"/?whose={last.pk}")
    assert "You are reading the week of Zora Birk." in read and offered(read)[0] == "Zora Birk"
    nobody = page_of(client, leader, f"/?find=nix&whose={last.pk}")
    assert "Nobody with accounts below you" in nobody and "Aaron Abel" in offered(nobody)
    assert "You are reading the week of Zora Birk." in nobody
    without = CrmUser.objects.get(name="Zora Without")
    assert client.get(HOME, {"whose": without.pk}).status_code == 404


def offered(body: str) -> list[str]:
    """The people of the chooser, without one's own week."""
    chooser = body.split('id="whose"')[1].split("</select>")[0]
    names = re.findall(r"<option[^>]*>([^<]+)</option>", chooser)
    return [name for name in names if name != "My own week"]


def test_each_role_without_a_week_is_shown_the_way(client: Client, week: Week) -> None:
    assert "Monday is for people with accounts" in page_of(client, makers.sign_in("operations"))
    assert "on the marketing page" in page_of(client, makers.sign_in("marketing"))
    unlinked = page_of(client, makers.sign_in("account_manager"))
    assert "not linked to a user of the CRM" in unlinked


def test_without_any_account_the_first_step_is_the_data(client: Client, db: None) -> None:
    makers.company()
    body = page_of(client, makers.sign_in("operations"))
    assert "No accounts yet" in body


def test_facts_of_a_child_account_that_one_may_not_see_are_left_out(
    client: Client, week: Week
) -> None:
    child = makers.account("Hidden child", parent=week.account, owner=makers.crm_user("Other"))
    Contract.objects.create(
        account=child,
        number="SECRET",
        ends_on=week.today + timedelta(days=50),
        annual_value=900_000_00,
        currency="GBP",
    )
    assert "SECRET" not in page_of(client, week.person)


def test_a_child_account_of_mine_is_on_my_monday_where_its_head_is_hidden(
    client: Client, week: Week
) -> None:
    mine = makers.crm_user("Child owner")
    child = makers.account("Visible child", parent=week.account, owner=mine)
    Contract.objects.create(
        account=child,
        number="CH1",
        ends_on=week.today + timedelta(days=50),
        annual_value=10_000_00,
        currency="GBP",
    )
    body = page_of(client, makers.sign_in("account_manager", user=mine))
    assert "Visible child" in body and "CH1" in body
    assert "Helvion" not in body and "£100k recurring" not in body


def queries_with(client: Client, week: Week, accounts: int) -> int:
    for number in range(accounts):
        account = makers.account(f"Many {number}", owner=week.owner)
        tiered(account, tier=1, acv=1_000_00)
        Contract.objects.create(
            account=account,
            ends_on=week.today + timedelta(days=30),
            annual_value=1_000_00,
            currency="GBP",
        )
        makers.opportunity(account, amount=5_00, close_date=week.today, owner=week.owner)
        makers.contact(account)
    page_of(client, week.person)
    with CaptureQueriesContext(connection) as found:
        client.get(HOME)
    return len(found)


def test_the_number_of_queries_does_not_grow_with_the_accounts(client: Client, week: Week) -> None:
    few = queries_with(client, week, 3)
    many = queries_with(client, week, 40)
    assert many == few
    assert many <= 34


def test_seven_acts_open_the_week_and_the_best_left_is_named(client: Client, week: Week) -> None:
    queries_with(client, week, 12)
    body = page_of(client, week.person)
    ranked = re.findall(r'<span class="rank" aria-hidden="true">(\d)</span>', body)
    assert ranked == ["1", "2", "3", "4", "5", "6", "7"]
    assert "Best not chosen:" in body


@pytest.mark.parametrize("method", ["post", "put", "delete"])
def test_the_page_is_only_read(client: Client, week: Week, method: str) -> None:
    client.force_login(week.person)
    assert getattr(client, method)(HOME).status_code == 405


def kept_people(week: Week, **thread: object) -> None:
    since = (week.today - timedelta(days=50)).isoformat()
    quiet = {"contact": week.contact.pk, "since": since, "usual": 12}
    WeekFacts.objects.create(
        account=week.account,
        quiet=[{**quiet, "executive": True, "decides": False}],
        threads=[{"scope": "a", "contact": week.contact.pk, "ours": None, "why": [], **thread}],
        as_of=week.today - timedelta(days=1),
    )


def test_a_quiet_executive_and_a_single_thread_are_asked_for(client: Client, week: Week) -> None:
    kept_people(week)
    Action.objects.all().delete()  # an account has at most three acts
    body = page_of(client, week.person)
    assert "Call Priya Raman" in body
    assert "Priya Raman silent for 50 days, usually 12" in body
    assert "Helvion hangs on Priya Raman alone" in body
    assert "Who went quiet and single threads as of yesterday." in body


@pytest.mark.parametrize("change", ["erased", "left", "removed"])
def test_somebody_who_is_gone_is_not_called(client: Client, week: Week, change: str) -> None:
    kept_people(week)
    values: dict[str, object] = {
        "erased": {"erased_at": at(week.today), "name": ""},
        "left": {"status": "left"},
        "removed": {"removed_at": at(week.today)},
    }[change]  # type: ignore[assignment]
    Contact.objects.filter(pk=week.contact.pk).update(**values)  # type: ignore[arg-type]
    assert "silent for 50 days" not in page_of(client, week.person)


def test_people_who_were_not_judged_yet_are_said(client: Client, week: Week) -> None:
    assert "People of 1 account are not judged yet." in page_of(client, week.person)
