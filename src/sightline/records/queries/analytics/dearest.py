"""Rows in order of an amount in the reporting currency, a page at a time, along an index of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeVar

from django.db.models import QuerySet

from sightline.planning.money import Converter
from sightline.records.models import Contract, Opportunity

Valued = TypeVar("Valued", Contract, Opportunity)

# Large enough that a rate is read from it to nine digits.
_MUCH = 10**12
_FIRST = 100


@dataclass(frozen=True, slots=True)
class Slice:
    """Which rows of a list: `most` after the first `skip`."""

    skip: int = 0
    most: int = 50


def dearest(
    rows: QuerySet[Valued], money: str, *then: str, part: Slice, convert: Converter
) -> list[int]:
    """Keys in order of an amount, those without one, or without a rate, last. A query, or a few more
    where currencies are mixed; two more where what is not known begins.

    Each half is read along its index. There amounts stand in their own currencies: reading goes on
    until what is left could not come before, whatever its currency.
    """
    wanted = part.skip + part.most
    known, unrated = _known(rows, money, *then, wanted=wanted, convert=convert)
    keys = known[part.skip : wanted]
    if len(keys) == part.most:
        return keys
    none = rows.filter(**{f"{money}__isnull": True}).order_by(*then, "pk")
    last = unrated + list(none.values_list("pk", flat=True)[: wanted - len(known)])
    skip = max(0, part.skip - len(known))
    return keys + last[skip : skip + part.most - len(keys)]


def _known(
    rows: QuerySet[Valued], money: str, *then: str, wanted: int, convert: Converter
) -> tuple[list[int], list[int]]:
    """Keys by converted amount, the first `wanted` surely in place; and keys without a rate."""
    factors = _factors(convert)
    highest = max(factors.values())
    ordered = rows.filter(**{f"{money}__isnull": False}).order_by(f"-{money}", *then, "pk")
    told = ordered.values_list("pk", money, "currency")
    step, found, unrated = max(wanted, _FIRST), list[tuple[float, int, int]](), list[int]()
    start = 0
    while some := list(told[start : start + step]):
        for place, (pk, minor, code) in enumerate(some, start):
            factor = factors.get(code or convert.currency)
            if factor is None:
                unrated.append(pk)
            else:
                found.append((-minor * factor, place, pk))
        found.sort()
        could_be = some[-1][1] * highest
        if len(some) < step or (len(found) >= wanted and -found[wanted - 1][0] >= could_be):
            break
        start, step = start + step, 2 * step
    return [pk for _, _, pk in found], unrated


def _factors(convert: Converter) -> Mapping[str, float]:
    """Minor units of the reporting currency for one of each currency that has a rate."""
    codes = {convert.currency, *(row.source for row in convert.rates.rows)}
    codes |= {row.target for row in convert.rates.rows}
    each = {code: convert(_MUCH, code) for code in codes}
    return {code: money.minor / _MUCH for code, money in each.items() if money is not None}
