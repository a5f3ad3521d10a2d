"""A large grid is weighed as numbers and its cells made later: the same grid as one made at once."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from sightline.planning.money import Money
from sightline.planning.whitespace import (
    Excluded,
    Method,
    Origin,
    Standing,
    State,
    ValueEstimate,
)
from sightline.records.models import (
    AccountMeasures,
    Asset,
    CategoryLine,
    Cell,
    CellFact,
    CellMeasures,
    Competitor,
    Contact,
    FamilyRule,
    HeldRole,
    OpportunityCompetitor,
    OpportunityLine,
    Play,
    PlayCell,
    ProductFamily,
    WalletEstimate,
)
from sightline.records.queries.account_grid import OTHER_UNITS
from sightline.records.queries.account_scope import account_scope
from sightline.records.queries.company import parameters_in_force, rates
from sightline.records.queries.whitespace import (
    GridSetting,
    ScoredGrid,
    compute,
    grid,
    scored_grid,
)
from sightline.records.queries.whitespace.peers import Peers
from sightline.records.scoping import Person
from tests import makers
from tests.records.test_live_grid import World, something

pytestmark = pytest.mark.django_db
KINDS = CellFact.Kind


class Large(World):
    """Cells of every kind: sold, run out, in a deal, lost, spoken of, in plays, by wallet, by peers."""

    def __init__(self, chance: random.Random) -> None:
        super().__init__()
        self.chance, self.day = chance, self.now.date()
        self.places = [(unit, line) for unit in self.units for line in self.lines]
        for unit in self.units:
            unit.employees = chance.choice([None, 20, 333, 4_007])
            unit.save()
        type(self.account).objects.filter(pk=self.account.pk).update(employees=1_234)
        self._ledger()
        self._deals()
        self._people()
        self._rest()
        for unit, line in [*chance.sample(self.places, 36), (None, self.lines[0])]:
            self._said(unit, line)

    def some(self, many: int) -> list[Any]:
        return self.chance.sample(self.places, many)

    def amount(self) -> int:
        return self.chance.randrange(1, 10**8)

    def _ledger(self) -> None:
        measured = {"currency": "GBP", "as_of": self.day, "ledger_version": 1, "monthly": [0] * 36}
        AccountMeasures.objects.create(account=self.account, owned_cells=9, **measured)
        for number in range(6):  # who else pays for the lines
            other = makers.account(f"Other {number}", employees=self.chance.choice([0, 90, 800]))
            AccountMeasures.objects.create(account=other, owned_cells=3, **measured)
            for line in self.lines[:5]:
                CellMeasures.objects.create(
                    account=other, product_line=line, r12=self.amount(), owned=True
                )
        for unit, line in self.some(12):
            how = self.chance.choice([(self.amount(), "", None), (0, "asset", 9), (0, "", None)])
            CellMeasures.objects.create(
                account=self.account,
                unit=unit,
                product_line=line,
                r12=how[0],
                acv_source=how[1],
                acv=how[2],
                owned=bool(how[0] or how[1]),
            )
        for unit, line in self.some(8):
            ends = self.day + timedelta(days=self.chance.choice([-400, 90]))
            Asset.objects.create(account=self.account, unit=unit, product_line=line, ends_on=ends)

    def _deals(self) -> None:
        rivals = [Competitor.objects.create(name=name, key=name) for name in ("Vexra", "Ostal")]
        for at, (unit, line) in enumerate(self.some(14)):
            lost = at % 2 == 1
            deal = makers.opportunity(
                self.account, unit=unit, is_closed=lost, close_date=self.day - timedelta(days=at)
            )
            amount = self.chance.choice([None, self.amount()])
            OpportunityLine.objects.create(opportunity=deal, product_line=line, total=amount)
            if lost:
                rival = self.chance.choice(rivals)
                OpportunityCompetitor.objects.create(opportunity=deal, competitor=rival)

    def _people(self) -> None:
        for number in range(8):
            unit = self.chance.choice(self.units[1:4])
            person = Contact.objects.create(
                account=self.account, unit=unit, name=f"P{number}", sort_name=f"p{number}"
            )
            HeldRole.objects.create(
                contact=person,
                unit=unit,
                product_line=self.chance.choice([None, *self.lines]),
                role=self.chance.choice(["economic_buyer", "user"]),
                influence=3,
            )

    def _rest(self) -> None:
        for at, name in enumerate(("Family 0", "Family 2")):
            family = ProductFamily.objects.get(name=name)
            least, most = (100, None) if at else (None, 1_000)
            FamilyRule.objects.create(
                family=family, least_staff=least, most_staff=most, reason="size"
            )
        for unit in self.units[:4]:
            CategoryLine.objects.get_or_create(category="IT", product_line=self.lines[3])
            WalletEstimate.objects.create(
                account=self.account,
                unit=unit,
                category="IT",
                likely=self.amount(),
                currency="GBP",
                as_of=self.day - timedelta(days=30),
            )
        for at, (unit, line) in enumerate(self.some(5)):
            play = Play.objects.create(
                account=self.account, name=f"Play {at}", parked=at == 4, created_on=self.day
            )
            PlayCell.objects.create(play=play, unit=unit, product_line=line)

    def _said(self, unit: Any, line: Any) -> None:
        chance = self.chance
        cell = Cell.objects.create(
            account=self.account,
            unit=unit,
            product_line=line,
            chosen=chance.choice(["", "", "price", "comparable"]),
            in_target=chance.random() < 0.2,
            owner=chance.choice([None, self.account.owner]),
        )
        until = self.day + timedelta(days=chance.choice([-9, 0, 60]))
        facts: dict[str, dict[str, Any]] = {
            KINDS.NEED: {"level": chance.randrange(4)},
            KINDS.ACCESS: {"level": chance.randrange(4), "text": "met"},
            KINDS.BUDGET: {"level": chance.randrange(4), "text": "met"},
            KINDS.HOLDER: chance.choice(
                [{"choice": one} for one in ("in_house", "nobody", "us", "unknown")]
                + [{"choice": "competitor", "competitor": Competitor.objects.first()}]
            ),
            KINDS.ELIGIBILITY: chance.choice(
                [
                    {"choice": "applicable"},
                    {"choice": "blocked", "until": until, "text": "tender"},
                    {"choice": "blocked", "text": "sanctions"},
                    {"choice": "not_applicable", "text": "no plant"},
                ]
            ),
        }
        for kind in (KINDS.HAND, KINDS.PRICE, KINDS.WALLET):
            facts[kind] = {
                "likely": self.amount(),
                "currency": chance.choice(["GBP", "GBP", "EUR"]),
            }
        for kind, fact in facts.items():
            if chance.random() < 0.45:
                days = timedelta(days=chance.randrange(40))
                CellFact.objects.create(
                    cell=cell, kind=kind, source="call", said_on=self.day - days, **fact
                )


def same(one: ScoredGrid, other: ScoredGrid) -> None:
    assert (one.whole, one.totals) == (other.whole, other.totals)
    assert (one.by_family, one.marks) == (other.by_family, other.marks)
    assert (one.suggestions, one.owners) == (other.suggestions, other.owners)
    assert dict(one.said) == dict(other.said)
    assert dict(one.scores) == dict(other.scores)


@pytest.mark.parametrize("seed", [0, 205])
def test_a_grid_weighed_as_numbers_is_the_grid_made_at_once(
    seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = Large(random.Random(seed))
    whole = world.anew()
    assert len({score.state.state for score in whole.scores.values()}) >= 7
    assert len({score.standing for score in whole.scores.values()}) >= 4
    monkeypatch.setattr(compute, "LATER_FROM", 0)
    same(world.anew(), whole)


class Shared(Large):
    """The same, with parts of the family that belong to somebody else."""

    def __init__(self, chance: random.Random) -> None:
        super().__init__(chance)
        self.other = makers.crm_user()
        self.child = makers.account("Child", parent=self.account, owner=self.other, employees=77)
        within = makers.unit(self.account, "Child", linked_account=self.child, kind="child_account")
        below = makers.unit(self.account, "Below the child", parent=within, employees=31)
        for unit, line in [(within, self.lines[1]), (below, self.lines[2]), (None, self.lines[4])]:
            self._said(unit, line)
        for line in self.lines[:3]:
            CellMeasures.objects.create(
                account=self.child, product_line=line, r12=self.amount(), owned=True
            )
        deal = makers.opportunity(self.child, close_date=self.day)
        OpportunityLine.objects.create(
            opportunity=deal, product_line=self.lines[5], total=self.amount()
        )

    def readers(self) -> dict[str, tuple[Person, int]]:
        """Who reads, and which account: the whole family, all but the child, the child alone."""
        everybody = makers.person("operations")
        return {
            "everybody": (everybody, self.account.pk),
            "without the child": (self.person, self.account.pk),
            "the child alone": (
                makers.person("account_manager", user=self.other),
                self.child.pk,
            ),
        }

    def seen_by(self, person: Person, account_id: int) -> ScoredGrid:
        grid.forget()
        scope = account_scope(person, account_id)
        assert scope is not None
        setting = GridSetting(self.day, "GBP", parameters_in_force(self.day))
        return scored_grid(scope, setting=setting, rates=rates())


def test_whoever_sees_a_part_of_the_family_sees_the_same_part_weighed_as_numbers(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    world = Shared(random.Random(11))
    readers = world.readers()
    whole = {name: world.seen_by(*reader) for name, reader in readers.items()}
    assert len({tuple(one.key for one in found.units) for found in whole.values()}) == len(whole)
    assert OTHER_UNITS in {one.key for one in whole["without the child"].units}
    monkeypatch.setattr(compute, "LATER_FROM", 0)
    for name, reader in readers.items():
        same(world.seen_by(*reader), whole[name])


@pytest.mark.parametrize("later_from", [0, 1_500])
def test_a_familys_default_goes_by_the_staff_of_accounts_as_they_were_imported(
    later_from: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(compute, "LATER_FROM", later_from)
    world = World()
    top = world.account
    child = makers.account("Child", parent=top, owner=top.owner, employees=150)
    small = makers.unit(top, "Child", linked_account=child, kind="child_account")
    makers.unit(top, "Told", employees=900)
    family = ProductFamily.objects.get(name="Family 0")
    FamilyRule.objects.create(family=family, least_staff=200, reason="too small")

    def stays_out() -> dict[str, str]:
        """Units of which the family's line is said not to fit, and why."""
        return {
            unit: score.state.reason.text
            for (unit, line), score in world.anew().scores.items()
            if line == str(world.lines[0].pk) and score.state.state is State.NOT_APPLICABLE
        }

    assert list(stays_out()) == [str(small.pk)]
    assert "too small" in stays_out()[str(small.pk)]
    top.units.update(removed_at=world.now)
    type(top).objects.filter(pk=top.pk).update(employees=46)
    assert list(stays_out()) == ["account"]
    type(top).objects.filter(pk=top.pk).update(employees=None)
    assert stays_out() == {}


