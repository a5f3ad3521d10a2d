"""The season: done by content; signed by the sponsor; and a year rolled forward."""

from __future__ import annotations

import re
from importlib import import_module

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from sightline.actions import kept_lists
from sightline.actions.progress import Silent
from sightline.planning.permissions import Act, Category, Role
from sightline.planning.reviews import ReviewParameters
from sightline.records import reach
from sightline.records.models import (
    AccountAccess,
    Action,
    Assumption,
    Job,
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
from sightline.records.queries import company
from sightline.records.queries.season import (
    SeasonList,
    listed_plans,
    season_list,
    season_of,
)
from sightline.records.scoping import person_of, visible_accounts
from sightline.web.pages.season import views
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


def further(meeting: Meeting, number: int) -> Plan:
    """Another account of the same owner with a plan of the year; every third has a thesis."""
    account = makers.account(f"Further {number:03}", owner=meeting.of.owner)
    plan = worlds.make_plan(account, meeting.of.owner, target=None)
    Plan.objects.filter(pk=plan.pk).update(thesis="" if number % 3 else "Growth is in the plants")
    return plan


def test_queries_of_the_leaders_page_do_not_grow(
    client: Client, meeting: Meeting, django_assert_max_num_queries: object
) -> None:
    for number in range(9):
        further(meeting, number)
    client.force_login(meeting.of.seller)
    with django_assert_max_num_queries(20):  # type: ignore[operator]
        client.get(reverse("season:show"))


def test_the_leaders_page_goes_on_in_the_order_of_all_and_counts_all(
    client: Client, meeting: Meeting, monkeypatch: pytest.MonkeyPatch
) -> None:
    def names(query: str = "") -> list[str]:
        body = client.get(reverse("season:show") + query).content.decode()
        return re.findall(r'<a href="/accounts/\d+/season">([^<]+)</a>', body)

    for number in range(5):
        further(meeting, number)
    client.force_login(meeting.of.seller)
    every = names()
    # those with a thesis have one step more and stand below
    done = ["Further 000", "Further 003"]
    assert [name for name in every if name in done] == done
    assert every.index("Further 004") < every.index("Further 000") and len(every) == 6
    monkeypatch.setattr(views, "PAGE", 4)
    assert names() + names("?page=2") == every
    body = client.get(reverse("season:show") + "?page=2").content.decode()
    assert "<b>6</b>" in body and "5 to 6 of 6" in body


@pytest.mark.parametrize("role", list(Role))
def test_the_order_holds_what_scoping_opens_and_kept_it_is_the_same(
    role: Role, meeting: Meeting, monkeypatch: pytest.MonkeyPatch
) -> None:
    above = makers.crm_role("VP")
    meeting.of.owner.role = makers.crm_role("Seller", parent=above)
    meeting.of.owner.save()
    for number in range(4):
        further(meeting, number)
    foreign = makers.account("Foreign", owner=makers.crm_user("Elsewhere"))
    worlds.make_plan(foreign, makers.crm_user("Somebody"), target=None)
    makers.tier_result(foreign, proposed_tier=2)
    person = person_of(makers.sign_in(role.value, user=makers.crm_user("Head", role=above)))
    year = Plan.objects.first().year  # type: ignore[union-attr]
    seen = visible_accounts(person, Category.PLAN, Act.READ)
    expected = set(Plan.objects.filter(account__in=seen, year=year).values_list("pk", flat=True))
    told = company.company_facts()
    today = told.today(timezone.now())
    numbers = company.parameters_in_force(today).section(ReviewParameters, "reviews")
    season = season_of(year, told.calendar.year_of(today).window, parameters=numbers)

    def asked() -> SeasonList:
        mine = reach.reach_of(person)
        return season_list(mine, season, today=today, numbers=numbers, zone=told.time_zone)

    fresh = asked().order
    assert fresh is not None and asked().kept_at is None and set(fresh.plans) == expected
    for room in (reach, import_module("sightline.records.queries.portfolio.overview")):
        monkeypatch.setattr(room, "WIDE", 0)
    mine = reach.reach_of(person)
    every = list(Plan.objects.order_by("pk").values_list("pk", flat=True))
    kept_then = SeasonList(fresh, timezone.now())
    listed = listed_plans(mine, kept_then, every, zone=told.time_zone)
    assert {one.plan_id for one in listed} == expected
    if not mine.wide:
        return
    assert asked().order is None
    kept_lists.keep_lists(job=Silent())
    kept = asked()
    assert (kept.order is None and not expected) or (kept.order == fresh and kept.kept_at)


def test_before_a_job_put_very_many_plans_in_order_the_page_says_so(
    client: Client, meeting: Meeting, monkeypatch: pytest.MonkeyPatch
) -> None:
    above = makers.crm_role("VP")
    meeting.of.owner.role = makers.crm_role("Seller", parent=above)
    meeting.of.owner.save()
    client.force_login(makers.sign_in("leader", user=makers.crm_user("Head", role=above)))
    for room in (reach, import_module("sightline.records.queries.portfolio.overview")):
        monkeypatch.setattr(room, "WIDE", 0)
    assert "Being put in order" in client.get(reverse("season:show")).content.decode()
    assert Job.objects.filter(name="portfolio_sums").exists()
    kept_lists.keep_lists(job=Silent())
    body = client.get(reverse("season:show")).content.decode()
    assert "Helvion Industries" in body and "Counted and put in order" in body


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
