"""Values are read back as they were kept, or not at all."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from sightline.planning.money import Money
from sightline.records.plain import plain, reader


class Sort(enum.StrEnum):
    ONE = "one"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Line:
    sort: Sort
    money: Money | None
    on: date
    at: datetime | None
    share: Decimal


@dataclass(frozen=True, slots=True)
class Told:
    lines: tuple[Line, ...]
    counts: dict[Sort, int]


def test_what_was_kept_is_read_back() -> None:
    told = Told(
        (
            Line(Sort.ONE, Money(12, "EUR"), date(2026, 1, 2), None, Decimal("0.10")),
            Line(
                Sort.OTHER, None, date(2026, 1, 3), datetime(2026, 1, 3, 4, tzinfo=UTC), Decimal(1)
            ),
        ),
        {Sort.ONE: 3},
    )
    assert reader(Told)(plain(told)) == told


def test_another_shape_is_refused() -> None:
    with pytest.raises(KeyError):
        reader(Told)({"lines": []})
