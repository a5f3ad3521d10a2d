"""What the challenge rules see of plays and cells that only the plan knows."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from sightline.actions.plays import InCrm, NewPlay, park_play, start_play
from sightline.actions.whitespace import Place, Saying, override_path, say_value
from sightline.planning.money import Money
from sightline.records.models import CrmUser
from sightline.records.queries import plan_plays
from tests import makers

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
TODAY = date(2026, 11, 23)


def convert(minor: int | None, code: str) -> Money | None:
    return Money(minor, code) if minor is not None else None


def test_a_play_of_the_plan_counts_once_and_with_an_opportunity_not_at_all() -> None:
    dana = makers.person("account_manager", user=makers.crm_user())
    account = makers.account(owner=CrmUser.objects.get(pk=dana.crm_user_id))
    unit, line = makers.unit(account), makers.line()
    cell = (unit.pk, line.pk)
    place = Place(account.pk, unit.pk, line.pk)
    say_value(place, (1, 2, 3), currency="GBP", saying=Saying(dana, NOW, TODAY, 0))
    new = NewPlay("Rollout", cells=(cell,), value=500, currency="GBP", first_action="Call")
    alone = start_play(dana, account.pk, new, crm=InCrm(), now=NOW, on=TODAY)
    deal = makers.opportunity(account)
    start_play(dana, account.pk, new, crm=InCrm(opportunity_id=deal.pk), now=NOW, on=TODAY)
    found = plan_plays.plan_only_plays(account.pk, convert=convert)
    assert [play.key for play in found] == [f"play:{alone}"]
    assert (found[0].amount, found[0].next_action) == (Money(500, "GBP"), "Call")
    assert plan_plays.counted_cells(account.pk, convert=convert) == {cell: Money(2, "GBP")}
    park_play(dana, alone, parked=True, now=NOW)
    assert plan_plays.plan_only_plays(account.pk, convert=convert) == ()
    assert plan_plays.counted_cells(account.pk, convert=convert) == {}


def test_a_path_counts_as_set_only_where_both_parts_are() -> None:
    dana = makers.person("account_manager", user=makers.crm_user())
    account = makers.account(owner=CrmUser.objects.get(pk=dana.crm_user_id))
    unit, line = makers.unit(account), makers.line()
    place, saying = Place(account.pk, unit.pk, line.pk), Saying(dana, NOW, TODAY, 0)
    override_path(place, "access", 3, reason="met", saying=saying)
    assert plan_plays.overridden_paths(account.pk) == {}
    override_path(place, "budget", 0, reason="no budget", saying=saying)
    assert plan_plays.overridden_paths(account.pk) == {(unit.pk, line.pk): 0}
