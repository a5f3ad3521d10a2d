"""What a plan wants of a metric, from where, by when, and which plays are to move it."""

from __future__ import annotations

from django.db import models

from sightline.records.models.base import Versioned


class PlanMetric(Versioned):
    """One metric of a plan: money in major units of the plan's currency, shares as shares.

    `baseline` is the computed value when the target was first set, or the one a person corrected.
    """

    plan = models.ForeignKey("records.Plan", on_delete=models.CASCADE, related_name="metrics")
    key = models.CharField(max_length=20)
    baseline = models.DecimalField(max_digits=24, decimal_places=6, null=True, blank=True)
    baseline_on = models.DateField(null=True, blank=True)
    target = models.DecimalField(max_digits=24, decimal_places=6)
    by = models.DateField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["plan", "key"], name="plan_metric_once")]


class PlanMetricMove(models.Model):
    """That a deal or a play is to move a metric."""

    metric = models.ForeignKey(PlanMetric, on_delete=models.CASCADE, related_name="moves")
    play = models.ForeignKey("records.Play", null=True, blank=True, on_delete=models.CASCADE)
    opportunity = models.ForeignKey(
        "records.Opportunity", null=True, blank=True, on_delete=models.CASCADE
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["metric", "play", "opportunity"],
                name="metric_move_once",
                nulls_distinct=None,
            ),
            models.CheckConstraint(
                condition=models.Q(play__isnull=False) ^ models.Q(opportunity__isnull=False),
                name="metric_moved_by_one",
            ),
        ]
