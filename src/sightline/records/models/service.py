"""Service records: cases."""

from __future__ import annotations

from django.db import models

from sightline.records.models.base import Mirrored, one_row_per_outside_id


class Case(Mirrored):
    """A customer's case. Critical and SLA breaches count towards vulnerability."""

    account = models.ForeignKey("records.Account", on_delete=models.CASCADE, related_name="cases")
    unit = models.ForeignKey("records.Unit", null=True, blank=True, on_delete=models.SET_NULL)
    contact = models.ForeignKey("records.Contact", null=True, blank=True, on_delete=models.SET_NULL)
    number = models.CharField(max_length=40, blank=True, default="")
    subject = models.CharField(max_length=255, blank=True, default="")
    priority = models.CharField(max_length=40, blank=True, default="")
    status = models.CharField(max_length=40, blank=True, default="")
    is_closed = models.BooleanField(default=False)
    is_critical = models.BooleanField(default=False)
    sla_breached = models.BooleanField(default=False)
    opened_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [one_row_per_outside_id("case")]
        indexes = [models.Index(fields=["account", "is_closed"], name="case_open")]
