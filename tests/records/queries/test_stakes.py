"""What rests on people: each amount once, in one currency, on the unit it belongs to."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from sightline.planning.money import Money, Rates
from sightline.planning.stakeholders import StakeKind
from sightline.planning.stakeholders.departure import covered_cells
from sightline.records.models import (
    Account,
    CellMeasures,
    Contract,
    OpportunityLine,
    Play,
    PlayPerson,
    ProductLine,
    Unit,
)
from sightline.records.queries.stakes import Rested, stakes_of
from sightline.records.queries.standing import WHOLE
from tests import makers

pytestmark = pytest.mark.django_db
ON = date(2026, 11, 22)


def rested(account: Account, seen: list[int] | None = None) -> Rested:
    return stakes_of([account.pk], on=ON, currency="GBP", rates=Rates("GBP", ()), seen_ids=seen)[
        account.pk
    ]


def owned(account: Account, line: ProductLine, unit: Unit | None, acv: int | None) -> None:
    CellMeasures.objects.create(
        account=account, unit=unit, product_line=line, owned=True, acv=acv, acv_source="contract"
    )


def contract(account: Account, **values: object) -> Contract:
    values.setdefault("ends_on", ON + timedelta(days=90))
    return Contract.objects.create(account=account, currency="GBP", number="7", **values)


def by_key(found: Rested) -> dict[str, Money | None]:
    return {one.key: one.money for one in found.stakes}


def test_a_contract_without_a_value_holds_that_of_the_lines_it_covers_and_they_count_once() -> None:
    account = makers.account()
    first, second = makers.line(), makers.line()
    owned(account, first, None, 100)
    owned(account, second, None, 50)
    whole = contract(account)
    found = rested(account)
    assert by_key(found)[f"contract:{whole.pk}"] == Money(150, "GBP")
    assert covered_cells(found.stakes) == {(WHOLE, str(first.pk)), (WHOLE, str(second.pk))}


def test_a_line_with_a_contract_of_its_own_is_not_held_by_the_general_one() -> None:
    account = makers.account()
    first, second = makers.line(), makers.line()
    owned(account, first, None, 100)
    owned(account, second, None, 50)
    own = contract(account, product_line=first, annual_value=90)
    whole = contract(account)
    money = by_key(rested(account))
    assert money[f"contract:{own.pk}"] == Money(90, "GBP")
    assert money[f"contract:{whole.pk}"] == Money(50, "GBP")


def test_what_is_not_known_is_none_and_never_zero() -> None:
    account = makers.account()
    owned(account, makers.line(), None, None)
    ended = contract(account)
    dollars = makers.opportunity(account, amount=100, currency="USD")
    blank = makers.opportunity(account)
    money = by_key(rested(account))
    assert money[f"contract:{ended.pk}"] is None
    assert money[f"opportunity:{dollars.pk}"] is None
    assert money[f"opportunity:{blank.pk}"] is None


def test_a_play_with_an_opportunity_is_one_stake_with_both_their_people() -> None:
    account = makers.account()
    deal = makers.opportunity(account, amount=500)
    ana, bo = makers.contact(account), makers.contact(account)
    play = Play.objects.create(
        account=account, name="Play", opportunity=deal, created_on=ON, value=1, currency="GBP"
    )
    PlayPerson.objects.create(play=play, contact=ana)
    deal.contact_roles.create(contact=bo)
    (one,) = rested(account).stakes
    assert (one.key, one.money) == (f"play:{play.pk}", Money(500, "GBP"))
    assert set(one.people) == {str(ana.pk), str(bo.pk)}
    play.removed_at = "2026-01-01T00:00Z"
    play.save()
    assert [stake.key for stake in rested(account).stakes] == [f"opportunity:{deal.pk}"]


def test_closed_ended_and_renewal_deals_do_not_rest_twice() -> None:
    account = makers.account()
    running = contract(account, annual_value=10)
    contract(account, ends_on=ON - timedelta(days=1))
    contract(account, is_active=False)
    makers.opportunity(account, is_closed=True, amount=1)
    makers.opportunity(account, is_renewal=True, amount=1)
    makers.opportunity(account, renews=running, amount=1)
    assert [one.key for one in rested(account).stakes] == [f"contract:{running.pk}"]


def test_a_child_account_stands_in_its_unit_and_is_left_out_where_it_is_not_seen() -> None:
    account = makers.account()
    child = makers.account(parent=account)
    unit = makers.unit(account, linked_account=child)
    line = makers.line()
    deal = makers.opportunity(child, amount=10)
    OpportunityLine.objects.create(opportunity=deal, product_line=line)
    owned(child, line, None, 100)
    found = rested(account)
    cells = {cell for one in found.stakes for cell in one.decisions}
    assert cells == {(str(unit.pk), str(line.pk))}
    assert found.parents == {WHOLE: None, str(unit.pk): WHOLE}
    assert rested(account, seen=[account.pk]).stakes == ()


def test_units_in_a_ring_hang_under_the_whole() -> None:
    account = makers.account()
    first = makers.unit(account)
    second = makers.unit(account, parent=first)
    Unit.objects.filter(pk=first.pk).update(parent=second)
    line = makers.line()
    owned(account, line, first, 100)
    found = rested(account)
    assert [one.kind for one in found.stakes] == [StakeKind.OWNED]
    for unit in (str(first.pk), str(second.pk)):
        trail, current = [], unit
        while current is not None and len(trail) < 5:
            trail.append(current)
            current = found.parents[current]
        assert trail[-1] == WHOLE
