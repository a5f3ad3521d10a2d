"""Open deals that a play is tied to stand in the cells of that play: those without a product in all
of them, each line of the others in its own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import groupby
from typing import Any

from django.db.models import BigIntegerField, Exists, OuterRef, QuerySet, Subquery
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast, Coalesce

from sightline.planning.whitespace import OpenDeal
from sightline.records.models import OpportunityLine, PlayCell, SyncLink
from sightline.records.prepared import prepared
from sightline.records.queries.cell_values import Convert, split_by_worth, values_said

Key = tuple[str, str]


def bare_deals(
    ids: list[int],
    key: Callable[[int, int | None], str],
    convert: Convert,
) -> Iterator[tuple[Key, OpenDeal]]:
    """Each cell with its part of the deal's amount, by what people said the cells are worth, to
    the last cent. One query, one more where a deal stands in several cells.

    `key` names the column of an account's unit. As soon as the deal has a line that names a
    product line, its lines say where it stands, and it is not among these.
    """
    deals = [list(rows) for _, rows in groupby(_cells(ids), key=lambda row: row[0])]
    said = values_said(rows[0][-1] for rows in deals if len(rows) > 1) if deals else {}
    for rows in deals:
        deal, account, _unit, code, _line, minor, planned = rows[0]
        cells = {
            (unit, line): said.get((planned, unit, line)) for _, _, unit, _, line, _, _ in rows
        }
        amount = convert(minor, code)
        parts = split_by_worth(amount, cells, convert=convert) if amount is not None else {}
        for unit, line in cells:
            part = parts.get((unit, line))
            yield (key(account, unit), str(line)), OpenDeal(f"opportunity:{deal}", part)


@prepared
def _cells(ids: list[int]) -> QuerySet[PlayCell, Any]:
    named = OpportunityLine.objects.filter(
        opportunity=OuterRef("play__opportunity"), removed_at=None, product_line__isnull=False
    )
    rows = PlayCell.objects.filter(
        ~Exists(named),
        play__opportunity__account_id__in=ids,
        play__opportunity__is_closed=False,
        play__opportunity__is_renewal=False,
        play__opportunity__removed_at=None,
        play__removed_at=None,
    )
    return rows.order_by("play__opportunity_id", "pk").values_list(
        "play__opportunity_id",
        "play__opportunity__account_id",
        "unit_id",
        "play__opportunity__currency",
        "product_line_id",
        "play__opportunity__amount",
        "play__account_id",
    )


def unit_of_line() -> Coalesce:
    """For lines of open deals: the deal's own unit, else that of the cell of its play that the line
    was made for, else of the play's first cell of the same product line."""
    made = SyncLink.objects.filter(
        connection__source=OuterRef("source_id"),
        target="PlayLine",
        remote_id=OuterRef("outside_id"),
    ).exclude(remote_id="")
    unit = Cast(KeyTextTransform("unit", "base"), BigIntegerField())
    cells = PlayCell.objects.filter(
        play__opportunity=OuterRef("opportunity_id"),
        product_line=OuterRef("product_line_id"),
        play__removed_at=None,
    ).order_by("pk")
    return Coalesce(
        "opportunity__unit_id",
        Subquery(made.annotate(unit=unit).values("unit")[:1]),
        Subquery(cells.values("unit_id")[:1]),
        output_field=BigIntegerField(),
    )
