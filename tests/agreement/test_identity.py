"""Salesforce ids are one id in both lengths."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from sightline.agreement.identity import canonical_id, check_characters, object_of

DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
shorts = st.builds(
    lambda prefix, rest: prefix + rest,
    st.sampled_from(["001", "003", "006", "00T", "500", "a0B"]),
    st.text(DIGITS, min_size=12, max_size=12),
).filter(lambda word: any(char.isdigit() for char in word))


def test_known_ids_get_their_known_check_characters() -> None:
    # Ids of a recorded org, data of Salesforce's own sample.
    assert canonical_id("0013z00002QeTIg") == "0013z00002QeTIgAAN"
    assert canonical_id("0033z00002fsAv6") == "0033z00002fsAv6AAE"


@given(shorts)
def test_both_lengths_are_one_id(short: str) -> None:
    long = short + check_characters(short)
    assert canonical_id(short) == long
    assert canonical_id(long) == long
    assert canonical_id(f"  {short} ") == long


@given(shorts)
def test_an_id_whose_case_was_lost_is_restored(short: str) -> None:
    long = short + check_characters(short)
    assert canonical_id(long.upper()) == long
    # An entirely lower-case id keeps its check characters' meaning.
    assert canonical_id(short.lower() + check_characters(short)) == long


@given(st.text(min_size=1, max_size=30))
def test_other_words_are_only_trimmed(word: str) -> None:
    if len(word.strip()) not in (15, 18):
        assert canonical_id(word) == word.strip()


def test_part_numbers_and_names_are_not_taken_for_ids() -> None:
    assert canonical_id("AcmeCorporation") == "AcmeCorporation"
    assert canonical_id("PART-2026-00017") == "PART-2026-00017"


def test_the_first_three_characters_name_the_object() -> None:
    assert object_of("0013z00002QeTIgAAN") == "Account"
    assert object_of("zzz") is None
