"""What a customer spends in our category, as somebody estimated it."""

from __future__ import annotations

from django.db import models
from django.utils import timezone

from sightline.records.models.base import (
    Mirrored,
    currency,
    maybe_money,
    one_row_per_outside_id,
)


class WalletEstimate(Mirrored):
    """One estimate of yearly spend: a range with its source, date and confidence."""

    class Confidence(models.TextChoices):
        """How sure the author is."""

        HIGH = "high", "High"
        MEDIUM = "medium", "Medium"
        LOW = "low", "Low"

    account = models.ForeignKey(
        "records.Account", on_delete=models.CASCADE, related_name="wallet_estimates"
    )
    unit = models.ForeignKey("records.Unit", null=True, blank=True, on_delete=models.CASCADE)
    category = models.CharField(max_length=120, blank=True, default="")
    low = maybe_money()
    likely = models.BigIntegerField()
    high = maybe_money()
    currency = currency()
    method = models.CharField(max_length=40, blank=True, default="")
    confidence = models.CharField(max_length=6, choices=Confidence, default=Confidence.MEDIUM)
    author = models.ForeignKey("records.SignIn", null=True, blank=True, on_delete=models.SET_NULL)
    from_whom = models.CharField(max_length=200, blank=True, default="")
    as_of = models.DateField()
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [one_row_per_outside_id("wallet_estimate")]
