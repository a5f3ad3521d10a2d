"""What customers pay their suppliers, from the company's warehouse: its sums by month, kept beside
files of payments and renewed by each measuring run."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from itertools import groupby
from operator import itemgetter
from typing import Any

from django.db import transaction
from django.utils import timezone

from sightline.actions.ledger_place import elsewhere
from sightline.actions.measuring.rows import Frame
from sightline.actions.progress import Watched
from sightline.actions.wallet import MonthPaid, firms_of, keep_months
from sightline.ledger.source import Source
from sightline.ledger.tables import SPEND
from sightline.planning.wallet import WalletParameters
from sightline.records.models import SpendFile

# What marks a file's digest as the warehouse's.
_MARK = "there:"
_DIGEST = 58
_PAID = """
SELECT CAST(buyer AS BIGINT), unit, category, supplier, month, currency, amount, payments
  FROM paid ORDER BY ALL
"""
_Row = tuple[Any, ...]


def keep_paid(source: Source, *, frame: Frame, job: Watched) -> int:
    """Keep what each account paid in 24 months; answers the accounts. Unchanged ones stay as they are,
    those of which the warehouse tells no more are forgotten."""
    source.make("paid")
    names = source.connection.execute("SELECT DISTINCT supplier FROM paid").fetchall()
    parameters = frame.parameters.section(WalletParameters, "wallet")
    firms = firms_of({name for (name,) in names}, parameters)
    kept: set[int] = set()
    for account, rows in _by_account(source):
        _renew(account, rows, firms, currency=frame.currency)
        kept.add(account)
        job.progress(len(kept), None, "accounts with payments")
    held = SpendFile.objects.filter(digest__startswith=_MARK)
    gone = set(held.values_list("account_id", flat=True)) - kept
    for account in gone:
        held.filter(account_id=account).delete()
    return len(kept)


def _by_account(source: Source) -> Iterator[tuple[int, list[_Row]]]:
    result = source.connection.execute(_PAID)
    for account, rows in groupby(iter(result.fetchone, None), key=itemgetter(0)):
        yield account, [row[1:] for row in rows]


def _renew(account: int, rows: list[_Row], firms: Mapping[str, int], *, currency: str) -> None:
    plain = json.dumps(rows, default=str).encode()
    digest = _MARK + hashlib.sha256(plain).hexdigest()[:_DIGEST]
    held = SpendFile.objects.filter(account_id=account, digest__startswith=_MARK)
    if held.filter(digest=digest, undone_at=None).exists():
        return
    with transaction.atomic():
        held.delete()
        file = SpendFile.objects.create(
            account_id=account,
            name=elsewhere(SPEND)[:200],
            digest=digest,
            rows=sum(row[-1] for row in rows),
            first_day=min(row[3] for row in rows),
            last_day=max(row[3] for row in rows),
            loaded_at=timezone.now(),
        )
        for code, some in groupby(sorted(rows, key=itemgetter(4)), key=itemgetter(4)):
            keep_months(file, [_month(row) for row in some], firms, code or currency)


def _month(row: _Row) -> MonthPaid:
    buyer, category, supplier, month, _currency, minor, payments = row
    return MonthPaid(
        buyer=buyer[:200],
        category=category[:200],
        supplier=supplier[:255],
        month=month,
        minor=minor,
        payments=payments,
    )
