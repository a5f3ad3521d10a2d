"""Questions to a named person with a date, and who was named in a note. No conversation."""

from __future__ import annotations

from django.db import models
from django.utils import timezone

from sightline.records.models.base import Versioned


class Question(Versioned):
    """One question on one thing of an account's plan; the answer stays there.

    `subject_kind` and `subject_key` say on what: a figure by its code, a cell by unit and line, a
    person or a play by key. A question is passed on by naming another `asked_of`.
    """

    class Subject(models.TextChoices):
        """What it is on."""

        ACCOUNT = "account", "The account"
        FIGURE = "figure", "A figure"
        CELL = "cell", "A cell"
        PERSON = "person", "A person"
        PLAY = "play", "A play"
        ACTION = "action", "A blocked action"

    account = models.ForeignKey(
        "records.Account", on_delete=models.CASCADE, related_name="questions"
    )
    subject_kind = models.CharField(max_length=8, choices=Subject)
    subject_key = models.CharField(max_length=80, blank=True, default="")
    words = models.TextField()
    asked_by = models.ForeignKey(
        "records.SignIn", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    asked_of = models.ForeignKey(
        "records.CrmUser", null=True, blank=True, on_delete=models.SET_NULL, related_name="asked"
    )
    asked_at = models.DateTimeField(default=timezone.now)
    due_on = models.DateField()
    answer = models.TextField(blank=True, default="")
    answered_by = models.ForeignKey(
        "records.SignIn", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    answered_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(answered_at=None) | ~models.Q(answer=""),
                name="question_answered_in_words",
            )
        ]
        indexes = [
            models.Index(fields=["asked_of", "answered_at", "due_on"], name="question_of_person"),
            models.Index(fields=["account", "subject_kind"], name="question_of_account"),
        ]


class Mention(models.Model):
    """That somebody was named with @ in a note: on their Monday until they have seen it."""

    account = models.ForeignKey("records.Account", on_delete=models.CASCADE)
    place = models.CharField(max_length=80)
    named = models.ForeignKey("records.CrmUser", on_delete=models.CASCADE, related_name="mentions")
    by = models.ForeignKey(
        "records.SignIn", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    at = models.DateTimeField(default=timezone.now)
    seen_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["place", "named"], name="mention_once_in_a_place")
        ]
