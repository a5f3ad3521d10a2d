"""Cells whose revenue left its own seasonal trend, from one version on one day."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from sightline.ledger.method import InsightParameters, shipped
from sightline.ledger.source import opened
from sightline.ledger.version import LedgerVersion
from sightline.planning.periods import month_end

if TYPE_CHECKING:
    from sightline.ledger.insight.trend import OffTrend

_MONTHS = 60


@dataclass(frozen=True, slots=True)
class OffTrendCell:
    """One account × unit × line off its trend; `last_month` is the first day of the last month."""

    account: str
    unit: str
    product_line: str
    last_month: dt.date
    found: OffTrend


def off_trend_cells(
    version: LedgerVersion,
    *,
    folder: Path,
    as_of: dt.date,
    reporting_currency: str | None = None,
    account: str | None = None,
    parameters: InsightParameters | None = None,
) -> tuple[OffTrendCell, ...]:
    """Every judged cell that is off its trend, ordered by account, unit, line.

    Only calendar months that ended by `as_of` count. `account` None is every account.
    """
    import numpy as np

    from sightline.ledger.insight.trend import off_trend

    numbers = parameters or shipped()
    whole = as_of if as_of == month_end(as_of) else as_of.replace(day=1) - dt.timedelta(days=1)
    last = whole.replace(day=1)
    with opened(
        version, folder=folder, as_of=whole, reporting_currency=reporting_currency
    ) as source:
        rows = source.connection.execute(
            "SELECT account, unit, product_line, "
            "list(back ORDER BY back), list(amount::DOUBLE ORDER BY back) "
            f"FROM (SELECT *, datediff('month', month, $last) AS back FROM ({source.sql('months')})) "
            f"WHERE back < {_MONTHS} AND ($account IS NULL OR account = $account) "
            "GROUP BY ALL HAVING count(*) FILTER (amount > 0) >= $least ORDER BY ALL",
            {"last": last, "account": account, "least": numbers.trend_min_months},
        ).fetchall()
    found = []
    for name, unit, line, back, amounts in rows:
        monthly = np.zeros(max(back) + 1)
        monthly[[max(back) - each for each in back]] = amounts
        judged = off_trend(monthly, parameters=numbers)
        if judged is not None:
            found.append(OffTrendCell(name, unit, line, last, judged))
    return tuple(found)
