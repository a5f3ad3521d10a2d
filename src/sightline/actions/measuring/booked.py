"""What the ledger must hold before it is measured: kinds of lines, and bookings where no
revenue was loaded."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from fractions import Fraction
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from sightline.actions.ledger_place import elsewhere
from sightline.actions.ledger_sources import replace_source
from sightline.ledger.parts import arrow_schema, write_part
from sightline.ledger.tables import KINDS, LINES, QUANTITY
from sightline.ledger.version import LedgerVersion
from sightline.planning.measures import booked_flows
from sightline.planning.money import Money
from sightline.records.queries import company, measuring

if TYPE_CHECKING:
    import pyarrow as pa

BOOKINGS = "derived:bookings"
KIND_SETTINGS = "derived:kinds"
BATCH = 50_000


def prepare(folder: Path, *, as_of: date) -> tuple[LedgerVersion, bool]:
    """The version to measure, and whether its revenue is derived from bookings."""
    kinds = [_kinds_batch()]
    parts = [write_part(folder, KINDS, kinds, source=KIND_SETTINGS)] if kinds[0].num_rows else []
    version = replace_source(KIND_SETTINGS, parts, note="Kinds of product lines")
    loaded = [part for part in version.of(LINES) if part.source != BOOKINGS]
    if loaded or elsewhere():
        return replace_source(BOOKINGS, [], note="Revenue was loaded"), False
    part = write_part(folder, LINES, _booked_batches(), source=BOOKINGS, told=(QUANTITY,))
    version = replace_source(BOOKINGS, [part] if part.rows else [], note="Revenue from bookings")
    return version, bool(part.rows)


def _kinds_batch() -> pa.RecordBatch:
    kinds = sorted(measuring.line_kinds().items())
    columns = {
        "product_line": [str(line) for line, _ in kinds],
        "kind": [kind.value for _, kind in kinds],
    }
    import pyarrow as pa  # the web process imports actions, and never measures

    return pa.RecordBatch.from_pydict(columns, schema=arrow_schema(KINDS))


def _booked_batches() -> Iterator[pa.RecordBatch]:
    import pyarrow as pa

    schema = arrow_schema(LINES, told=(QUANTITY,))
    rows = _booked_rows()
    while some := list(islice(rows, BATCH)):
        yield pa.RecordBatch.from_pylist(some, schema=schema)
    yield pa.RecordBatch.from_pylist([], schema=schema)


def _booked_rows() -> Iterator[dict[str, object]]:
    reporting = company.company_facts().currency
    for booking in measuring.bookings():
        currency = booking.currency or reporting
        flows = booked_flows(
            Money(booking.minor, currency),
            kind=booking.kind,
            closed_on=booking.closed_on,
            service=booking.service,
        )
        for flow in flows:
            yield {
                "account": str(booking.account_id),
                "unit": str(booking.unit_id or ""),
                "product_line": str(booking.line_id),
                "date": flow.day,
                "amount": flow.minor,
                "currency": currency,
                "quantity": _told(booking.quantity, flow.months),
            }


def _told(quantity: Decimal | None, months: Fraction) -> float | None:
    """Unit-months of one flow, or units where it falls on one day; None where none were told."""
    return None if quantity is None else float(Fraction(quantity) * months)
