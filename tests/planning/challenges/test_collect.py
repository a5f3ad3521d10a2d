"""Five at most, by money; small ones folded; answers hold as long as they may."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sightline.planning.challenges import (
    Answer,
    AnswerKind,
    Challenge,
    LostGround,
    LostKind,
    PathFacts,
    PlanFacts,
    RenewalFacts,
    ThreadFacts,
    Unanswered,
    challenges_of,
    gaps_of,
    losing_ground,
    sponsor_digest,
)
from sightline.planning.challenges.collect import each_plan
from sightline.planning.errors import InvalidValue, MissingValue
from sightline.planning.money import Money
from tests.planning.challenges.test_rules import AS_OF, PARAMETERS, plan_of
from tests.planning.worked import worked

TODAY = AS_OF.date()


def eur(amount: int) -> Money:
    return Money(amount * 100, "EUR")


def renewal(key: str, amount: int) -> RenewalFacts:
    return RenewalFacts(key, dt.date(2027, 6, 1), eur(amount))


def plan_with(*amounts: int, target: int = 1_000_000) -> PlanFacts:
    path = PathFacts(target=eur(target), landing=eur(target), chance=0.9)
    renewals = tuple(renewal(f"r{n}", amount) for n, amount in enumerate(amounts))
    return PlanFacts("plan", AS_OF, "EUR", path=path, renewals=renewals)


def listed(plan: PlanFacts, **more: Any) -> Any:
    return challenges_of(plan, parameters=PARAMETERS, **more)


def test_at_most_five_are_shown_the_largest_first_and_the_rest_wait() -> None:
    found = listed(plan_with(30_000, 90_000, 50_000, 70_000, 40_000, 60_000, 80_000))
    amounts = [c.money for c in found.shown]
    assert amounts == [eur(n) for n in (90_000, 80_000, 70_000, 60_000, 50_000)]
    assert [c.money for c in found.waiting] == [eur(40_000), eur(30_000)]


def test_below_two_per_cent_of_target_they_stay_folded() -> None:
    found = listed(plan_with(19_999, 20_000))
    assert [c.money for c in found.folded] == [eur(19_999)]
    assert [c.money for c in found.shown] == [eur(20_000)]


def test_without_a_target_nothing_is_called_small() -> None:
    plan = replace(plan_with(1), path=PathFacts())
    assert len(listed(plan).shown) == 1


def answer(challenge: Challenge, kind: AnswerKind, **more: Any) -> Answer:
    return Answer(challenge.key, kind, TODAY, "dana", challenge.evidence, **more)


def test_a_dismissed_one_returns_only_when_its_evidence_changes() -> None:
    plan = plan_with(50_000)
    (challenge,) = listed(plan).shown
    dismissed = answer(challenge, AnswerKind.DISMISS, reason="They renew every year.")
    assert listed(plan, answers=[dismissed]).shown == ()
    later = replace(plan, as_of=AS_OF + dt.timedelta(days=60))
    assert listed(later, answers=[dismissed]).shown == ()
    changed = replace(plan, renewals=(replace(plan.renewals[0], goal=True),))
    assert len(listed(changed, answers=[dismissed]).shown) == 1


def test_an_explained_one_is_asked_again_after_its_day() -> None:
    plan = plan_with(50_000)
    (challenge,) = listed(plan).shown
    until = TODAY + dt.timedelta(days=10)
    explained = answer(challenge, AnswerKind.EXPLAIN, until=until, reason="Budget in May.")
    assert (
        listed(replace(plan, as_of=AS_OF + dt.timedelta(days=10)), answers=[explained]).shown == ()
    )
    assert listed(replace(plan, as_of=AS_OF + dt.timedelta(days=11)), answers=[explained]).shown


def test_the_latest_answer_counts() -> None:
    plan = plan_with(50_000)
    (challenge,) = listed(plan).shown
    old = answer(challenge, AnswerKind.DISMISS, reason="No.")
    newer = replace(old, kind=AnswerKind.ACT, on=TODAY + dt.timedelta(days=1), until=TODAY)
    after = replace(plan, as_of=AS_OF + dt.timedelta(days=2))
    assert listed(after, answers=[newer, old]).shown


def test_answers_need_a_reason_or_a_day() -> None:
    (challenge,) = listed(plan_with(50_000)).shown
    with pytest.raises(MissingValue):
        answer(challenge, AnswerKind.DISMISS, reason=" ")
    with pytest.raises(MissingValue):
        answer(challenge, AnswerKind.EXPLAIN, reason="Because.")


def test_a_rule_can_be_switched_off_and_a_misspelt_one_is_refused() -> None:
    plan = plan_with(50_000)
    assert listed(plan, switched_off={"renewal_without_strategy"}).shown == ()
    with pytest.raises(InvalidValue):
        listed(plan, switched_off={"renewal_without_strateyg"})


threads = st.lists(
    st.builds(
        ThreadFacts,
        key=st.uuids().map(str),
        money=st.none() | st.integers(1, 10**7).map(lambda m: Money(m, "EUR")),
        money_key=st.sampled_from(["", "acv"]),
        single_threaded=st.none() | st.booleans(),
        only_person=st.none() | st.sampled_from(["a", "b"]),
    ),
    max_size=8,
)


@given(threads, st.randoms())
def test_the_order_of_facts_changes_no_challenge(scopes: list[ThreadFacts], dice: Any) -> None:
    plan = PlanFacts("plan", AS_OF, "EUR", threads=tuple(scopes))
    mixed = list(scopes)
    dice.shuffle(mixed)
    first, second = listed(plan), listed(replace(plan, threads=tuple(mixed)))
    assert [(c.key, c.money, c.evidence) for c in first.open] == [
        (c.key, c.money, c.evidence) for c in second.open
    ]


@given(threads)
def test_every_cause_stands_once_and_money_never_rises_down_the_list(
    scopes: list[ThreadFacts],
) -> None:
    found = listed(PlanFacts("plan", AS_OF, "EUR", threads=tuple(scopes)))
    keys = [c.key for c in found.open]
    assert len(keys) == len(set(keys))
    amounts = [c.money.minor for c in found.open if c.money is not None]
    assert amounts == sorted(amounts, reverse=True)
    assert len(found.shown) <= 5


def unanswered(amount: int, *, days: int = 21, reminded: bool = True) -> Unanswered:
    (challenge,) = listed(plan_with(amount)).shown
    seen = TODAY - dt.timedelta(days=days)
    return Unanswered("plan", challenge, seen, reminded, eur(1_000_000))


def test_the_sponsor_reads_only_large_old_and_reminded_ones_once_a_week() -> None:
    due = unanswered(100_000)
    others = [
        unanswered(99_999),
        unanswered(200_000, days=20),
        unanswered(200_000, reminded=False),
    ]
    told = sponsor_digest([*others, due], today=TODAY, last_sent=None, parameters=PARAMETERS)
    assert told == (due,)
    days_ago = [TODAY - dt.timedelta(days=days) for days in (6, 7)]
    assert not sponsor_digest([due], today=TODAY, last_sent=days_ago[0], parameters=PARAMETERS)
    assert sponsor_digest([due], today=TODAY, last_sent=days_ago[1], parameters=PARAMETERS)


def test_gaps_are_one_line_and_never_challenges() -> None:
    plan = plan_of({"usable": {"target_agreed": True, "has_grid": True, "people_mapped": 6}})
    gaps = gaps_of(plan, parameters=PARAMETERS)
    assert gaps.line.text == "To make this plan usable: 3 of 7."
    assert listed(plan).open == ()
    light = gaps_of(replace(plan, tier=2), parameters=PARAMETERS)
    assert light.line.text == "To make this plan usable: 2 of 4."


@pytest.mark.parametrize("case", worked("gaps", "usable"))
def test_gaps_are_what_the_worked_examples_say(case: dict[str, Any]) -> None:
    gaps = gaps_of(plan_of(case["plan"]), parameters=PARAMETERS)
    found = [[one.code for one in reasons] for reasons in (gaps.missing, gaps.also)]
    assert gaps.line.text == case["line"]
    assert found == [case.get("missing", []), case.get("also", [])]


def test_losing_ground_leaves_nothing_out_and_goes_by_money() -> None:
    items = (
        LostGround("a", LostKind.PERSON_GONE, None, named=True),
        LostGround("b", LostKind.CELL_LOST, eur(10), named=True),
        LostGround("c", LostKind.CONTRACTION, eur(20), named=False),
    )
    found = losing_ground(items, currency="EUR")
    assert [item.key for item in found.items] == ["c", "b", "a"]
    assert (found.money, found.unnamed, found.not_in_money) == (eur(30), eur(20), 1)


def test_a_thousand_plans_are_recomputed_one_at_a_time() -> None:
    plans = (replace(plan_with(50_000), key=f"plan{n}") for n in range(1_000))
    found = list(each_plan(plans, parameters=PARAMETERS))
    assert len(found) == 1_000
    assert all(len(result.shown) == 1 for _, result in found)