@pytest.mark.parametrize("later_from", [0, 1_500])
def test_what_comparable_units_pay_is_scaled_by_the_staff_of_accounts_as_they_were_imported(
    later_from: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(compute, "LATER_FROM", later_from)
    world = World()
    top, line = world.account, world.lines[0]
    child = makers.account("Child", parent=top, owner=top.owner, employees=150)
    stands = makers.unit(top, "Child", linked_account=child, kind="child_account")
    for number in range(5):  # each pays 10.00 for every one of its staff, told of its child account
        head = makers.account(f"Head {number}")
        part = makers.account(f"Part {number}", parent=head, employees=10 + number)
        AccountMeasures.objects.create(
            account=head, currency="GBP", as_of=makers.TODAY, ledger_version=1, owned_cells=1
        )
        unit = makers.unit(head, f"Part {number}", linked_account=part, kind="child_account")
        CellMeasures.objects.create(
            account=head, unit=unit, product_line=line, r12=1_000 * (10 + number), owned=True
        )

    def worth() -> dict[str, int | None]:
        return {
            unit: score.value.likely.minor if score.value is not None else None
            for (unit, one), score in world.anew().scores.items()
            if one == str(line.pk)
        }

    as_paid = 1_000 * 12
    assert worth() == {str(stands.pk): 150_000} | {str(one.pk): as_paid for one in world.units}
    top.units.update(removed_at=world.now)
    type(top).objects.filter(pk=top.pk).update(employees=46)
    assert worth() == {"account": 46_000}


def test_what_a_folded_family_says_is_that_of_its_sums(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compute, "LATER_FROM", 0)
    found = Large(random.Random(5)).anew()
    units = [unit.key for unit in found.units]
    for family in {line.family for line in found.lines}:
        sums = [found.by_family[unit, family] for unit in units]
        fantasy = [one.excluded.get(Standing.FANTASY, Excluded()).cells for one in sums]
        said = (sum(one.open_value for one in sums), sum(one.owned for one in sums), sum(fantasy))
        assert found.brief(units, family) == said
        assert replace(found, by_family=dict(found.by_family)).brief(units, family) == said


def test_what_comparable_units_pay_is_scaled_alike_for_one_cell_and_for_all() -> None:
    chance = random.Random(1)
    lines = [f"l{number}" for number in range(40)]
    origin = Origin("peers", makers.TODAY, live=True)

    def some(part: list[str]) -> dict[str, ValueEstimate]:
        amounts = {one: Money(chance.randrange(10**13), "GBP") for one in part}
        return {
            line: ValueEstimate(one, one, one, Method.COMPARABLE, origin)
            for line, one in amounts.items()
        }

    peers = Peers(some(lines[:20]), some(lines[10:30]), {}, {})
    staffs = [None, 0, 1, 7, 500_000, 1_000_000, *(chance.randrange(10**6) for _ in range(30))]
    amounts, known = peers.likely(lines, staffs=staffs)
    for row, staff in enumerate(staffs):
        for column, line in enumerate(lines):
            one = peers.value(line, staff=staff)
            assert known[row, column] == (one is not None)
            assert one is None or amounts[row, column] == one.likely.minor


def test_a_weighed_grid_is_brought_up_to_date_like_any_other(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(compute, "LATER_FROM", 0)
    world, chance = Large(random.Random(3)), random.Random(3)
    world.grid()
    for _step in range(4):
        something(world, chance)
        kept = world.grid()
        fresh = world.anew()
        assert (kept.whole, kept.totals) == (fresh.whole, fresh.totals)
        assert (kept.by_family, kept.suggestions) == (fresh.by_family, fresh.suggestions)
        assert dict(kept.scores) == dict(fresh.scores)


def test_a_weighed_grid_reads_what_was_said_family_by_family_and_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(compute, "LATER_FROM", 0)
    world = Large(random.Random(0))
    found = world.anew()
    family = [(str(unit.pk), str(line.pk)) for unit in world.units for line in world.lines[::3]]
    with CaptureQueriesContext(connection) as asked:
        assert [found.scores[key].cell.key for key in family] == family
    facts = [one["sql"] for one in asked if "cellfact" in one["sql"]]
    assert len(facts) == 1
    with CaptureQueriesContext(connection) as again:
        assert [found.scores[key].cell.key for key in family] == family
    assert len(again) == 0
    with CaptureQueriesContext(connection) as every:
        assert len(dict(found.scores)) == len(found.scores)
    assert len([one for one in every if "cellfact" in one["sql"]]) == 1


def _by_hand() -> None:
    CellFact.objects.filter(kind=KINDS.HAND, currency="GBP").update(likely=2**61)


def _sold() -> None:
    CellMeasures.objects.filter(account__name="Large", owned=True).update(r12=2**61)


def _in_deals() -> None:
    OpportunityLine.objects.filter(total__isnull=False).update(total=2**61)


def _paid_by_peers() -> None:
    CellMeasures.objects.exclude(account__name="Large").update(r12=2**62)


@pytest.mark.parametrize("enlarge", [_by_hand, _sold, _in_deals, _paid_by_peers])
def test_amounts_too_large_for_a_processors_whole_numbers_are_added_one_by_one(
    enlarge: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    world = Large(random.Random(0))
    enlarge()
    whole = world.anew()
    assert max(*whole.marks.worth.values(), whole.whole.owned, whole.whole.in_progress) >= 2**61
    monkeypatch.setattr(compute, "LATER_FROM", 0)
    same(world.anew(), whole)
