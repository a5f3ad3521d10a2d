"""What leaders want of the accounts they answer for."""

from __future__ import annotations

from django.db import models
from django.utils import timezone

from sightline.records.models.base import Versioned, currency, money


class PortfolioOutcome(Versioned):
    """The revenue that one leader wants of the accounts below, in one fiscal year."""

    wanted_by = models.ForeignKey("records.SignIn", on_delete=models.CASCADE)
    year = models.PositiveSmallIntegerField()
    amount = money()
    currency = currency()
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["wanted_by", "year"], name="outcome_once_a_year"),
            models.CheckConstraint(condition=models.Q(amount__gt=0), name="outcome_above_zero"),
        ]
