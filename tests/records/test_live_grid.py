"""A grid brought up to date says the same as one computed from the ground up."""

from __future__ import annotations

import random
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from sightline.actions import plays, whitespace, whitespace_bulk
from sightline.actions.whitespace import Place, Saying
from sightline.records.models import Contact
from sightline.records.queries.account_scope import account_scope
from sightline.records.queries.company import parameters_in_force, rates
from sightline.records.queries.whitespace import GridSetting, ScoredGrid, grid, scored_grid
from sightline.records.scoping import Person, person_of
from tests import makers

pytestmark = pytest.mark.django_db


class World:
    """An account of six units, some inside others, and eight lines in three families."""

    def __init__(self) -> None:
        makers.company()
        user = makers.crm_user()
        self.person: Person = person_of(makers.sign_in("account_manager", user=user))
        self.account = makers.account("Large", owner=user)
        self.units: list[Any] = []
        for number in range(6):
            above = self.units[number // 2] if number else None
            self.units.append(makers.unit(self.account, f"Unit {number}", parent=above))
        self.lines = [makers.line(f"Line {n}", family=f"Family {n % 3}") for n in range(8)]
        self.now = timezone.now()

    def grid(self) -> ScoredGrid:
        scope = account_scope(self.person, self.account.pk)
        assert scope is not None
        day = self.now.date()
        setting = GridSetting(day, "GBP", parameters_in_force(day))
        return scored_grid(scope, setting=setting, rates=rates())

    def anew(self) -> ScoredGrid:
        grid._kept.clear()
        return self.grid()

    def place(self, chance: random.Random) -> Place:
        unit, line = chance.choice(self.units), chance.choice(self.lines)
        return Place(self.account.pk, unit.pk, line.pk)

    @property
    def saying(self) -> Saying:
        return Saying(self.person, self.now, self.now.date(), None)


def something(world: World, chance: random.Random) -> None:
    """One change that somebody may make."""
    chance.choice([_say, _override, _many, _play])(world, chance)


def _say(world: World, chance: random.Random) -> None:
    place, saying = world.place(chance), world.saying
    what = chance.randrange(4)
    if what == 0:
        whitespace.say_need(place, chance.randrange(4), saying=saying)
    elif what == 1:
        value = chance.randrange(1, 10**7)
        whitespace.say_value(place, (value, value, value), currency="GBP", saying=saying)
    elif what == 2:
        whitespace.say_eligibility(place, "not_applicable", saying=saying, reason="small")
    else:
        whitespace.say_holder(place, "competitor", saying=saying, competitor="Vexra")


def _override(world: World, chance: random.Random) -> None:
    place, level = world.place(chance), chance.randrange(4)
    for part in ("access", "budget"):
        whitespace.override_path(place, part, level, reason="met", saying=world.saying)


def _many(world: World, chance: random.Random) -> None:
    said = whitespace_bulk.Bulk("need", {"level": 2})
    places = [world.place(chance) for _ in range(3)]
    batch = whitespace_bulk.say_of_many(places, said, saying=world.saying)
    if chance.random() < 0.5:
        whitespace_bulk.undo_batch(world.person, batch, now=world.now)


def _play(world: World, chance: random.Random) -> None:
    place = world.place(chance)
    new = plays.NewPlay("Trial", cells=((place.unit_id, place.line_id),))
    made = plays.start_play(
        world.person,
        world.account.pk,
        new,
        crm=plays.InCrm(),
        now=world.now,
        on=world.now.date(),
    )
    if chance.random() < 0.4:
        plays.park_play(world.person, made, parked=True, now=world.now)


@pytest.mark.parametrize("seed", range(2))
def test_after_every_change_the_grid_is_as_if_computed_anew(seed: int) -> None:
    world, chance = World(), random.Random(seed)
    world.grid()
    for _step in range(8):
        something(world, chance)
        kept = world.grid()
        fresh = world.anew()
        assert dict(kept.scores) == dict(fresh.scores)
        assert dict(kept.totals) == dict(fresh.totals)
        assert (kept.whole, kept.by_family) == (fresh.whole, fresh.by_family)
        assert kept.suggestions == fresh.suggestions


def test_a_changed_cell_is_computed_alone_and_anything_else_computes_all() -> None:
    world = World()
    world.anew()
    with CaptureQueriesContext(connection) as again:
        world.grid()
    whitespace.say_need(world.place(random.Random(1)), 2, saying=world.saying)
    with CaptureQueriesContext(connection) as changed:
        world.grid()
    assert len(changed) - len(again) <= 6
    Contact.objects.create(account=world.account, unit=world.units[0], name="N", sort_name="n")
    from sightline.records.models import JournalEntry

    JournalEntry.objects.create(verb="add_person", account=world.account, subject_kind="contact")
    assert world.grid().people_known == 1
