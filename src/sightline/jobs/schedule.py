"""What comes round: each schedule is a row whose tick adds a job to the queue."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db import transaction

from sightline.actions import outbox
from sightline.records.models import Company, Schedule

DAILY_AT = time(4, 30)


def tick(now: datetime) -> None:
    """Add what is due. Two workers ticking at once add it once."""
    row = Schedule.objects.filter(name="daily").first()
    if row is None:
        Schedule.objects.get_or_create(
            name="daily", defaults={"next_at": _next_daily(now)}
        )
        return
    if row.next_at > now:
        return
    with transaction.atomic():
        due = Schedule.objects.filter(pk=row.pk, next_at=row.next_at)
        if due.update(next_at=_next_daily(now), last_at=now):
            outbox.request("daily", key="daily")


def _next_daily(now: datetime) -> datetime:
    """Half past four in the morning of the company's time zone."""
    zone = Company.objects.values_list("time_zone", flat=True).first() or "UTC"
    here = now.astimezone(ZoneInfo(zone))
    today = datetime.combine(here.date(), DAILY_AT, tzinfo=here.tzinfo)
    return today if today > here else today + timedelta(days=1)
