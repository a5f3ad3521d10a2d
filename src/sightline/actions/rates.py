"""Dated exchange rates: stored as given, one for each month and currency."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal

from django.db import transaction

from sightline.actions import journal, outbox
from sightline.records.models import ExchangeRate

_PLACES = Decimal("0.0000000001")


def store_rates(
    rates: Mapping[tuple[dt.date, str], Decimal],
    *,
    into: str,
    actor_id: int | None = None,
    dry_run: bool = False,
) -> dict[str, int]:
    """Keep rates by month and currency; answers how many are created, changed and skipped.

    A rate is what one unit of the currency is worth in `into`. A currency's rate to itself is
    left out.
    """
    wanted = {key: rate.quantize(_PLACES) for key, rate in rates.items() if key[1] != into}
    rows = ExchangeRate.objects.filter(to_currency=into)
    held = {(row.month, row.currency): row for row in rows}
    made = [key for key in wanted if key not in held]
    changed = [key for key in wanted if key in held and held[key].rate != wanted[key]]
    if not dry_run and (made or changed):
        with transaction.atomic():
            ExchangeRate.objects.bulk_create(
                ExchangeRate(
                    month=month, currency=currency, to_currency=into, rate=wanted[month, currency]
                )
                for month, currency in made
            )
            for key in changed:
                held[key].rate = wanted[key]
            ExchangeRate.objects.bulk_update([held[key] for key in changed], ["rate"])
            note = f"{len(made)} new, {len(changed)} changed"
            journal.record("store_rates", actor_id=actor_id, note=note)
            outbox.request("measure", key="measure", by=actor_id)
    skipped = len(rates) - len(made) - len(changed)
    return {"created": len(made), "changed": len(changed), "skipped": skipped}
