"""Requalifying: every planning account's proposed tier, and what people decide about it."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from django.utils import timezone

from sightline.actions import tiers
from sightline.actions.imports.families import settle_families
from sightline.actions.progress import Silent
from sightline.actions.qualifying import requalify
from sightline.actions.tiers import Override, StaleDecision
from sightline.planning.errors import InvalidValue, NotAllowed
from sightline.records.models import (
    Account,
    AccountMeasures,
    Contact,
    Contract,
    HeldRole,
    JournalEntry,
    SpendFile,
    SpendMonth,
    Supplier,
    TierDecision,
    TierMonth,
    TierResult,
)
from sightline.records.scoping import Person
from tests import makers

pytestmark = pytest.mark.django_db
DAY = date(2026, 11, 23)
NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)


def customer(name: str, r12: int, **values: object) -> Account:
    account = makers.account(name, **values)  # type: ignore[arg-type]
    AccountMeasures.objects.create(
        account=account, r12=r12, r12_before=r12, currency="GBP", as_of=DAY, ledger_version=1
    )
    return account


def run(day: date = DAY) -> None:
    requalify(day, job=Silent())


def leader_over(account: Account) -> Person:
    top = makers.crm_role()
    boss = makers.crm_user(role=top)
    owner = account.owner
    assert owner is not None
    owner.role = makers.crm_role(parent=top)
    owner.save()
    return makers.person("leader", user=boss)


@pytest.fixture
def big() -> Account:
    """An account holding most of the potential, with a renewal that nobody prepared."""
    account = customer("Helvion", 1_000_000_00, owner=makers.crm_user())
    for number in range(30):
        customer(f"Small {number}", 1_000_00, owner=account.owner)
    Contract.objects.create(
        account=account, starts_on=date(2026, 1, 1), ends_on=DAY + timedelta(days=100)
    )
    AccountMeasures.objects.filter(account=account).update(gap_alarm=True, r12_before=2_000_000_00)
    return account


def test_a_large_and_exposed_account_is_proposed_as_tier_one_before_importance_is_asked(
    big: Account,
) -> None:
    run()
    result = TierResult.objects.get(account=big)
    assert result.proposed_tier == 1
    assert result.provisional and result.ask_importance and result.to_decide
    assert result.vulnerability is not None and result.vulnerability >= 47
    assert {part["code"] for part in result.parts} >= {"vulnerable_renewal", "vulnerable_off_trend"}


def test_small_accounts_are_tier_three_and_nobody_is_asked_about_them(big: Account) -> None:
    run()
    small = TierResult.objects.get(account__name="Small 1")
    assert small.proposed_tier == 3
    assert not small.to_decide


def test_a_family_is_one_planning_account_and_its_money_is_summed() -> None:
    top = customer("Helvion", 100)
    customer("Helvion DACH", 50, parent=top)
    run()
    assert TierResult.objects.count() == 1
    assert TierResult.objects.get().revenue == 150


def test_accounts_without_any_revenue_or_size_are_unknown_and_never_zero() -> None:
    account = makers.account("Nobody knows")
    run()
    result = TierResult.objects.get(account=account)
    assert result.potential is None
    assert "wallet" in result.missing or "size" in result.missing


def test_accepting_decides_the_proposal_and_is_journalled(big: Account) -> None:
    run()
    leader = leader_over(big)
    tiers.accept_tier(leader, big.pk, seen_decision=None, now=NOW)
    result = TierResult.objects.get(account=big)
    assert (result.decided_tier, result.to_decide) == (1, False)
    assert JournalEntry.objects.filter(verb="accept_tier", account=big).exists()


def test_a_seller_may_not_decide_a_tier(big: Account) -> None:
    run()
    seller = makers.person("account_manager", user=big.owner)
    with pytest.raises(NotAllowed):
        tiers.accept_tier(seller, big.pk, seen_decision=None, now=NOW)
    assert not TierDecision.objects.exists()


def test_an_override_needs_a_reason_and_a_day_ahead(big: Account) -> None:
    run()
    leader = leader_over(big)
    for override, field in (
        (Override(2, " ", DAY + timedelta(days=9)), "reason"),
        (Override(2, "Sold off", DAY), "lapses_on"),
        (Override(4, "Sold off", DAY + timedelta(days=9)), "tier"),
    ):
        with pytest.raises(InvalidValue) as refused:
            tiers.override_tier(leader, big.pk, override, seen_decision=None, now=NOW)
        assert refused.value.field == field


def test_an_override_lapses_and_the_account_is_asked_again(big: Account) -> None:
    run()
    leader = leader_over(big)
    override = Override(2, "Being sold", DAY + timedelta(days=40))
    tiers.override_tier(leader, big.pk, override, seen_decision=None, now=NOW)
    run(DAY + timedelta(days=10))
    assert not TierResult.objects.get(account=big).to_decide
    run(DAY + timedelta(days=41))
    result = TierResult.objects.get(account=big)
    assert result.to_decide and result.decided_tier == 2


def test_two_people_deciding_at_once_see_each_other(big: Account) -> None:
    run()
    leader = leader_over(big)
    tiers.accept_tier(leader, big.pk, seen_decision=None, now=NOW)
    with pytest.raises(StaleDecision) as stale:
        tiers.override_tier(
            leader,
            big.pk,
            Override(3, "No growth", DAY + timedelta(days=9)),
            seen_decision=None,
            now=NOW,
        )
    assert stale.value.theirs["tier"] == 1


def test_undoing_a_decision_brings_the_one_before_back(big: Account) -> None:
    run()
    leader = leader_over(big)
    first = tiers.accept_tier(leader, big.pk, seen_decision=None, now=NOW)
    second = tiers.override_tier(
        leader,
        big.pk,
        Override(2, "Being sold", DAY + timedelta(days=9)),
        seen_decision=first.pk,
        now=NOW + timedelta(minutes=1),
    )
    tiers.undo_decision(leader, second.pk, now=NOW + timedelta(minutes=2))
    assert TierResult.objects.get(account=big).decided_tier == 1
    tiers.undo_decision(leader, first.pk, now=NOW + timedelta(minutes=3))
    assert TierResult.objects.get(account=big).decided_tier is None


def test_importance_is_answered_whole_and_asks_for_a_new_computation(big: Account) -> None:
    run()
    seller = makers.person("account_manager", user=big.owner)
    points = {"reference": 2, "signal": 2, "door_opener": 1}
    tiers.answer_importance(seller, big.pk, points, reason="Known by all", now=NOW)
    run()
    result = TierResult.objects.get(account=big)
    assert result.importance == 5
    assert not result.ask_importance
    with pytest.raises(InvalidValue):
        tiers.answer_importance(seller, big.pk, {"reference": 2}, reason="x", now=NOW)


def test_a_decision_made_while_a_computation_runs_is_kept(big: Account) -> None:
    run()
    leader = leader_over(big)
    tiers.accept_tier(leader, big.pk, seen_decision=None, now=NOW)
    run()
    assert TierResult.objects.get(account=big).decided_tier == 1


def test_a_month_keeps_its_last_computation(big: Account) -> None:
    run(date(2026, 10, 1))
    run(date(2026, 10, 31))
    assert TierMonth.objects.filter(account=big).count() == 1
    run()
    assert TierMonth.objects.filter(account=big).count() == 2


def test_accepting_many_leaves_those_alone_that_wait_for_nobody(big: Account) -> None:
    run()
    leader = leader_over(big)
    small = Account.objects.get(name="Small 1")
    made = tiers.accept_many(leader, {big.pk: None, small.pk: None}, now=NOW)
    assert [TierDecision.objects.get(pk=pk).account_id for pk in made] == [big.pk]


def test_accepting_many_is_refused_whole_where_one_was_decided_meanwhile(big: Account) -> None:
    run()
    leader = leader_over(big)
    tiers.accept_tier(leader, big.pk, seen_decision=None, now=NOW)
    TierResult.objects.filter(account=big).update(to_decide=True)
    with pytest.raises(StaleDecision):
        tiers.accept_many(leader, {big.pk: None}, now=NOW)
    assert TierDecision.objects.count() == 1


def test_decisions_made_at_once_are_taken_back_at_once(big: Account) -> None:
    run()
    leader = leader_over(big)
    made = tiers.accept_many(leader, {big.pk: None}, now=NOW)
    tiers.undo_many(leader, made, now=NOW + timedelta(minutes=1))
    kept = TierResult.objects.get(account=big)
    assert (kept.decided_tier, kept.to_decide) == (None, True)


def test_an_account_that_joined_a_family_loses_its_own_result() -> None:
    top, other = customer("Helvion", 100), customer("Kova", 50)
    run()
    Account.objects.filter(pk=other.pk).update(parent=top, planning_account=top)
    run()
    assert list(TierResult.objects.values_list("account_id", flat=True)) == [top.pk]


def test_a_decided_tier_is_asked_again_when_another_account_comes_into_the_family(
    big: Account,
) -> None:
    other, child = customer("Kova", 50), customer("Kova Sub", 5)
    Account.objects.filter(pk=child.pk).update(parent=other, planning_account=None)
    settle_families(run=None)
    assert not JournalEntry.objects.filter(verb="join_family").exists(), "a first reading"
    day = timezone.now().date()
    run(day)
    tiers.accept_tier(
        leader_over(big), big.pk, seen_decision=None, now=timezone.now() - timedelta(days=3)
    )
    run(day)
    assert not TierResult.objects.get(account=big).to_decide
    Account.objects.filter(pk=other.pk).update(parent=big)
    settle_families(run=None)
    assert JournalEntry.objects.get(verb="join_family").account_id == big.pk
    run(day)
    result = TierResult.objects.get(account=big)
    assert (result.to_decide, result.requalify_on) == (True, day)
    assert "an account came into the family" in [one["text"] for one in result.reasons]
    Account.objects.filter(pk=other.pk).update(parent=None)
    settle_families(run=None)
    assert JournalEntry.objects.get(verb="leave_family").account_id == big.pk
    run(day)
    result = TierResult.objects.get(account=big)
    assert "an account came into the family" not in [one["text"] for one in result.reasons]
    assert not result.to_decide


def test_a_decided_tier_is_asked_again_the_day_their_sponsor_leaves(big: Account) -> None:
    sponsor, other = makers.contact(big, "Ada Lind"), makers.contact(big, "Bo Ek")
    HeldRole.objects.create(contact=sponsor, role="their_sponsor")
    run()
    tiers.accept_tier(leader_over(big), big.pk, seen_decision=None, now=NOW)
    left = NOW.date() + timedelta(days=1)
    Contact.objects.filter(pk=other.pk).update(left_on=left)
    run(left)
    assert not TierResult.objects.get(account=big).to_decide
    Contact.objects.filter(pk=sponsor.pk).update(left_on=left)
    run(left)
    result = TierResult.objects.get(account=big)
    assert (result.to_decide, result.requalify_on) == (True, left)


@pytest.mark.parametrize(
    ("zone", "hour"), [("America/Los_Angeles", 26), ("Europe/London", 12), ("Pacific/Auckland", -4)]
)
def test_a_tier_is_decided_on_the_companys_own_day(big: Account, zone: str, hour: int) -> None:
    """Evening west and morning east of Greenwich: another day there than the moment's in UTC."""
    makers.company(time_zone=zone)
    moment = datetime(2026, 11, 23, tzinfo=UTC) + timedelta(hours=hour)
    sponsor = makers.contact(big, "Ada Lind", left_on=DAY)
    HeldRole.objects.create(contact=sponsor, role="their_sponsor")
    run()
    tiers.accept_tier(leader_over(big), big.pk, seen_decision=None, now=moment)
    run()
    assert not TierResult.objects.get(account=big).to_decide  # known when it was decided
    Contact.objects.filter(pk=sponsor.pk).update(left_on=DAY + timedelta(days=1))
    HeldRole.objects.update(ended_at=moment + timedelta(days=1))
    run(DAY + timedelta(days=1))
    assert TierResult.objects.get(account=big).to_decide


