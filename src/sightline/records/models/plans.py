"""Plans: one account's twelve months, and what was last computed for each."""

from __future__ import annotations

from django.db import models
from django.utils import timezone

from sightline.records.models.base import Versioned, currency, maybe_money


class Plan(Versioned):
    """The plan of one planning account for one plan year."""

    class State(models.TextChoices):
        """Where it stands."""

        DRAFT = "draft", "Draft"
        ACTIVE = "active", "Active"
        CLOSED = "closed", "Closed"

    account = models.ForeignKey("records.Account", on_delete=models.CASCADE, related_name="plans")
    year = models.PositiveSmallIntegerField()
    starts_on = models.DateField()
    ends_on = models.DateField()
    state = models.CharField(max_length=6, choices=State, default=State.DRAFT)
    label = models.CharField(max_length=40, blank=True, default="")
    currency = models.CharField(max_length=3)
    target = maybe_money()
    target_source = models.CharField(max_length=20, blank=True, default="")
    target_agreed_by = models.ForeignKey(
        "records.SignIn",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    target_agreed_on = models.DateField(null=True, blank=True)
    thesis = models.TextField(blank=True, default="")
    owner = models.ForeignKey("records.CrmUser", null=True, blank=True, on_delete=models.SET_NULL)
    created_by = models.ForeignKey(
        "records.SignIn",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["account", "year"], name="plan_one_per_year"),
            models.CheckConstraint(
                condition=models.Q(ends_on__gt=models.F("starts_on")),
                name="plan_ends_after_start",
            ),
        ]


class PlanAccount(models.Model):
    """That an account's year is planned in a plan: each account and year in one at most."""

    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="members")
    account = models.ForeignKey("records.Account", on_delete=models.CASCADE)
    year = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["account", "year"], name="plan_account_once_a_year")
        ]


class PlanResult(models.Model):
    """The figures that lists read; money in the plan's currency."""

    plan = models.OneToOneField(Plan, on_delete=models.CASCADE, related_name="result")
    base = maybe_money()
    landing = maybe_money()
    gap = maybe_money()
    chance = models.DecimalField(max_digits=6, decimal_places=5, null=True, blank=True)
    calibrated = models.BooleanField(default=False)
    challenges = models.PositiveIntegerField(default=0)
    single_threaded = maybe_money()
    parts = models.JSONField(default=dict, blank=True)
    input_version = models.CharField(max_length=64)
    computed_at = models.DateTimeField(default=timezone.now)


class Signal(models.Model):
    """Something observed, with a date and a source: one row for one cause (`kind` and `key`).

    Nobody is named in it: `contact` says who, `subject` names what is no person, `facts` hold keys,
    numbers and the reason. `ended_on` is the day the cause had gone; a cause that comes back later is
    raised anew. A dismissed one is kept, and is not raised again while its cause lasts.
    """

    account = models.ForeignKey("records.Account", on_delete=models.CASCADE, related_name="signals")
    kind = models.CharField(max_length=40)
    key = models.CharField(max_length=120)
    contact = models.ForeignKey("records.Contact", null=True, blank=True, on_delete=models.CASCADE)
    subject = models.CharField(max_length=255, blank=True, default="")
    observed_on = models.DateField()
    source = models.CharField(max_length=40, blank=True, default="")
    money = maybe_money()
    currency = currency()
    facts = models.JSONField(default=dict, blank=True)
    ended_on = models.DateField(null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    dismissed_at = models.DateTimeField(null=True, blank=True)
    dismissed_by = models.ForeignKey(
        "records.SignIn", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    dismissed_reason = models.CharField(max_length=255, blank=True, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["account", "kind", "key"], name="signal_once")
        ]
        indexes = [
            models.Index(fields=["account", "-observed_on"], name="signal_newest"),
            models.Index(
                fields=["-observed_on", "-id"],
                condition=models.Q(ended_on=None, dismissed_at=None),
                name="signal_feed",
            ),
        ]
