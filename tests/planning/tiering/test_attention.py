"""Attention: shares against potential, and no alarm that chance explains."""

from __future__ import annotations

from functools import partial

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sightline.planning.parameters import load_defaults
from sightline.planning.tiering import (
    AttentionAudit,
    AttentionFacts,
    attention_points,
    audit_attention,
    spearman,
)
from sightline.planning.tiering.attention import worth_of_moving

NAN = float("nan")


def audit(
    touches: list[int], potential: list[float], *, recent: list[float] | None = None
) -> AttentionAudit:
    n = len(touches)
    facts = AttentionFacts(
        attention=np.array(touches, dtype=float),
        touches=np.array(touches, dtype=np.int64),
        potential=np.array(potential, dtype=float),
        recent_revenue=np.array(recent or [NAN] * n, dtype=float),
        days_since_contact=np.full(n, NAN),
        warmth=np.full(n, NAN),
    )
    found = audit_attention(facts, parameters=load_defaults())
    assert found is not None
    return found


def test_neglect_of_a_large_account_beyond_chance_is_found() -> None:
    # 31% of the potential, 45 of 498 touches, 154 expected
    found = audit([45, 200, 153, 100], [31.0, 25.0, 24.0, 20.0])
    assert found.judged
    assert found.neglected == (0,)
    assert found.reasons[0].code == "attention_neglect"
    assert "45 of 498 touches" in found.reasons[0].text
    assert found.served_under[0] == 0
    assert found.served_over[0] == 1


def test_under_three_hundred_touches_nothing_is_judged() -> None:
    found = audit([5, 100, 100, 94], [31.0, 25.0, 24.0, 20.0])
    assert not found.judged
    assert found.neglected == ()
    assert [reason.code for reason in found.reasons] == ["attention_too_little"]


def test_a_fair_portfolio_raises_no_alarm_and_has_nothing_to_move() -> None:
    found = audit([310, 250, 240, 200], [31.0, 25.0, 24.0, 20.0])
    assert found.neglected == ()
    assert found.surplus_share == pytest.approx(0)
    assert found.worth == pytest.approx(0)


def test_a_fair_portfolio_seldom_raises_an_alarm_by_chance() -> None:
    generator = np.random.default_rng(7)
    potential = np.sort(generator.lognormal(0, 1, 15))[::-1]
    fair = potential / potential.sum()
    alarms = sum(
        bool(audit([int(x) for x in generator.multinomial(500, fair)], list(potential)).neglected)
        for _ in range(100)
    )
    assert alarms <= 5


@given(
    st.lists(st.tuples(st.integers(0, 200), st.floats(0.1, 1e6)), min_size=2, max_size=20).filter(
        lambda rows: any(touches for touches, _ in rows)
    )
)
def test_moving_the_surplus_is_never_worth_less_than_nothing(
    rows: list[tuple[int, float]],
) -> None:
    found = audit([touches for touches, _ in rows], [money for _, money in rows])
    assert found.worth >= 0
    assert 0 <= found.surplus_share <= 1 + 1e-9
    assert np.nansum(found.share) == pytest.approx(1)
    assert np.nansum(found.fair_share) == pytest.approx(1)


def test_a_swap_is_worth_what_its_example_says_and_never_less_than_nothing() -> None:
    gain = partial(worth_of_moving, 100_000.0, fair=0.5, e=0.3)
    assert round(gain(share=0.8, by=-0.3)) == -15_143
    assert round(gain(share=0.2, by=0.3)) == 24_034
    for moved in (0.01, 0.1, 0.3):
        assert gain(share=0.8, by=-moved) + gain(share=0.2, by=moved) > 0
    assert worth_of_moving(1.0, share=0.1, fair=0.0, by=0.1, e=0.3) == 0


def test_an_account_of_unknown_potential_is_left_out() -> None:
    found = audit([100, 100, 900], [50.0, 50.0, NAN])
    assert found.share == pytest.approx([0.5, 0.5, NAN], nan_ok=True)


def test_nothing_to_compare_gives_no_audit() -> None:
    empty = np.zeros(2)
    facts = AttentionFacts(empty, empty.astype(np.int64), empty, empty, empty, empty)
    assert audit_attention(facts, parameters=load_defaults()) is None


def test_contact_that_follows_last_quarters_revenue_is_recency_bias() -> None:
    generator = np.random.default_rng(3)
    touches = generator.integers(1, 100, 60)
    potential = generator.random(60) * 100
    biased = audit([int(x) for x in touches], list(potential), recent=[float(x) for x in touches])
    assert biased.recency_bias.shown
    assert biased.recency_bias.difference is not None
    assert biased.recency_bias.difference > 0
    noise = audit([int(x) for x in touches], list(potential), recent=list(generator.random(60)))
    assert not noise.recency_bias.shown


def test_the_same_facts_give_the_same_interval() -> None:
    once, again = (
        audit([9, 5, 7, 1, 4], [5.0, 4, 3, 2, 1], recent=[1.0, 5, 2, 3, 4]).recency_bias
        for _ in range(2)
    )
    assert once == again


def test_ranks_are_shared_by_equals() -> None:
    left: npt.NDArray[np.float64] = np.array([1.0, 2, 2, 4, NAN])
    right: npt.NDArray[np.float64] = np.array([1.0, 2, 3, 4, 5])
    assert spearman(left, right).value == pytest.approx(0.9486833)
    assert spearman(left, right).accounts == 4
    assert spearman(left[:2], right[:2]).value is None
    assert spearman(np.ones(4), right[:4]).value is None


def test_points_weigh_the_kind_and_halve_in_ninety_days() -> None:
    points = attention_points(
        meetings=np.array([1.0, 1, 0]),
        calls=np.array([0.0, 0, 2]),
        mails=np.array([0.0, 2, 0]),
        age_days=np.array([0.0, 90, 180]),
        parameters=load_defaults(),
    )
    assert points == pytest.approx([3.0, 2.0, 0.75])


def test_few_touches_that_chance_explains_are_no_neglect() -> None:
    # 10 of 500 touches expected, 4 made: under half, but within what chance does
    found = audit([4, *[10] * 48, 16], [1.01, *[1.0] * 49])
    assert found.judged
    assert found.ratio[0] < 0.5
    assert -2.4 < found.z[0] < -1
    assert found.neglected == ()
