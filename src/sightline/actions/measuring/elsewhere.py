"""A warehouse's part of a measuring run: its engine adds up over all lines, only sums come here.

Always a full pass: a warehouse does not say which lines came since the last one.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from sightline.actions.progress import Watched
from sightline.ledger import comparing, warehouse
from sightline.ledger.measures import make_totals
from sightline.ledger.tables import LINES, QUANTITY

if TYPE_CHECKING:
    from sightline.ledger.warehouse import WarehouseSource

_SAID = "measures added up by the warehouse"


def make_kept(source: WarehouseSource, *, first: date, job: Watched) -> None:
    """The tables `kept_cells`, `kept_totals` and `flows`: the latter net by month from `first`."""
    import ibis  # workers alone bring it in

    steps = 3
    for done, name in enumerate(("cells", "rhythm")):
        job.progress(done, steps, _SAID)
        source.make(name)
    make_totals(source)
    months = source.asked("months")
    job.progress(steps - 1, steps, _SAID)
    since = months.filter(months.month >= ibis.date(first.year, first.month, first.day))
    warehouse.keep(source.connection, since, table="by_month")
    source.connection.execute(
        "CREATE TEMP VIEW kept_cells AS SELECT * FROM cells;"
        "CREATE TEMP VIEW kept_totals AS SELECT * FROM totals;"
        "CREATE TEMP VIEW flows AS "
        "SELECT account, unit, product_line, month AS date, amount FROM by_month"
    )
    job.progress(steps, steps, _SAID)


def make_volumes(source: WarehouseSource) -> bool:
    """As `comparing.make_volumes`: False where the lines have no quantity."""
    if QUANTITY not in source.tables[LINES].columns:
        return False
    source.make("volumes", table=comparing.TOLD)
    return True
