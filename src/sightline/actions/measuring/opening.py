"""Recurring value on the plan year's first day, as rows to keep. Definition: docs/method/bridge.md."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sightline.actions.measuring.keep import OpenedAccount, OpenedCell
from sightline.planning.accounts import AcvSource
from sightline.planning.measures import NO_LINE, AccountAcv


@dataclass(frozen=True, slots=True)
class YearFrame:
    """The running plan year. `told_before`: the company has records of before it; `reaches`:
    revenue of all twelve months before it."""

    first_day: date
    as_of: date
    currency: str
    lines: frozenset[int]
    told_before: bool
    reaches: bool


@dataclass(frozen=True, slots=True)
class Opened:
    """What to keep of one account."""

    account: OpenedAccount
    cells: tuple[OpenedCell, ...]


def opening_of(
    account_id: int, *, now: AccountAcv, then: AccountAcv | None, frame: YearFrame
) -> Opened:
    """One account's opening; not known where a rate or every record of before is missing."""
    known = then is not None and _is_known(now, then, frame)
    cells = then.cells if then is not None and known else {}
    source = then.source if then is not None and known else None
    value = then.value if then is not None and known else None
    return Opened(
        OpenedAccount(
            account_id=account_id,
            first_day=frame.first_day,
            known=known,
            acv=value.minor if value else None,
            acv_source=source.value if source else "",
            now=now.value.minor if now.value else None,
            now_source=now.source.value if now.source else "",
            currency=frame.currency,
            as_of=frame.as_of,
        ),
        tuple(
            OpenedCell(
                account_id=account_id,
                first_day=frame.first_day,
                unit_id=unit,
                product_line_id=line,
                acv=acv.value.minor,
                acv_source=acv.source.value,
            )
            for (unit, line), acv in sorted(cells.items(), key=lambda cell: str(cell[0]))
            if line != NO_LINE and line in frame.lines and acv.value and acv.source
        ),
    )


def _is_known(now: AccountAcv, then: AccountAcv, frame: YearFrame) -> bool:
    """Nothing in force is known only where there are records of before. Revenue of less than the
    twelve months before tells nothing: what is read from revenue now must then be there, too."""
    if not (frame.told_before or frame.reaches):
        return False
    trailing = [cell for cell, acv in now.cells.items() if acv.source is AcvSource.TRAILING]
    return frame.reaches or all(cell in then.cells for cell in trailing)
