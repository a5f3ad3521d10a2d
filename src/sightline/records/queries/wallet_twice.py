"""Payments that stand in two files of one account: both count, until one is taken out."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from sightline.records.models import SpendMonth

_COLUMNS = ("buyer", "category", "spelled", "month", "amount", "currency")


@dataclass(frozen=True, slots=True)
class Twice:
    """How many of a file's monthly sums stand to the penny in another file, and its name."""

    sums: int
    name: str


def standing_twice(account_id: int, file_id: int) -> Twice | None:
    """The other file that has most sums in common with this one; None where none has any.

    Two queries.
    """
    rows = SpendMonth.objects.filter(account_id=account_id, file__undone_at=None)
    mine = set(rows.filter(file_id=file_id).values_list(*_COLUMNS))
    others = rows.exclude(file_id=file_id).values_list("file__name", *_COLUMNS)
    counts = Counter(name for name, *sums in others.iterator() if tuple(sums) in mine)
    for name, many in counts.most_common(1):
        return Twice(many, name)
    return None
