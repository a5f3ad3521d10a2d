"""What we sell: families, lines and products."""

from __future__ import annotations

from django.db import models

from sightline.records.models.base import Mirrored, Versioned, one_row_per_outside_id


class ProductFamily(models.Model):
    """A group of product lines: a band of the grid."""

    name = models.CharField(max_length=120, unique=True)
    position = models.PositiveSmallIntegerField(default=0)


class ProductLine(Versioned):
    """What a seller plans at: one column of the grid. Only recurring lines enter ACV."""

    class RevenueKind(models.TextChoices):
        """How its revenue comes (docs/method/acv.md)."""

        RECURRING = "recurring", "Recurring"
        REPEAT = "repeat", "Repeat"
        ONE_OFF = "one_off", "One-off"

    family = models.ForeignKey(
        ProductFamily,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="lines",
    )
    name = models.CharField(max_length=120, unique=True)
    revenue_kind = models.CharField(max_length=10, choices=RevenueKind, default=RevenueKind.REPEAT)
    kind_confirmed = models.BooleanField(default=False)
    position = models.PositiveSmallIntegerField(default=0)


class Product(Mirrored):
    """A product of the CRM, sold under one line."""

    line = models.ForeignKey(
        ProductLine,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="products",
    )
    name = models.CharField(max_length=255)
    code = models.CharField(max_length=255, blank=True, default="")
    is_active = models.BooleanField(default=True)

    class Meta:
        constraints = [one_row_per_outside_id("product")]
