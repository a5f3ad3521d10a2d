"""Rank, fantasy and sums: monotone, counted once, and what is left out is named."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sightline.planning.errors import InvalidValue
from sightline.planning.money import Money
from sightline.planning.stakeholders import CellPath
from sightline.planning.whitespace import (
    CellFacts,
    CellFilter,
    FamilyDefault,
    Method,
    Order,
    Override,
    PeerCounts,
    Standing,
    State,
    ValueEstimate,
    add_up,
    competitors,
    from_comparables,
    from_price,
    from_wallet,
    order_cells,
    peer_evidence,
    peer_share,
    roll_up,
    score_cells,
    select_cells,
    with_default,
)
from tests.planning.whitespace.makers import (
    ON,
    SAID,
    UNITS,
    P,
    cells,
    deal,
    eligible,
    eur,
    held,
    need,
    path,
    plan_paths,
    scored,
    sold,
    worth,
)

OPEN = CellFacts("u", "l", holder=held("nobody"), need=need(3), estimates=(worth(90_000),))


def ranked(value: int, wanted: int, access: int, budget: int) -> Money:
    cell = replace(OPEN, estimates=(worth(value),), need=need(wanted))
    found = scored(cell, paths={cell.key: path(access, budget)})[0].rank
    assert found is not None
    return found


LEVEL = st.integers(0, 3)


@given(st.integers(0, 10**7), LEVEL, LEVEL, LEVEL, st.integers(0, 3))
def test_rank_never_falls_when_value_need_access_or_budget_rises(
    value: int, wanted: int, access: int, budget: int, which: int
) -> None:
    inputs = [value, wanted, access, budget]
    raised = list(inputs)
    raised[which] = raised[which] + 1 if which == 0 else min(3, raised[which] + 1)
    assert ranked(*raised) >= ranked(*inputs)


def test_rank_is_value_times_need_times_the_weaker_of_access_and_budget() -> None:
    assert ranked(90_000, 2, 3, 1) == eur(20_000)
    assert ranked(90_000, 3, 3, 3) == eur(90_000)
    assert ranked(90_000, 3, 0, 3) == eur(0)


def test_missing_inputs_leave_the_rank_unknown_and_never_zero() -> None:
    no_value, no_need = replace(OPEN, estimates=()), replace(OPEN, need=None)
    assert scored(no_value)[0].rank is None
    assert scored(no_value)[0].standing is Standing.NO_VALUE
    assert scored(no_need)[0].rank is None
    assert scored(no_need)[0].standing is Standing.NO_NEED


def test_a_need_nobody_asked_about_takes_the_peers_share_and_is_not_qualified() -> None:
    found = scored(replace(OPEN, need=None, peer_share=0.5))[0]
    assert found.rank == eur(45_000)
    assert not found.qualified


def test_high_value_without_a_path_is_fantasy_and_low_value_is_no_path() -> None:
    lines = [replace(OPEN, line=f"l{n}", estimates=(worth(10_000 * (n + 1)),)) for n in range(8)]
    found = scored(*lines, paths={("u", f"l{n}"): path(0, 2) for n in (0, 7)})
    assert found[7].standing is Standing.FANTASY
    assert found[0].standing is Standing.NO_PATH


@pytest.mark.parametrize(
    "relied", [{"in_plays": ("p1",)}, {"in_target": True}, {"pipeline": deal(5)}]
)
def test_whatever_the_plan_relies_on_without_a_path_is_fantasy(relied: dict[str, object]) -> None:
    small = replace(OPEN, line="s", estimates=(worth(10),), **relied)  # type: ignore[arg-type]
    found = scored(OPEN, small, paths={("u", "s"): path(2, 0)})
    assert found[1].fantasy


def test_nobody_mapped_is_path_unknown_and_not_fantasy() -> None:
    found = scored(OPEN, paths={OPEN.key: path(0, 0, mapped=False)})[0]
    assert found.standing is Standing.PATH_UNKNOWN
    assert found.rank is None


def test_an_override_counts_and_the_computed_level_stays_beside_it() -> None:
    cell = replace(OPEN, access=Override(3, "worked there for years", SAID))
    found = scored(cell, paths={cell.key: path(0, 3)})[0]
    assert (found.access.level, found.access.computed, found.access.overridden) == (3, 0, True)
    assert found.standing is Standing.COUNTED


@settings(max_examples=60)
@given(cells(), plan_paths())
def test_roll_ups_equal_the_sum_of_their_leaves_at_any_depth(
    plan: list[CellFacts], paths: dict[tuple[str, str], CellPath]
) -> None:
    found = score_cells(plan, paths=paths, on=ON, parameters=P)
    rolled = roll_up(found, parents=UNITS, currency="EUR")
    assert rolled["group"] == add_up(found, currency="EUR")
    for unit in UNITS:
        below = [one for one, above in UNITS.items() if above == unit]
        own = add_up((one for one in found if one.cell.unit == unit), currency="EUR")
        for child in below:
            own = own + rolled[child]
        assert rolled[unit] == own


@settings(max_examples=60)
@given(cells(), plan_paths())
def test_every_whitespace_cell_is_counted_or_left_out_by_name(
    plan: list[CellFacts], paths: dict[tuple[str, str], CellPath]
) -> None:
    found = score_cells(plan, paths=paths, on=ON, parameters=P)
    whole = add_up(found, currency="EUR")
    open_cells = [one for one in found if one.state.whitespace]
    counted = [one for one in open_cells if one.standing is Standing.COUNTED]
    fantasies = [one for one in found if one.fantasy and not one.state.whitespace]
    left = sum(one.cells for one in whole.excluded.values())
    assert len(counted) + left == len(open_cells) + len(fantasies)
    assert whole.open_value == sum(one.likely.minor for one in counted if one.likely)
    valued = sum(one.likely.minor for one in open_cells if one.likely)
    assert whole.open_value + sum(one.money for one in whole.excluded.values()) == valued


def test_fantasy_and_path_unknown_add_nothing_in_different_words() -> None:
    found = scored(
        OPEN,
        replace(OPEN, line="f"),
        replace(OPEN, line="q"),
        paths={("u", "f"): path(0, 0), ("u", "q"): path(0, 0, mapped=False)},
    )
    whole = add_up(found, currency="EUR")
    assert whole.money(whole.open_value) == eur(90_000)
    words = [one.text for one in whole.exclusions()]
    assert words == [
        "1 cell left out: fantasy, no path (90,000.00 EUR)",
        "1 cell left out: path unknown (90,000.00 EUR)",
    ]


def test_a_play_over_three_cells_is_counted_once() -> None:
    shares = eur(100).split([1, 1, 1])
    plan = [
        CellFacts(
            "u", f"l{n}", pipeline=replace(deal(0), deals=(replace(deal(0).deals[0], share=one),))
        )
        for n, one in enumerate(shares)
    ]
    whole = add_up(scored(*plan), currency="EUR")
    assert whole.money(whole.in_progress) == eur(100)


def test_a_deal_without_an_amount_is_named_and_not_taken_as_nothing() -> None:
    whole = add_up(scored(replace(OPEN, pipeline=deal(None))), currency="EUR")
    assert whole.unvalued_deals == 1


def test_an_estimate_runs_from_low_to_high() -> None:
    with pytest.raises(InvalidValue):
        ValueEstimate(eur(3), eur(2), eur(4), Method.HAND, SAID)


def test_comparable_units_give_their_middle_half_and_too_few_give_nothing() -> None:
    revenues = [eur(one) for one in (100, 200, 300, 400, 500)]
    found = from_comparables(revenues, origin=SAID, parameters=P)
    assert found is not None
    assert (found.low, found.likely, found.high) == (eur(200), eur(300), eur(400))
    assert from_comparables(revenues[:4], origin=SAID, parameters=P) is None
    scaled = from_comparables(
        revenues, origin=SAID, sizes=[10, 20, 30, 40, 50], size=7, parameters=P
    )
    assert scaled is not None
    assert scaled.likely == eur(70)


def test_value_from_wallet_leaves_out_what_we_sell_and_never_goes_below_zero() -> None:
    found = from_wallet((eur(100), eur(200), eur(900)), own=eur(50), origin=SAID, parameters=P)
    assert (found.low, found.likely, found.high) == (eur(0), eur(10), eur(220))


def test_value_from_price_is_price_times_quantity() -> None:
    found = from_price(eur(120), quantities=(10, 25, 40), origin=SAID, per="seats")
    assert (found.low, found.likely, found.high) == (eur(1200), eur(3000), eur(4800))


def test_a_familys_default_decides_only_where_size_is_known_and_nobody_has_spoken() -> None:
    rule = FamilyDefault("field", "never sold to units below 200 staff", least_staff=200)
    bare = CellFacts("u", "l")

    def state(cell: CellFacts, staff: int | None) -> State:
        return scored(with_default(cell, rules=[rule], family="field", staff=staff, on=ON))[
            0
        ].state.state

    assert state(bare, 199) is State.NOT_APPLICABLE
    assert state(bare, 200) is State.UNKNOWN
    assert state(bare, None) is State.UNKNOWN
    assert state(replace(bare, eligibility=eligible("applicable")), 5) is State.OPEN


def test_filters_join_and_orders_put_the_unknown_last() -> None:
    plan = scored(
        replace(OPEN, line="b", estimates=(worth(10),)),
        replace(OPEN, line="c", estimates=()),
        replace(OPEN, line="a", estimates=(worth(99),)),
        CellFacts("u", "d", footprint=sold(5)),
    )
    names = {"a": "Zürich", "b": "anders", "c": "Core", "d": "Data"}
    chosen = select_cells(plan, wanted=CellFilter(states=frozenset({State.OPEN})), family_of={})
    by_value = order_cells(chosen, by=Order.VALUE, names=names, on=ON, parameters=P)
    assert [one.cell.line for one in by_value] == ["a", "b", "c"]
    by_name = order_cells(chosen, by=Order.NAME, names=names, on=ON, parameters=P)
    assert [one.cell.line for one in by_name] == ["b", "c", "a"]
    both = CellFilter(states=frozenset({State.OPEN}), lines=frozenset({"d", "a"}))
    assert [one.cell.line for one in select_cells(plan, wanted=both, family_of={})] == ["a"]


COUNTS = PeerCounts("B", 11, 8, 3, 46, 17, 5, 7, 0.6, also="A")


def test_evidence_from_similar_units_is_in_words() -> None:
    found = peer_evidence(COUNTS, parameters=P)
    assert found is not None
    assert found.text == (
        "8 of 11 units like this that own A also own B (a few of them started in the last 12 "
        "months); across all 46 units, 17 do. Similar because: same 5 of 7 lines."
    )


def test_counts_under_five_are_a_few() -> None:
    found = peer_evidence(replace(COUNTS, having=3, recent=0, everyone_having=4), parameters=P)
    assert found is not None
    assert found.text.startswith("A few of 11 units like this")
    assert "across all 46 units, a few do" in found.text


def test_too_few_comparable_units_show_overall_adoption() -> None:
    for counts in (replace(COUNTS, similar=9), replace(COUNTS, similarity=0.19)):
        found = peer_evidence(counts, parameters=P)
        assert found is not None
        assert found.text.startswith("Too few comparable units")
        assert peer_share(counts, parameters=P) == pytest.approx(17 / 46)
    assert peer_share(COUNTS, parameters=P) == pytest.approx(8 / 11)
    assert peer_evidence(replace(COUNTS, everyone_having=0, having=0), parameters=P) is None


def test_competitors_are_listed_by_money_with_the_ends_ahead() -> None:
    def cell(line: str, name: str, ends: dt.date | None, value: int | None) -> CellFacts:
        worthy = () if value is None else (worth(value),)
        holder = held("competitor", competitor=name, contract_end=ends)
        return CellFacts("u", line, holder=holder, need=need(1), estimates=worthy)

    soon, late, past = ON, ON + dt.timedelta(days=90), ON - dt.timedelta(days=1)
    plan = scored(
        cell("a", "Tessera", late, 10),
        cell("b", "Fieldly", past, 500),
        cell("c", "Tessera ", soon, None),
    )
    found = competitors(plan, currency="EUR", on=ON)
    assert [one.name for one in found] == ["Fieldly", "Tessera"]
    assert [window.line for window in found[1].windows] == ["c", "a"]
    assert (found[1].money, found[1].unvalued) == (eur(10), 1)
    assert found[0].undated == (("u", "b"),)
    ours = replace(cell("d", "Tessera", late, 70), pipeline=deal(9))
    (meeting,) = competitors(scored(ours), currency="EUR", on=ON)
    assert (meeting.cells, meeting.money) == ((("u", "d"),), eur(70))  # held while we have a deal
