"""A grid brought up to date says the same as one computed from the ground up."""

from __future__ import annotations

import random
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from sightline.actions import plays, whitespace, whitespace_bulk
from sightline.actions.kept_grids import keep_grid
from sightline.actions.whitespace import Place, Saying
from sightline.records.models import Contact, Play, PlayCell, Suggestion, SuggestionRun
from sightline.records.queries.account_scope import account_scope
from sightline.records.queries.company import parameters_in_force, rates
from sightline.records.queries.whitespace import (
    GridSetting,
    ScoredGrid,
    change,
    compute,
    grid,
    scored_grid,
)
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
        self._rank()

    def _rank(self) -> None:
        """Four of the units have peers that own the lines."""
        lines = {str(line.pk): [17, 6] for line in self.lines}
        run = SuggestionRun.objects.create(
            ledger_version=3,
            as_of=makers.TODAY,
            whole=True,
            buyers=40,
            months=6,
            lines=lines,
        )
        for unit in self.units[:4]:
            Suggestion.objects.create(
                run=run,
                account=self.account,
                unit=unit,
                peers=12,
                similarity=0.6,
                shared=1.4,
                owned=2,
                lines=[[line.pk, 3 + at, 1] for at, line in enumerate(self.lines)],
            )

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
    chance.choice([_say, _override, _many, _play, _own])(world, chance)


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


def _own(world: World, chance: random.Random) -> None:
    owner = chance.choice([world.person.crm_user_id, None])
    whitespace.set_cell_owner(world.place(chance), owner, saying=world.saying)


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
        assert (kept.suggestions, kept.owners) == (fresh.suggestions, fresh.owners)
        assert kept.suggestions
        assert (kept.marks.worth, kept.marks.plays) == (fresh.marks.worth, fresh.marks.plays)


def test_a_value_parts_a_deal_over_the_cells_of_its_play_at_once() -> None:
    """£90k without products over two cells, the first worth £60k: half each, then two thirds."""
    world = World()
    deal = makers.opportunity(world.account, amount=9_000_000, currency="GBP")
    play = Play.objects.create(
        account=world.account, name="Both", opportunity=deal, created_on=makers.TODAY
    )
    for line in world.lines[:2]:
        PlayCell.objects.create(play=play, unit=world.units[5], product_line=line)
    places = [Place(world.account.pk, world.units[5].pk, line.pk) for line in world.lines[:2]]
    keys = [(str(one.unit_id), str(one.line_id)) for one in places]
    for at, minor, wanted in (
        (1, 3_000_000, [4_500_000, 4_500_000]),
        (0, 6_000_000, [6_000_000, 3_000_000]),
    ):
        world.grid()
        whitespace.say_value(places[at], (minor,) * 3, currency="GBP", saying=world.saying)
        told = [world.grid().scores[key].cell.pipeline for key in keys]
        shares = [one.share for deals in told if deals for one in deals.deals]
        assert [share.minor for share in shares if share] == wanted


@pytest.mark.parametrize("seed", range(2))
def test_a_grid_kept_in_parts_is_brought_up_to_date_from_the_parts_of_what_changed(
    seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Said one after the other by many people, each look by a process that holds nothing."""
    world, chance = World(), random.Random(seed)
    monkeypatch.setattr(grid, "KEEP_FROM", 1)
    monkeypatch.setattr(compute, "MOST_PICKS", 12)
    monkeypatch.setattr(change, "MOST_PICKS", 12)
    assert keep_grid(world.account.pk)
    whole = 0
    for _step in range(6):
        something(world, chance)
        with CaptureQueriesContext(connection) as asked:
            kept = world.anew()
        whole += sum("keptgridpart" in one["sql"] for one in asked) == 3
        with monkeypatch.context() as bare:
            bare.setattr(grid, "_ready", lambda *_: None)
            fresh = world.anew()
        assert dict(kept.scores) == dict(fresh.scores)
        assert (kept.whole, kept.by_family) == (fresh.whole, fresh.by_family)
        assert dict(kept.totals) == dict(fresh.totals)
        assert (kept.suggestions, kept.owners) == (fresh.suggestions, fresh.owners)
    assert whole < 6


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
