"""The company's first settings, where a command sets it up."""

from __future__ import annotations

from django.db import transaction

from sightline.actions import journal
from sightline.records.models import Company


def set_up_company(
    *, name: str, currency: str, fiscal_start_month: int, time_zone: str, demonstration: bool
) -> None:
    """Write the company's one row, journalled; later changes go through its settings page."""
    values = {
        "name": name,
        "reporting_currency": currency,
        "fiscal_start_month": fiscal_start_month,
        "time_zone": time_zone,
        "demonstration": demonstration,
    }
    with transaction.atomic():
        row, _ = Company.objects.select_for_update().get_or_create(id=1)
        changes = journal.differences(row, values)
        Company.objects.filter(pk=1).update(**values)
        journal.record("set_up_company", actor_id=None, subject=row, changes=changes)
