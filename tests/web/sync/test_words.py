"""What the sync's pages say: days as days, rows by name, and on which side a row was."""

from __future__ import annotations

import pytest

from sightline.web.pages.sync import present, values

NAMES = {"005000000000001AAA": "Rosa Lind"}


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("2027-03-31", "31 Mar 2027"),
        ("2027-02-31", "2027-02-31"),  # no day of any calendar
        ("Well, 2027", "Well, 2027"),
        ("005000000000001AAA", "Rosa Lind"),
        ("12345.5", "12345.5"),
        (None, None),
    ],
)
def test_a_value_is_told_as_people_say_it(value: str | None, words: str | None) -> None:
    assert values.named(value, NAMES) == words


def test_only_an_amount_has_its_thousands_apart() -> None:
    assert values.named("1350000.5", NAMES, field="amount") == "1,350,000.5"
    in_pounds = values.named("1350000.5", NAMES, field="amount", currency="GBP")
    assert in_pounds == "£1,350,000.50"
    finer = values.named("1.005", NAMES, field="amount", currency="GBP")
    assert finer == "GBP 1.005"  # never rounded where two values are compared
    assert values.named("by hand", NAMES, field="amount") == "by hand"
    assert values.named("1350000", NAMES, field="next_step") == "1350000"


def test_of_a_row_that_differed_it_is_said_where_it_was_and_in_what() -> None:
    samples = [
        {"object": "Contact", "id": "003A", "what": "missing here", "fields": []},
        {"object": "Opportunity", "id": "006A", "what": "differs", "fields": ["owner_id"]},
    ]
    lines = present.drift_lines(samples, {"006A": "Renewal"})
    assert [(one.title, one.words, one.fields) for one in lines] == [
        ("Contact 003A", "Contact, was there and not here", ""),
        ("Renewal", "Opportunity, differs", "Owner"),
    ]
