"""What is sold and running: contracts and assets (subscriptions are assets with an end)."""

from __future__ import annotations

from django.db import models

from sightline.records.models.base import (
    Mirrored,
    Versioned,
    currency,
    maybe_money,
    one_row_per_outside_id,
)


class Contract(Mirrored, Versioned):
    """An agreement with dates. `annual_value` only where a field was mapped to it.

    `uplift_percent` is the clause by which the price rises at each renewal.
    """

    account = models.ForeignKey(
        "records.Account", on_delete=models.CASCADE, related_name="contracts"
    )
    unit = models.ForeignKey("records.Unit", null=True, blank=True, on_delete=models.SET_NULL)
    product_line = models.ForeignKey(
        "records.ProductLine", null=True, blank=True, on_delete=models.SET_NULL
    )
    number = models.CharField(max_length=80, blank=True, default="")
    name = models.CharField(max_length=255, blank=True, default="")
    status = models.CharField(max_length=40, blank=True, default="")
    is_active = models.BooleanField(default=True)
    starts_on = models.DateField(null=True, blank=True)
    ends_on = models.DateField(null=True, blank=True)
    term_months = models.PositiveSmallIntegerField(null=True, blank=True)
    annual_value = maybe_money()
    currency = currency()
    notice_days = models.PositiveSmallIntegerField(null=True, blank=True)
    auto_renews = models.BooleanField(null=True, blank=True)
    uplift_percent = models.DecimalField(max_digits=6, decimal_places=3, null=True, blank=True)
    owner = models.ForeignKey("records.CrmUser", null=True, blank=True, on_delete=models.SET_NULL)

    class Meta:
        constraints = [one_row_per_outside_id("contract")]
        indexes = [
            models.Index(fields=["account", "ends_on"], name="contract_end"),
            models.Index(fields=["-annual_value", "ends_on"], name="contract_value"),
        ]


class RenewalStrategy(Versioned):
    """How one contract is to be renewed: goal, who owns it, who decides."""

    contract = models.OneToOneField(Contract, on_delete=models.CASCADE, related_name="strategy")
    goal = models.CharField(max_length=12, blank=True, default="")
    risk = models.CharField(max_length=8, blank=True, default="")
    owner = models.ForeignKey("records.CrmUser", null=True, blank=True, on_delete=models.SET_NULL)
    decider = models.ForeignKey("records.Contact", null=True, blank=True, on_delete=models.SET_NULL)
    notes = models.TextField(blank=True, default="")


class Asset(Mirrored):
    """Something a unit holds from us: price is per unit of quantity over the term."""

    account = models.ForeignKey("records.Account", on_delete=models.CASCADE, related_name="assets")
    unit = models.ForeignKey("records.Unit", null=True, blank=True, on_delete=models.SET_NULL)
    product = models.ForeignKey("records.Product", null=True, blank=True, on_delete=models.SET_NULL)
    product_line = models.ForeignKey(
        "records.ProductLine", null=True, blank=True, on_delete=models.SET_NULL
    )
    contract = models.ForeignKey(Contract, null=True, blank=True, on_delete=models.SET_NULL)
    name = models.CharField(max_length=255, blank=True, default="")
    is_subscription = models.BooleanField(default=False)
    quantity = models.DecimalField(max_digits=20, decimal_places=4, null=True, blank=True)
    price = maybe_money()
    currency = currency()
    starts_on = models.DateField(null=True, blank=True)
    ends_on = models.DateField(null=True, blank=True)
    term_months = models.PositiveSmallIntegerField(null=True, blank=True)
    status = models.CharField(max_length=40, blank=True, default="")
    is_active = models.BooleanField(default=True)

    class Meta:
        constraints = [one_row_per_outside_id("asset")]
        indexes = [models.Index(fields=["account", "ends_on"], name="asset_end")]
