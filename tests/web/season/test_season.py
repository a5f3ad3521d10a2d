"""The season: done by content; signed by the sponsor; and a year rolled forward."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from sightline.records.models import (
    AccountAccess,
    Action,
    Assumption,
    Opportunity,
    Plan,
    PlanMetric,
    PlanningSeason,
    PlanResult,
    PlanRolled,
    Play,
    RollDecision,
    SignOff,
    SwotItem,
)
from tests import makers
from tests.web.account import world as worlds
from tests.web.review_room.world import Meeting
from tests.web.review_room.world import meeting as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def meeting(db: None) -> Meeting:
    """A tier 1 customer with a plan, an assumption and a play."""
    return make()


def url(name: str, meeting: Meeting) -> str:
    return reverse(f"season:{name}", args=[meeting.of.account.pk])


def test_steps_are_done_by_content(client: Client, meeting: Meeting) -> None:
    client.force_login(meeting.of.seller)
    body = client.get(url("plan", meeting)).content.decode()
    assert "Planning season: 1 of 6 steps" in body and "Not written yet" in body
    Plan.objects.update(thesis="Growth is in the plants")
    assert "2 of 6" in client.get(url("plan", meeting)).content.decode()
    leader = client.get(reverse("season:show")).content.decode()
    assert "Helvion Industries" in leader
    assert "1 is late" not in leader, "drafted today, late today?"
    Plan.objects.update(created_at="2020-01-01T00:00Z", starts_on="2020-01-01")
    PlanningSeason.objects.create(
        year=Plan.objects.get().year, starts_on="2020-01-01", ends_on="2020-01-21"
    )
    assert "1 is late" in client.get(reverse("season:show")).content.decode()


def test_only_the_sponsor_signs_and_only_what_was_read(client: Client, meeting: Meeting) -> None:
    plan = Plan.objects.get()
    client.force_login(meeting.of.seller)
    assert client.post(url("sign", meeting), {"version": plan.version}).status_code == 403
    client.force_login(worlds.sponsor(meeting.of))
    assert client.post(url("sign", meeting), {"version": 99}).status_code == 409
    assert client.post(url("sign", meeting), {"version": plan.version}).status_code == 303
    client.post(url("sign", meeting), {"version": plan.version})
    assert SignOff.objects.count() == 1
    Plan.objects.update(version=plan.version + 1)
    body = client.get(url("plan", meeting)).content.decode()
    assert "Signed at another version" in body


def test_leaders_set_the_dates(client: Client, meeting: Meeting) -> None:
    sent = {"starts_on": "2027-01-04", "ends_on": "2027-01-22", "thesis": "2027-01-15"}
    client.force_login(meeting.of.seller)
    assert client.post(reverse("season:dates-set"), sent).status_code == 403
    client.force_login(makers.sign_in("leader"))
    assert client.post(reverse("season:dates-set"), sent).status_code == 303
    assert PlanningSeason.objects.get().until == {"thesis": "2027-01-15"}
    wrong = client.post(reverse("season:dates-set"), sent | {"ends_on": "2026-01-01"})
    assert wrong.status_code == 422
    assert client.get(reverse("season:dates-set")).status_code == 405


def test_a_year_is_rolled_forward_item_by_item(client: Client, meeting: Meeting) -> None:
    client.force_login(meeting.of.seller)
    old = Plan.objects.get()
    decide, forward = url("roll-decide", meeting), url("roll-forward", meeting)
    assert client.post(forward).status_code == 422
    held = Assumption.objects.get()
    for leads_to in (f"assumption:{held.pk}", f"play:{meeting.play.pk}"):
        SwotItem.objects.create(plan=old, kind="threat", words=leads_to, leads_to=leads_to)
    metric = PlanMetric.objects.create(plan=old, key="grr", target="0.95", by=old.ends_on)
    gone = {"key": f"play:{meeting.play.pk}", "verdict": "drop"}
    assert client.post(decide, gone).status_code == 422
    assert client.post(decide, gone | {"why": "Nobody wants it"}).status_code == 303
    client.post(decide, {"key": "target", "verdict": "keep"})
    changes = {"key": f"assumption:{held.pk}", "verdict": "change", "why": "June is too early"}
    client.post(decide, changes)
    assert client.post(decide, {"key": "play:9999", "verdict": "keep"}).status_code == 422
    Opportunity.objects.update(close_date=old.ends_on)
    assert "Gross revenue retention" in client.get(url("roll", meeting)).content.decode()
    assert client.post(forward).status_code == 422
    client.post(decide, {"key": f"metric:{metric.pk}", "verdict": "keep"})
    lost = {"key": f"opportunity:{meeting.of.deal.pk}", "verdict": "drop", "why": "No budget"}
    client.post(decide, lost)
    assert RollDecision.objects.count() == 5
    assert client.post(forward).status_code == 303
    new = Plan.objects.get(year=old.year + 1)
    assert (new.target, new.assumptions.get().words) == (old.target, held.words)
    assert new.swot.get().leads_to == f"assumption:{new.assumptions.get().pk}"
    assert Play.objects.get().parked
    assert (new.metrics.get().key, new.metrics.get().by) == ("grr", new.ends_on)
    closing = Action.objects.get(opportunity=meeting.of.deal, due_on=old.ends_on)
    assert closing.subject.startswith("Close it in the CRM") and closing.owner == meeting.of.owner
    assert client.post(forward, {"year": old.year}).status_code == 303
    assert Plan.objects.count() == 2
    read = client.get(reverse("season:old-plan", args=[meeting.of.account.pk, old.year]))
    body = read.content.decode()
    assert "Nobody wants it" in body and "Nothing here can be changed" in body
    assert client.post(url("roll-sign", meeting), {"year": old.year}).status_code == 403
    client.force_login(worlds.sponsor(meeting.of))
    assert client.post(url("roll-sign", meeting), {"year": old.year}).status_code == 303
    assert PlanRolled.objects.get().signed_at is not None


def test_who_may_see_and_roll(client: Client, meeting: Meeting) -> None:
    pages = ("plan", "roll")
    posts = ("roll-decide", "roll-forward")
    for person, reads, writes in (
        (worlds.granted_reader(meeting.of), 200, 403),
        (makers.sign_in("account_manager"), 404, 404),
        (makers.sign_in("operations"), 403, 403),
    ):
        client.force_login(person)
        assert [client.get(url(name, meeting)).status_code for name in pages] == [reads, reads]
        assert [client.post(url(name, meeting)).status_code for name in posts] == [writes, writes]
    client.force_login(meeting.of.seller)
    assert client.get(url("roll-decide", meeting)).status_code == 405


def test_queries_of_the_leaders_page_do_not_grow(
    client: Client, meeting: Meeting, django_assert_max_num_queries: object
) -> None:
    for _number in range(9):
        account = makers.account(owner=meeting.of.owner)
        worlds.make_plan(account, meeting.of.owner, target=None)
    client.force_login(meeting.of.seller)
    with django_assert_max_num_queries(20):  # type: ignore[operator]
        client.get(reverse("season:show"))


def test_the_sponsor_reads_the_largest_money_uncovered_first(
    client: Client, meeting: Meeting
) -> None:
    sponsor = worlds.sponsor(meeting.of)
    names = {"Ample": -107_000_00, "Bare": 20_000_00, "Costly": 90_000_00, "Dim": None}
    for name, gap in names.items():
        account = makers.account(name, owner=meeting.of.owner)
        account.access.create(user=sponsor.crm_user, why="sponsor", may_write=False)
        plan = worlds.make_plan(account, meeting.of.owner, target=100_000_00)
        if gap is not None:
            PlanResult.objects.create(plan=plan, landing=100_000_00 - gap, gap=gap)
    client.force_login(sponsor)
    body = client.get(reverse("sponsor:show")).content.decode()
    places = [body.index(f">{name}</a>") for name in ("Costly", "Bare", "Ample", "Dim")]
    assert places == sorted(places)
    covered = body[places[2] : places[3]]
    assert "covered" in covered and "107k" in covered and "over" in covered and "−" not in covered


def test_a_plan_changed_after_its_signature_asks_the_sponsor_again(
    client: Client, meeting: Meeting
) -> None:
    client.force_login(worlds.sponsor(meeting.of))
    plan = Plan.objects.get()
    client.post(url("sign", meeting), {"version": plan.version})
    assert "Read and sign" not in client.get(reverse("sponsor:show")).content.decode()
    Plan.objects.update(version=plan.version + 1)
    body = client.get(reverse("sponsor:show")).content.decode()
    assert "Read and sign" in body and "changed since you signed" in body


def test_the_sponsors_page_shows_only_what_they_sponsor(client: Client, meeting: Meeting) -> None:
    client.force_login(worlds.sponsor(meeting.of))
    body = client.get(reverse("sponsor:show")).content.decode()
    assert "Helvion Industries" in body and "Read and sign" in body
    AccountAccess.objects.filter(why="sponsor").delete()
    assert "Helvion Industries" not in client.get(reverse("sponsor:show")).content.decode()
    client.force_login(meeting.of.seller)
    assert client.get(reverse("sponsor:show")).status_code == 403
