"""Seen again: grounds to ask; a shared mailbox or one word is none; order and case do not matter."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sightline.planning.parameters import load_defaults
from sightline.planning.stakeholders.again import (
    Ground,
    SeenAgainParameters,
    Trace,
    grounds_of,
    sightings,
)

NUMBERS = load_defaults().section(SeenAgainParameters, "seen_again")


def grounds(one: Trace, other: Trace) -> tuple[Ground, ...]:
    return grounds_of(one, other, parameters=NUMBERS)


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ({"email": "zoe.quist@a.example"}, {"email": "Zoe.Quist+x@b.example"}, Ground.MAIL_NAME),
        (
            {"profile": "https://www.linkedin.com/in/zq/"},
            {"profile": "linkedin.com/in/zq?x=1"},
            Ground.PROFILE,
        ),
        ({"outside_id": "003A"}, {"outside_id": "003A"}, Ground.MIRRORED_ID),
        (
            {"name": "Zoë Quist", "title": "Head of IT"},
            {"name": "Quist Zoe", "title": "Head of IT, EMEA"},
            Ground.NAME_AND_TITLE,
        ),
    ],
)
def test_one_ground_is_enough_to_ask(one: dict, other: dict, expected: Ground) -> None:  # type: ignore[type-arg]
    first = Trace("1", one.pop("name", "A"), **one)
    second = Trace("2", other.pop("name", "B"), **other)
    assert grounds(first, second) == (expected,)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"email": "sales@a.example"}, {"email": "sales@b.example"}),
        ({"email": "zq@a.example"}, {"email": "zq@b.example"}),
        ({"email": ""}, {"email": ""}),
        ({"name": "Zoë", "title": "Buyer"}, {"name": "Zoë", "title": "Buyer"}),
        ({"name": "Zoë Quist", "title": "Head of IT"}, {"name": "Zoë Quist", "title": "Driver"}),
        ({"name": "Zoë Quist", "title": ""}, {"name": "Zoë Quist", "title": ""}),
    ],
)
def test_what_many_share_is_no_ground(one: dict, other: dict) -> None:  # type: ignore[type-arg]
    first = Trace("1", one.pop("name", "A"), **one)
    second = Trace("2", other.pop("name", "B"), **other)
    assert grounds(first, second) == ()


traces = st.builds(
    Trace,
    key=st.text("123", min_size=1, max_size=2),
    name=st.sampled_from(["Ana Roe", "Roe Ana", "Bo", "Äna Roe", ""]),
    title=st.sampled_from(["Buyer", "Senior Buyer", ""]),
    email=st.sampled_from(["ana.roe@x.example", "ANA.ROE@y.example", "info@x.example", ""]),
)


@given(traces, traces)
def test_whoever_is_asked_first_the_grounds_are_the_same(one: Trace, other: Trace) -> None:
    assert grounds(one, other) == grounds(other, one)


@given(st.lists(traces, max_size=4), st.lists(traces, max_size=4))
def test_nobody_is_seen_again_as_themselves(leavers: list[Trace], found: list[Trace]) -> None:
    for one in sightings(leavers, found=found, parameters=NUMBERS):
        assert one.leaver != one.found
        assert one.grounds
