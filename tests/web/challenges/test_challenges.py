"""The plan argues back on its page, and people answer."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from sightline.actions.plan_drafts import refresh_plans
from sightline.actions.plans import draft_plan
from sightline.actions.progress import Silent
from sightline.planning.fiscal import MonthCalendar
from sightline.records.models import (
    Account,
    AccountGrant,
    AccountMeasures,
    Action,
    ChallengeAnswer,
    Contract,
    HeldRole,
    JournalEntry,
    OpportunityContactRole,
    Plan,
    PlanResult,
    PlanRisk,
    TierResult,
)
from sightline.records.queries.challenge_lost import SHARE_LOSS
from tests import makers

pytestmark = pytest.mark.django_db
UNTIL = (timezone.now() + timedelta(days=20)).date()


@pytest.fixture
def account() -> Account:
    """A planned account whose renewal in sight has no strategy."""
    today = timezone.now().date()
    made = makers.account("Helvion", owner=makers.crm_user())
    makers.tier_result(made, proposed_tier=1, decided_tier=1, acv=100_000_00)
    AccountMeasures.objects.create(
        account=made, acv=100_000_00, currency="GBP", as_of=today, ledger_version=1
    )
    Contract.objects.create(
        account=made,
        number="0042",
        annual_value=100_000_00,
        currency="GBP",
        starts_on=today - timedelta(days=300),
        ends_on=today + timedelta(days=100),
    )
    year = MonthCalendar().year_of(today)
    draft_plan(made.pk, year=year, currency="GBP", actor_id=None)
    return made


def client_of(account: Account, *roles: str) -> Client:
    client = Client()
    user = account.owner if roles else None
    client.force_login(makers.sign_in(*(roles or ("account_manager",)), user=user))
    return client


def page(client: Client, account: Account) -> str:
    answer = client.get(reverse("challenges:show", args=[account.pk]))
    assert answer.status_code == 200
    return answer.content.decode()


def say(client: Client, account: Account, kind: str, **values: str) -> int:
    given = {"key": "renewal_without_strategy|", "kind": kind, **values}
    return client.post(reverse("challenges:answer", args=[account.pk]), given).status_code


def key_of(account: Account) -> str:
    from sightline.records.queries.plan_challenges import plan_challenges

    plan = Plan.objects.get(account=account)
    listed = plan_challenges(plan.pk, now=timezone.now())
    return next(c.key for c in listed.open if c.rule == "renewal_without_strategy")


def test_a_renewal_without_strategy_is_argued_with_its_money_and_name(account: Account) -> None:
    shown = page(client_of(account, "account_manager"), account)
    assert "A renewal in sight has no strategy" in shown
    assert "0042" in shown
    assert "£100k" in shown


def test_acting_makes_a_dated_action_tied_to_what_it_is_about(account: Account) -> None:
    client = client_of(account, "account_manager")
    key = key_of(account)
    words = "Agree the goal with the director"
    assert say(client, account, "act", key=key, reason=words, until=UNTIL.isoformat()) == 303
    action = Action.objects.get()
    assert (action.subject, action.due_on) == (words, UNTIL)
    assert action.contract_id == Contract.objects.get().pk
    shown = page(client, account)
    assert words in shown
    assert JournalEntry.objects.filter(verb="act_challenge", account=account).exists()


def test_an_answer_counts_in_the_list_after_the_plan_is_refreshed(account: Account) -> None:
    client = client_of(account, "account_manager")
    plan = Plan.objects.get()
    today = timezone.now().date()
    refresh_plans(today, job=Silent())
    before = PlanResult.objects.get(plan=plan).challenges
    say(client, account, "dismiss", key=key_of(account), reason="Bought out")
    refresh_plans(today, job=Silent())
    assert PlanResult.objects.get(plan=plan).challenges == before - 1


def test_a_dismissed_one_returns_when_its_evidence_changes(account: Account) -> None:
    client = client_of(account, "account_manager")
    key = key_of(account)
    say(client, account, "dismiss", key=key, reason="Bought out")
    assert "Bought out" in page(client, account)
    Contract.objects.update(ends_on=timezone.now().date() + timedelta(days=50))
    assert key_of(account) == key


@pytest.mark.parametrize(
    ("kind", "values", "field"),
    [
        ("explain", {"until": UNTIL.isoformat()}, "why"),
        ("explain", {"reason": "They moved"}, "day"),
        ("explain", {"reason": "They moved", "until": "2020-01-01"}, "day"),
        ("dismiss", {}, "why"),
        ("act", {"reason": "Call"}, "day"),
    ],
)
def test_an_answer_that_is_not_whole_is_refused_and_typing_kept(
    account: Account, kind: str, values: dict[str, str], field: str
) -> None:
    client = client_of(account, "account_manager")
    given = {"key": key_of(account), "kind": kind, **values}
    answer = client.post(reverse("challenges:answer", args=[account.pk]), given)
    assert answer.status_code == 422
    assert field in answer.content.decode()
    assert values.get("reason", "") in answer.content.decode()
    assert not ChallengeAnswer.objects.exists()


def test_taking_an_answer_back_drops_its_open_action(account: Account) -> None:
    client = client_of(account, "account_manager")
    say(client, account, "act", key=key_of(account), reason="Call", until=UNTIL.isoformat())
    kept = ChallengeAnswer.objects.get()
    undo = reverse("challenges:answer-undo", args=[account.pk, kept.pk])
    assert client.post(undo).status_code == 303
    assert Action.objects.get().state == Action.State.DROPPED
    assert key_of(account)


def test_who_may_not_write_reads_and_is_refused(account: Account) -> None:
    sponsor = makers.crm_user()
    account.access.create(user=sponsor, why="sponsor")
    client = Client()
    client.force_login(makers.sign_in("sponsor", user=sponsor))
    assert "Save the answer" not in page(client, account)
    assert say(client, account, "dismiss", key=key_of(account), reason="x") == 403


def test_an_account_out_of_sight_is_not_found(account: Account) -> None:
    client = Client()
    client.force_login(makers.sign_in("account_manager", user=makers.crm_user()))
    assert client.get(reverse("challenges:show", args=[account.pk])).status_code == 404
    assert say(client, account, "dismiss", reason="x") == 404


def test_only_a_post_answers(account: Account) -> None:
    client = client_of(account, "account_manager")
    assert client.get(reverse("challenges:answer", args=[account.pk])).status_code == 405


def test_a_challenge_that_settled_itself_meanwhile_is_said(account: Account) -> None:
    client = client_of(account, "account_manager")
    assert say(client, account, "dismiss", key="no_credible_path|", reason="x") == 303
    assert not ChallengeAnswer.objects.exists()


def test_a_falling_share_and_a_decider_gone_are_argued_until_a_play_or_risk_speaks_of_them(
    account: Account,
) -> None:
    TierResult.objects.filter(account=account).update(parts=[{"code": SHARE_LOSS}])
    seller = client_of(account, "account_manager")
    assert "Our share of wallet falls." in page(seller, account)
    granted = makers.sign_in("reader")
    AccountGrant.objects.create(account=account, sign_in=granted, reason="audit")
    reader = Client()
    reader.force_login(granted)
    assert "Our share of wallet falls." not in page(reader, account)
    buyer = makers.contact(account, "Ada Buyer", status="left")
    HeldRole.objects.create(contact=buyer, role="economic_buyer")
    risk = PlanRisk.objects.create(
        plan=Plan.objects.get(account=account), words="They buy more elsewhere", about="share"
    )
    argued = page(seller, account)
    assert "A person left." in argued and "Our share of wallet falls." not in argued
    deal = makers.opportunity(account, amount=50_000_00)
    OpportunityContactRole.objects.create(opportunity=deal, contact=buyer)
    assert "Ground is lost and the plan does not say so" not in page(seller, account)
    risk.delete()
    assert "Ground is lost and the plan does not say so" in page(seller, account)
