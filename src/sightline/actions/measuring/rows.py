"""From results of the ledger's engine to rows of the records, a batch of accounts at a time."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from sightline.actions.measuring import opening
from sightline.actions.measuring.keep import (
    MeasuredAccount,
    MeasuredCell,
    OpenedAccount,
    OpenedCell,
)
from sightline.ledger.money import Rate
from sightline.planning.accounts import Acv, AcvParameters, RevenueKind, acv_on
from sightline.planning.measures import AccountAcv, Cell, account_acv
from sightline.planning.money import Money, Rates
from sightline.planning.parameters import Parameters
from sightline.records.queries.promises import AccountPromises, ByCell, promises

_NONE = (None, None)
Row = dict[str, Any]
Pairs = dict[tuple[str, str, str], tuple[int | None, int | None]]


@dataclass(frozen=True, slots=True)
class Frame:
    """What one run measures by."""

    as_of: date
    currency: str
    rates: Rates
    parameters: Parameters
    version: int
    from_bookings: bool
    kinds: Mapping[int, RevenueKind]
    first_day: date
    told_before: bool

    def year(self, *, reaches: bool) -> opening.YearFrame:
        """What the opening of the running year is told by."""
        lines = frozenset(self.kinds)
        return opening.YearFrame(
            self.first_day, self.as_of, self.currency, lines, self.told_before, reaches
        )


@dataclass(slots=True)
class LedgerPass:
    """Results of the engine of some accounts, by account id as text."""

    totals: dict[str, Row] = field(default_factory=dict)
    cells: dict[str, list[Row]] = field(default_factory=dict)
    monthly: dict[str, dict[tuple[str, str], list[int]]] = field(default_factory=dict)
    steady: Pairs = field(default_factory=dict)
    quantities: Pairs = field(default_factory=dict)
    touches: dict[str, tuple[int, int]] = field(default_factory=dict)
    usage: dict[str, tuple[float | None, float | None]] = field(default_factory=dict)
    has_activities: bool = False
    opened: dict[str, dict[Cell, int]] = field(default_factory=dict)
    reaches: bool = False


@dataclass(frozen=True, slots=True)
class MeasuredRows:
    """Rows to keep for one batch."""

    accounts: list[MeasuredAccount]
    cells: list[MeasuredCell]
    openings: list[OpenedAccount]
    opened_cells: list[OpenedCell]


def rows_of(batch: Sequence[int], found: LedgerPass, *, frame: Frame) -> MeasuredRows:
    """The records of one batch of accounts."""
    promised = promises(
        batch,
        currency=frame.currency,
        rates=frame.rates,
        on=frame.as_of,
        first_day=frame.first_day,
        backdated=timedelta(days=frame.parameters.section(AcvParameters, "acv").backdated_days),
    )
    rows = MeasuredRows([], [], [], [])
    year = frame.year(reaches=found.reaches)
    for account_id in batch:
        key = str(account_id)
        own = {_cell_key(row): row for row in found.cells.get(key, ())}
        trailing = {cell: int(row["r12"]) for cell, row in own.items()}
        given = promised.get(account_id) or _NOTHING
        whole = _acv(trailing, given.by_cell, on=frame.as_of, frame=frame)
        months = found.monthly.get(key, {})
        rows.accounts.append(_account(account_id, found, whole, frame=frame))
        for cell in _cells(account_id, own, whole.cells, months, frame=frame):
            rows.cells.append(_compared(cell, found))
        held = whole
        if given.held is not None:
            held = _acv(trailing, given.held, on=frame.as_of, frame=frame)
        opened = opening.opening_of(
            account_id, now=held, then=_opened(key, given, found, frame=frame), frame=year
        )
        rows.openings.append(opened.account)
        rows.opened_cells.extend(opened.cells)
    return rows


_NOTHING = AccountPromises(0, {}, {}, None)


def _opened(
    key: str, given: AccountPromises, found: LedgerPass, *, frame: Frame
) -> AccountAcv | None:
    """ACV on the first day; None where a rate of that day is missing."""
    if given.opening is None:
        return None
    trailing = found.opened.get(key, {}) if found.reaches else {}
    return _acv(trailing, given.opening, on=frame.first_day, frame=frame)


def _acv(trailing: Mapping[Cell, int], given: ByCell, *, on: date, frame: Frame) -> AccountAcv:
    found: dict[Cell, Acv] = {}
    for cell in {**trailing, **given}:
        # a promise that names no line is by nature a contract: recurring
        kind = frame.kinds.get(
            cell[1], RevenueKind.RECURRING if cell in given else RevenueKind.REPEAT
        )
        r12 = trailing.get(cell)
        found[cell] = acv_on(
            given.get(cell, ()),
            on=on,
            kind=kind,
            trailing=Money(r12, frame.currency) if r12 is not None else None,
            currency=frame.currency,
            parameters=frame.parameters,
        )
    return account_acv(found, currency=frame.currency)


def _account(
    account_id: int, found: LedgerPass, acv: AccountAcv, *, frame: Frame
) -> MeasuredAccount:
    key = str(account_id)
    total = found.totals.get(key, {})
    touches, two_way = found.touches.get(key, (0, 0) if found.has_activities else (None, None))
    usage_now, usage_before = found.usage.get(key, (None, None))
    score = total.get("quiet_score")
    return MeasuredAccount(
        account_id=account_id,
        r12=int(total.get("r12") or 0),
        r12_before=int(total.get("r12_prior") or 0),
        r24=int(total.get("r24") or 0),
        acv=acv.value.minor if acv.value else None,
        acv_source=acv.source.value if acv.source else "",
        last_purchase_on=total.get("last_purchase"),
        months_active=_months_active(found, key),
        purchase_days=int(total.get("purchase_days") or 0),
        usual_gap_days=_whole(total.get("usual_gap")),
        gap_alarm=bool(total.get("alarm")),
        quiet_probability=Decimal(str(round(score, 5))) if score is not None else None,
        owned_cells=int(total.get("owned_cells") or 0),
        monthly=_summed(found.monthly.get(key, {}).values()),
        touches=touches,
        two_way_days=two_way,
        usage_now=_decimal(usage_now),
        usage_before=_decimal(usage_before),
        from_bookings=frame.from_bookings,
        currency=frame.currency,
        as_of=frame.as_of,
        ledger_version=frame.version,
    )


def _cells(
    account_id: int,
    own: Mapping[Cell, Row],
    acvs: Mapping[Cell, Acv],
    months: Mapping[tuple[str, str], list[int]],
    *,
    frame: Frame,
) -> Iterable[MeasuredCell]:
    for cell in sorted({*own, *acvs}, key=lambda cell: (cell[0] or 0, cell[1])):
        unit, line = cell
        if line not in frame.kinds:
            continue
        row, acv = own.get(cell, {}), acvs.get(cell)
        contracted = acv is not None and bool(acv.parts)
        yield MeasuredCell(
            account_id=account_id,
            unit_id=unit,
            product_line_id=line,
            r12=int(row.get("r12") or 0),
            r12_before=int(row.get("r12_prior") or 0),
            r24=int(row.get("r24") or 0),
            acv=acv.value.minor if acv and acv.value else None,
            acv_source=acv.source.value if acv and acv.source else "",
            last_purchase_on=row.get("last_purchase"),
            owned=int(row.get("r12") or 0) > 0 or contracted,
            monthly=months.get((str(unit or ""), str(line)), []),
        )


def _compared(cell: MeasuredCell, found: LedgerPass) -> MeasuredCell:
    key = (str(cell.account_id), str(cell.unit_id or ""), str(cell.product_line_id))
    if key not in found.steady and key not in found.quantities:
        return cell
    steady, quantity = found.steady.get(key, _NONE), found.quantities.get(key, _NONE)
    return replace(
        cell,
        steady=steady[0],
        steady_before=steady[1],
        quantity=quantity[0],
        quantity_before=quantity[1],
    )


def ledger_rates(rates: Rates, currency: str) -> list[Rate]:
    """Rates into one currency as the ledger takes them."""
    return [
        Rate(row.since, row.source, row.target, float(row.rate))
        for row in rates.rows
        if row.target == currency
    ]


def _cell_key(row: Row) -> Cell:
    return (int(row["unit"]) if row["unit"] else None, int(row["product_line"]))


def _months_active(found: LedgerPass, key: str) -> int:
    return max((int(row["months_active_12"] or 0) for row in found.cells.get(key, ())), default=0)


def _summed(series: Iterable[list[int]]) -> list[int]:
    return [sum(month) for month in zip(*series, strict=True)]


def _whole(value: float | None) -> int | None:
    return None if value is None else round(value)


def _decimal(value: float | None) -> Decimal | None:
    return None if value is None else Decimal(str(round(value, 4)))
