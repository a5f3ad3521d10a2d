"""The company itself: its calendar, currency and rates, its sources of data, its parameters."""

from __future__ import annotations

from django.db import models
from django.utils import timezone

from sightline.records.models.base import Versioned


class Company(Versioned):
    """The one row of company-wide settings.

    `plan_fields` lists what a plan is asked beyond the product's own; all off at first.
    """

    class Calendar(models.TextChoices):
        """How the fiscal year is cut."""

        MONTHS = "months", "calendar months"
        FOUR_FOUR_FIVE = "4-4-5", "4-4-5 weeks"
        TABLE = "table", "uploaded periods"

    class Basis(models.TextChoices):
        """What a target counts."""

        EXIT_ACV = "exit_acv", "annual recurring value at the end of the year"
        REVENUE = "revenue", "revenue in the year"

    class LineLevel(models.TextChoices):
        """What one column of the whitespace grid is."""

        FAMILY = "family", "product family"
        LINE = "line", "product line"

    name = models.CharField(max_length=200, default="", blank=True)
    reporting_currency = models.CharField(max_length=3, default="GBP")
    calendar = models.CharField(max_length=8, choices=Calendar, default=Calendar.MONTHS)
    fiscal_start_month = models.PositiveSmallIntegerField(default=1)
    periods = models.JSONField(default=list, blank=True)
    basis = models.CharField(max_length=12, choices=Basis, default=Basis.EXIT_ACV)
    line_level = models.CharField(max_length=8, choices=LineLevel, default=LineLevel.LINE)
    time_zone = models.CharField(max_length=64, default="UTC")
    demonstration = models.BooleanField(default=False)
    plan_fields = models.JSONField(default=list, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(id=1), name="company_is_one_row"),
            models.CheckConstraint(
                condition=models.Q(fiscal_start_month__gte=1, fiscal_start_month__lte=12),
                name="company_month_of_the_year",
            ),
        ]


class Source(models.Model):
    """A system or file set that rows came from. `owned_fields` maps object to field names
    that the source owns: people cannot edit those here."""

    class Kind(models.TextChoices):
        """What it is."""

        SALESFORCE = "salesforce", "Salesforce"
        FILES = "files", "files"

    kind = models.CharField(max_length=20, choices=Kind)
    name = models.CharField(max_length=120, unique=True)
    outside_org = models.CharField(max_length=40, blank=True, default="")
    owned_fields = models.JSONField(default=dict, blank=True)
    demonstration = models.BooleanField(default=False)
    created_at = models.DateTimeField(default=timezone.now)


class ExchangeRate(models.Model):
    """One unit of `currency` is `rate` units of the reporting currency, from `month` on."""

    month = models.DateField()
    currency = models.CharField(max_length=3)
    to_currency = models.CharField(max_length=3)
    rate = models.DecimalField(max_digits=20, decimal_places=10)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["month", "currency", "to_currency"], name="rate_one_per_month"
            ),
            models.CheckConstraint(condition=models.Q(rate__gt=0), name="rate_positive"),
        ]


class ParameterOverride(models.Model):
    """A number of the method that this company changed, from a date on."""

    path = models.CharField(max_length=120)
    value = models.JSONField()
    since = models.DateField()
    reason = models.TextField(blank=True, default="")
    set_by = models.ForeignKey("records.SignIn", null=True, on_delete=models.SET_NULL)
    set_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["path", "since"], name="parameter_one_per_day")
        ]


class CompanyHistory(models.Model):
    """What the company's own past says, kept so that no page counts it again.

    `stages` maps a stage's id to won, closed, earliest_days with its closings, stuck_days;
    also its splits: (won, closed) by product line, by size band and of those that stayed longer.
    `renewals` holds renewed and settled; `sizes` the largest amount of the lower and the middle
    third, minor units of the company's currency; `slips` the factor of deals past their date (null:
    too few), with late and closed. Computed with the measures.
    """

    stages = models.JSONField(default=dict, blank=True)
    renewals = models.JSONField(default=dict, blank=True)
    sizes = models.JSONField(default=list, blank=True)
    slips = models.JSONField(default=dict, blank=True)
    as_of = models.DateField()
    computed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(id=1), name="company_history_is_one_row")
        ]
