"""What a customer spends in our category, as somebody estimated it."""

from __future__ import annotations

from django.db import models
from django.utils import timezone

from sightline.records.models.base import (
    Mirrored,
    Versioned,
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


class WalletStep(Versioned):
    """The next-step target somebody set for what a customer spends in a category with us."""

    account = models.ForeignKey("records.Account", on_delete=models.CASCADE)
    unit = models.ForeignKey("records.Unit", null=True, blank=True, on_delete=models.CASCADE)
    category = models.CharField(max_length=120, blank=True, default="")
    amount = models.BigIntegerField()
    currency = currency()
    set_by = models.ForeignKey("records.SignIn", null=True, on_delete=models.SET_NULL)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["account", "unit", "category"],
                name="wallet_step_once",
                nulls_distinct=None,
            )
        ]


class CategoryLine(models.Model):
    """That what a customer calls a category is what we sell as a line."""

    category = models.CharField(max_length=120)
    product_line = models.ForeignKey("records.ProductLine", on_delete=models.CASCADE)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["category", "product_line"], name="category_line_once")
        ]


class Supplier(Versioned):
    """A firm that customers pay, under one name however their files spell it."""

    name = models.CharField(max_length=255)
    plain = models.CharField(max_length=255, unique=True)
    what = models.CharField(max_length=10, blank=True, default="")
    competitor = models.ForeignKey(
        "records.Competitor", null=True, blank=True, on_delete=models.SET_NULL
    )


class SupplierAlias(models.Model):
    """A further spelling that somebody confirmed."""

    supplier = models.ForeignKey(Supplier, on_delete=models.CASCADE, related_name="aliases")
    plain = models.CharField(max_length=255, unique=True)
    confirmed_by = models.ForeignKey("records.SignIn", null=True, on_delete=models.SET_NULL)


class SpendFile(models.Model):
    """One file of what a customer paid its suppliers. Files add up; the same payments given twice,
    whatever the kind of file, count once: `digest` is of what the file says."""

    account = models.ForeignKey(
        "records.Account", on_delete=models.CASCADE, related_name="spend_files"
    )
    name = models.CharField(max_length=200)
    digest = models.CharField(max_length=64)
    rows = models.PositiveIntegerField(default=0)
    refused = models.JSONField(default=list, blank=True)
    first_day = models.DateField(null=True, blank=True)
    last_day = models.DateField(null=True, blank=True)
    loaded_by = models.ForeignKey("records.SignIn", null=True, on_delete=models.SET_NULL)
    loaded_at = models.DateTimeField(default=timezone.now)
    undone_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["account", "digest"],
                condition=models.Q(undone_at=None),
                name="spend_file_once",
            )
        ]


class SpendMonth(models.Model):
    """What one unit of a customer paid one supplier in a category in one month; credits are
    negative. `spelled` is the name as the file wrote it."""

    file = models.ForeignKey(SpendFile, on_delete=models.CASCADE, related_name="months")
    account = models.ForeignKey("records.Account", on_delete=models.CASCADE)
    buyer = models.CharField(max_length=200, blank=True, default="")
    category = models.CharField(max_length=200, blank=True, default="")
    supplier = models.ForeignKey(Supplier, null=True, blank=True, on_delete=models.SET_NULL)
    spelled = models.CharField(max_length=255, blank=True, default="")
    month = models.DateField()
    amount = models.BigIntegerField()
    currency = currency()
    payments = models.PositiveIntegerField(default=0)

    class Meta:
        indexes = [models.Index(fields=["account", "month"], name="spend_account_month")]
