"""What a cell is shown as, where facts contradict each other, and when they go stale."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path

import pytest
import yaml

from sightline.planning.errors import MissingValue
from sightline.planning.whitespace import (
    CellFacts,
    Override,
    State,
    derive_state,
    stale_facts,
    worth_refreshing,
)
from tests.planning.whitespace.makers import (
    ON,
    SAID,
    P,
    deal,
    eligible,
    eur,
    held,
    need,
    sold,
    worth,
)

EXAMPLES = yaml.safe_load(
    (Path(__file__).parents[2] / "examples" / "whitespace" / "state.yaml").read_text("utf-8")
)


def built(facts: dict[str, object]) -> CellFacts:
    """A cell from the words of the example file."""
    holder = facts.get("holder")
    blocked = facts.get("blocked_until")
    return CellFacts(
        "u",
        "l",
        footprint=sold(
            facts.get("revenue_12_months"),  # type: ignore[arg-type]
            under_contract=bool(facts.get("under_contract")),
            contract_end=facts.get("contract_ended"),
        )
        if {"revenue_12_months", "under_contract"} & set(facts)
        else None,
        holder=held(str(holder), competitor=facts.get("competitor")) if holder else None,
        eligibility=eligible("blocked", until=blocked)
        if blocked
        else eligible(str(facts["eligibility"]))
        if "eligibility" in facts
        else None,
        pipeline=deal(10) if facts.get("open_deal") else None,
        need=need(int(str(facts["need"]))) if "need" in facts else None,
    )


@pytest.mark.parametrize("example", EXAMPLES["cells"], ids=lambda one: one["name"])
def test_worked_examples_hold(example: dict[str, dict[str, object]]) -> None:
    found = derive_state(built(example["facts"]), on=EXAMPLES["date"])
    expected = example["shows"]
    assert found.state.value == expected["state"]
    assert found.lapsed is bool(expected.get("lapsed"))
    assert found.also_in_progress is bool(expected.get("also_in_progress"))
    assert [one.code for one in found.contradictions] == expected.get("contradictions", [])


def test_the_first_state_that_holds_wins_over_all_below_it() -> None:
    """Facts for every state at once, taken away one by one from the top."""
    full = CellFacts(
        "u",
        "l",
        footprint=sold(5),
        pipeline=deal(10),
        eligibility=eligible("not_applicable"),
        holder=held("competitor", competitor="Tessera"),
        need=need(2),
    )
    blocked = replace(full, eligibility=eligible("blocked", until=ON + dt.timedelta(days=1)))
    free = replace(full, eligibility=None, footprint=None, pipeline=None)
    steps = [
        (full, State.NOT_APPLICABLE),
        (blocked, State.OWNED),
        (replace(blocked, footprint=sold(0)), State.IN_PROGRESS),
        (replace(blocked, footprint=sold(0), pipeline=None), State.BLOCKED),
        (free, State.COMPETITOR),
        (replace(free, holder=held("in_house")), State.IN_HOUSE),
        (replace(free, holder=held("nobody")), State.OPEN),
        (replace(free, holder=None), State.OPEN),
        (replace(free, holder=held("unknown")), State.UNKNOWN),
        (replace(free, holder=None, need=None), State.UNKNOWN),
    ]
    for cell, state in steps:
        assert derive_state(cell, on=ON).state is state


def test_a_block_ends_on_its_day() -> None:
    cell = CellFacts("u", "l", eligibility=eligible("blocked", until=ON))
    assert derive_state(cell, on=ON - dt.timedelta(days=1)).state is State.BLOCKED
    assert derive_state(cell, on=ON).state is not State.BLOCKED


def test_revenue_that_was_never_loaded_is_not_a_lapse() -> None:
    ended = sold(None, contract_end=ON - dt.timedelta(days=400))
    assert not derive_state(CellFacts("u", "l", footprint=ended), on=ON).lapsed


def test_blocks_exclusions_and_overrides_need_a_reason() -> None:
    for kind in ("blocked", "not_applicable"):
        with pytest.raises(MissingValue):
            eligible(kind, reason=" ")
    with pytest.raises(MissingValue):
        Override(2, "", SAID)
    with pytest.raises(MissingValue):
        held("competitor")


def test_a_sighting_is_asked_again_in_90_days_and_a_contract_end_in_a_year() -> None:
    def aged(days: int, *, reported: bool) -> list[str]:
        said = replace(SAID, on=ON - dt.timedelta(days=days))
        holder = replace(
            held("competitor", competitor="Fieldly", contract_end=ON),
            origin=said,
            reported=reported,
        )
        found = stale_facts(CellFacts("u", "l", holder=holder), money=None, on=ON, parameters=P)
        return [one.kind for one in found]

    assert aged(89, reported=True) == []
    assert aged(90, reported=True) == ["holder"]
    assert aged(179, reported=False) == []
    assert aged(180, reported=False) == ["holder"]
    assert aged(365, reported=False) == ["holder", "contract_end"]


def test_what_the_ledger_says_does_not_go_stale() -> None:
    old = replace(sold(5), origin=replace(sold(5).origin, on=dt.date(2020, 1, 1)))
    assert not stale_facts(CellFacts("u", "l", footprint=old), money=None, on=ON, parameters=P)


def test_three_stale_facts_by_money_times_age_are_worth_refreshing() -> None:
    def facts(unit: str, days: int, money: int | None) -> CellFacts:
        said = replace(SAID, on=ON - dt.timedelta(days=days))
        return CellFacts(unit, "l", need=replace(need(1), origin=said))

    rows = [("small", 400, 1), ("big", 200, 1000), ("huge", 181, 90000), ("none", 900, None)]
    found = [
        one
        for unit, days, money in rows
        for one in stale_facts(
            facts(unit, days, money),
            money=None if money is None else eur(money),
            on=ON,
            parameters=P,
        )
    ]
    assert [one.unit for one in worth_refreshing(found, parameters=P)] == ["huge", "big", "small"]
    assert worth(10).likely == eur(10)
