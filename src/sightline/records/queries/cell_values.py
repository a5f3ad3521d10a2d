"""What people said cells are worth a year: by the method that counts, comparable units not asked."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from django.db.models import QuerySet

from sightline.planning.money import Money
from sightline.planning.plays import split_over_cells
from sightline.planning.whitespace import Method, chosen_method
from sightline.records.models import CellFact
from sightline.records.prepared import prepared

METHODS: Mapping[str, Method] = {
    CellFact.Kind.HAND.value: Method.HAND,
    CellFact.Kind.PRICE.value: Method.PRICE,
    CellFact.Kind.WALLET.value: Method.WALLET,
}
Cell = tuple[int | None, int]
Place = tuple[int, int | None, int]
Convert = Callable[[int | None, str], Money | None]


def values_said(account_ids: Iterable[int]) -> dict[Place, Money]:
    """By account, unit and product line, in the currency each was said in. One query.

    A value without a currency of its own is in none that can be compared, and is left out.
    """
    known: dict[Place, dict[Method, Money]] = {}
    wanted: dict[Place, Method] = {}
    for account, unit, line, chosen, kind, likely, code in _said(sorted({*account_ids})):
        place = (account, unit, line)
        if code:
            known.setdefault(place, {})[METHODS[kind]] = Money(likely, code)
        if chosen:
            wanted[place] = Method(chosen)
    return {
        place: values[method]
        for place, values in known.items()
        if (method := chosen_method(values, wanted.get(place))) is not None
    }


def split_by_worth(
    amount: Money, cells: Mapping[Cell, Money | None], *, convert: Convert
) -> dict[Cell, Money]:
    """An amount over units and product lines by what people said each is worth, to the last minor
    unit; `convert` brings a worth into the amount's currency, and one that it cannot is none."""
    values = {
        cell: worth
        for cell, said in cells.items()
        if said is not None and (worth := convert(said.minor, said.currency)) is not None
    }
    return split_over_cells(amount, cells=tuple(cells), values=values)


@prepared
def _said(account_ids: list[int]) -> QuerySet[CellFact, Any]:
    rows = CellFact.objects.filter(
        kind__in=tuple(METHODS),
        cell__account_id__in=account_ids,
        ended_at=None,
        likely__isnull=False,
    )
    return rows.values_list(
        "cell__account_id",
        "cell__unit_id",
        "cell__product_line_id",
        "cell__chosen",
        "kind",
        "likely",
        "currency",
    )
