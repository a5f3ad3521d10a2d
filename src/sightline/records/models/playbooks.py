"""Playbooks: motions for accounts without a plan, what each edition said, and every run of them."""

from __future__ import annotations

from django.db import models
from django.utils import timezone

from sightline.records.models.base import Versioned


class Playbook(Versioned):
    """A named motion, off until somebody switches it on. `edition` names what it says now."""

    name = models.CharField(max_length=120, unique=True)
    edition = models.PositiveIntegerField(default=1)
    is_on = models.BooleanField(default=False)
    switched_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now)


class PlaybookEdition(models.Model):
    """What a playbook said under one number; never changed. `steps` are [title, kind, days, owner].

    `threshold` in the trigger's own unit (docs/method/playbooks.md); None is the shipped default.
    """

    playbook = models.ForeignKey(Playbook, on_delete=models.CASCADE, related_name="editions")
    number = models.PositiveIntegerField()
    trigger = models.CharField(max_length=20)
    threshold = models.FloatField(null=True, blank=True)
    steps = models.JSONField(default=list)
    tiers = models.JSONField(default=list)
    written_by = models.ForeignKey(
        "records.SignIn", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    written_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["playbook", "number"], name="playbook_edition_once")
        ]


class PlaybookRun(models.Model):
    """One start of a playbook on one account, for one trigger key: never twice.

    Keys name records and days, never people in words; `facts` are the reason's inputs.
    """

    class Ending(models.TextChoices):
        """How it ended; empty while it runs."""

        NONE = "", "Running"
        FINISHED = "finished", "Every step settled"
        CAUSE_GONE = "cause_gone", "Its cause went away"
        TIER = "tier", "The account is planned in another way"
        STOPPED = "stopped", "Stopped by a person"

    playbook = models.ForeignKey(Playbook, on_delete=models.CASCADE, related_name="runs")
    edition = models.PositiveIntegerField()
    account = models.ForeignKey("records.Account", on_delete=models.CASCADE)
    trigger_key = models.CharField(max_length=200)
    reason = models.CharField(max_length=60)
    facts = models.JSONField(default=dict, blank=True)
    started_on = models.DateField()
    ended_on = models.DateField(null=True, blank=True)
    ending = models.CharField(max_length=10, choices=Ending, blank=True, default="")
    ended_why = models.CharField(max_length=255, blank=True, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["trigger_key"], name="playbook_run_once_per_trigger")
        ]
        indexes = [
            models.Index(fields=["account", "ending"], name="playbook_run_account"),
            models.Index(fields=["playbook", "ending"], name="playbook_run_state"),
        ]


class PlaybookStep(models.Model):
    """The action made of one step of a run."""

    run = models.ForeignKey(PlaybookRun, on_delete=models.CASCADE, related_name="steps")
    place = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=20, blank=True, default="")
    action = models.OneToOneField(
        "records.Action", on_delete=models.CASCADE, related_name="playbook_step"
    )

    class Meta:
        constraints = [models.UniqueConstraint(fields=["run", "place"], name="playbook_step_once")]


class PlaybookTrial(models.Model):
    """A dry run of one edition over the whole base: counted, nothing started."""

    playbook = models.ForeignKey(Playbook, on_delete=models.CASCADE, related_name="trials")
    edition = models.PositiveIntegerField()
    asked_by = models.ForeignKey(
        "records.SignIn", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    asked_at = models.DateTimeField(default=timezone.now)
    finished_at = models.DateTimeField(null=True, blank=True)
    day = models.DateField(null=True, blank=True)
    looked_at = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(null=True, blank=True)
    starts = models.PositiveIntegerField(default=0)
    actions = models.PositiveIntegerField(default=0)
    without_owner = models.PositiveIntegerField(default=0)
    accounts = models.JSONField(default=list, blank=True)

    class Meta:
        indexes = [models.Index(fields=["playbook", "-asked_at"], name="playbook_trial_newest")]
