"""What each planning account is losing, as the portfolio's page lists it."""

from __future__ import annotations

from django.db import models
from django.utils import timezone

from sightline.records.models.base import money


class GroundLost(models.Model):
    """One planning account that loses anything; money in minor units of the reporting currency.

    `revenue` is cells lost and contraction by line, `unnamed` the part of it that no open play and
    no risk speaks of. `items` hold every entry by kind, with keys and numbers and nobody's name.
    `others` counts entries that are not revenue lost. Kept by a job; nothing here can be put aside.
    """

    account = models.OneToOneField(
        "records.Account", on_delete=models.CASCADE, related_name="ground_lost"
    )
    revenue = money()
    unnamed = money()
    others = models.PositiveIntegerField(default=0)
    items = models.JSONField(default=list, blank=True)
    currency = models.CharField(max_length=3)
    as_of = models.DateField()
    computed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes = [models.Index(fields=["-revenue", "account"], name="ground_by_money")]
