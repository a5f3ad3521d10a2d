"""Opportunities: the CRM's record of a play, with lines, people, competitors and stages."""

from __future__ import annotations

from django.db import models

from sightline.records.models.base import (
    Mirrored,
    Versioned,
    currency,
    maybe_money,
    one_row_per_outside_id,
)


class Stage(Mirrored):
    """A stage of the company's own sales process. `probability` is 0 to 100."""

    name = models.CharField(max_length=80, unique=True)
    position = models.PositiveSmallIntegerField(default=0)
    probability = models.DecimalField(max_digits=5, decimal_places=2, null=True, blank=True)
    is_closed = models.BooleanField(default=False)
    is_won = models.BooleanField(default=False)
    is_active = models.BooleanField(default=True)

    class Meta:
        constraints = [one_row_per_outside_id("stage")]


class Opportunity(Mirrored, Versioned):
    """A deal in the CRM. `stage_since` is inferred where no stage history was loaded."""

    account = models.ForeignKey(
        "records.Account", on_delete=models.CASCADE, related_name="opportunities"
    )
    unit = models.ForeignKey("records.Unit", null=True, blank=True, on_delete=models.SET_NULL)
    name = models.CharField(max_length=255)
    stage = models.ForeignKey(Stage, null=True, blank=True, on_delete=models.SET_NULL)
    amount = maybe_money()
    currency = currency()
    close_date = models.DateField(null=True, blank=True)
    kind = models.CharField(max_length=80, blank=True, default="")
    is_renewal = models.BooleanField(default=False)
    is_closed = models.BooleanField(default=False)
    is_won = models.BooleanField(default=False)
    seller_probability = models.DecimalField(max_digits=5, decimal_places=2, null=True, blank=True)
    next_step = models.CharField(max_length=255, blank=True, default="")
    lead_source = models.CharField(max_length=80, blank=True, default="")
    loss_reason = models.CharField(max_length=255, blank=True, default="")
    owner = models.ForeignKey("records.CrmUser", null=True, blank=True, on_delete=models.SET_NULL)
    renews = models.ForeignKey("records.Contract", null=True, blank=True, on_delete=models.SET_NULL)
    created_on = models.DateField(null=True, blank=True)
    closed_on = models.DateField(null=True, blank=True)
    stage_since = models.DateField(null=True, blank=True)
    stage_since_inferred = models.BooleanField(default=True)

    class Meta:
        constraints = [one_row_per_outside_id("opportunity")]
        indexes = [
            models.Index(fields=["account", "is_closed", "close_date"], name="opportunity_open"),
            models.Index(fields=["is_closed", "close_date"], name="opportunity_due"),
            models.Index(
                fields=["-amount", "stage_since"],
                name="opportunity_worth",
                condition=models.Q(is_closed=False),
            ),
            models.Index(
                fields=["stage", "is_closed", "removed_at"],
                name="opportunity_open_stage",
                condition=models.Q(is_closed=False, removed_at=None),
            ),
        ]


class OpportunityLine(Mirrored):
    """One product on an opportunity. Without a service period it is taken as twelve months
    from close, and figures from it say "inferred"."""

    opportunity = models.ForeignKey(Opportunity, on_delete=models.CASCADE, related_name="lines")
    product = models.ForeignKey("records.Product", null=True, blank=True, on_delete=models.SET_NULL)
    product_line = models.ForeignKey(
        "records.ProductLine", null=True, blank=True, on_delete=models.SET_NULL
    )
    quantity = models.DecimalField(max_digits=20, decimal_places=4, null=True, blank=True)
    total = maybe_money()
    service_start = models.DateField(null=True, blank=True)
    service_end = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [one_row_per_outside_id("opportunity_line")]


class OpportunityContactRole(Mirrored):
    """A person's part in one buying decision. `role` as the CRM says, `buying_role` ours."""

    opportunity = models.ForeignKey(
        Opportunity, on_delete=models.CASCADE, related_name="contact_roles"
    )
    contact = models.ForeignKey(
        "records.Contact", on_delete=models.CASCADE, related_name="opportunity_roles"
    )
    role = models.CharField(max_length=80, blank=True, default="")
    buying_role = models.CharField(max_length=20, blank=True, default="")
    is_primary = models.BooleanField(default=False)

    class Meta:
        constraints = [one_row_per_outside_id("contact_role")]


class Competitor(Versioned):
    """Another supplier, under one name however the CRM spelled it."""

    name = models.CharField(max_length=200, unique=True)
    key = models.CharField(max_length=200, unique=True)


class OpportunityCompetitor(Mirrored):
    """A competitor seen in a deal."""

    opportunity = models.ForeignKey(
        Opportunity, on_delete=models.CASCADE, related_name="competitors"
    )
    competitor = models.ForeignKey(Competitor, on_delete=models.CASCADE, related_name="seen_in")
    strengths = models.TextField(blank=True, default="")
    weaknesses = models.TextField(blank=True, default="")

    class Meta:
        constraints = [one_row_per_outside_id("opportunity_competitor")]


class StageChange(Mirrored):
    """What an opportunity was from a moment on: one row of its history."""

    opportunity = models.ForeignKey(Opportunity, on_delete=models.CASCADE, related_name="history")
    stage = models.ForeignKey(Stage, null=True, blank=True, on_delete=models.SET_NULL)
    at = models.DateTimeField()
    amount = maybe_money()
    close_date = models.DateField(null=True, blank=True)
    probability = models.DecimalField(max_digits=5, decimal_places=2, null=True, blank=True)

    class Meta:
        constraints = [one_row_per_outside_id("stage_change")]
        indexes = [models.Index(fields=["opportunity", "at"], name="stage_change_time")]
