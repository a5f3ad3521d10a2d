"""Off-trend questions and the weighing of rival explanations, held to their properties."""

from __future__ import annotations

import datetime as dt
import math
import random
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sightline.planning.errors import InvalidValue, MissingValue
from sightline.planning.explanations import (
    SOMETHING_ELSE,
    STARTER_WORDS,
    Belief,
    BeliefFirst,
    Evidence,
    ExplanationParameters,
    OpenQuestion,
    Starter,
    TrendFacts,
    Word,
    diagnosticity,
    next_best_question,
    question_for,
    resolved_score,
    revealed,
    rivals_in_words,
    starting_priors,
    telling,
    weigh,
)
from sightline.planning.money import Money
from sightline.planning.parameters import load_defaults

PARAMETERS = load_defaults().section(ExplanationParameters, "explanations")
PRIORS = {"price": 1 / 3, "competitor": 1 / 3, "scope": 1 / 3}


def eur(amount: int) -> Money:
    return Money(amount * 100, "EUR")


def trend(now: int, before: int, **more: object) -> TrendFacts:
    facts = TrendFacts("core", "FY2027 Q1", True, eur(now), eur(before), eur(100_000))
    return replace(facts, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("facts", "asks"),
    [
        (trend(85_000, 100_000), True),
        (trend(85_001, 100_000), False),
        (trend(125_000, 100_000), True),
        (trend(124_999, 100_000), False),
        (trend(8_000, 10_000), True),  # 2,000 is two per cent of the baseline
        (trend(8_001, 10_000), False),
        (trend(0, 0), False),
        (trend(100_000, 100_000, gap_alarm=True), True),
        (trend(50_000, 100_000, planned=False), False),
        (trend(50_000, 100_000, baseline=None), True),
    ],
)
def test_a_question_opens_where_the_definition_says(facts: TrendFacts, asks: bool) -> None:
    found = question_for(facts, asked=(), parameters=PARAMETERS)
    assert (found is not None) is asks


def test_a_line_is_asked_once_in_a_quarter() -> None:
    first = question_for(trend(50_000, 100_000), asked=(), parameters=PARAMETERS)
    assert first is not None
    assert question_for(trend(40_000, 100_000), asked={first.key}, parameters=PARAMETERS) is None


def test_a_data_artefact_and_regression_to_the_mean_come_first() -> None:
    assert list(Starter)[:2] == [Starter.DATA_ARTEFACT, Starter.REGRESSION_TO_MEAN]
    assert set(STARTER_WORDS) == set(Starter)


def test_a_flat_price_halves_the_prior_of_price() -> None:
    flat = starting_priors(price_share=0.05, parameters=PARAMETERS)
    assert flat["price"] == pytest.approx(flat["competitor"] / 2)
    unknown = starting_priors(price_share=None, parameters=PARAMETERS)
    assert unknown["price"] == unknown["competitor"]
    assert math.fsum(flat.values()) == pytest.approx(1)


def test_the_worked_example_of_the_method_page() -> None:
    invoice = Evidence("e1", "Last phase invoiced", "ledger", {"scope": Word.STRONGLY_FOR})
    tender = Evidence("e2", "A tender was seen", "call", {"competitor": Word.FOR}, reliability=0.5)
    chances = weigh(PRIORS, [invoice, tender], parameters=PARAMETERS)
    # .3 each: price 1, competitor 2.5 ** .5 = 1.5811, scope 6; something else .1
    whole = 0.3 * (1 + 2.5**0.5 + 6) + 0.1
    assert chances["scope"] == pytest.approx(1.8 / whole)
    assert chances[SOMETHING_ELSE] == pytest.approx(0.1 / whole)


words = st.sampled_from(Word)
evidence = st.builds(
    Evidence,
    key=st.uuids().map(str),
    text=st.just(""),
    source=st.sampled_from(["crm", "ledger", "call"]),
    bearing=st.dictionaries(st.sampled_from(list(PRIORS)), words),
    reliability=st.floats(0, 1),
)
rows = st.lists(evidence, max_size=8)


@given(rows)
def test_chances_add_up_and_something_else_is_never_forgotten(given_rows: list[Evidence]) -> None:
    chances = weigh(PRIORS, given_rows, parameters=PARAMETERS)
    assert math.fsum(chances.values()) == pytest.approx(1)
    assert chances[SOMETHING_ELSE] >= 0.02 - 1e-12
    assert all(chance > 0 for chance in chances.values())


