"""A bridge by place adds up to the bridge: bar by bar, landing and target, to the cent."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sightline.planning.bridge import (
    BarCode,
    Bridge,
    BridgeFacts,
    BridgeParameters,
    Part,
    build_bridge,
)
from sightline.planning.bridge.split import Placed, Places, kinds_by_line, split_bridge
from sightline.planning.fiscal import MonthCalendar
from sightline.planning.money import Money, total
from sightline.planning.parameters import load_defaults
from tests.planning.bridge.test_landing import bridge_of, plans
from tests.planning.plain_values import build, money
from tests.planning.worked import worked

YEAR = MonthCalendar().year(2027)
TODAY = dt.date(2026, 11, 15)
PARAMETERS = load_defaults().section(BridgeParameters, "bridge")


def landing() -> Bridge:
    (case,) = worked("bridge", "landing")[0].values
    facts = build(BridgeFacts, case["facts"] | {"year": YEAR})
    return build_bridge(facts, today=TODAY, parameters=PARAMETERS)


def told(places: Mapping[str, list[tuple[str | None, int]]]) -> Places:
    def found(_code: BarCode, part: Part) -> tuple[Placed, ...]:
        return tuple(Placed(place, weight) for place, weight in places.get(part.key, ()))

    return found


@pytest.mark.parametrize("case", worked("bridge", "split"))
def test_worked_examples_by_place(case: dict[str, Any]) -> None:
    places = told(case["places"])
    if "kinds_held" in case:
        places = kinds_by_line(places, held=case["kinds_held"])
    targets: dict[str | None, Money] = {k: money(text) for k, text in case["targets"].items()}
    rows = split_bridge(landing(), places=places, targets=targets)
    found = {
        row.place or "-": {"landing": row.landing, "target": row.target, "gap": row.gap}
        for row in rows
    }
    assert found == {
        place: {name: money(text) if text else None for name, text in said.items()}
        for place, said in case["expect"].items()
    }


@given(plans, st.dictionaries(st.sampled_from("ab"), st.integers(1, 10**12), max_size=2), st.data())
def test_the_rows_add_up_to_the_bridge(
    facts: BridgeFacts, wanted: dict[str | None, int], data: st.DataObject
) -> None:
    bridge = bridge_of(facts)
    share = st.tuples(st.sampled_from(["a", "b", "c", None]), st.integers(0, 1000))
    places = {
        part.key: data.draw(st.lists(share, max_size=3))
        for bar in bridge.bars
        for part in bar.parts
    }
    targets = {place: Money(amount, "EUR") for place, amount in wanted.items()}
    rows = split_bridge(bridge, places=told(places), targets=targets)
    for bar in bridge.bars:
        assert bar.amount == total((row.bars[bar.code] for row in rows), currency="EUR")
    assert bridge.landing == total((row.landing for row in rows), currency="EUR")
    assert {row.place: row.target for row in rows if row.target is not None} == targets
