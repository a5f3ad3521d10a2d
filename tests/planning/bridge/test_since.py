"""What was won, renewed or lost since the first day counts once, imported or not."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sightline.planning.bridge import (
    BarCode,
    BaseLine,
    Bridge,
    BridgeFacts,
    BridgeParameters,
    Outcome,
    PlayFacts,
    RenewalFacts,
    Standing,
    build_bridge,
    change_since,
    settled_of,
    worked_back,
)
from sightline.planning.fiscal import MonthCalendar
from sightline.planning.money import Money
from sightline.planning.parameters import load_defaults
from tests.planning.plain_values import money
from tests.planning.worked import worked

PARAMETERS = load_defaults().section(BridgeParameters, "bridge")
YEAR = MonthCalendar().year(2027)
ON = dt.date(2027, 11, 22)
OVERRUN = dt.timedelta(days=90)


def eur(minor: int) -> Money:
    return Money(minor, "EUR")


def won(value: Money, number: int = 0) -> PlayFacts:
    return PlayFacts(
        f"p{number}",
        "Won",
        value,
        closes=dt.date(2027, 3, 1),
        outcome=Outcome.WON,
        account="a",
    )


def renewal(up: Money, renewed: Money | None, number: int = 0) -> RenewalFacts:
    return RenewalFacts(
        f"r{number}",
        "Renewal",
        dt.date(2027, 6, 30),
        up,
        outcome=Outcome.LOST if renewed is None else Outcome.WON,
        renewed=renewed,
        account="a",
    )


def settled_case(case: dict[str, Any]) -> tuple[list[PlayFacts], list[RenewalFacts]]:
    plays = [won(money(text), place) for place, text in enumerate(case.get("won", ()))]
    pairs = [(money(up), money(new)) for up, new in case.get("settled", ())]
    gone = [(money(up), None) for up in case.get("lost", ())]
    return plays, [renewal(up, new, place) for place, (up, new) in enumerate([*pairs, *gone])]


def landed(
    standing: Standing, plays: list[PlayFacts], renewals: list[RenewalFacts]
) -> tuple[Bridge, Money | None, Money | None]:
    """As the facts of a plan of one account are made, and what they add to the base."""
    settled = settled_of(
        standing, plays=plays, renewals=renewals, window=YEAR.window, overrun=OVERRUN
    )
    since, back = change_since(standing, settled), worked_back(standing, settled)
    base = standing.then if standing.then is not None else standing.now
    facts = BridgeFacts(
        "EUR",
        YEAR,
        (BaseLine("b", "Base", base), *([back] if back else [])),
        renewals=tuple(renewals),
        plays=tuple(plays),
        since=(since,) if since else (),
    )
    bridge = build_bridge(facts, today=ON, parameters=PARAMETERS)
    return bridge, since.amount if since else None, back.acv if back else None


@pytest.mark.parametrize("case", worked("bridge", "since"))
def test_worked_examples_count_everything_settled_once(case: dict[str, Any]) -> None:
    then = case["standing"]["then"]
    standing = Standing("a", "A", money(case["standing"]["now"]), ON, money(then) if then else None)
    bridge, since, back = landed(standing, *settled_case(case))
    expected = {name: money(text) if text else None for name, text in case["expect"].items()}
    assert {"since": since, "back": back, "landing": bridge.landing} == expected


amounts = st.integers(0, 10**7).map(eur)


@given(
    then=amounts,
    now=amounts,
    values=st.lists(amounts, max_size=3),
    pairs=st.lists(st.tuples(amounts, st.none() | amounts), max_size=3),
)
def test_the_landing_is_acv_now_and_what_is_settled_and_not_yet_in_it(
    then: Money, now: Money, values: list[Money], pairs: list[tuple[Money, Money | None]]
) -> None:
    plays = [won(value, place) for place, value in enumerate(values)]
    renewals = [renewal(up, new, place) for place, (up, new) in enumerate(pairs)]
    bridge, since, _ = landed(Standing("a", "A", now, ON, then), plays, renewals)
    rises = sum(p.recurring.minor for p in plays if p.recurring)
    moves = [(r.renewed.minor if r.renewed else 0) - r.acv_up.minor for r in renewals]
    up, down = rises + sum(m for m in moves if m > 0), sum(m for m in moves if m < 0)
    missing = bridge.landing.minor - now.minor  # settled, and not in ACV yet
    assert down <= 0 <= up and down - up <= missing <= up - down
    if since is not None:  # then everything on that side is in it
        moved = now.minor - then.minor
        assert (moved > up and since.minor == moved - up) or (
            moved < down and since.minor == moved - down
        )
    assert bridge.quarters[-1].landing == bridge.landing
    assert bridge.certain == bridge.landing


def test_what_is_in_another_account_or_year_or_came_after_the_measures_is_not_settled_here() -> (
    None
):
    standing = Standing("a", "A", eur(0), ON, eur(0))
    late = replace(won(eur(1)), closes=ON + dt.timedelta(days=1))
    before = replace(won(eur(1)), closes=dt.date(2026, 12, 31))
    base = replace(won(eur(1)), renewal="contract:1")
    other = replace(won(eur(1)), account="b")
    typed_after = replace(renewal(eur(1), None), settled_on=ON + dt.timedelta(days=1))
    passed = replace(renewal(eur(1), None), passed=True)
    assert not settled_of(
        standing,
        plays=[late, before, base, other],
        renewals=[typed_after, passed],
        window=YEAR.window,
        overrun=OVERRUN,
    )


def test_a_loss_is_not_worked_back_while_its_contract_still_counts() -> None:
    standing = Standing("a", "A", eur(500), ON, None)
    soon = replace(renewal(eur(100), None), due=dt.date(2027, 9, 30))
    bridge, _, back = landed(standing, [], [soon])
    assert (back, bridge.landing) == (None, eur(400))


def test_a_contract_that_ended_without_a_word_expects_nothing_and_is_named() -> None:
    ended = RenewalFacts("r", "R", dt.date(2027, 2, 1), eur(100), passed=True)
    facts = BridgeFacts("EUR", YEAR, (BaseLine("b", "B", eur(100)),), renewals=(ended,))
    bridge = build_bridge(facts, today=ON, parameters=PARAMETERS)
    (part,) = bridge.bar(BarCode.CHURN).parts
    assert (part.amount.minor, part.reasons[0].code) == (0, "bridge.renewal_passed")
    assert bridge.landing == eur(100)
    assert not bridge.draws
