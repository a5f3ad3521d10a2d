"""Dated rates: each ends the day the next of its currency starts."""

from sightline_sandbox.rows.read import Row
from sightline_sandbox.work import Work

_LAST_DAY = "9999-12-31"


def chain(work: Work, row: Row, old: Row | None) -> None:
    """Tell every rate of a currency when the next one starts."""
    work.db.execute(
        'UPDATE "DatedConversionRate" SET "NextStartDate" = COALESCE((SELECT MIN(n."StartDate") '
        'FROM "DatedConversionRate" n WHERE n."IsoCode" = "DatedConversionRate"."IsoCode" '
        f'AND n."StartDate" > "DatedConversionRate"."StartDate"), \'{_LAST_DAY}\') '
        'WHERE "IsoCode" = ?',
        (row["IsoCode"],),
    )
