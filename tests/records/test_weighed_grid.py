"""A large grid is weighed as numbers and its cells made later: the same grid as one made at once."""

from __future__ import annotations

import random
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from sightline.planning.whitespace import State
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
from sightline.records.queries.whitespace import ScoredGrid, compute
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


def test_amounts_too_large_for_a_processors_whole_numbers_are_added_one_by_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    world = Large(random.Random(0))
    CellFact.objects.filter(kind=KINDS.HAND, currency="GBP").update(likely=2**61)
    whole = world.anew()
    assert max(whole.marks.worth.values()) == 2**61
    monkeypatch.setattr(compute, "LATER_FROM", 0)
    same(world.anew(), whole)
