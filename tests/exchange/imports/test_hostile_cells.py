"""Cells that are made to deceive or that no column holds: cleaned, or refused with a word."""

from __future__ import annotations

import pytest

from sightline.agreement.canonical import Unreadable
from sightline.exchange.imports.cells import Formats, parser_for
from sightline.exchange.imports.salesforce_fields import OPPORTUNITY
from sightline.exchange.imports.specs import key, text


@pytest.mark.parametrize(
    ("raw", "kept"),
    [
        ("A\x1b[31mcme", "A[31mcme"),
        ("A\u202egnp.exe", "Agnp.exe"),
        ("\u2066Acme\u2069", "Acme"),
        ("Ac\x07\x08\x7fme\x9b", "Acme"),
        ("\u200b\ufeff", None),
        ("\x1f \x01", None),
        ("two\nlines", "two\nlines"),
        ("\u0646\u200c\u0645", "\u0646\u200c\u0645"),
        ("Zoë", "Zoë"),
    ],
)
def test_what_nobody_sees_is_left_out_of_texts(raw: str, kept: str | None) -> None:
    assert parser_for(text("name", "Name"), Formats())(raw) == kept


@pytest.mark.parametrize("raw", ["9" * 121, "00\x1b1", "a\u202eb"])
def test_an_id_that_no_column_holds_is_refused(raw: str) -> None:
    with pytest.raises(Unreadable):
        parser_for(key("id", "Id"), Formats())(raw)


@pytest.mark.parametrize("raw", ["101", "1e9", "-100.5", "999999999999999"])
def test_a_probability_over_a_hundred_is_refused(raw: str) -> None:
    field = next(one for one in OPPORTUNITY if one.name == "probability")
    with pytest.raises(Unreadable, match="too large"):
        parser_for(field, Formats())(raw)
    assert parser_for(field, Formats())("100") == "100"
