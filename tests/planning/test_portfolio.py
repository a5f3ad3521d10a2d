"""The portfolio: each plan once, no surplus hiding a gap, and an outcome split to the cent."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sightline.planning.errors import InvalidValue, MixedCurrencies
from sightline.planning.money import Money, total
from sightline.planning.portfolio import (
    GroupBy,
    OutcomeSplit,
    PlanResult,
    ShareFacts,
    roll_up,
    roll_up_by,
    split_outcome,
)


def euro(amount: int | None) -> Money | None:
    return None if amount is None else Money(amount, "EUR")


def plan(
    key: str,
    target: int | None,
    landing: int | None,
    *,
    owner: str = "Lee",
    tier: int = 1,
    account: str | None = None,
    no_path: bool = False,
    single: int | None = None,
) -> PlanResult:
    return PlanResult(
        key, account or f"account of {key}", 2027, owner, tier, euro(target), euro(landing),
        no_path=no_path, single_threaded=euro(single),
    )  # fmt: skip


PLANS = [
    plan("p1", 1000, 700, owner="Lee", no_path=True, single=50),
    plan("p2", 500, 900, owner="Lee", tier=2),
    plan("p3", 800, 760, owner="Kim"),
    plan("p4", None, 300, owner="Kim"),
    plan("p5", 100, None, owner="Kim"),
]


def test_one_plans_surplus_does_not_hide_anothers_gap() -> None:
    found = roll_up(PLANS, currency="EUR")
    assert (found.target, found.landing) == (euro(2300), euro(2360))
    assert found.gap == euro(340)
    assert found.net == euro(60)


def test_plans_without_target_or_landing_are_left_out_and_named() -> None:
    found = roll_up(PLANS, currency="EUR")
    assert (found.plans, found.counted) == (5, 3)
    assert (found.without_target, found.without_landing) == (("p4",), ("p5",))
    assert found.no_path == ("p1",)
    assert found.single_threaded == euro(50)
    assert [reason.code for reason in found.reasons] == [
        "gap_open",
        "plans_without_path",
        "plans_left_out",
    ]


def test_groups_come_by_gap_and_add_up_to_the_whole() -> None:
    whole = roll_up(PLANS, currency="EUR")
    for by, keys in ((GroupBy.OWNER, ["Lee", "Kim"]), (GroupBy.TIER, ["1", "2"])):
        groups = roll_up_by(PLANS, by=by, currency="EUR")
        assert [group.key for group in groups] == keys
        assert total((group.gap for group in groups), currency="EUR") == whole.gap
        assert sum(group.plans for group in groups) == whole.plans


def test_an_account_and_year_is_never_counted_twice() -> None:
    with pytest.raises(InvalidValue, match="two plans"):
        roll_up([plan("p1", 1, 1, account="a"), plan("p2", 1, 1, account="a")], currency="EUR")
    with pytest.raises(InvalidValue, match="twice"):
        roll_up([PLANS[0], PLANS[0]], currency="EUR")


def test_plans_in_another_currency_are_refused() -> None:
    with pytest.raises(MixedCurrencies):
        roll_up(PLANS, currency="USD")


def shares(found: OutcomeSplit) -> dict[str, int]:
    return {share.account: share.share.minor for share in found.shares}


def test_an_outcome_follows_potential() -> None:
    found = split_outcome(
        Money(100, "EUR"), [ShareFacts("a", 2.0), ShareFacts("b", 1.0), ShareFacts("c", None)]
    )
    assert shares(found) == {"a": 67, "b": 33, "c": 0}
    assert [share.why.code for share in found.shares] == [
        "share_by_potential",
        "share_by_potential",
        "share_unknown",
    ]


def test_what_a_full_account_cannot_carry_goes_to_the_others() -> None:
    found = split_outcome(
        Money(100, "EUR"),
        [ShareFacts("a", 8.0, most=euro(50)), ShareFacts("b", 1.0), ShareFacts("c", 1.0)],
    )
    assert shares(found) == {"a": 50, "b": 25, "c": 25}
    assert found.shares[0].why.code == "share_capped"
    assert not found.uncovered


def test_a_share_set_by_hand_is_kept() -> None:
    facts = [ShareFacts("a", 9.0, fixed=euro(10)), ShareFacts("b", 1.0)]
    assert shares(split_outcome(Money(100, "EUR"), facts)) == {"a": 10, "b": 90}
    with pytest.raises(InvalidValue, match="by hand"):
        split_outcome(Money(5, "EUR"), facts)


def test_what_nobody_can_carry_is_said() -> None:
    found = split_outcome(Money(100, "EUR"), [ShareFacts("a", 1.0, most=euro(30))])
    assert found.uncovered == euro(70)
    assert found.reasons[0].code == "outcome_uncovered"
    assert split_outcome(Money(100, "EUR"), []).uncovered == euro(100)


FACTS = st.lists(
    st.tuples(
        st.one_of(st.none(), st.floats(0, 1e6)),
        st.one_of(st.none(), st.integers(0, 10**6)),
        st.one_of(st.none(), st.integers(0, 1000)),
    ),
    max_size=10,
)


@given(st.integers(10_000, 10**9), FACTS)
def test_shares_and_what_is_uncovered_add_up_to_the_outcome(
    outcome: int, rows: list[tuple[float | None, int | None, int | None]]
) -> None:
    facts = [
        ShareFacts(str(place), weight, most=euro(most), fixed=euro(fixed))
        for place, (weight, most, fixed) in enumerate(rows)
    ]
    found = split_outcome(Money(outcome, "EUR"), facts)
    assert sum(shares(found).values()) + found.uncovered.minor == outcome
    assert found.uncovered.minor >= 0
    for fact, share in zip(facts, found.shares, strict=True):
        assert share.share.minor >= 0
        if fact.fixed is None and fact.most is not None:
            assert share.share <= fact.most
    open_ended = [f for f in facts if f.fixed is None and f.most is None and (f.weight or 0) > 0]
    assert not (open_ended and found.uncovered)


def test_an_account_takes_one_share_of_no_negative_outcome() -> None:
    with pytest.raises(InvalidValue):
        split_outcome(Money(1, "EUR"), [ShareFacts("a", 1.0), ShareFacts("a", 1.0)])
    with pytest.raises(InvalidValue):
        split_outcome(Money(-1, "EUR"), [])
