"""What people answered to what the plan argues, and which rules of their own a company has."""

from __future__ import annotations

from django.db import models
from django.utils import timezone

from sightline.records.models.base import maybe_money


class ChallengeAnswer(models.Model):
    """A person's answer to one challenge of a plan: act, explain until a day, or dismiss.

    `key` is rule and cause; `evidence` the hash that a dismissal rests on: when it changes, the
    challenge returns.
    """

    class Kind(models.TextChoices):
        """What was done about it."""

        ACT = "act", "Acted"
        EXPLAIN = "explain", "Explained"
        DISMISS = "dismiss", "Dismissed"

    plan = models.ForeignKey(
        "records.Plan", on_delete=models.CASCADE, related_name="challenge_answers"
    )
    key = models.CharField(max_length=200)
    kind = models.CharField(max_length=7, choices=Kind)
    reason = models.TextField(blank=True, default="")
    until = models.DateField(null=True, blank=True)
    evidence = models.CharField(max_length=64)
    action = models.ForeignKey("records.Action", null=True, blank=True, on_delete=models.SET_NULL)
    answered_by = models.ForeignKey("records.SignIn", null=True, on_delete=models.SET_NULL)
    answered_at = models.DateTimeField(default=timezone.now)
    undone_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["plan", "key"],
                condition=models.Q(undone_at=None),
                name="challenge_one_answer",
            ),
            models.CheckConstraint(
                condition=models.Q(kind="dismiss") | models.Q(until__isnull=False),
                name="challenge_answer_ends",
            ),
        ]


class ChallengeRules(models.Model):
    """A version of the company's own rules: the file as written and the rules switched off.

    One that was never adopted is a draft; the newest adopted one is in force. `tried` says what
    the draft's own rules would find: by code [plans, minor units of `tried_in`, plan ids].
    """

    text = models.TextField(blank=True, default="")
    switched_off = models.JSONField(default=list, blank=True)
    note = models.CharField(max_length=200, blank=True, default="")
    set_by = models.ForeignKey("records.SignIn", null=True, on_delete=models.SET_NULL)
    set_at = models.DateTimeField(default=timezone.now)
    adopted_at = models.DateTimeField(null=True, blank=True)
    tried = models.JSONField(default=dict, blank=True)
    tried_in = models.CharField(max_length=3, blank=True, default="")
    tried_plans = models.PositiveIntegerField(null=True, blank=True)


class ChallengeSeen(models.Model):
    """Since when an open challenge of a plan is unanswered, and whether its owner was reminded.

    Gone with the challenge, or once it is answered. Money in minor units of the plan's currency;
    `about` holds the keys of everything that it is about.
    """

    plan = models.ForeignKey(
        "records.Plan", on_delete=models.CASCADE, related_name="challenges_seen"
    )
    key = models.CharField(max_length=200)
    title = models.CharField(max_length=300)
    way_out = models.CharField(max_length=300, blank=True, default="")
    about = models.JSONField(default=list, blank=True)
    money = maybe_money()
    first_seen = models.DateField()
    reminded_on = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["plan", "key"], name="challenge_seen_once")]
