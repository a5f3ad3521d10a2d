"""Per-account results of the ledger's measures, and the ledger's versions themselves.

Amounts are minor units of the reporting currency at constant rates.
"""

from __future__ import annotations

from django.db import models
from django.utils import timezone

from sightline.records.models.base import maybe_money


class LedgerPart(models.Model):
    """One immutable Parquet file of the ledger."""

    name = models.CharField(max_length=160, unique=True)
    table = models.CharField(max_length=40)
    sha256 = models.CharField(max_length=64)
    rows = models.BigIntegerField()
    first_day = models.DateField(null=True, blank=True)
    last_day = models.DateField(null=True, blank=True)
    source = models.CharField(max_length=120, blank=True, default="")
    import_run = models.ForeignKey(
        "records.ImportRun", null=True, blank=True, on_delete=models.SET_NULL
    )
    created_at = models.DateTimeField(default=timezone.now)


class LedgerVersion(models.Model):
    """A list of parts: committing this row is the change; undo is a new row."""

    number = models.PositiveIntegerField(unique=True)
    parts = models.ManyToManyField(LedgerPart, related_name="versions")
    note = models.CharField(max_length=200, blank=True, default="")
    created_at = models.DateTimeField(default=timezone.now)


class AccountMeasures(models.Model):
    """The ledger's totals for one account (itself, without its children)."""

    account = models.OneToOneField(
        "records.Account", on_delete=models.CASCADE, related_name="measures"
    )
    r12 = models.BigIntegerField(default=0)
    r12_before = models.BigIntegerField(default=0)
    r24 = models.BigIntegerField(default=0)
    acv = maybe_money()
    acv_source = models.CharField(max_length=20, blank=True, default="")
    last_purchase_on = models.DateField(null=True, blank=True)
    months_active = models.PositiveSmallIntegerField(default=0)
    purchase_days = models.PositiveIntegerField(default=0)
    usual_gap_days = models.PositiveIntegerField(null=True, blank=True)
    gap_alarm = models.BooleanField(default=False)
    quiet_probability = models.DecimalField(max_digits=6, decimal_places=5, null=True, blank=True)
    owned_cells = models.PositiveIntegerField(default=0)
    monthly = models.JSONField(default=list, blank=True)
    touches = models.PositiveIntegerField(null=True, blank=True)
    two_way_days = models.PositiveIntegerField(null=True, blank=True)
    usage_now = models.DecimalField(max_digits=20, decimal_places=4, null=True, blank=True)
    usage_before = models.DecimalField(max_digits=20, decimal_places=4, null=True, blank=True)
    from_bookings = models.BooleanField(default=False)
    currency = models.CharField(max_length=3)
    as_of = models.DateField()
    ledger_version = models.PositiveIntegerField()
    computed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        # every grid asks when measures were last computed
        indexes = [models.Index(fields=["computed_at"], name="measures_computed")]


class CellMeasures(models.Model):
    """The ledger's totals for one account, unit (none: the account itself) and line."""

    account = models.ForeignKey("records.Account", on_delete=models.CASCADE, related_name="cells")
    unit = models.ForeignKey("records.Unit", null=True, blank=True, on_delete=models.CASCADE)
    product_line = models.ForeignKey("records.ProductLine", on_delete=models.CASCADE)
    r12 = models.BigIntegerField(default=0)
    r12_before = models.BigIntegerField(default=0)
    r24 = models.BigIntegerField(default=0)
    acv = maybe_money()
    acv_source = models.CharField(max_length=20, blank=True, default="")
    last_purchase_on = models.DateField(null=True, blank=True)
    owned = models.BooleanField(default=False)
    monthly = models.JSONField(default=list, blank=True)
    # Both windows at the rates of the first one's first month; empty where nothing was converted.
    steady = maybe_money()
    steady_before = maybe_money()
    # Ten-thousandths of a unit; empty where a line with an amount told none.
    quantity = models.BigIntegerField(null=True, blank=True)
    quantity_before = models.BigIntegerField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["account", "unit", "product_line"],
                name="cell_once",
                nulls_distinct=None,
            ),
        ]


class AccountOpening(models.Model):
    """One account's recurring value on the first day of a plan year, and now at that day's rates.

    `known` False: nothing tells what it was on that day; `acv` is then empty, which is not zero.
    A year's rows stay as they were last computed within it. Definition: docs/method/bridge.md.
    """

    account = models.ForeignKey(
        "records.Account", on_delete=models.CASCADE, related_name="openings"
    )
    first_day = models.DateField()
    known = models.BooleanField(default=True)
    acv = maybe_money()
    acv_source = models.CharField(max_length=20, blank=True, default="")
    now = maybe_money()
    now_source = models.CharField(max_length=20, blank=True, default="")
    currency = models.CharField(max_length=3)
    as_of = models.DateField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["account", "first_day"], name="opening_once"),
        ]


class CellOpening(models.Model):
    """The part of an account's recurring value on a first day that is told by unit and line."""

    account = models.ForeignKey(
        "records.Account", on_delete=models.CASCADE, related_name="cell_openings"
    )
    first_day = models.DateField()
    unit = models.ForeignKey("records.Unit", null=True, blank=True, on_delete=models.CASCADE)
    product_line = models.ForeignKey("records.ProductLine", on_delete=models.CASCADE)
    acv = maybe_money()
    acv_source = models.CharField(max_length=20, blank=True, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["account", "first_day", "unit", "product_line"],
                name="cell_opening_once",
                nulls_distinct=None,
            ),
        ]
