"""What leaves for people: how each wants it, what was sent, links that act once, calendar feeds."""

from __future__ import annotations

from datetime import time

from django.db import models
from django.utils import timezone


class MessageWish(models.Model):
    """How a person wants one kind of message: at once, in the daily digest, or not at all."""

    class How(models.TextChoices):
        """When it leaves."""

        AT_ONCE = "at_once", "At once"
        DIGEST = "digest", "In the morning's digest"
        OFF = "off", "Not at all"

    sign_in = models.ForeignKey(
        "records.SignIn", on_delete=models.CASCADE, related_name="message_wishes"
    )
    kind = models.CharField(max_length=20)
    how = models.CharField(max_length=8, choices=How)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["sign_in", "kind"], name="message_wish_once")
        ]


class QuietHours(models.Model):
    """The hours of a person's own day in which nothing is sent; both the same: none."""

    sign_in = models.OneToOneField(
        "records.SignIn", on_delete=models.CASCADE, related_name="quiet_hours"
    )
    starts = models.TimeField(default=time(18, 0))
    ends = models.TimeField(default=time(7, 0))
    weekends = models.BooleanField(default=True)


class ChatHook(models.Model):
    """A person's own webhook into Slack or Teams. The address is a secret."""

    class Brand(models.TextChoices):
        """Where it leads."""

        SLACK = "slack", "Slack"
        TEAMS = "teams", "Teams"

    sign_in = models.ForeignKey(
        "records.SignIn", on_delete=models.CASCADE, related_name="chat_hooks"
    )
    brand = models.CharField(max_length=5, choices=Brand)
    address = models.CharField(max_length=1000)
    set_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["sign_in", "brand"], name="chat_hook_once")]


class CalendarFeed(models.Model):
    """A secret address that a calendar reads; only the secret's hash is kept."""

    sign_in = models.OneToOneField(
        "records.SignIn", on_delete=models.CASCADE, related_name="calendar_feed"
    )
    secret_hash = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField(default=timezone.now)


class Message(models.Model):
    """One message to one person by one way, once for its key; what became of it is visible.

    Words are composed when it is sent: no row holds an address, a link or an opinion.
    """

    class State(models.TextChoices):
        """What became of it."""

        WAITING = "waiting", "Waiting"
        SENT = "sent", "Sent"
        FAILED = "failed", "Failed"
        NOTHING = "nothing", "Nothing to say"

    sign_in = models.ForeignKey("records.SignIn", on_delete=models.CASCADE, related_name="messages")
    kind = models.CharField(max_length=20)
    way = models.CharField(max_length=5)
    key = models.CharField(max_length=120)
    state = models.CharField(max_length=7, choices=State, default=State.WAITING)
    facts = models.JSONField(default=dict, blank=True)
    made_at = models.DateTimeField(default=timezone.now)
    leaves_at = models.DateTimeField(default=timezone.now)
    sent_at = models.DateTimeField(null=True, blank=True)
    problem = models.CharField(max_length=255, blank=True, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["sign_in", "kind", "way", "key"], name="message_once_for_its_key"
            )
        ]
        indexes = [models.Index(fields=["sign_in", "-made_at"], name="message_newest")]


class ActLink(models.Model):
    """A link in a mail: one act of one person's week, until a moment, used once."""

    sign_in = models.ForeignKey("records.SignIn", on_delete=models.CASCADE)
    account = models.ForeignKey("records.Account", on_delete=models.CASCADE)
    act_key = models.CharField(max_length=160)
    monday = models.DateField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["sign_in", "account", "act_key", "monday"], name="act_link_once"
            )
        ]
