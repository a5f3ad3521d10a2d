"""Salesforce ids: the right shape, the right check characters, never one twice."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sightline.exchange.demonstration.identity import (
    DIGITS,
    PREFIXES,
    base62,
    check_suffix,
    record_id,
)


@pytest.mark.parametrize(
    ("short", "long"),
    [
        # the vendor's own sample records, as exported
        ("0013z00002RKQrK", "0013z00002RKQrKAAX"),
        ("0013z00002QeTIg", "0013z00002QeTIgAAN"),
        ("5003z000026N4oq", "5003z000026N4oqAAC"),
        ("0033z00002fsAup", "0033z00002fsAupAAE"),
        ("00Q3z00001AmqLY", "00Q3z00001AmqLYEAZ"),
    ],
)
def test_check_suffix_agrees_with_real_exported_ids(short: str, long: str) -> None:
    assert short + check_suffix(short) == long


@given(st.sampled_from(sorted(PREFIXES)), st.integers(0, 10**8), st.integers(0, 10**6))
def test_an_id_has_eighteen_characters_and_its_objects_prefix(
    kind: str, owner: int, number: int
) -> None:
    made = record_id(kind, owner=owner, number=number)
    assert len(made) == 18
    assert made.startswith(PREFIXES[kind])
    assert set(made) <= set(DIGITS)
    assert check_suffix(made[:15]) == made[15:]


@given(st.lists(st.tuples(st.integers(0, 10**6), st.integers(0, 10**5)), unique=True, max_size=40))
def test_different_records_have_different_ids_even_without_case(
    places: list[tuple[int, int]],
) -> None:
    made = {record_id("Task", owner=owner, number=number).upper() for owner, number in places}
    assert len(made) == len(places)


def test_a_number_too_large_is_refused() -> None:
    with pytest.raises(ValueError, match="does not fit"):
        base62(62**3, width=3)
