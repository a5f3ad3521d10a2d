"""Facts of cells: who may say them, what they need, two people on one cell, many at once."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from sightline.actions import whitespace as verbs
from sightline.actions import whitespace_bulk as bulk
from sightline.actions.whitespace import Place, Saying, StaleCell
from sightline.planning.errors import InvalidValue, MissingValue, NotAllowed
from sightline.records.models import (
    Account,
    Cell,
    CellFact,
    Competitor,
    DeclinedSuggestion,
    JournalEntry,
)
from sightline.records.scoping import Person
from tests import makers

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
TODAY = date(2026, 11, 23)


@pytest.fixture
def dana() -> Person:
    return makers.person("account_manager", user=makers.crm_user("Dana"))


@pytest.fixture
def helvion(dana: Person) -> Account:
    from sightline.records.models import CrmUser

    return makers.account("Helvion", owner=CrmUser.objects.get(pk=dana.crm_user_id))


@pytest.fixture
def place(helvion: Account) -> Place:
    return Place(helvion.pk, makers.unit(helvion, "Service").pk, makers.line("Analytics").pk)


def by(person: Person, seen: int | None = 0, **more: Any) -> Saying:
    return replace(Saying(person, NOW, TODAY, seen), **more)


def held(place: Place, kind: str) -> CellFact:
    return CellFact.objects.get(cell__account_id=place.account_id, kind=kind, ended_at=None)


def test_a_holder_is_kept_with_who_said_it_when_and_how_sure(dana: Person, place: Place) -> None:
    ends = date(2027, 9, 30)
    verbs.say_holder(
        place,
        "competitor",
        saying=by(dana, confidence="high"),
        competitor="  Tessera  ",
        ends=ends,
    )
    fact = held(place, "holder")
    assert fact.competitor is not None
    assert (fact.competitor.name, fact.until, fact.confidence) == ("Tessera", ends, "high")
    assert (fact.author_id, fact.said_on) == (dana.id, TODAY)
    assert JournalEntry.objects.filter(verb="say_holder", account_id=place.account_id).count() == 1


def test_a_competitor_has_one_name_however_it_is_typed(dana: Person, place: Place) -> None:
    first = verbs.say_holder(place, "competitor", saying=by(dana), competitor="Tessera")
    verbs.say_holder(place, "competitor", saying=by(dana, first), competitor="TESSERA ")
    assert Competitor.objects.count() == 1


def test_a_competitor_without_a_name_is_refused(dana: Person, place: Place) -> None:
    with pytest.raises(MissingValue):
        verbs.say_holder(place, "competitor", saying=by(dana))
    assert not Cell.objects.exists()


@pytest.mark.parametrize("kind", ["blocked", "not_applicable"])
def test_blocking_or_excluding_needs_a_reason(dana: Person, place: Place, kind: str) -> None:
    with pytest.raises(MissingValue):
        verbs.say_eligibility(place, kind, saying=by(dana))
    verbs.say_eligibility(place, kind, saying=by(dana), reason="works council")
    assert held(place, "eligibility").text == "works council"


@pytest.mark.parametrize("level", [-1, 4])
def test_a_level_outside_the_scale_is_refused(dana: Person, place: Place, level: int) -> None:
    with pytest.raises(InvalidValue):
        verbs.say_need(place, level, saying=by(dana))


def test_an_override_needs_a_reason(dana: Person, place: Place) -> None:
    with pytest.raises(MissingValue):
        verbs.override_path(place, "access", 2, reason=" ", saying=by(dana))


def test_a_value_runs_from_low_to_high(dana: Person, place: Place) -> None:
    with pytest.raises(InvalidValue):
        verbs.say_value(place, (3, 2, 1), currency="GBP", saying=by(dana))
    verbs.say_value(place, (1, 2, 3), currency="GBP", saying=by(dana), words="40 seats")
    assert held(place, "value_hand").text == "40 seats"


def test_two_people_on_one_fact_the_second_sees_the_first(dana: Person, place: Place) -> None:
    verbs.say_need(place, 2, saying=by(dana), evidence="asked twice")
    with pytest.raises(StaleCell) as stale:
        verbs.say_need(place, 1, saying=by(dana))
    assert stale.value.theirs is not None
    assert (stale.value.theirs.level, held(place, "need").level) == (2, 2)


def test_two_people_on_two_facts_of_one_cell_do_not_meet(dana: Person, place: Place) -> None:
    verbs.say_need(place, 2, saying=by(dana))
    verbs.say_holder(place, "nobody", saying=by(dana))
    assert CellFact.objects.filter(ended_at=None).count() == 2


def test_the_same_said_twice_in_a_day_is_one_fact(dana: Person, place: Place) -> None:
    first = verbs.say_need(place, 2, saying=by(dana))
    assert verbs.say_need(place, 2, saying=by(dana, first)) == first
    assert CellFact.objects.count() == 1


def test_saying_it_again_later_confirms_it(dana: Person, place: Place) -> None:
    first = verbs.say_need(place, 2, saying=by(dana))
    later = by(dana, first, on=TODAY + timedelta(days=200))
    assert verbs.say_need(place, 2, saying=later) != first
    assert held(place, "need").said_on == later.on


def test_an_older_fact_is_kept_and_points_to_the_newer(dana: Person, place: Place) -> None:
    first = verbs.say_need(place, 2, saying=by(dana))
    second = verbs.say_need(place, 3, saying=by(dana, first))
    old = CellFact.objects.get(pk=first)
    assert (old.replaced_by_id, old.ended_at) == (second, NOW)


def test_what_is_taken_back_is_said_by_nobody(dana: Person, place: Place) -> None:
    first = verbs.override_path(place, "budget", 3, reason="met the CFO", saying=by(dana))
    verbs.take_back(place, "budget", saying=by(dana, first))
    assert not CellFact.objects.filter(ended_at=None).exists()


def test_a_reader_and_a_stranger_are_refused(place: Place) -> None:
    reader = makers.person("reader")
    stranger = makers.person("account_manager", user=makers.crm_user())
    for person in (reader, stranger):
        with pytest.raises(NotAllowed):
            verbs.say_need(place, 1, saying=by(person))
        with pytest.raises(NotAllowed):
            bulk.say_of_many([place], bulk.Bulk("need", {"level": 1}), saying=by(person))
    assert not Cell.objects.exists()


def test_a_unit_of_another_account_is_no_cell(dana: Person, place: Place) -> None:
    elsewhere = makers.unit(makers.account("Other"))
    with pytest.raises(InvalidValue):
        verbs.say_need(replace(place, unit_id=elsewhere.pk), 1, saying=by(dana))


def test_many_cells_in_one_step_and_back_again(dana: Person, place: Place) -> None:
    other = replace(place, line_id=makers.line("Training").pk)
    first = verbs.say_need(place, 1, saying=by(dana), evidence="a hint")
    batch = bulk.say_of_many([place, other], bulk.Bulk("need", {"level": 3}), saying=by(dana))
    assert set(CellFact.objects.filter(ended_at=None).values_list("level", flat=True)) == {3}
    assert bulk.undo_batch(dana, batch, now=NOW) == 2
    assert [fact.pk for fact in CellFact.objects.filter(ended_at=None)] == [first]


def test_undo_leaves_what_was_said_since(dana: Person, place: Place) -> None:
    batch = bulk.say_of_many([place], bulk.Bulk("need", {"level": 3}), saying=by(dana))
    newer = verbs.say_need(place, 0, saying=by(dana, held(place, "need").pk))
    assert bulk.undo_batch(dana, batch, now=NOW) == 0
    assert held(place, "need").pk == newer
    with pytest.raises(InvalidValue):
        bulk.undo_batch(dana, batch, now=NOW)


def test_a_bulk_step_is_all_or_none(dana: Person, place: Place) -> None:
    unknown = replace(place, line_id=987654)
    with pytest.raises(InvalidValue):
        bulk.say_of_many([place, unknown], bulk.Bulk("need", {"level": 3}), saying=by(dana))
    assert not CellFact.objects.exists()


def test_a_declined_suggestion_is_remembered_with_its_reason(dana: Person, place: Place) -> None:
    with pytest.raises(MissingValue):
        verbs.decline_suggestion(place, "", saying=by(dana))
    verbs.decline_suggestion(place, "closed site", saying=by(dana))
    verbs.decline_suggestion(place, "closed in May", saying=by(dana))
    assert DeclinedSuggestion.objects.get().reason == "closed in May"