@given(rows, st.randoms())
def test_the_order_of_evidence_does_not_matter(
    given_rows: list[Evidence], dice: random.Random
) -> None:
    mixed = list(given_rows)
    dice.shuffle(mixed)
    assert weigh(PRIORS, mixed, parameters=PARAMETERS) == pytest.approx(
        weigh(PRIORS, given_rows, parameters=PARAMETERS)
    )


@given(rows, st.sampled_from(["crm", "new source"]))
def test_neutral_evidence_changes_nothing(given_rows: list[Evidence], source: str) -> None:
    neutral = Evidence("n", "", source, {"price": Word.NEUTRAL})
    assert weigh(PRIORS, [*given_rows, neutral], parameters=PARAMETERS) == weigh(
        PRIORS, given_rows, parameters=PARAMETERS
    )


@given(rows)
def test_saying_everything_twice_from_the_same_sources_changes_nothing(
    given_rows: list[Evidence],
) -> None:
    assert weigh(PRIORS, given_rows * 2, parameters=PARAMETERS) == pytest.approx(
        weigh(PRIORS, given_rows, parameters=PARAMETERS)
    )


def test_all_evidence_together_moves_odds_at_most_fiftyfold() -> None:
    many = [Evidence(str(n), "", f"s{n}", {"price": Word.STRONGLY_FOR}) for n in range(20)]
    chances = weigh(PRIORS, many, parameters=PARAMETERS)
    assert chances["price"] / chances["scope"] == pytest.approx(50)


BELIEF = Belief("scope", "dana", "A tender notice", dt.date(2027, 1, 15))


def test_the_total_is_shown_only_after_a_belief() -> None:
    with pytest.raises(BeliefFirst):
        revealed(PRIORS, [], belief=None, parameters=PARAMETERS)
    assert revealed(PRIORS, [], belief=BELIEF, parameters=PARAMETERS)["scope"] == pytest.approx(0.3)
    with pytest.raises(InvalidValue):
        odd = replace(BELIEF, explanation="weather")
        revealed(PRIORS, [], belief=odd, parameters=PARAMETERS)
    with pytest.raises(MissingValue):
        replace(BELIEF, would_change=" ")


def test_evidence_that_tells_nothing_apart_is_hidden() -> None:
    same = Evidence("same", "", "s", dict.fromkeys(PRIORS, Word.FOR))
    sharp = Evidence("sharp", "", "s", {"price": Word.FOR, "scope": Word.AGAINST})
    assert diagnosticity(same, PRIORS, parameters=PARAMETERS) == 1
    assert telling([same, sharp], list(PRIORS), parameters=PARAMETERS) == (sharp,)


def test_the_next_question_is_the_one_that_tells_most() -> None:
    chances = weigh(PRIORS, [], parameters=PARAMETERS)
    dull = OpenQuestion("dull", "", dict.fromkeys((*PRIORS, SOMETHING_ELSE), Word.FOR))
    sharp = OpenQuestion("sharp", "", {"price": Word.STRONGLY_FOR, "scope": Word.STRONGLY_AGAINST})
    found = next_best_question(chances, [dull, sharp], parameters=PARAMETERS)
    assert found is not None and found.question is sharp and found.gain > 0.1
    only = next_best_question(chances, [dull], parameters=PARAMETERS)
    assert only is not None and only.gain == pytest.approx(0, abs=1e-12)
    assert next_best_question(chances, [], parameters=PARAMETERS) is None


@given(rows, st.dictionaries(st.sampled_from(list(PRIORS)), words))
def test_no_question_can_be_expected_to_confuse(
    given_rows: list[Evidence], if_yes: dict[str, Word]
) -> None:
    chances = weigh(PRIORS, given_rows, parameters=PARAMETERS)
    found = next_best_question(chances, [OpenQuestion("q", "", if_yes)], parameters=PARAMETERS)
    assert found is not None and 0 <= found.gain <= 1 + 1e-9


def test_a_resolved_board_is_scored_and_three_rivals_are_said_in_words() -> None:
    chances = {"a": 0.6, "b": 0.3, SOMETHING_ELSE: 0.1}
    assert resolved_score(chances, "a") == pytest.approx(0.16 + 0.09 + 0.01)
    with pytest.raises(InvalidValue):
        resolved_score(chances, "z")
    said = [r.text for r in rivals_in_words(chances, labels={"a": "Scope finished"})]
    assert said[0] == "Most likely: Scope finished (about 60%)."
