"""Retention and penetration wanted: what plans give, what is missing, who could carry it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from sightline.planning import outcomes
from sightline.planning.money import Money
from sightline.planning.outcomes import (
    Begun,
    Carried,
    Held,
    Retention,
    new_lines_outcome,
    penetration_outcome,
    retention_outcome,
)


def gbp(amount: int) -> Money:
    return Money(amount * 100, "GBP")


def plan(account: str, opening: int, lost: int, landing: int, room: int | None = 0) -> Carried:
    return Carried(
        account, gbp(opening), gbp(lost), gbp(landing), gbp(room) if room is not None else None
    )


PLANS = [plan("a", 600, 60, 700, room=3000), plan("b", 400, 40, 380, room=1000)]


def test_the_worked_example_of_gross_retention() -> None:
    found = retention_outcome(Retention.GRR, 0.95, PLANS, currency="GBP")
    assert found is not None
    # 100 of 1,000 are expected to go: 90%, 50 are missing, by what each is expected to lose
    assert found.expected == pytest.approx(0.90)
    assert found.missing == gbp(50)
    assert [share.share for share in found.split.shares] == [gbp(30), gbp(20)]


def test_growth_hides_no_loss_in_gross_retention_and_counts_in_net() -> None:
    net = retention_outcome(Retention.NRR, 1.10, PLANS, currency="GBP")
    assert net is not None
    assert net.expected == pytest.approx(1.08)
    assert net.missing == gbp(20)
    assert [share.share for share in net.split.shares] == [gbp(15), gbp(5)]


def test_nobody_is_asked_for_more_than_they_may_lose() -> None:
    found = retention_outcome(Retention.GRR, 1.0, PLANS, currency="GBP")
    assert found is not None
    assert found.missing == gbp(100)
    assert not found.split.uncovered


def test_without_recurring_value_nothing_is_said() -> None:
    assert retention_outcome(Retention.GRR, 0.9, [plan("a", 0, 0, 5)], currency="GBP") is None
    assert penetration_outcome(0.5, [], lines=4) is None
    assert penetration_outcome(0.5, [Held("a", 0, 0)], lines=0) is None


def test_lines_in_open_plays_are_on_their_way_and_not_held() -> None:
    found = penetration_outcome(0.6, [Held("a", 3, 1), Held("b", 1, 0)], lines=5)
    assert found is not None
    # 4 of 10 held, 1 coming, 6 wanted: 1 missing
    assert (found.held, found.possible, found.coming, found.missing) == (4, 10, 1, 1)


def test_the_worked_example_of_new_lines() -> None:
    accounts = [
        Begun("a", gbp(700), gbp(60), gbp(100), room=gbp(300)),
        Begun("b", gbp(200), gbp(0), gbp(0), room=gbp(100)),
    ]
    found = new_lines_outcome(0.2, accounts, currency="GBP")
    assert found is not None
    assert found.expected == pytest.approx(0.16)
    assert found.missing == gbp(50)
    assert [share.share for share in found.split.shares] == [Money(3750, "GBP"), Money(1250, "GBP")]
    # what is missing raises the whole with the part, and then nothing is
    grown = [replace(accounts[0], whole=gbp(750), new=gbp(110)), accounts[1]]
    again = new_lines_outcome(0.2, grown, currency="GBP")
    assert again is not None
    assert (again.expected, again.missing) == (pytest.approx(0.2), gbp(0))
    assert new_lines_outcome(0.2, [], currency="GBP") is None


def test_of_very_many_accounts_the_smallest_stand_together_and_change_no_share(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    many = [Begun(f"a{n}", gbp(100), gbp(0), gbp(0), room=gbp(10 * n)) for n in range(9)]
    every = new_lines_outcome(0.5, many, currency="GBP")
    monkeypatch.setattr(outcomes, "MOST_APART", 3)
    few = new_lines_outcome(0.5, many, currency="GBP")
    assert every is not None and few is not None
    known = {one.account: one.share for one in every.split.shares}
    told = {one.account: one.share for one in few.split.shares}
    assert set(told) == {"a8", "a7", "a6", ""}
    assert all(told[name] == known[name] for name in ("a8", "a7", "a6"))
    assert sum(one.minor for one in told.values()) == few.missing.minor == every.missing.minor
