"""What other customers pay for a line, and how many have it: read once per state of the measures.

Comparable are the units of customers of the same industry; with too few of them for a value, all.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from threading import Lock
from typing import Any

import numpy as np
import numpy.typing as npt
from django.db.models import Case, Count, Max, QuerySet, Value, When
from django.db.models.functions import Coalesce

from sightline.planning.money import Money
from sightline.planning.whitespace import (
    Origin,
    PeerCounts,
    ValueEstimate,
    WhitespaceParameters,
    from_comparables,
    peer_share,
)
from sightline.records.models import AccountMeasures, CellMeasures
from sightline.records.prepared import prepared

MOST_ROWS = 50_000
_KEPT = 16
_SIZE = 1_000_000  # staff for which the base value is computed, before it is scaled
_lock = Lock()
_kept: OrderedDict[tuple[object, ...], Peers] = OrderedDict()


@dataclass(frozen=True, slots=True)
class Peers:
    """Per line: the value for a million of staff, the value as paid, and the share that has it."""

    sized: Mapping[str, ValueEstimate]
    plain: Mapping[str, ValueEstimate]
    shares: Mapping[str, float]
    counts: Mapping[str, PeerCounts]

    def value(self, line: str, *, staff: int | None) -> ValueEstimate | None:
        """What a unit of this size would pay: scaled where every size is known."""
        base = self.sized.get(line)
        if base is None or not staff:
            return self.plain.get(line)
        return ValueEstimate(
            _sized(base.low, staff),
            _sized(base.likely, staff),
            _sized(base.high, staff),
            base.method,
            base.origin,
            base.words,
        )

    def likely(
        self, lines: Sequence[str], *, staffs: Sequence[int | None]
    ) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.bool_]]:
        """The same values' likely amounts alone, in minor units, and whether they are known: a row
        for each size, a column for each line. Raises OverflowError beyond a processor's numbers."""
        sized, scales = _minors(self.sized, lines)
        plain, paid = _minors(self.plain, lines)
        staff = np.array([one or 0 for one in staffs], dtype=np.int64)[:, None]
        most = int(sized.max(initial=0)) * int(staff.max(initial=0)) // _SIZE
        if most >= 1 << 62:
            raise OverflowError("What comparable units pay is too large.")
        scaled = scales & (staff > 0)
        return np.where(scaled, _all_scaled(sized, staff), plain), scaled | paid


def _minors(
    known: Mapping[str, ValueEstimate], lines: Sequence[str]
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.bool_]]:
    """Likely amounts by line, 0 where none is known."""
    found = [known.get(line) for line in lines]
    minors = [one.likely.minor if one is not None else 0 for one in found]
    return np.array(minors, dtype=np.int64), np.array([one is not None for one in found])


def _sized(base: Money, staff: int) -> Money:
    return Money(_scaled(base.minor, staff), base.currency)


def _scaled(minor: int, staff: int) -> int:
    """`minor` × staff ÷ a million, rounded half to even in whole numbers."""
    whole, rest = divmod(minor * staff, _SIZE)
    return whole + (2 * rest > _SIZE or (2 * rest == _SIZE and whole % 2 == 1))


def _all_scaled(
    minor: npt.NDArray[np.int64], staff: npt.NDArray[np.int64]
) -> npt.NDArray[np.int64]:
    """The same of every amount with every size; in two steps, which no product goes beyond."""
    millions, over = np.divmod(minor, _SIZE)
    whole, rest = np.divmod(over * staff, _SIZE)
    whole += millions * staff
    found: npt.NDArray[np.int64] = whole + (
        (2 * rest > _SIZE) | ((2 * rest == _SIZE) & (whole % 2 == 1))
    )
    return found


def measured_at() -> datetime | None:
    """When measures were last computed. One query."""
    return next(iter(_computed_at()), None)


@prepared
def _computed_at() -> QuerySet[AccountMeasures, Any]:
    whole = AccountMeasures.objects.order_by().values(whole=Value(1))
    return whole.annotate(at=Max("computed_at")).values_list("at", flat=True)


def peers_for(
    industry: str,
    *,
    currency: str,
    on: date,
    parameters: WhitespaceParameters,
    measured: datetime | None,
) -> Peers:
    """The peers of an industry. Three queries the first time, none until measures change."""
    key = (industry, currency, on, parameters, measured)
    with _lock:
        if key in _kept:
            _kept.move_to_end(key)
            return _kept[key]
    found = _read(industry, currency, on, parameters)
    with _lock:
        _kept[key] = found
        while len(_kept) > _KEPT:
            _kept.popitem(last=False)
    return found


def _read(industry: str, currency: str, on: date, parameters: WhitespaceParameters) -> Peers:
    near = _paid(industry) if industry else {}
    few = parameters.comparable_least
    paid = {line: rows for line, rows in near.items() if len(rows) >= few}
    if not industry or len(paid) < len(near):
        paid = _paid("") | paid
    origin = Origin("measures of comparable customers", on, live=True)
    sized: dict[str, ValueEstimate] = {}
    plain: dict[str, ValueEstimate] = {}
    for line, rows in paid.items():
        revenues = [Money(r12, currency) for r12, _ in rows]
        value = from_comparables(revenues, origin=origin, parameters=parameters)
        if value is not None:
            plain[line] = value
        sizes = [float(staff or 0) for _, staff in rows]
        if value is not None and all(size > 0 for size in sizes):
            scaled = from_comparables(
                revenues, origin=origin, sizes=sizes, size=float(_SIZE), parameters=parameters
            )
            if scaled is not None:
                sized[line] = scaled
    counts = _counts()
    shares = {
        line: share
        for line, one in counts.items()
        if (share := peer_share(one, parameters=parameters)) is not None
    }
    return Peers(sized, plain, shares, counts)


def _paid(industry: str) -> dict[str, list[tuple[int, int | None]]]:
    """Revenue of the last 12 months and staff, of every cell that is owned, by line: the staff told
    of its unit, else that of the child account the unit stands for; without a unit the account's."""
    rows = CellMeasures.objects.filter(owned=True, r12__gt=0)
    if industry:
        rows = rows.filter(account__industry=industry)
    found: dict[str, list[tuple[int, int | None]]] = {}
    told = Coalesce("unit__employees", "unit__linked_account__employees")
    staff = Case(When(unit=None, then="account__employees"), default=told)
    rows = rows.order_by("-pk").annotate(staff=staff)
    for line, r12, size in rows.values_list("product_line_id", "r12", "staff")[:MOST_ROWS]:
        found.setdefault(str(line), []).append((r12, size))
    return found


def _counts() -> dict[str, PeerCounts]:
    """Overall adoption by line; nearest neighbours are the ledger's insight, not counted here."""
    everyone = AccountMeasures.objects.filter(owned_cells__gt=0).count()
    rows = (
        CellMeasures.objects.filter(owned=True)
        .values_list("product_line_id", "product_line__name")
        .annotate(having=Count("account", distinct=True))
    )
    return {
        str(line): PeerCounts(
            line=name,
            similar=0,
            having=0,
            recent=0,
            everyone=everyone,
            everyone_having=having,
            shared=0,
            lines=0,
            similarity=0.0,
        )
        for line, name, having in rows
    }
