"""Every rule fires, stays silent and touches money as its worked examples say."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

import pytest

from sightline.planning.challenges import RULES, TITLES, ChallengeParameters, PlanFacts, merged
from sightline.planning.parameters import load_defaults
from tests.planning.plain_values import build, money
from tests.planning.worked import worked

PARAMETERS = load_defaults().section(ChallengeParameters, "challenges")
AS_OF = dt.datetime(2027, 3, 1, 9, 0, tzinfo=dt.UTC)
# The definitions give these a dash where the others have an amount.
NOT_IN_MONEY = {
    "commitments_missed",
    "metric_without_play",
    "nothing_changed",
    "plan_too_large",
    "sponsor_absent",
}
SPONSOR = {"sponsor_named": True}


def plan_of(more: Mapping[str, Any]) -> PlanFacts:
    return build(PlanFacts, {"key": "plan", "as_of": AS_OF, "currency": "EUR"} | dict(more))


CASES = [
    pytest.param(rule, *case.values, id=f"{rule}: {case.id}")
    for rule in RULES
    for case in worked("challenges", rule)
]


@pytest.mark.parametrize(("rule", "case"), CASES)
def test_a_rule_does_what_its_example_says(rule: str, case: dict[str, Any]) -> None:
    plan = plan_of(case["plan"])
    findings = list(RULES[rule](plan, parameters=PARAMETERS))
    if not case.get("fires", True):
        assert findings == []
        return
    (challenge,) = merged(findings, titles=TITLES, currency="EUR")
    expected = money(case["money"]) if case["money"] else None
    assert (challenge.rule, challenge.money) == (rule, expected)
    if "says" in case:
        assert challenge.facts_say.text == case["says"]


@pytest.mark.parametrize("rule", RULES)
def test_every_rule_has_examples_that_fire_and_that_do_not(rule: str) -> None:
    cases = [parameter.values[0] for parameter in worked("challenges", rule)]
    fires = {case.get("fires", True) for case in cases}
    assert fires == {True, False}
    in_money = {bool(case["money"]) for case in cases if case.get("fires", True)}
    assert (True in in_money) == (rule not in NOT_IN_MONEY)


@pytest.mark.parametrize("rule", RULES)
def test_an_empty_plan_is_contradicted_by_nothing(rule: str) -> None:
    assert list(RULES[rule](plan_of({}), parameters=PARAMETERS)) == []


def test_every_rule_has_a_title() -> None:
    assert set(TITLES) == set(RULES)
