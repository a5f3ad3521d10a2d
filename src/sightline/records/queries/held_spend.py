"""What competitors hold of an account's spend and how our share of it moved, from its payments.

Definition: docs/method/tiers.md, vulnerability; the window is that of docs/method/wallet.md.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

import numpy as np
import numpy.typing as npt
from django.db.models import Sum
from django.db.models.functions import Coalesce

from sightline.planning.wallet import SupplierClass
from sightline.records.models import SpendMonth
from sightline.records.queries.qualifying import PlanningAccounts

Floats = npt.NDArray[np.float64]
YEAR = 12
UNCLASSED = "not classed"


@dataclass(slots=True)
class _Paid:
    """Minor units by month (counted from year 0) and what the supplier is, in one currency."""

    by_month: dict[tuple[int, str], int] = field(default_factory=lambda: defaultdict(int))

    def year_to(self, last: int) -> Mapping[str, int]:
        """Sums of the twelve months that end with `last`, by what the supplier is, with `all`."""
        found = {"all": 0}
        for (month, what), minor in self.by_month.items():
            if last - YEAR < month <= last:
                found["all"] += minor
                found[what or UNCLASSED] = found.get(what or UNCLASSED, 0) + minor
        return found


def held_of_spend(accounts: PlanningAccounts, *, on: date) -> tuple[Floats, Floats]:
    """Per row: competitors' share of all payments, 0 to 1, and the change of ours in points.

    The twelve months up to the last month loaded, against the twelve before; payments in the
    currency that most was paid in. NaN where it is not known: no payments, credits outweighing
    them, no supplier classed as ours, or none as a competitor while some are not classed. One query.
    """
    held, moved = (np.full(len(accounts), np.nan) for _ in range(2))
    for row, paid in _paid(accounts, on=on).items():
        last = max(month for month, _ in paid.by_month)
        now, before = paid.year_to(last), paid.year_to(last - YEAR)
        rivals = max(0, now.get(SupplierClass.COMPETITOR.value, 0))
        if now["all"] > 0 and (rivals or UNCLASSED not in now):
            held[row] = min(1.0, rivals / now["all"])
        us = SupplierClass.US.value
        if (us in now or us in before) and now["all"] > 0 and before["all"] > 0:
            moved[row] = 100 * (_ours(now) - _ours(before))
    return held, moved


def _ours(year: Mapping[str, int]) -> float:
    """Our share of a year's payments."""
    return max(0, year.get(SupplierClass.US.value, 0)) / year["all"]


def _paid(accounts: PlanningAccounts, *, on: date) -> dict[int, _Paid]:
    rows = (
        SpendMonth.objects.filter(month__lte=on, account__removed_at=None)
        .values_list(
            Coalesce("account__planning_account_id", "account_id"),
            "currency",
            "month",
            "supplier__what",
        )
        .annotate(minor=Sum("amount"))
    )
    found: dict[int, dict[str, _Paid]] = defaultdict(lambda: defaultdict(_Paid))
    for head, code, month, what, minor in rows:
        if head in accounts.row_of:
            kept = found[accounts.row_of[head]][code].by_month
            kept[month.year * YEAR + month.month, what or ""] += minor
    return {
        row: max(by_code.values(), key=lambda paid: sum(paid.by_month.values()))
        for row, by_code in found.items()
    }
