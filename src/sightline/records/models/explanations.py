"""Off-trend revenue and its rival explanations: what is believed, on what, until when."""

from __future__ import annotations

from django.db import models
from django.utils import timezone

from sightline.records.models.base import Versioned, money


class Explanation(Versioned):
    """One question, once per line and quarter (`key`). Money in `currency`, R12 against the
    twelve months before. `rivals` are [explanation, for, against] in words."""

    class State(models.TextChoices):
        """Where it stands."""

        OPEN = "open", "Open"
        ANSWERED = "answered", "Answered"
        SETTLED = "settled", "Settled"

    plan = models.ForeignKey("records.Plan", on_delete=models.CASCADE, related_name="explanations")
    product_line = models.ForeignKey("records.ProductLine", on_delete=models.CASCADE)
    key = models.CharField(max_length=80)
    change = money()
    before = money()
    currency = models.CharField(max_length=3)
    reason = models.CharField(max_length=255)
    state = models.CharField(max_length=8, choices=State, default=State.OPEN)
    rivals = models.JSONField(default=list, blank=True)
    belief = models.CharField(max_length=30, blank=True, default="")
    believed_by = models.ForeignKey(
        "records.SignIn", null=True, blank=True, on_delete=models.SET_NULL
    )
    believed_at = models.DateTimeField(null=True, blank=True)
    would_change = models.CharField(max_length=500, blank=True, default="")
    look_again = models.DateField(null=True, blank=True)
    truth = models.CharField(max_length=30, blank=True, default="")
    opened_on = models.DateField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["plan", "key"], name="explanation_once")]


class ExplanationEvidence(models.Model):
    """One column of the board: an observation, or a question where `asked` is still open.

    `bearing` maps explanations to words of likelihood.
    """

    explanation = models.ForeignKey(Explanation, on_delete=models.CASCADE, related_name="evidence")
    words = models.CharField(max_length=255)
    source = models.CharField(max_length=120, blank=True, default="")
    reliability = models.DecimalField(max_digits=3, decimal_places=2, default=1)
    bearing = models.JSONField(default=dict, blank=True)
    asked = models.BooleanField(default=False)
    created_at = models.DateTimeField(default=timezone.now)
    created_by = models.ForeignKey("records.SignIn", null=True, on_delete=models.SET_NULL)
    removed_at = models.DateTimeField(null=True, blank=True)


class ExplanationRevision(models.Model):
    """What was believed and computed at a moment, kept to be scored once the answer is known."""

    explanation = models.ForeignKey(Explanation, on_delete=models.CASCADE, related_name="revisions")
    belief = models.CharField(max_length=30)
    chances = models.JSONField(default=dict)
    by = models.ForeignKey("records.SignIn", null=True, on_delete=models.SET_NULL)
    at = models.DateTimeField(default=timezone.now)
