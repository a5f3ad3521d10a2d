"""Reviews: the meeting, what stood on its agenda, how each item ended, and the plan frozen after."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.utils import timezone

from sightline.records.models.base import Versioned, currency, maybe_money


class Review(Versioned):
    """One meeting about one plan: the internal review, or the joint one with the customer.

    `due_on` is what the cadence asks, `held_on` the day it is set for, `joint_on` the day proposed
    for a joint review before it, which binds nobody. The clock is shared: `part` runs since
    `part_since` (None: it stands still), `spent` holds seconds by part.
    """

    class Kind(models.TextChoices):
        """Who sits in it."""

        REVIEW = "review", "Review"
        JOINT = "joint", "Joint business review"

    class State(models.TextChoices):
        """Where it stands."""

        PLANNED = "planned", "Planned"
        OPEN = "open", "In the room"
        CLOSED = "closed", "Closed"

    plan = models.ForeignKey("records.Plan", on_delete=models.CASCADE, related_name="reviews")
    account = models.ForeignKey("records.Account", on_delete=models.CASCADE)
    kind = models.CharField(max_length=6, choices=Kind, default=Kind.REVIEW)
    state = models.CharField(max_length=7, choices=State, default=State.PLANNED)
    due_on = models.DateField(null=True, blank=True)
    held_on = models.DateField(null=True, blank=True)
    joint_on = models.DateField(null=True, blank=True)
    moved_reason = models.CharField(max_length=255, blank=True, default="")
    moved_by = models.ForeignKey(
        "records.SignIn", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    part = models.CharField(max_length=16, blank=True, default="")
    part_since = models.DateTimeField(null=True, blank=True)
    spent = models.JSONField(default=dict, blank=True)
    readiness = models.JSONField(default=dict, blank=True)
    opened_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.ForeignKey(
        "records.SignIn", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    changed_nothing = models.BooleanField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["plan", "kind"],
                condition=~models.Q(state="closed"),
                name="review_one_to_come",
            )
        ]
        indexes = [
            models.Index(fields=["account", "-held_on"], name="review_of_account"),
            models.Index(fields=["state", "held_on"], name="review_by_day"),
        ]


class ReviewItem(Versioned):
    """One thing on the agenda, as it was when the room opened, with how it ended.

    `key` and `facts` hold keys, codes and numbers only; names are read where they are shown.
    """

    class Ending(models.TextChoices):
        """How it ended; nothing yet while empty."""

        NONE = "", "No ending yet"
        DECISION = "decision", "Decision"
        COMMITMENT = "commitment", "Commitment"
        LEAVE = "leave", "Deliberate leave"

    review = models.ForeignKey(Review, on_delete=models.CASCADE, related_name="items")
    key = models.CharField(max_length=160)
    kind = models.CharField(max_length=20)
    money = maybe_money()
    currency = currency()
    facts = models.JSONField(default=dict, blank=True)
    said = models.CharField(max_length=12, blank=True, default="")
    why = models.CharField(max_length=500, blank=True, default="")
    ending = models.CharField(max_length=10, choices=Ending, blank=True, default="")
    words = models.TextField(blank=True, default="")
    owner = models.ForeignKey("records.CrmUser", null=True, blank=True, on_delete=models.SET_NULL)
    due_on = models.DateField(null=True, blank=True)
    action = models.OneToOneField(
        "records.Action",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="commitment",
    )
    settled_by = models.ForeignKey(
        "records.SignIn", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    settled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["review", "key"], name="review_item_once"),
            models.CheckConstraint(
                condition=~models.Q(ending="commitment") | models.Q(due_on__isnull=False),
                name="commitment_has_a_day",
            ),
        ]


class Attendance(models.Model):
    """Whether one of ours was asked to a review, and came."""

    class State(models.TextChoices):
        """What is known."""

        INVITED = "invited", "Invited"
        PRESENT = "present", "Present"
        ABSENT = "absent", "Absent"

    review = models.ForeignKey(Review, on_delete=models.CASCADE, related_name="attendance")
    user = models.ForeignKey("records.CrmUser", on_delete=models.CASCADE, related_name="attended")
    state = models.CharField(max_length=7, choices=State, default=State.INVITED)
    marked_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["review", "user"], name="attendance_once"),
        ]


class MinuteLine(models.Model):
    """One line of the minutes: written by hand, or by an item that ended."""

    review = models.ForeignKey(Review, on_delete=models.CASCADE, related_name="minutes")
    item = models.ForeignKey(
        ReviewItem, null=True, blank=True, on_delete=models.CASCADE, related_name="minutes"
    )
    kind = models.CharField(max_length=12, blank=True, default="")
    text = models.TextField()
    author = models.ForeignKey("records.SignIn", null=True, on_delete=models.SET_NULL)
    at = models.DateTimeField(default=timezone.now)


class JointNote(models.Model):
    """What the customer said in a joint review: a priority, a signal, or a promise of either side.

    `about` names one of theirs who said it; a promise has a day and, ours, an owner and an action.
    """

    class Kind(models.TextChoices):
        """What it becomes."""

        PRIORITY = "priority", "Priority"
        SIGNAL = "signal", "Signal"
        OURS = "ours", "Our commitment"
        THEIRS = "theirs", "Their commitment"

    review = models.ForeignKey(Review, on_delete=models.CASCADE, related_name="joint_notes")
    kind = models.CharField(max_length=8, choices=Kind)
    text = models.TextField()
    contact = models.ForeignKey("records.Contact", null=True, blank=True, on_delete=models.SET_NULL)
    owner = models.ForeignKey("records.CrmUser", null=True, blank=True, on_delete=models.SET_NULL)
    due_on = models.DateField(null=True, blank=True)
    action = models.ForeignKey("records.Action", null=True, blank=True, on_delete=models.SET_NULL)
    author = models.ForeignKey("records.SignIn", null=True, on_delete=models.SET_NULL)
    at = models.DateTimeField(default=timezone.now)


class PlanText(models.Model):
    """One wording of one text of a plan, kept so that snapshots refer to it by `digest`."""

    plan = models.ForeignKey("records.Plan", on_delete=models.CASCADE, related_name="texts")
    key = models.CharField(max_length=120)
    digest = models.CharField(max_length=64)
    text = models.TextField()
    kept_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["plan", "key", "digest"], name="plan_text_once")
        ]


class SnapshotIsFrozen(RuntimeError):
    """Something tried to change a snapshot: a fault of ours."""


class PlanSnapshot(models.Model):
    """A plan on a day, by keys and references only. Written once; `digest` proves that it is
    what was written. `entries` is explained in docs/method/reviews.md."""

    plan = models.ForeignKey("records.Plan", on_delete=models.CASCADE, related_name="snapshots")
    review = models.OneToOneField(
        Review, null=True, blank=True, on_delete=models.SET_NULL, related_name="snapshot"
    )
    taken_on = models.DateField()
    taken_at = models.DateTimeField(default=timezone.now)
    taken_by = models.ForeignKey("records.SignIn", null=True, on_delete=models.SET_NULL)
    entries = models.JSONField()
    digest = models.CharField(max_length=64)

    class Meta:
        indexes = [models.Index(fields=["plan", "-taken_at"], name="snapshot_newest")]

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Only a new one is saved."""
        if self.pk is not None:
            raise SnapshotIsFrozen(str(self.pk))
        super().save(*args, **kwargs)


