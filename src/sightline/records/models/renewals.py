"""How renewals went: what was decided for a contract, its dated steps, contracts renewed as one."""

from __future__ import annotations

from django.db import models
from django.utils import timezone

from sightline.records.models.base import Versioned, currency, maybe_money


class RenewalOutcome(models.Model):
    """What became of one contract at its end. Amounts a year, minor units of `currency`.

    `before` keeps what the contract and its strategy were, so that it can be taken back.
    """

    class Kind(models.TextChoices):
        """How it went."""

        RENEWED = "renewed", "Renewed"
        UPLIFTED = "uplifted", "Renewed for more"
        CONTRACTED = "contracted", "Renewed for less"
        LOST = "lost", "Lost"

    contract = models.ForeignKey(
        "records.Contract", on_delete=models.CASCADE, related_name="outcomes"
    )
    kind = models.CharField(max_length=10, choices=Kind)
    ended_on = models.DateField()
    up = maybe_money()
    renewed = maybe_money()
    currency = currency()
    until = models.DateField(null=True, blank=True)
    reason = models.CharField(max_length=20, blank=True, default="")
    note = models.CharField(max_length=500, blank=True, default="")
    decided_on = models.DateField()
    before = models.JSONField(default=dict, blank=True)
    recorded_by = models.ForeignKey("records.SignIn", null=True, on_delete=models.SET_NULL)
    recorded_at = models.DateTimeField(default=timezone.now)
    undone_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["contract", "ended_on"],
                condition=models.Q(undone_at=None),
                name="renewal_outcome_once",
            )
        ]
        indexes = [models.Index(fields=["ended_on"], name="renewal_outcome_day")]


class RenewalStep(models.Model):
    """A milestone of a contract as the action it made; `term` counts the renewals before it."""

    contract = models.ForeignKey("records.Contract", on_delete=models.CASCADE, related_name="steps")
    days_before = models.PositiveSmallIntegerField()
    term = models.PositiveSmallIntegerField(default=0)
    action = models.ForeignKey("records.Action", null=True, on_delete=models.SET_NULL)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["contract", "days_before", "term"], name="renewal_step_once"
            )
        ]


class RenewalGroup(Versioned):
    """Contracts of one planning account that are renewed as one; `ends_on` their common end."""

    account = models.ForeignKey(
        "records.Account", on_delete=models.CASCADE, related_name="renewal_groups"
    )
    ends_on = models.DateField()
    created_by = models.ForeignKey("records.SignIn", null=True, on_delete=models.SET_NULL)


class RenewalMember(models.Model):
    """That a contract is renewed with its group; one group at most."""

    group = models.ForeignKey(RenewalGroup, on_delete=models.CASCADE, related_name="members")
    contract = models.OneToOneField(
        "records.Contract", on_delete=models.CASCADE, related_name="renewal_member"
    )
