"""What is lost in revenue is counted once, and growth elsewhere never hides it."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from sightline.planning.challenges import LostKind, losing_ground
from sightline.planning.challenges.ground import CellRevenue, PersonLost, people_lost, revenue_lost
from sightline.planning.money import Money


def cell(unit: str, line: str, now: int, before: int, *, owned: bool = True) -> CellRevenue:
    return CellRevenue(unit, line, Money(now, "GBP"), Money(before, "GBP"), owned)


def test_a_lost_cell_is_not_counted_in_its_lines_contraction_too() -> None:
    cells = [cell("a", "core", 0, 900, owned=False), cell("b", "core", 500, 700)]
    found = revenue_lost(cells, named=(), currency="GBP")
    assert [(one.kind, one.key, one.money and one.money.minor) for one in found] == [
        (LostKind.CELL_LOST, "cell:a:core", 900),
        (LostKind.CONTRACTION, "line:core", 200),
    ]


def test_growth_in_one_unit_does_not_hide_a_fall_in_another() -> None:
    cells = [cell("a", "core", 100, 300), cell("b", "core", 9000, 10)]
    (one,) = revenue_lost(cells, named=(), currency="GBP")
    assert one.money == Money(200, "GBP")


def test_a_cell_under_contract_without_revenue_is_contraction_and_not_lost() -> None:
    (one,) = revenue_lost([cell("a", "core", 0, 300)], named={"core"}, currency="GBP")
    assert (one.kind, one.named) == (LostKind.CONTRACTION, True)


def test_people_gone_and_cooled_carry_their_plays() -> None:
    people = [PersonLost("1", True, None, Money(5, "GBP")), PersonLost("2", False, None, None)]
    found = list(people_lost(people))
    assert [(one.kind, one.named) for one in found] == [
        (LostKind.PERSON_GONE, True),
        (LostKind.PERSON_COOLED, False),
    ]


cells_strategy = st.lists(
    st.tuples(
        st.sampled_from("abc"),
        st.sampled_from(["core", "extra"]),
        st.integers(0, 10**6),
        st.integers(0, 10**6),
        st.booleans(),
    ),
    unique_by=lambda row: row[:2],
)


@given(cells_strategy)
def test_all_that_fell_adds_up_and_nothing_that_grew_counts(
    rows: list[tuple[str, str, int, int, bool]],
) -> None:
    cells = [cell(unit, line, now, before, owned=owned) for unit, line, now, before, owned in rows]
    found = losing_ground(revenue_lost(cells, named=(), currency="GBP"), currency="GBP")
    fell = sum(max(0, before - now) for _unit, _line, now, before, _owned in rows)
    assert found.money.minor == fell == found.unnamed.minor
    assert found.not_in_money == 0