class AwayWeek(models.Model):
    """A week, by its Monday, in which one of ours should not be asked to a review."""

    user = models.ForeignKey("records.CrmUser", on_delete=models.CASCADE, related_name="away_weeks")
    monday = models.DateField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "monday"], name="away_week_once")]


class CompanyHoliday(models.Model):
    """A day on which the company does not work."""

    day = models.DateField(unique=True)
    name = models.CharField(max_length=120, blank=True, default="")


class PlanningSeason(Versioned):
    """The weeks in which a plan year's plans are made; `until` maps a step to its last day."""

    year = models.PositiveSmallIntegerField(unique=True)
    starts_on = models.DateField()
    ends_on = models.DateField()
    until = models.JSONField(default=dict, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ends_on__gt=models.F("starts_on")),
                name="season_ends_after_start",
            )
        ]


class SignOff(models.Model):
    """That a plan was signed off, at the version that it had."""

    plan = models.ForeignKey("records.Plan", on_delete=models.CASCADE, related_name="sign_offs")
    plan_version = models.PositiveIntegerField()
    signed_by = models.ForeignKey("records.SignIn", null=True, on_delete=models.SET_NULL)
    signed_at = models.DateTimeField(default=timezone.now)
    note = models.CharField(max_length=500, blank=True, default="")


class RollDecision(models.Model):
    """What becomes of one item of a plan at year's end: keep, change or drop, and why."""

    class Verdict(models.TextChoices):
        """The three answers."""

        KEEP = "keep", "Keep"
        CHANGE = "change", "Change"
        DROP = "drop", "Drop"

    plan = models.ForeignKey("records.Plan", on_delete=models.CASCADE, related_name="rolling")
    key = models.CharField(max_length=120)
    verdict = models.CharField(max_length=6, choices=Verdict)
    why = models.CharField(max_length=500, blank=True, default="")
    decided_by = models.ForeignKey("records.SignIn", null=True, on_delete=models.SET_NULL)
    decided_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["plan", "key"], name="roll_decision_once"),
            models.CheckConstraint(
                condition=models.Q(verdict="keep") | ~models.Q(why=""),
                name="roll_decision_says_why",
            ),
        ]


class PlanRolled(models.Model):
    """That a plan went on into the next year's, and who signed the decisions off."""

    old = models.OneToOneField("records.Plan", on_delete=models.CASCADE, related_name="rolled_into")
    new = models.OneToOneField("records.Plan", on_delete=models.CASCADE, related_name="rolled_from")
    rolled_by = models.ForeignKey(
        "records.SignIn", null=True, on_delete=models.SET_NULL, related_name="+"
    )
    rolled_at = models.DateTimeField(default=timezone.now)
    signed_by = models.ForeignKey(
        "records.SignIn", null=True, on_delete=models.SET_NULL, related_name="+"
    )
    signed_at = models.DateTimeField(null=True, blank=True)
