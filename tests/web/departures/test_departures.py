"""The departure test: what loses its path, only for the account's team, one step from an action."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from sightline.actions import departures
from sightline.records.models import Action, CrmUser, DepartureCost, JournalEntry
from tests import makers
from tests.stakeholder_world import World, meet, world

pytestmark = pytest.mark.django_db


class Quiet:
    """A job that nobody watches."""

    def progress(self, done: int, total: int | None = None, note: str = "") -> None:
        """Nothing."""

    def cancelled(self) -> bool:
        """Never."""
        return False


def page(client: Client, one: World, *who: str) -> str:
    address = reverse("departures:show", args=[one.account.pk])
    return client.get(address, {"who": list(who)}).content.decode()


def test_the_play_that_rests_on_one_person_loses_its_path_with_them(client: Client) -> None:
    one = world()
    client.force_login(one.owner)
    body = page(client, one, f"t{one.ana.pk}")
    assert "If Ana Müller left" in body
    assert "£100k" in body
    assert "path lost" in body


def test_nobody_leaving_changes_nothing(client: Client) -> None:
    one = world()
    client.force_login(one.owner)
    body = page(client, one)
    assert "Nobody left, so nothing changes" in body
    assert "path lost" not in body


def test_one_of_ours_who_holds_it_alone_takes_the_path_too(client: Client) -> None:
    one = world()
    client.force_login(one.owner)
    assert "path lost" in page(client, one, f"o{one.user.pk}")
    other = CrmUser.objects.get(name="Sam Roe")
    assert "path lost" not in page(client, one, f"o{other.pk}")


def test_two_who_leave_together_lose_at_least_what_each_does(client: Client) -> None:
    one = world()
    client.force_login(one.owner)
    body = page(client, one, f"t{one.ana.pk}", f"t{one.bo.pk}")
    assert "£150k" in body


@pytest.mark.parametrize("who", ["t999999", "x1", "t", "o0", "t1 or 1=1", "😀"])
def test_somebody_who_is_not_here_is_not_taken_away(client: Client, who: str) -> None:
    one = world()
    client.force_login(one.owner)
    assert "Nobody left" in page(client, one, who)


def test_only_those_who_may_read_opinions_see_it(client: Client) -> None:
    one = world()
    address = reverse("departures:show", args=[one.account.pk])
    assert client.get(address).status_code == 302
    for role, status in (("reader", 403), ("operations", 403), ("account_manager", 404)):
        client.force_login(makers.sign_in(role, user=makers.crm_user()))
        assert client.get(address).status_code == status, role
    makers.tier_result(one.account, decided_tier=1)
    client.force_login(makers.sign_in("marketing", user=makers.crm_user()))
    assert client.get(address).status_code == 403


def test_people_of_a_part_of_the_family_that_is_not_seen_are_not_named(client: Client) -> None:
    one = world()
    hidden = makers.account("Hidden Works", parent=one.account)
    dee = makers.contact(hidden, "Dee Secret")
    meet(dee, one.user, times=9)
    client.force_login(one.owner)
    assert "Dee Secret" not in page(client, one, f"t{one.ana.pk}")
    assert "Nobody left" in page(client, one, f"t{dee.pk}")


def test_a_proposed_relationship_becomes_an_action_once(client: Client) -> None:
    one = world()
    client.force_login(one.owner)
    address = reverse("departures:build", args=[one.account.pk])
    sent = {"person": str(one.bo.pk), "role": "champion", "by": str(one.user.pk), "next": "/"}
    assert client.post(address, sent).status_code == 303
    assert client.post(address, sent).status_code == 303
    action = Action.objects.get()
    assert (action.contact_id, action.owner_id) == (one.bo.pk, one.user.pk)
    assert "Bo" not in action.subject
    assert JournalEntry.objects.filter(verb="add_action").count() == 1


def test_building_refuses_who_may_not_and_what_is_not_here(client: Client) -> None:
    one = world()
    address = reverse("departures:build", args=[one.account.pk])
    client.force_login(makers.sign_in("account_manager", user=makers.crm_user()))
    assert client.post(address, {"person": str(one.bo.pk)}).status_code == 404
    client.force_login(one.owner)
    assert client.get(address).status_code == 405
    assert client.post(address, {"person": "x"}).status_code == 404
    stranger = makers.contact(makers.account("Elsewhere"), "Eve")
    client.post(address, {"person": str(stranger.pk)})
    client.post(address, {"person": str(one.bo.pk), "role": "king"})
    outside = {"person": str(one.bo.pk), "next": "https://elsewhere.example/"}
    assert client.post(address, outside)["Location"].startswith("/departures/")
    assert Action.objects.filter(contact=stranger).count() == 0


def test_the_ten_are_computed_for_all_and_shown_to_those_who_work_the_account(
    client: Client,
) -> None:
    one = world()
    departures.rank_all(job=Quiet())
    departures.rank_all(job=Quiet())
    first = DepartureCost.objects.filter(contact=one.ana).get()
    assert (first.lost, first.currency) == (10_000_000, "GBP")
    client.force_login(one.owner)
    address = reverse("departures:dearest")
    body = client.get(address).content.decode()
    assert "Ana Müller" in body
    assert "Mei Lin" in body
    client.force_login(makers.sign_in("account_manager", user=makers.crm_user()))
    other = client.get(address).content.decode()
    assert "Ana Müller" not in other
    assert "Mei Lin" not in other
    client.force_login(makers.sign_in("reader"))
    assert client.get(address).status_code == 403


def test_a_row_is_what_the_test_says_today(client: Client) -> None:
    """The kept ranking and the page are one computation."""
    one = world()
    departures.rank_account(one.account.pk)
    client.force_login(one.owner)
    for row in DepartureCost.objects.all():
        who = f"t{row.contact_id}" if row.contact_id else f"o{row.user_id}"
        assert f"£{row.lost // 100_000}k" in page(client, one, who)


def test_an_account_that_lost_its_people_leaves_the_ranking(client: Client) -> None:
    one = world()
    departures.rank_all(job=Quiet())
    one.account.contacts.update(removed_at=timezone.now())
    departures.rank_all(job=Quiet())
    assert not DepartureCost.objects.exists()


def test_reading_ten_times_the_people_asks_no_more_queries(
    client: Client, django_assert_max_num_queries: object
) -> None:
    one = world()
    client.force_login(one.owner)
    page(client, one)
    for number in range(60):
        makers.contact(one.account, f"Person {number}", title="Engineer")
    with django_assert_max_num_queries(70):  # type: ignore[operator]
        page(client, one, f"t{one.ana.pk}")
