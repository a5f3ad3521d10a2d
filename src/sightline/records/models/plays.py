"""Plays and the actions that serve them: what is to be won, and the next dated step."""

from __future__ import annotations

from django.db import models
from django.utils import timezone

from sightline.records.models.base import (
    Mirrored,
    Versioned,
    currency,
    maybe_money,
    one_row_per_outside_id,
)


class PlayTemplate(Versioned):
    """A play of the library. `steps` are [name, days after the start, role of ours]."""

    name = models.CharField(max_length=120, unique=True)
    trigger = models.CharField(max_length=255, blank=True, default="")
    fit = models.CharField(max_length=255, blank=True, default="")
    line = models.ForeignKey(
        "records.ProductLine", null=True, blank=True, on_delete=models.SET_NULL
    )
    steps = models.JSONField(default=list, blank=True)
    roles = models.JSONField(default=list, blank=True)
    assets = models.TextField(blank=True, default="")
    retired_at = models.DateTimeField(null=True, blank=True)


class Play(Versioned):
    """One move to win, grow or keep revenue. Stage, amount, date and owner follow its opportunity
    where it has one; without one it is an idea of the plan alone, with the stage somebody gave it."""

    class Outcome(models.TextChoices):
        """How a play without an opportunity ended."""

        OPEN = "", "Open"
        WON = "won", "Won"
        LOST = "lost", "Lost"

    account = models.ForeignKey("records.Account", on_delete=models.CASCADE, related_name="plays")
    name = models.CharField(max_length=255)
    owner = models.ForeignKey("records.CrmUser", null=True, blank=True, on_delete=models.SET_NULL)
    value = maybe_money()
    currency = currency()
    target_close = models.DateField(null=True, blank=True)
    # as somebody judged it; what counts once there is an opportunity is the opportunity's own
    stage = models.ForeignKey(
        "records.Stage", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    answers = models.CharField(max_length=255, blank=True, default="")
    renewal = models.ForeignKey(
        "records.Contract", null=True, blank=True, on_delete=models.SET_NULL
    )
    opportunity = models.OneToOneField(
        "records.Opportunity",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="play",
    )
    opportunity_requested_at = models.DateTimeField(null=True, blank=True)
    template = models.ForeignKey(PlayTemplate, null=True, blank=True, on_delete=models.SET_NULL)
    parked = models.BooleanField(default=False)
    outcome = models.CharField(max_length=4, choices=Outcome, blank=True, default="")
    outcome_on = models.DateField(null=True, blank=True)
    outcome_reason = models.CharField(max_length=40, blank=True, default="")
    outcome_note = models.CharField(max_length=255, blank=True, default="")
    created_on = models.DateField()
    created_by = models.ForeignKey("records.SignIn", null=True, on_delete=models.SET_NULL)
    removed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["account", "removed_at"], name="play_account"),
            models.Index(
                fields=["renewal"],
                condition=models.Q(renewal__isnull=False),
                name="play_of_renewal",
            ),
        ]


class PlayCell(models.Model):
    """A cell that a play is about; without a unit the account as a whole."""

    play = models.ForeignKey(Play, on_delete=models.CASCADE, related_name="cells")
    unit = models.ForeignKey("records.Unit", null=True, blank=True, on_delete=models.CASCADE)
    product_line = models.ForeignKey("records.ProductLine", on_delete=models.CASCADE)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["play", "unit", "product_line"],
                name="play_cell_once",
                nulls_distinct=None,
            )
        ]


class PlayPerson(models.Model):
    """One of theirs whom a play needs."""

    play = models.ForeignKey(Play, on_delete=models.CASCADE, related_name="people")
    contact = models.ForeignKey("records.Contact", on_delete=models.CASCADE)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["play", "contact"], name="play_person_once")]


class StageColumn(models.Model):
    """Which column of the board a stage of the company's own stands in."""

    stage = models.OneToOneField("records.Stage", on_delete=models.CASCADE, related_name="column")
    column = models.CharField(max_length=10)
    set_at = models.DateTimeField(default=timezone.now)


class Action(Mirrored, Versioned):
    """A step somebody owes. Which thing it serves is told by the one link that is set."""

    class State(models.TextChoices):
        """Where it stands."""

        OPEN = "open", "Open"
        DONE = "done", "Done"
        DROPPED = "dropped", "Dropped"

    account = models.ForeignKey(
        "records.Account",
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="actions",
    )
    opportunity = models.ForeignKey(
        "records.Opportunity", null=True, blank=True, on_delete=models.SET_NULL
    )
    contract = models.ForeignKey(
        "records.Contract", null=True, blank=True, on_delete=models.SET_NULL
    )
    contact = models.ForeignKey("records.Contact", null=True, blank=True, on_delete=models.SET_NULL)
    play = models.ForeignKey(
        Play, null=True, blank=True, on_delete=models.SET_NULL, related_name="actions"
    )
    risk = models.ForeignKey("records.Signal", null=True, blank=True, on_delete=models.SET_NULL)
    owner = models.ForeignKey("records.CrmUser", null=True, blank=True, on_delete=models.SET_NULL)
    subject = models.CharField(max_length=255)
    due_on = models.DateField(null=True, blank=True)
    state = models.CharField(max_length=8, choices=State, default=State.OPEN)
    state_reason = models.CharField(max_length=255, blank=True, default="")
    done_on = models.DateField(null=True, blank=True)
    priority = models.CharField(max_length=20, blank=True, default="")
    blocked_by = models.CharField(max_length=255, blank=True, default="")
    escalated_to = models.ForeignKey(
        "records.CrmUser",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="escalations",
    )
    repeat_days = models.PositiveSmallIntegerField(null=True, blank=True)
    checklist = models.JSONField(default=list, blank=True)
    template_step = models.CharField(max_length=80, blank=True, default="")

    class Meta:
        constraints = [
            one_row_per_outside_id("action"),
            models.UniqueConstraint(
                fields=["play", "template_step"],
                condition=~models.Q(template_step=""),
                name="action_of_a_step_once",
            ),
        ]
        indexes = [
            models.Index(fields=["state", "due_on"], name="action_due"),
            models.Index(fields=["owner", "state", "due_on"], name="action_of_owner"),
        ]
