"""A plan's contracted base: recurring value on the year's first day, and where it stands now.

Where nothing tells what it was on that day, today's takes its place, and it is said.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import QuerySet

from sightline.planning.bridge import BaseLine, Standing
from sightline.planning.money import Money, total
from sightline.planning.reasons import Reason, because, dated
from sightline.records.models import AccountMeasures, AccountOpening, CellMeasures, CellOpening
from sightline.records.prepared import prepared

Convert = Callable[[int, str], Money]


@dataclass(frozen=True, slots=True)
class BaseAccount:
    """One account's value on the day its base is read, and as last measured; minor units.

    `known` False: the day is the one it was measured on, after the year had begun.
    """

    id: int
    name: str
    known: bool
    acv: int | None
    source: str
    now: int | None
    now_source: str
    currency: str
    on: date


@dataclass(frozen=True, slots=True)
class BaseCell:
    """The part of it of one unit and line."""

    account: int
    unit: int | None
    line: int
    line_name: str
    acv: int
    source: str


@dataclass(frozen=True, slots=True)
class BaseRows:
    """What a plan's base is read from; `read_on` is the first day, or where none is known the day
    of the latest measures, None where nothing was measured."""

    accounts: tuple[BaseAccount, ...]
    cells: tuple[BaseCell, ...]
    read_on: date | None

    @property
    def measured_on(self) -> date | None:
        """The latest day that anything of it was measured on."""
        return max((one.on for one in self.accounts), default=None)


def base_rows(account_ids: Sequence[int], *, first_day: date) -> BaseRows:
    """Two queries, and two more where an account has no opening of that year."""
    ids = list(account_ids)
    accounts = {row[0]: BaseAccount(*row) for row in _openings(ids, first_day)}
    cells = [BaseCell(*row) for row in _opening_cells(ids, first_day)]
    missing = [pk for pk in ids if pk not in accounts]
    read_on = first_day if accounts else None
    if missing:
        for pk, name, acv, source, code, on in _totals(missing):
            known = on <= first_day
            accounts[pk] = BaseAccount(pk, name, known, acv, source, acv, source, code, on)
            read_on = max(read_on or on, on) if read_on != first_day else read_on
        cells += [BaseCell(*row) for row in _cells(missing)]
    return BaseRows(tuple(accounts[pk] for pk in sorted(accounts)), tuple(cells), read_on)


def base_lines(rows: BaseRows, *, currency: str, convert: Convert) -> tuple[BaseLine, ...]:
    """ACV by line; what is known only of an account as a whole is one line of its own."""
    totals = {one.id: one for one in rows.accounts if one.acv is not None}
    by_line: dict[tuple[str, str], int] = {}
    itemised: dict[int, int] = {}
    for cell in rows.cells:
        if cell.account in totals:
            key = (cell.line_name, cell.source)
            by_line[key] = by_line.get(key, 0) + cell.acv
            itemised[cell.account] = itemised.get(cell.account, 0) + cell.acv
    if any(itemised.get(pk, 0) != one.acv for pk, one in totals.items()):
        # a contract without lines covers them: the account's own ACV is the base
        return tuple(
            BaseLine(f"account:{pk}", "Contracted", convert(one.acv or 0, one.currency), one.source)
            for pk, one in sorted(totals.items())
        )
    code = next((one.currency for one in totals.values()), currency)
    return tuple(
        BaseLine(f"line:{line}:{source}", line, convert(acv, code), source)
        for (line, source), acv in sorted(by_line.items())
    )


def standings(rows: BaseRows, *, first_day: date, convert: Convert) -> tuple[Standing, ...]:
    """How each account stands against the first day; none before the year has begun."""
    found = []
    for one in rows.accounts:
        if one.on <= first_day:
            continue
        then = convert(one.acv or 0, one.currency) if one.known else None
        now = convert(one.now or 0, one.currency)
        sources = (one.source if one.known else "", one.now_source)
        found.append(Standing(str(one.id), one.name, now, one.on, then, sources))
    return tuple(found)


def value_now(rows: BaseRows, *, currency: str, convert: Convert) -> Money | None:
    """Recurring value as last measured; None where no account has any."""
    known = [convert(one.now, one.currency) for one in rows.accounts if one.now is not None]
    return total(known, currency=currency) if known else None


def base_notes(rows: BaseRows, *, first_day: date) -> tuple[Reason, ...]:
    """That the first day is not known, where it is not."""
    unknown = [one for one in rows.accounts if not one.known and one.now is not None]
    if not unknown:
        return ()
    on = dated(max(one.on for one in unknown))
    whose = "" if len(unknown) == len(rows.accounts) else f" of {len(unknown)} of its accounts"
    text = (
        f"Nothing tells what was contracted on {dated(first_day)}{whose}: the baseline is that of "
        f"{on}, less what was settled since."
    )
    return (because("bridge.base_not_known", text, accounts=len(unknown), on=on),)


@prepared
def _openings(ids: list[int], first_day: date) -> QuerySet[AccountOpening, Any]:
    rows = AccountOpening.objects.filter(account_id__in=ids, first_day=first_day, known=True)
    return rows.values_list(
        *("account_id", "account__name", "known", "acv", "acv_source"),
        *("now", "now_source", "currency", "as_of"),
    )


@prepared
def _opening_cells(ids: list[int], first_day: date) -> QuerySet[CellOpening, Any]:
    rows = CellOpening.objects.filter(
        account_id__in=ids, first_day=first_day, acv__isnull=False
    ).order_by("pk")
    return rows.values_list(
        *("account_id", "unit_id", "product_line_id", "product_line__name", "acv", "acv_source")
    )


@prepared
def _totals(ids: list[int]) -> QuerySet[AccountMeasures, Any]:
    rows = AccountMeasures.objects.filter(account_id__in=ids)
    return rows.values_list(
        *("account_id", "account__name", "acv", "acv_source", "currency", "as_of")
    )


@prepared
def _cells(ids: list[int]) -> QuerySet[CellMeasures, Any]:
    rows = CellMeasures.objects.filter(account_id__in=ids, acv__isnull=False).order_by("pk")
    return rows.values_list(
        *("account_id", "unit_id", "product_line_id", "product_line__name", "acv", "acv_source")
    )
