"""What was expected, kept so that it can be scored when the outcome is known."""

from __future__ import annotations

from django.db import models
from django.utils import timezone

from sightline.records.models.base import currency, maybe_money


class PlayPrediction(models.Model):
    """The company's probability, the value and the date as they stood on a day; nobody's name.

    One for a deal and a stage: the first time it was seen in it.
    """

    opportunity = models.ForeignKey(
        "records.Opportunity", on_delete=models.CASCADE, related_name="predictions"
    )
    stage = models.ForeignKey("records.Stage", on_delete=models.CASCADE)
    probability = models.DecimalField(max_digits=6, decimal_places=5)
    calibrated = models.BooleanField(default=False)
    amount = maybe_money()
    currency = currency()
    close_date = models.DateField(null=True, blank=True)
    made_on = models.DateField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["opportunity", "stage"], name="prediction_once")
        ]


class RenewalPrediction(models.Model):
    """What was expected of a contract's end when it came into sight; nobody's name.

    `level` is the judged risk, `own` the company's own rate. `value` a year, what it brings if it
    renews, minor units of `currency`. One for a contract and an end.
    """

    contract = models.ForeignKey(
        "records.Contract", on_delete=models.CASCADE, related_name="predictions"
    )
    ends_on = models.DateField()
    probability = models.DecimalField(max_digits=6, decimal_places=5)
    calibrated = models.BooleanField(default=False)
    level = models.CharField(max_length=8)
    value = maybe_money()
    currency = currency()
    made_on = models.DateField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["contract", "ends_on"], name="renewal_prediction_once")
        ]


class KeptChance(models.Model):
    """A probability of an account as it was shown on a day, and what happened by `due_on`.

    `happened` None: not known yet, or (with `settled_on`) never to be known. `wanted` is the target
    that the chance was of, minor units of `currency`. One of a kind for an account and a day.
    Definitions: docs/method/calibration.md.
    """

    class Kind(models.TextChoices):
        """What was expected."""

        QUIET = "quiet", "No purchase in half a year"
        TARGET = "target", "The plan reaches its target"

    account = models.ForeignKey(
        "records.Account", on_delete=models.CASCADE, related_name="kept_chances"
    )
    kind = models.CharField(max_length=8, choices=Kind)
    probability = models.DecimalField(max_digits=6, decimal_places=5)
    calibrated = models.BooleanField(default=False)
    wanted = maybe_money()
    currency = currency()
    made_on = models.DateField()
    due_on = models.DateField()
    happened = models.BooleanField(null=True, blank=True)
    settled_on = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["account", "kind", "made_on"], name="kept_chance_once_a_day"
            )
        ]
        indexes = [
            models.Index(
                fields=["kind", "due_on"],
                condition=models.Q(settled_on=None),
                name="kept_chance_open",
            ),
            models.Index(fields=["kind", "-made_on"], name="kept_chance_newest"),
        ]


class QuietModel(models.Model):
    """How the chances of falling quiet were last fitted: the formula, or recalibrated on own past.

    `outcomes` and `events` count the earlier accounts and those gone quiet among them.
    """

    as_of = models.DateField(unique=True)
    method = models.CharField(max_length=12)
    horizon = models.PositiveSmallIntegerField()
    outcomes = models.PositiveIntegerField()
    events = models.PositiveIntegerField()
    weights = models.JSONField(default=list)
    left_out = models.PositiveIntegerField(default=0)
    ledger_version = models.PositiveIntegerField(default=0)
    computed_at = models.DateTimeField(default=timezone.now)


class QuietChance(models.Model):
    """The chance that an account buys nothing in the next half year, as it stands today.

    `alike` and `alike_quiet`: own accounts of earlier cuts that looked the same, and how many of
    them fell quiet; None while the formula is uncalibrated. Days are whole days.
    """

    account = models.OneToOneField(
        "records.Account", on_delete=models.CASCADE, related_name="quiet_chance"
    )
    probability = models.DecimalField(max_digits=6, decimal_places=5)
    alarm = models.BooleanField(default=False)
    watch = models.BooleanField(default=False)
    days_silent = models.PositiveIntegerField()
    usual_gap = models.PositiveIntegerField()
    alike = models.PositiveIntegerField(null=True, blank=True)
    alike_quiet = models.PositiveIntegerField(null=True, blank=True)
    as_of = models.DateField()

    class Meta:
        indexes = [
            models.Index(fields=["-probability", "account"], name="quiet_by_chance"),
            models.Index(fields=["watch", "-probability"], name="quiet_watched"),
        ]
