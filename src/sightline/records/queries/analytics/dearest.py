"""Rows in order of an amount, a page at a time, along an index of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeVar

from django.db.models import QuerySet

from sightline.records.models import Contract, Opportunity

Valued = TypeVar("Valued", Contract, Opportunity)


@dataclass(frozen=True, slots=True)
class Slice:
    """Which rows of a list: `most` after the first `skip`."""

    skip: int = 0
    most: int = 50


def dearest(rows: QuerySet[Valued], money: str, *then: str, part: Slice) -> list[int]:
    """Keys in order of an amount, those without one last. One query, two more where these begin.

    Databases sort nothing known first or last as they please: each half is read along its index.
    """
    known = rows.filter(**{f"{money}__isnull": False}).order_by(f"-{money}", *then, "pk")
    keys = list(known.values_list("pk", flat=True)[part.skip : part.skip + part.most])
    if len(keys) == part.most:
        return keys
    before = known.count() if part.skip and not keys else part.skip + len(keys)
    skip = max(0, part.skip - before)
    none = rows.filter(**{f"{money}__isnull": True}).order_by(*then, "pk")
    return keys + list(none.values_list("pk", flat=True)[skip : skip + part.most - len(keys)])
