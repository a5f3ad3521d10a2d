"""Actions: one dated step with one owner (in the CRM a task)."""

from __future__ import annotations

from django.db import models

from sightline.records.models.base import Mirrored, Versioned, one_row_per_outside_id


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
    owner = models.ForeignKey("records.CrmUser", null=True, blank=True, on_delete=models.SET_NULL)
    subject = models.CharField(max_length=255)
    due_on = models.DateField(null=True, blank=True)
    state = models.CharField(max_length=8, choices=State, default=State.OPEN)
    state_reason = models.CharField(max_length=255, blank=True, default="")
    done_on = models.DateField(null=True, blank=True)
    priority = models.CharField(max_length=20, blank=True, default="")

    class Meta:
        constraints = [one_row_per_outside_id("action")]
        indexes = [models.Index(fields=["state", "due_on"], name="action_due")]
