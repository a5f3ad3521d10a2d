"""A competitor seen, in one line: who, where, what for and heard from are found in the words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sightline.planning.whitespace import Heard, heard, named

UNITS = {"1": "Operations North", "2": "Operations South", "3": "Überlingen Plant"}
LINES = {"1": "Insight Analytics", "2": "Insight", "3": "Field Mobility"}
RIVALS = {"q": "Quorbit", "a": "Ansgard Secure"}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (
            "Ansgard Secure in Operations South, Field Mobility, heard from Petra in purchasing.",
            Heard("2", "3", "Ansgard Secure", "Petra in purchasing"),
        ),
        ("quorbit uberlingen field", Heard("3", "3", "Quorbit", "")),
        ("Quorbit, Operations, Insight Analytics", Heard(None, "1", "Quorbit", "")),
        ("Quorbit in Operations North for Insight", Heard("1", "2", "Quorbit", "")),
        ("Helvion: New Rival Ltd at Operations North", Heard("1", None, "New Rival Ltd", "")),
        ("", Heard(None, None, "", "")),
        ("from Petra", Heard(None, None, "", "Petra")),
    ],
)
def test_worked_examples_hold(text: str, found: Heard) -> None:
    assert heard(text, units=UNITS, lines=LINES, rivals=RIVALS, beside="Helvion") == found


def test_an_account_of_one_unit_needs_no_unit_named() -> None:
    found = heard("Quorbit, Field", units={"9": "Whole account"}, lines=LINES, rivals=RIVALS)
    assert (found.unit, found.line) == ("9", "3")


def test_a_name_that_may_be_two_is_asked_about() -> None:
    assert named("Thornwick", {"1": "Thornwick Rail", "2": "Thornwick Mills"}) is None
    assert named("Thornwick Mills", {"1": "Thornwick Rail", "2": "Thornwick Mills"}) == "2"
    assert named("Thornwick", {"1": "Thornwick Rail", "2": "Thornwick"}) == "2"


@given(st.text(max_size=80))
def test_whatever_is_typed_only_what_is_there_is_named(text: str) -> None:
    found = heard(text, units=UNITS, lines=LINES, rivals=RIVALS)
    assert found.unit is None or found.unit in UNITS
    assert found.line is None or found.line in LINES
    assert found.who in RIVALS.values() or found.who in " ".join(text.split())
    assert found.source in " ".join(text.split())
