"""How far a person sees into the tiers: the list's condition and scoping's agree."""

from __future__ import annotations

import pytest

from sightline.planning.permissions import Act, Category, Part
from sightline.records import reach as reaches
from sightline.records.models import Account, AccountAccess, AccountGrant, TierResult
from sightline.records.reach import reach_of
from sightline.records.scoping import Person, visible_accounts
from tests import makers

pytestmark = pytest.mark.django_db


@pytest.fixture
def people() -> dict[str, Person]:
    """A small company: a head, a leader, two sellers, a sponsor and those without accounts."""
    top = makers.crm_role("VP")
    middle = makers.crm_role("Manager", parent=top)
    below = makers.crm_role("Seller", parent=middle)
    users = {
        "head": makers.crm_user("Head", role=top),
        "leader": makers.crm_user("Leader", role=middle),
        "seller": makers.crm_user("Dana", role=below),
        "other": makers.crm_user("Mei", role=below),
        "sponsor": makers.crm_user("Anna"),
    }
    for number in range(6):
        owner = users["seller"] if number % 2 else users["other"]
        account = makers.account(f"Account {number}", owner=owner)
        makers.tier_result(account, computed_tier=1 + number % 3, proposed_tier=1 + number % 3)
    first = Account.objects.get(name="Account 0")
    AccountAccess.objects.create(account=first, user=users["sponsor"], why="sponsor")
    lonely = makers.account("Nobody's")
    makers.tier_result(lonely, computed_tier=2, decided_tier=3)
    reader = makers.sign_in("reader")
    AccountGrant.objects.create(account=first, sign_in=reader)
    return {
        "head": makers.person("leader", user=users["head"]),
        "leader": makers.person("leader", user=users["leader"]),
        "seller": makers.person("account_manager", user=users["seller"]),
        "both": makers.person("marketing", "customer_success", user=users["other"]),
        "sponsor": makers.person("sponsor", user=users["sponsor"]),
        "marketing": makers.person("marketing"),
        "operations": makers.person("operations"),
        "reader": reaches.reach_of(makers.person("reader")).person,
        "nobody": makers.person(),
    }


NAMES = (
    *("head", "leader", "seller", "both", "sponsor", "marketing", "operations", "reader"),
    "nobody",
)


@pytest.mark.parametrize("wide", [False, True])
@pytest.mark.parametrize("name", NAMES)
def test_the_list_reaches_exactly_what_scoping_opens(
    people: dict[str, Person], name: str, wide: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if wide:
        monkeypatch.setattr(reaches, "WIDE", 0)
    person, tiers = people[name], Category.WALLET_TIERS
    reach = reach_of(person)
    for relations, category, act, part in (
        (reach.seen, tiers, Act.READ, Part.TIER),
        (reach.full, tiers, Act.READ, None),
        (reach.plans, Category.PLAN, Act.READ, None),
        (reach.decided, tiers, Act.DECIDE_TIER, None),
    ):
        opened = set(
            visible_accounts(person, category, act, part=part).values_list("pk", flat=True)
        )
        listed = list(reach.rows(relations).values_list("account_id", flat=True))
        assert set(listed) == opened & set(TierResult.objects.values_list("account_id", flat=True))
        assert len(listed) == len(set(listed))


def test_a_reader_of_an_account_sees_no_tier(people: dict[str, Person]) -> None:
    assert not reach_of(people["reader"]).rows().exists()


def test_a_leader_of_few_accounts_is_not_wide_and_the_administrator_is(
    people: dict[str, Person],
) -> None:
    assert not reach_of(people["leader"]).wide
    assert reach_of(people["operations"]).wide


def test_among_narrows_to_what_a_second_permission_opens(people: dict[str, Person]) -> None:
    reach = reach_of(people["both"])
    ids = list(reach.rows().values_list("account_id", flat=True))
    own = set(Account.objects.filter(owner__name="Mei").values_list("pk", flat=True))
    assert reach.among(ids, reach.full) == own
    assert len(ids) > len(own)


def test_a_removed_account_is_not_listed(people: dict[str, Person]) -> None:
    before = reach_of(people["operations"]).rows().count()
    Account.objects.filter(name="Account 1").update(removed_at="2026-11-01T00:00Z")
    assert reach_of(people["operations"]).rows().count() == before - 1
