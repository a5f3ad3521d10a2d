"""Estimates joined in logs: the method's own worked case, ageing, and one source counted once."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sightline.planning.errors import InvalidValue, MixedCurrencies
from sightline.planning.money import Money
from sightline.planning.parameters import load_defaults
from sightline.planning.wallet import (
    Estimate,
    OpenWallet,
    Range,
    Scale,
    ShareRange,
    WalletParameters,
    calibrated,
    combine,
    headroom,
    model_wallet,
    narrowing_question,
    share_by_rank,
    share_trend,
    split_wallet,
    three_numbers,
    total_of,
    wallet_share,
)

ON = dt.date(2026, 11, 21)
P = load_defaults().section(WalletParameters, "wallet")


def eur(amount: float) -> Money:
    return Money(round(amount * 100), "EUR")


def said(
    amount: float, confidence: str = "medium", *, months: float = 0, source: str = "you"
) -> Estimate:
    on = ON - dt.timedelta(days=round(months * 365.25 / 12))
    return Estimate(eur(amount), source, on, confidence)


def test_the_worked_case_of_the_method_holds() -> None:
    found = combine(
        [
            said(2_000_000, "medium", months=14, source="you"),
            said(1_200_000, "low", months=2, source="jan"),
        ],
        scale=Scale.CATEGORY,
        on=ON,
        parameters=P,
        modelled=eur(2_300_000),
    )
    assert found is not None
    shares = {one.source: round(100 * one.share) for one in found.voices}
    assert shares == {"you": 56, "jan": 24, "model": 20}
    assert [round(float(one.amount) / 1e6, 1) for one in (found.range.low, found.range.likely)] == [
        0.7,
        1.8,
    ]
    assert round(float(found.range.high.amount) / 1e6, 1) == 4.9
    share = wallet_share(eur(310_000), wallet=found.range)
    assert share is not None
    assert round(100 * share.likely) == 17


def test_nothing_known_is_nothing_and_a_model_alone_says_it_is_inferred() -> None:
    assert combine([], scale=Scale.UNIT, on=ON, parameters=P) is None
    found = combine([], scale=Scale.UNIT, on=ON, parameters=P, modelled=eur(5_000))
    assert found is not None
    assert found.inferred
    assert found.reasons[0].code == "wallet.inferred"


ESTIMATES = st.lists(
    st.builds(
        said,
        st.floats(1, 1e8),
        st.sampled_from(("high", "medium", "low")),
        months=st.integers(0, 60),
        source=st.sampled_from("abcde"),
    ),
    min_size=1,
    max_size=8,
)


def width(estimates: list[Estimate]) -> float:
    found = combine(estimates, scale=Scale.CATEGORY, on=ON, parameters=P)
    assert found is not None
    return found.weight


@given(ESTIMATES, st.data())
def test_repeating_a_source_never_narrows_the_range(
    estimates: list[Estimate], data: st.DataObject
) -> None:
    again = data.draw(st.sampled_from(estimates))
    repeated = replace(
        again,
        author="somebody else",
        confidence=data.draw(st.sampled_from(("high", "medium", "low"))),
        on=data.draw(st.dates(dt.date(2020, 1, 1), ON)),
        likely=eur(data.draw(st.floats(1, 1e8))),
    )
    assert width([*estimates, repeated]) <= width(estimates) + 1e-12


@given(ESTIMATES, st.floats(1, 1e8))
def test_a_new_source_never_widens_the_range(estimates: list[Estimate], amount: float) -> None:
    assert width([*estimates, said(amount, source="new")]) >= width(estimates)


@given(ESTIMATES, st.randoms(use_true_random=False))
def test_the_order_of_estimates_changes_nothing(estimates: list[Estimate], random: object) -> None:
    def answer(some: list[Estimate]) -> Range | None:
        found = combine(some, scale=Scale.UNIT, on=ON, parameters=P)
        return found.range if found else None

    before, after = answer(estimates), answer(estimates[::-1])
    assert before is not None
    assert after is not None
    assert abs(before.likely.minor - after.likely.minor) <= 1


@given(ESTIMATES, st.integers(1, 5))
def test_a_year_without_news_widens_the_range(estimates: list[Estimate], years: int) -> None:
    later = ON + dt.timedelta(days=366 * years)
    now = combine(estimates, scale=Scale.UNIT, on=ON, parameters=P)
    then = combine(estimates, scale=Scale.UNIT, on=later, parameters=P)
    assert now is not None
    assert then is not None
    assert then.weight < now.weight


@given(ESTIMATES, st.floats(1, 1e9))
def test_no_figure_goes_below_what_is_known_to_be_spent(
    estimates: list[Estimate], known: float
) -> None:
    found = combine(estimates, scale=Scale.UNIT, on=ON, parameters=P, floor=eur(known))
    assert found is not None
    assert found.range.low >= eur(known)


def test_a_range_given_wider_than_its_confidence_counts_for_less() -> None:
    narrow = said(100, "high")
    wide = replace(narrow, low=eur(10), high=eur(1000))
    assert width([wide]) < width([narrow])


def test_what_is_dated_later_is_not_seen() -> None:
    late = replace(said(100), on=ON + dt.timedelta(days=1))
    assert combine([late], scale=Scale.UNIT, on=ON, parameters=P) is None


def test_two_currencies_and_unknown_confidences_are_refused() -> None:
    dollars = replace(said(5, source="b"), likely=Money(500, "USD"))
    with pytest.raises(MixedCurrencies):
        combine([said(5), dollars], scale=Scale.UNIT, on=ON, parameters=P)
    with pytest.raises(InvalidValue):
        combine([said(5, "certain")], scale=Scale.UNIT, on=ON, parameters=P)
    with pytest.raises(InvalidValue):
        said(0)


def test_a_unit_figure_is_stale_after_a_year_and_an_account_figure_after_two() -> None:
    for scale, stale in ((Scale.UNIT, True), (Scale.ACCOUNT, False)):
        found = combine([said(5, months=13)], scale=scale, on=ON, parameters=P)
        assert found is not None
        assert found.stale is stale


def test_the_model_is_the_geometric_mean_of_two_views_and_never_below_own_sales() -> None:
    def model(own: float, share: float | None, size: float | None) -> Money | None:
        return model_wallet(own=eur(own), overall_share=share, size=size, spend_per_size=10_000)

    assert model(400, 0.1, 1) == eur(632.46)
    assert model(0, 0.1, 1) == eur(100)
    assert model(400, 0.1, None) == eur(4000)
    assert model(400, None, None) is None
    assert model(400, 0.99, 0.0001) == eur(400)


def test_calibration_is_shrunk_by_how_few_wallets_were_validated() -> None:
    doubled = [(eur(200), eur(100))] * 2
    assert calibrated(eur(100), pairs=[], parameters=P) == eur(100)
    assert float(calibrated(eur(100), pairs=doubled, parameters=P).amount) == pytest.approx(141.42)


WALLET = Range(eur(500), eur(1000), eur(2000))


def test_share_and_headroom_are_ranges() -> None:
    assert wallet_share(eur(250), wallet=WALLET) == ShareRange(0.125, 0.25, 0.5)
    assert headroom(eur(600), wallet=WALLET) == Range(eur(0), eur(400), eur(1400))
    assert wallet_share(eur(5), wallet=Range(eur(0), eur(1), eur(2))) is None


def test_a_falling_share_is_said_and_whether_it_is_certain() -> None:
    before, now = ShareRange(0.3, 0.4, 0.5), ShareRange(0.1, 0.2, 0.25)
    found = share_trend(before, now=now, parameters=P)
    assert found is not None
    assert (round(found.points), found.proven, found.falling) == (-20, True, True)
    close = share_trend(before, now=ShareRange(0.28, 0.36, 0.5), parameters=P)
    assert close is not None
    assert (close.proven, close.falling) == (False, False)
    assert share_trend(None, now=now, parameters=P) is None


def test_three_numbers_keep_three_names_and_stand_in_order() -> None:
    few = three_numbers(eur(100), wallet=WALLET, peer_shares=[0.5] * 19, parameters=P)
    assert (few.total.likely, few.realistic.likely, few.next_step) == (
        eur(1000),
        eur(300),
        eur(200),
    )
    peers = [place / 20 for place in range(21)]
    many = three_numbers(
        eur(100), wallet=WALLET, peer_shares=peers, parameters=P, next_step=eur(150)
    )
    assert (many.realistic.likely, many.next_step) == (eur(800), eur(150))
    ours = three_numbers(eur(900), wallet=WALLET, peer_shares=[], parameters=P)
    assert ours.realistic.likely == eur(900)


def test_parts_leave_the_rest_unknown_and_say_when_they_are_too_many() -> None:
    parts = split_wallet(
        WALLET, own=eur(100), competitors={"tessera": eur(300), "fieldly": eur(400)}
    )
    assert parts.leader == ("fieldly", eur(400))
    assert parts.unknown == eur(200)
    assert parts.over is None
    over = split_wallet(WALLET, own=eur(900), competitors={"tessera": eur(300)})
    assert over.over is not None
    assert over.unknown == eur(0)


def test_the_question_worth_asking_takes_most_width_off() -> None:
    small = OpenWallet("u1", "cleaning", Scale.UNIT, (said(1_000, "low"),))
    large = OpenWallet("u2", "fleet", Scale.UNIT, (said(900_000, "low"),))
    sure = OpenWallet(
        "u3", "energy", Scale.UNIT, tuple(said(900_000, "high", source=s) for s in "abcd")
    )
    found = narrowing_question([small, sure, large], on=ON, parameters=P)
    assert found is not None
    assert (found.unit, found.category) == ("u2", "fleet")
    assert narrowing_question([], on=ON, parameters=P) is None


def test_several_wallets_add_end_to_end() -> None:
    assert total_of([WALLET, WALLET], currency="EUR") == Range(eur(1000), eur(2000), eur(4000))


def test_shares_by_rank_add_up_and_fall() -> None:
    for count in (1, 2, 5):
        shares = [share_by_rank(rank, suppliers=count) for rank in range(1, count + 1)]
        assert sum(shares) == pytest.approx(1)
        assert shares == sorted(shares, reverse=True)
    with pytest.raises(InvalidValue):
        share_by_rank(3, suppliers=2)
