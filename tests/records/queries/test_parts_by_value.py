"""A play over several cells is parted by what people said the cells are worth (docs/method/plays.md)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import pytest

from sightline.planning.money import Converter, Money
from sightline.records.models import (
    Account,
    Cell,
    CellFact,
    ExchangeRate,
    Opportunity,
    Play,
    PlayCell,
    ProductLine,
    Unit,
)
from sightline.records.queries import company, measuring
from sightline.records.queries.account_scope import account_scope
from sightline.records.queries.bare_deals import bare_deals
from sightline.records.queries.target_split import split_facts
from tests import makers

pytestmark = pytest.mark.django_db
DAY = date(2026, 11, 2)


@dataclass
class Plan:
    """A play over three lines in one unit: 60,000, 30,000, and one of unknown worth."""

    account: Account
    unit: Unit
    lines: list[ProductLine]
    play: Play

    def tie(self, **deal: object) -> Opportunity:
        found = makers.opportunity(
            self.account, amount=9_000_000, currency="GBP", close_date=DAY, **deal
        )
        Play.objects.filter(pk=self.play.pk).update(opportunity=found)
        return found

    def worth(self, at: int, minor: int, code: str = "GBP", kind: str = "value_hand") -> Cell:
        cell, _ = Cell.objects.get_or_create(
            account=self.account, unit=self.unit, product_line=self.lines[at]
        )
        CellFact.objects.create(cell=cell, kind=kind, likely=minor, currency=code, said_on=DAY)
        return cell

    def parts(self) -> list[int | None]:
        convert = Converter("GBP", company.rates(), DAY)
        found = bare_deals([self.account.pk], lambda account, unit: str(unit), convert)
        at = {line: one.share for (_, line), one in found}
        parts = [at[str(line.pk)] for line in self.lines]
        return [part.minor if part else None for part in parts]


@pytest.fixture
def plan() -> Plan:
    makers.company()
    account = makers.account("Helvion", owner=makers.crm_user())
    unit = makers.unit(account, "Plant")
    lines = [makers.line(name) for name in ("Analytics", "Training", "Mobility")]
    play = Play.objects.create(account=account, name="Rollout", created_on=DAY)
    for line in lines:
        PlayCell.objects.create(play=play, unit=unit, product_line=line)
    found = Plan(account, unit, lines, play)
    found.worth(0, 6_000_000)
    found.worth(1, 3_000_000)
    return found


def test_an_open_deal_without_products_stands_in_its_cells_by_their_value(plan: Plan) -> None:
    plan.tie()
    assert plan.parts() == [4_000_000, 2_000_000, 3_000_000]


def test_where_no_cell_has_a_value_the_parts_are_equal(plan: Plan) -> None:
    CellFact.objects.all().delete()
    plan.tie()
    assert plan.parts() == [3_000_000] * 3


def test_the_method_somebody_chose_counts_and_another_currency_is_converted(plan: Plan) -> None:
    ExchangeRate.objects.create(
        currency="EUR", to_currency="GBP", rate="0.5", month=date(2026, 11, 1)
    )
    cell = plan.worth(2, 18_000_000, "EUR", kind="value_price")
    plan.worth(2, 1, kind="value_hand")
    Cell.objects.filter(pk=cell.pk).update(chosen="price")
    plan.tie()
    assert plan.parts() == [3_000_000, 1_500_000, 4_500_000]


def test_a_value_without_a_rate_is_not_known(plan: Plan) -> None:
    plan.worth(2, 18_000_000, "SEK")
    plan.tie()
    assert plan.parts() == [4_000_000, 2_000_000, 3_000_000]


def test_a_deal_without_an_amount_stands_in_its_cells_without_one(plan: Plan) -> None:
    deal = plan.tie()
    Opportunity.objects.filter(pk=deal.pk).update(amount=None)
    assert plan.parts() == [None] * 3


def test_a_won_deal_without_products_is_booked_by_the_same_shares(plan: Plan) -> None:
    plan.tie(is_won=True, is_closed=True)
    booked = {one.line_id: one.minor for one in measuring.bookings()}
    assert [booked[line.pk] for line in plan.lines] == [4_000_000, 2_000_000, 3_000_000]


def test_a_play_of_the_plan_alone_is_placed_by_the_same_shares(plan: Plan) -> None:
    person = makers.person("account_manager", user=plan.account.owner)
    scope = account_scope(person, plan.account.pk)
    assert scope is not None
    convert = Converter("GBP", company.rates(), DAY)
    facts = split_facts(scope, first_day=DAY, convert=convert)
    weights = {one.place: one.weight for one in facts.by_line[f"play:{plan.play.pk}"]}
    whole = Money(9_000_000, "GBP")
    order = [weights[str(line.pk)] for line in plan.lines]
    assert [part.minor for part in whole.split(order)] == [4_000_000, 2_000_000, 3_000_000]
    assert [one.place for one in facts.by_unit[f"play:{plan.play.pk}"]] == [str(plan.unit.pk)]
