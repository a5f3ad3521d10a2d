"""Two-way contact by person and day, as docs/method/attention.md says."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from sightline.ledger.attention import contact_days, last_contacts
from sightline.ledger.insight.contacts import threads
from sightline.ledger.method import shipped
from sightline.ledger.source import opened
from tests.ledger.made import ledger

AS_OF = date(2026, 6, 30)
DAY = date(2026, 3, 3)


def row(
    kind: str,
    direction: str = "",
    *,
    day: date = DAY,
    contact: str = "ito",
    ours: str = "we",
    thread: str = "",
    connected: bool | None = None,
    minutes: float | None = None,
) -> tuple[Any, ...]:
    return "a", contact, ours, kind, direction, day, thread, connected, minutes


@pytest.mark.parametrize(
    ("logged", "two_way"),
    [
        ([row("meeting")], True),
        ([row("event", "outbound")], True),
        ([row("call", "outbound")], False),
        ([row("call", "outbound", minutes=2.0)], False),
        ([row("call", "outbound", minutes=2.1)], True),
        ([row("call", "outbound", connected=True)], True),
        ([row("call", "inbound")], True),
        ([row("call")], False),
        ([row("email", "outbound", thread="t")], False),
        ([row("email", "inbound")], True),
        ([row("email")], False),
        ([row("note", "inbound")], False),
    ],
)
def test_what_is_two_way(tmp_path: Path, logged: list[Any], two_way: bool) -> None:
    version = ledger(tmp_path, activities=logged)
    found = contact_days(version, folder=tmp_path, as_of=AS_OF)
    assert [day.two_way for day in found] == [two_way]


def test_one_answer_makes_the_whole_thread_two_way(tmp_path: Path) -> None:
    later = DAY + timedelta(days=2)
    logged = [
        row("email", "outbound", thread="t"),
        row("email", "inbound", thread="t", day=later, contact="sato"),
        row("email", "outbound", thread="other", day=later),
    ]
    version = ledger(tmp_path, activities=logged)
    found = contact_days(version, folder=tmp_path, as_of=AS_OF)
    assert [(d.contact, d.day, d.two_way) for d in found] == [
        ("ito", DAY, True),
        ("ito", later, False),
        ("sato", later, True),
    ]


def test_an_answer_after_the_day_is_not_known_yet(tmp_path: Path) -> None:
    logged = [
        row("email", "outbound", thread="t"),
        row("email", "inbound", thread="t", day=DAY + timedelta(days=2)),
    ]
    version = ledger(tmp_path, activities=logged)
    found = contact_days(version, folder=tmp_path, as_of=DAY + timedelta(days=1))
    assert [(d.day, d.two_way) for d in found] == [(DAY, False)]


def test_a_day_is_one_row_per_person_with_its_counts(tmp_path: Path) -> None:
    logged = [
        row("call", "outbound"),
        row("call", "inbound"),
        row("email", "outbound"),
        row("meeting", ours="you"),
    ]
    version = ledger(tmp_path, activities=logged)
    first, second = contact_days(version, folder=tmp_path, as_of=AS_OF)
    assert (first.our_person, first.calls, first.mails, first.meetings) == ("we", 2, 1, 0)
    assert (first.inbound, first.outbound, first.two_way) == (1, 2, True)
    assert (second.our_person, second.meetings) == ("you", 1)


def test_last_contacts_tell_any_from_two_way(tmp_path: Path) -> None:
    later = DAY + timedelta(days=9)
    logged = [row("meeting"), row("email", "outbound", day=later), row("meeting", contact="")]
    version = ledger(tmp_path, activities=logged)
    (only,) = last_contacts(version, folder=tmp_path, as_of=AS_OF, account="a")
    assert (only.last, only.last_two_way, only.two_way_days) == (later, DAY, 1)
    assert last_contacts(version, folder=tmp_path, as_of=AS_OF, account="b") == ()


def test_since_leaves_out_earlier_days_but_not_what_they_answered(tmp_path: Path) -> None:
    later = DAY + timedelta(days=9)
    logged = [
        row("email", "inbound", thread="t"),
        row("email", "outbound", thread="t", day=later),
    ]
    version = ledger(tmp_path, activities=logged)
    (only,) = contact_days(version, folder=tmp_path, as_of=AS_OF, since=later)
    assert (only.day, only.two_way) == (later, True)


def hangs_on_one(folder: Path, logged: list[Any]) -> dict[str, float]:
    version = ledger(folder, activities=logged)
    with opened(version, folder=folder, as_of=AS_OF) as source:
        return threads(source, as_of=AS_OF, parameters=shipped())


def _meetings(contact: str, count: int, ours: str = "we", start: int = 0) -> list[Any]:
    days = [AS_OF - timedelta(days=start + n) for n in range(count)]
    return [row("meeting", day=day, contact=contact, ours=ours) for day in days]


@pytest.mark.parametrize(
    ("logged", "found"),
    [
        (_meetings("ito", 7), {}),
        (_meetings("ito", 8), {"a": 1.0}),
        (_meetings("ito", 6, "we") + _meetings("sato", 6, "you", 20), {"a": 0.0}),
        (_meetings("ito", 6, "we") + _meetings("sato", 6, "we", 20), {"a": 1.0}),
        (_meetings("ito", 9, "we") + _meetings("sato", 4, "you", 20), {"a": 1.0}),
        (_meetings("ito", 8, start=180), {}),
    ],
)
def test_an_account_that_hangs_on_one_person(
    tmp_path: Path, logged: list[Any], found: dict[str, float]
) -> None:
    assert hangs_on_one(tmp_path, logged) == found
