"""An administrator's own rules: read, fire, and are refused by name; nothing runs as code."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sightline.planning.challenges import BadRule, challenges_of, read_rules
from tests.planning.challenges.test_collect import eur
from tests.planning.challenges.test_rules import PARAMETERS, plan_of

GOOD = """
[[rule]]
code = "own_large_renewal_soon"
title = "A large renewal is near"
about = "renewal"
when = [
  { field = "acv_up", at_least = 500000 },
  { field = "due", days_ahead_at_most = 60 },
]
money = "acv_up"
plan_says = "It renews by itself."
facts_say = "More than half a million is due within sixty days."
way_out = "Have the sponsor call."
"""


def test_a_rule_of_ones_own_fires_with_its_money() -> None:
    done = {"goal": True, "owner": True, "decider": True}
    plan = plan_of(
        {
            "renewals": [
                {"key": "r1", "due": dt.date(2027, 4, 30), "acv_up": "500,000.00 EUR"} | done,
                {"key": "r2", "due": dt.date(2027, 4, 30), "acv_up": "499,999.99 EUR"} | done,
                {"key": "r3", "due": dt.date(2027, 5, 1), "acv_up": "900,000.00 EUR"} | done,
                {"key": "r4", "due": dt.date(2027, 4, 1), "acv_up": None} | done,
            ]
        }
    )
    found = challenges_of(plan, parameters=PARAMETERS, extra=read_rules(GOOD))
    (challenge,) = found.shown
    assert (challenge.about, challenge.money) == (("r1",), eur(500_000))
    assert challenge.title == "A large renewal is near"


def changed(old: str, new: str) -> str:
    assert old in GOOD
    return GOOD.replace(old, new)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("rule = ", "not TOML"),
        ("[other]\nx = 1", "entries only"),
        (changed("own_large_renewal_soon", "single_thread"), "starts with own_"),
        (changed('"renewal"', '"person"'), "about is one of"),
        (changed("at_least", "__class__"), "cannot be compared"),
        (changed('"acv_up", at', '"__class__", at'), "is not one of"),
        (changed("at_least = 500000", 'at_least = "500000"'), "cannot be compared"),
        (changed("days_ahead_at_most = 60", "at_most = 60"), "cannot be compared"),
        (changed('money = "acv_up"', 'money = "due"'), "is not an amount"),
        (changed('title = "A large renewal is near"', ""), "A rule needs"),
        (GOOD + GOOD, "stands twice"),
        (changed("when = [", "when = []\nx = ["), "A rule needs"),
        (changed('about = "renewal"', 'about = ["renewal"]'), "about is one of"),
        (changed('money = "acv_up"', 'money = ["acv_up"]'), "is not an amount"),
        (changed('field = "acv_up", at', 'field = ["acv_up"], at'), "is not one of"),
        (changed("at_least = 500000", "at_least = true"), "cannot be compared"),
        ("rule = 3", "entries only"),
        ("rule = [3]", "A rule needs"),
    ],
)
def test_a_rule_that_does_not_read_is_refused_by_name(text: str, says: str) -> None:
    with pytest.raises(BadRule, match=says):
        read_rules(text)


@pytest.mark.parametrize("condition", ["missing = true", "missing = false"])
def test_missing_can_be_asked_for(condition: str) -> None:
    text = changed("at_least = 500000", condition)
    plan = plan_of({"renewals": [{"key": "r", "due": dt.date(2027, 3, 2), "acv_up": None}]})
    (_, rule) = read_rules(text)["own_large_renewal_soon"]
    fired = list(rule(plan, parameters=PARAMETERS))
    assert bool(fired) is (condition == "missing = true")


VALUE = re.compile(r"= (?=[^=])[^,\]}\n]+")
odd = st.sampled_from(
    ["[]", "{}", "true", "1", "-1", "nan", "inf", "1979-05-27", '"x"', '"due"', "[[1]]", "1e400"]
)


@given(st.integers(0, len(VALUE.findall(GOOD)) - 1), odd)
def test_any_odd_value_is_read_or_refused_and_never_breaks(place: int, value: str) -> None:
    seen = -1

    def swap(match: re.Match[str]) -> str:
        nonlocal seen
        seen += 1
        return f"= {value} " if seen == place else match[0]

    plan = plan_of(
        {"renewals": [{"key": "r", "due": dt.date(2027, 3, 2), "acv_up": "600,000.00 EUR"}]}
    )
    try:
        rules = read_rules(VALUE.sub(swap, GOOD))
    except BadRule:
        return
    challenges_of(plan, parameters=PARAMETERS, extra=rules)


def test_the_example_of_the_guide_reads() -> None:
    guide = Path(__file__).parents[3] / "docs" / "how-to" / "challenge-rules.md"
    found = re.search(r"```toml\n(.*?)```", guide.read_text(encoding="utf-8"), re.DOTALL)
    assert found is not None
    assert list(read_rules(found[1])) == ["own_large_renewal_soon"]
