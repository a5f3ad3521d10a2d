"""Canonical values: the same thing written differently is one value; a day is never shifted."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sightline.agreement.canonical import Unreadable
from sightline.agreement.values import FieldKind, FieldShape, canonical, is_cut

WRITTEN = [
    (FieldKind.TEXT, "  Zu\u0308rich \r\nnord", "Zürich \nnord"),
    (FieldKind.TEXT, "   ", None),
    (FieldKind.NUMBER, "1200.50", "1200.5"),
    (FieldKind.NUMBER, "1.2E7", "12000000"),
    (FieldKind.NUMBER, "-0.00", "0"),
    (FieldKind.SWITCH, False, "false"),
    (FieldKind.SWITCH, "1", "true"),
    (FieldKind.DAY, "2026-01-31", "2026-01-31"),
    (FieldKind.DAY, "2026-01-31T23:30:00.000+0000", "2026-01-31"),
    (FieldKind.MOMENT, "2026-01-31T09:30:00.000+0000", "2026-01-31T09:30:00Z"),
    (FieldKind.MOMENT, "2026-01-31T10:30:00+01:00", "2026-01-31T09:30:00Z"),
    (FieldKind.MULTI, "b;a;;a", "a;b"),
    (FieldKind.REFERENCE, "001D000000IqhSL", "001D000000IqhSLIAZ"),
]


def shape(kind: FieldKind, **values: int) -> FieldShape:
    return FieldShape("F", kind, **values)  # type: ignore[arg-type]


@pytest.mark.parametrize(("kind", "raw", "expected"), WRITTEN)
def test_one_value_has_one_spelling(kind: FieldKind, raw: object, expected: str | None) -> None:
    assert canonical(raw, shape(kind)) == expected


def test_a_text_is_cut_as_the_field_would_cut_it() -> None:
    assert canonical("ab cd", shape(FieldKind.TEXT, length=3)) == "ab"
    assert is_cut("ab cd", shape(FieldKind.TEXT, length=3))
    assert not is_cut("ab ", shape(FieldKind.TEXT, length=2))


def test_a_number_is_held_to_the_fields_decimal_places() -> None:
    assert canonical("1.239", shape(FieldKind.NUMBER, scale=2)) == "1.24"


def test_a_day_is_not_made_of_a_moment() -> None:
    with pytest.raises(Unreadable):
        canonical(dt.datetime(2026, 1, 31, 23, tzinfo=dt.UTC), shape(FieldKind.DAY))


@pytest.mark.parametrize("raw", ["ten", "NaN", "Infinity"])
def test_what_is_no_number_is_refused(raw: str) -> None:
    with pytest.raises(Unreadable):
        canonical(raw, shape(FieldKind.NUMBER))


@given(st.text(max_size=40), st.integers(1, 20))
def test_canonical_text_is_its_own_canonical_form(raw: str, length: int) -> None:
    once = canonical(raw, shape(FieldKind.TEXT, length=length))
    assert canonical(once, shape(FieldKind.TEXT, length=length)) == once
    assert once is None or 0 < len(once) <= length


@given(st.decimals(allow_nan=False, allow_infinity=False, places=4, min_value=-1e9, max_value=1e9))
def test_equal_numbers_have_equal_texts(number: object) -> None:
    once = canonical(number, shape(FieldKind.NUMBER))
    assert canonical(once, shape(FieldKind.NUMBER)) == once
    assert canonical(f"{number}000", shape(FieldKind.NUMBER)) == once
