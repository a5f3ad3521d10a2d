"""What departures would cost, what was last told of a person, and who was seen again elsewhere.

Every row hangs on a contact or one of our people and goes with them.
"""

from __future__ import annotations

from django.db import models
from django.utils import timezone


class DepartureCost(models.Model):
    """What one planning account would lose with one person, theirs (`contact`) or ours (`user`).

    `lost` in minor units of the reporting currency; `share` is the part of all relationship
    weight, 0 to 1; `stakes` are keys of what loses its path; `unvalued` counts those among them
    whose money is not known.
    """

    account = models.ForeignKey(
        "records.Account", on_delete=models.CASCADE, related_name="departure_costs"
    )
    contact = models.ForeignKey("records.Contact", null=True, blank=True, on_delete=models.CASCADE)
    user = models.ForeignKey("records.CrmUser", null=True, blank=True, on_delete=models.CASCADE)
    lost = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    share = models.DecimalField(max_digits=5, decimal_places=4, null=True, blank=True)
    stakes = models.JSONField(default=list, blank=True)
    unvalued = models.PositiveIntegerField(default=0)
    as_of = models.DateField()
    computed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["account", "contact", "user"],
                name="departure_cost_once",
                nulls_distinct=None,
            ),
            models.CheckConstraint(
                condition=models.Q(contact=None, user__isnull=False)
                | models.Q(contact__isnull=False, user=None),
                name="departure_of_one",
            ),
        ]
        indexes = [
            models.Index(
                fields=["-lost", "-share", "contact"],
                condition=models.Q(contact__isnull=False),
                name="departure_of_theirs",
            )
        ]


class ContactWatch(models.Model):
    """What of a person the signals have seen: a difference to the contact itself is news.

    `home` is the account they are kept at, `account` where that one is planned: a family planned
    another way moves nobody.
    """

    contact = models.OneToOneField(
        "records.Contact", on_delete=models.CASCADE, related_name="watch"
    )
    status = models.CharField(max_length=8, blank=True, default="")
    title = models.CharField(max_length=200, blank=True, default="")
    account = models.ForeignKey("records.Account", on_delete=models.CASCADE, related_name="+")
    home = models.ForeignKey(
        "records.Account", null=True, on_delete=models.SET_NULL, related_name="+"
    )
    bounced = models.BooleanField(default=False)
    quiet_since = models.DateField(null=True, blank=True)
    seen_at = models.DateTimeField(default=timezone.now)


class SeenAgain(models.Model):
    """What somebody answered when asked whether two contacts are one person: never assumed."""

    class Answer(models.TextChoices):
        """What they said."""

        SAME = "same", "The same person"
        OTHER = "other", "Somebody else"

    leaver = models.ForeignKey("records.Contact", on_delete=models.CASCADE, related_name="+")
    found = models.ForeignKey("records.Contact", on_delete=models.CASCADE, related_name="+")
    answer = models.CharField(max_length=5, choices=Answer)
    answered_by = models.ForeignKey(
        "records.SignIn", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    answered_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["leaver", "found"], name="seen_again_once")]
