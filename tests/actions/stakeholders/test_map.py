"""What is said of people: kept once, guarded, journalled by key, and taken back as a whole."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from sightline.actions import stakeholders as verbs
from sightline.actions.stakeholders import Decision, NewPerson, Saying, StaleOpinion
from sightline.planning.errors import FamilyCycle, InvalidValue, MissingValue, NotAllowed
from sightline.planning.stakeholders import BuyingRole
from sightline.records.models import (
    Account,
    AccountAccess,
    Contact,
    HeldRole,
    Job,
    JournalEntry,
    Opinion,
    OpportunityContactRole,
    Source,
    SyncConnection,
)
from sightline.records.queries.people import people_of
from sightline.records.scoping import Person, person_of
from tests import makers
from tests.web.account.world import World, today, world

pytestmark = pytest.mark.django_db


@pytest.fixture
def of() -> World:
    return world()


def me(of: World) -> Person:
    return person_of(of.seller)


def second_seller(of: World) -> Person:
    user = makers.crm_user("Mei Tanaka")
    AccountAccess.objects.create(account=of.account, user=user, why="team")
    return person_of(makers.sign_in("account_manager", user=user, name="Mei Tanaka"))


def saying(of: World, who: Person, seen: int | None = None, **more: Any) -> Saying:
    at = more.get("now") or timezone.now()
    return Saying(who, of.account.pk, of.champion.pk, at, seen)


def person(of: World, key: Contact | None = None) -> Any:
    found = people_of([of.account.pk], with_opinions=True)[of.account.pk]
    wanted = str((key or of.champion).pk)
    return next(one for one in found.people if one.key == wanted)


def test_a_newer_stance_of_somebody_else_refuses_and_is_handed_over(of: World) -> None:
    seen = Opinion.objects.get(contact=of.champion, kind="stance").pk
    verbs.say(saying(of, second_seller(of), seen), "stance", "neutral")
    with pytest.raises(StaleOpinion) as stale:
        verbs.say(saying(of, me(of), seen), "stance", "against")
    assert stale.value.theirs is not None
    assert stale.value.theirs.value == "neutral"
    assert person(of).stance == "neutral"


def test_two_raters_stand_side_by_side(of: World) -> None:
    verbs.rate(saying(of, second_seller(of), 0), 2)
    levels = {
        one.level for one in people_of([of.account.pk], with_opinions=True)[of.account.pk].ratings
    }
    assert levels == {4, 2}


def test_evidence_stays_when_the_level_changes_and_an_empty_rating_is_none(of: World) -> None:
    verbs.rate(saying(of, me(of)), 5)
    held = Opinion.objects.get(contact=of.champion, kind="strength", superseded_at=None)
    assert (held.value, held.reason, held.has_evidence) == ("5", "Asked us in", True)
    verbs.rate(saying(of, me(of)), None)
    assert not Opinion.objects.filter(kind="strength", superseded_at=None).exists()


def test_a_rating_needs_a_person_of_the_crm(of: World) -> None:
    who = second_seller(of)
    without = Person(who.id, who.name, who.email, who.roles, None, None)
    with pytest.raises((MissingValue, NotAllowed)):
        verbs.rate(saying(of, without), 3)


def test_no_word_about_a_person_reaches_the_journal(of: World) -> None:
    verbs.say(saying(of, me(of)), "stance", "against", reason="Zzyzx said no")
    verbs.say(saying(of, me(of)), "comm", "Call after nine, Zzyzx")
    rows = json.dumps(list(JournalEntry.objects.values("changes", "note", "verb")))
    assert "Zzyzx" not in rows
    assert "against" not in rows


def test_a_leader_reads_opinions_and_gives_none(of: World) -> None:
    leader = person_of(makers.sign_in("leader"))
    with pytest.raises(NotAllowed):
        verbs.say(saying(of, leader), "stance", "neutral")
    with pytest.raises(NotAllowed):
        verbs.set_role(leader, of.account.pk, of.champion.pk, "user", seen=None, now=timezone.now())


def test_a_role_taken_away_here_stays_away_and_undo_brings_it_back(of: World) -> None:
    now = timezone.now()
    verbs.set_role(me(of), of.account.pk, of.champion.pk, "", seen="champion", now=now)
    assert person(of).roles == ()
    verbs.take_back(me(of), of.account.pk, now, now=timezone.now())
    assert person(of).holds(BuyingRole.CHAMPION)


def test_a_role_for_one_decision_holds_there_and_names_its_weight(of: World) -> None:
    decision = Decision(unit_id=of.unit.pk, line_id=of.core.pk)
    role = verbs.hold_role(
        *(me(of), of.account.pk, of.buyer.pk, "economic_buyer"),
        of=decision,
        influence=3,
        now=timezone.now(),
    )
    (held,) = person(of, of.buyer).roles
    assert (held.unit, held.line, held.influence) == (str(of.unit.pk), str(of.core.pk), 3)
    verbs.end_role(me(of), of.account.pk, role, now=timezone.now())
    assert person(of, of.buyer).roles == ()
    assert HeldRole.objects.filter(pk=role).exists()


def test_a_ring_is_refused_and_named(of: World) -> None:
    who, account = me(of), of.account.pk
    third = makers.contact(of.account, "Łukasz Żółć")
    verbs.move_person(who, account, of.buyer.pk, of.champion.pk, now=timezone.now())
    verbs.move_person(who, account, third.pk, of.buyer.pk, now=timezone.now())
    with pytest.raises(FamilyCycle, match="Łukasz Żółć reports to Marcus Heidt"):
        verbs.move_person(who, account, of.champion.pk, third.pk, now=timezone.now())


def test_rings_of_an_import_do_not_keep_others_from_moving(of: World) -> None:
    third = makers.contact(of.account, "Plato")
    Contact.objects.filter(pk=of.buyer.pk).update(reports_to=third)
    Contact.objects.filter(pk=third.pk).update(reports_to=of.buyer)
    verbs.move_person(me(of), of.account.pk, of.champion.pk, third.pk, now=timezone.now())
    assert person(of).reports_to == str(third.pk)


def test_a_move_is_seen_as_of_the_day_before_as_it_was(of: World) -> None:
    now = timezone.now()
    verbs.move_person(me(of), of.account.pk, of.buyer.pk, of.champion.pk, now=now)
    yesterday = today() - timedelta(days=1)
    then = people_of([of.account.pk], with_opinions=True, on=yesterday)[of.account.pk]
    before = next(one for one in then.people if one.key == str(of.buyer.pk))
    assert before.reports_to is None
    assert person(of, of.buyer).reports_to == str(of.champion.pk)


def test_a_move_on_top_of_another_is_refused(of: World) -> None:
    verbs.move_person(
        me(of), of.account.pk, of.buyer.pk, of.champion.pk, seen=0, now=timezone.now()
    )
    with pytest.raises(verbs.StaleContact):
        verbs.move_person(me(of), of.account.pk, of.buyer.pk, None, seen=0, now=timezone.now())


def test_a_placeholder_waits_and_a_name_makes_a_person(of: World) -> None:
    who = me(of)
    key = verbs.add_person(
        who, of.account.pk, NewPerson(role="their_sponsor"), now=timezone.now(), on=today()
    )
    made = Contact.objects.get(pk=key)
    assert person(of, made).placeholder
    verbs.set_fact(who, of.account.pk, key, "name", "Ana María", now=timezone.now(), on=today())
    named = person(of, made)
    assert (named.name, named.placeholder) == ("Ana María", False)
    with pytest.raises(MissingValue):
        verbs.add_person(who, of.account.pk, NewPerson(), now=timezone.now(), on=today())


def test_undo_of_a_new_person_takes_them_off_again(of: World) -> None:
    now = timezone.now()
    verbs.add_person(me(of), of.account.pk, NewPerson(name="Plato"), now=now, on=today())
    verbs.take_back(me(of), of.account.pk, now, now=timezone.now())
    found = people_of([of.account.pk], with_opinions=True)[of.account.pk]
    assert "Plato" not in {one.name for one in found.people}


def test_a_bulk_edit_is_one_undo_and_something_newer_keeps_it(of: World) -> None:
    who, keys = me(of), [of.champion.pk, of.buyer.pk]
    now = timezone.now()
    assert verbs.say_many(who, of.account.pk, keys, kind="stance", value="neutral", now=now) == 2
    verbs.take_back(who, of.account.pk, now, now=timezone.now())
    assert person(of).stance == "supports"
    again = timezone.now()
    verbs.say_many(who, of.account.pk, keys, kind="stance", value="neutral", now=again)
    verbs.say(saying(of, who), "stance", "against")
    with pytest.raises(InvalidValue, match="newer"):
        verbs.take_back(who, of.account.pk, again, now=timezone.now())


def test_somebody_from_elsewhere_is_a_guest_only_with_a_part_in_a_deal_here(of: World) -> None:
    outsider = makers.contact(makers.account("Consultants"), "Guest")
    with pytest.raises(InvalidValue):
        verbs.add_guest(me(of), of.account.pk, outsider.pk, now=timezone.now())
    of.deal.contact_roles.create(contact=outsider, buying_role="influencer")
    verbs.add_guest(me(of), of.account.pk, outsider.pk, now=timezone.now())
    assert person(of, outsider).name == "Guest"


def test_whoever_is_taken_off_is_on_no_map_and_comes_back(of: World) -> None:
    who = me(of)
    verbs.take_off(who, of.account.pk, of.buyer.pk, now=timezone.now())
    found = people_of([of.account.pk], with_opinions=False)[of.account.pk]
    assert str(of.buyer.pk) not in {one.key for one in found.people}
    verbs.put_back(who, of.account.pk, of.buyer.pk, now=timezone.now())
    assert person(of, of.buyer).name == "Marcus Heidt"


def test_a_note_that_is_shared_is_read_by_the_team_until_it_is_private_again(of: World) -> None:
    verbs.say(saying(of, me(of)), "note", "Likes trains", shared=True)
    mate = second_seller(of)
    ((_, text, own, shared),) = verbs.read_notes(mate, of.account.pk, of.champion.pk)
    assert (text, own, shared) == ("Likes trains", False, True)
    verbs.say(saying(of, me(of)), "note", "Likes trains")
    assert verbs.read_notes(mate, of.account.pk, of.champion.pk)
    verbs.say(saying(of, me(of)), "note", "Likes trains", shared=False)
    assert verbs.read_notes(mate, of.account.pk, of.champion.pk) == ()


def test_reading_private_notes_is_noted_and_they_are_the_authors_own(of: World) -> None:
    verbs.say(saying(of, me(of)), "note", "Likes trains")
    assert verbs.read_notes(second_seller(of), of.account.pk, of.champion.pk) == ()
    (note,) = verbs.read_notes(me(of), of.account.pk, of.champion.pk)
    assert note[1:] == ("Likes trains", True, False)
    assert JournalEntry.objects.filter(verb="read_notes").count() == 1


def test_a_line_is_drawn_once_and_there_is_one_only_way(of: World) -> None:
    who, third = me(of), makers.contact(of.account, "Plato")
    ends = {"start_id": of.buyer.pk, "end_id": of.champion.pk}
    one = verbs.draw_line(who, of.account.pk, "influences", now=timezone.now(), **ends)
    assert verbs.draw_line(who, of.account.pk, "influences", now=timezone.now(), **ends) == one
    verbs.draw_line(who, of.account.pk, "only_way", now=timezone.now(), **ends)
    other = {"start_id": third.pk, "end_id": of.champion.pk}
    verbs.draw_line(who, of.account.pk, "only_way", now=timezone.now(), **other)
    assert person(of).only_through == str(third.pk)
    with pytest.raises(InvalidValue):
        same = {"start_id": third.pk, "end_id": third.pk}
        verbs.draw_line(who, of.account.pk, "conflicts", now=timezone.now(), **same)


def test_what_is_said_asks_for_the_plan_anew(of: World) -> None:
    Job.objects.all().delete()
    verbs.say(saying(of, me(of)), "stance", "neutral")
    assert Job.objects.filter(name="refresh_plan").count() == 1


def test_a_contact_role_of_the_crm_is_changed_where_it_stands(of: World) -> None:
    row = OpportunityContactRole.objects.create(
        opportunity=of.deal, contact=of.buyer, role="Influencer", buying_role="influencer"
    )
    verbs.tell_role(me(of), of.account.pk, of.buyer.pk, of.deal.pk, "technical")
    row.refresh_from_db()
    assert (row.buying_role, row.role) == ("technical", "Influencer")
    assert OpportunityContactRole.objects.filter(contact=of.buyer, opportunity=of.deal).count() == 1
    told = JournalEntry.objects.filter(verb="tell_role")
    assert told.get().changes["role"] == ["influencer", "technical"]
    verbs.tell_role(me(of), of.account.pk, of.buyer.pk, of.deal.pk, "technical")
    assert told.count() == 1
    with pytest.raises(InvalidValue):
        verbs.tell_role(me(of), of.account.pk, of.buyer.pk, of.deal.pk, "blocker")


def test_somebody_new_is_told_to_the_crm_the_account_comes_from_and_a_placeholder_is_not(
    of: World,
) -> None:
    source = Source.objects.create(name="Org", kind="salesforce")
    Account.objects.filter(pk=of.account.pk).update(source=source)
    connection = SyncConnection.objects.create(name="Org", brand="salesforce", source=source)
    asked = Job.objects.filter(key=f"sync-now:{connection.pk}")
    new = {"now": timezone.now(), "on": today()}
    verbs.add_person(me(of), of.account.pk, NewPerson(role=BuyingRole.SPONSOR.value), **new)
    assert not asked.exists()
    verbs.add_person(me(of), of.account.pk, NewPerson(name="Zoë Quist"), **new)
    assert asked.exists()


def test_names_and_units_are_taken_back_unless_somebody_said_something_newer(of: World) -> None:
    def undone(at: object) -> int:
        return verbs.take_back(me(of), of.account.pk, at, now=timezone.now())  # type: ignore[arg-type]

    def told(field: str, value: str) -> object:
        at = timezone.now()
        verbs.set_fact(me(of), of.account.pk, of.buyer.pk, field, value, now=at, on=today())
        return at

    name, unit = of.buyer.name, of.buyer.unit_id
    assert undone(told("name", "Marcus A. Heidt")) == 1
    other = makers.unit(of.account, "Digital")
    assert undone(told("unit", str(other.pk))) == 1
    of.buyer.refresh_from_db()
    assert (of.buyer.name, of.buyer.unit_id) == (name, unit)
    first = told("title", "Buyer")
    told("title", "Head of buying")
    with pytest.raises(InvalidValue):
        undone(first)
    made = verbs.add_person(
        *(me(of), of.account.pk, NewPerson(role="champion")), now=timezone.now(), on=today()
    )
    at = timezone.now()
    verbs.set_fact(me(of), of.account.pk, made, "name", "Zoë Quist", now=at, on=today())
    undone(at)
    assert Contact.objects.get(pk=made).is_placeholder