def test_what_competitors_are_paid_and_a_falling_share_of_ours_make_an_account_vulnerable(
    big: Account,
) -> None:
    """Ours fell from 60 to 40 of 100, Tessera was paid 50: .25 and .20 beside what was known."""
    file = SpendFile.objects.create(account=big, name="paid.csv", digest="x")
    firms = {
        what: Supplier.objects.create(name=what, plain=what, what=what)
        for what in ("us", "competitor", "other")
    }
    for year, paid in ((2025, (60, 30, 10)), (2026, (40, 50, 10))):
        for firm, minor in zip(firms.values(), paid, strict=True):
            SpendMonth.objects.create(
                file=file,
                account=big,
                supplier=firm,
                month=date(year, 10, 1),
                amount=minor * 100,
                currency="GBP",
            )
    run()
    parts = {one["code"]: one["p"] for one in TierResult.objects.get(account=big).parts}
    assert parts["vulnerable_competitor"] == pytest.approx(0.25)
    assert parts["vulnerable_share_loss"] == pytest.approx(0.20)
    Supplier.objects.update(what="")  # nobody has said what they are to us: not known, not nothing
    run()
    result = TierResult.objects.get(account=big)
    assert not {"vulnerable_competitor", "vulnerable_share_loss"} & {
        one["code"] for one in result.parts
    }
