"""Which version of the ledger is current."""

from __future__ import annotations

from sightline.records.models import LedgerVersion


def current_number() -> int:
    """The newest version's number; 0 before anything was loaded. One query."""
    return LedgerVersion.objects.order_by("-number").values_list("number", flat=True).first() or 0
