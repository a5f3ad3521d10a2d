"""Their people, and what ours think of them (one store per person, so that erasing works)."""

from __future__ import annotations

from django.db import models
from django.utils import timezone

from sightline.records.models.base import Mirrored, Versioned, one_row_per_outside_id
from sightline.records.models.told_here import Here


class Contact(Mirrored, Versioned):
    """A person in an account. Everything else names them by key only."""

    class Status(models.TextChoices):
        """Whether they are there."""

        ACTIVE = "active", "Active"
        LEFT = "left", "Left"
        MOVED = "moved", "Moved"

    account = models.ForeignKey(
        "records.Account", on_delete=models.CASCADE, related_name="contacts"
    )
    unit = models.ForeignKey(
        "records.Unit",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="contacts",
    )
    first_name = models.CharField(max_length=120, blank=True, default="")
    last_name = models.CharField(max_length=120, blank=True, default="")
    name = models.CharField(max_length=255)
    sort_name = models.CharField(max_length=255, db_index=True)
    title = models.CharField(max_length=200, blank=True, default="")
    department = models.CharField(max_length=200, blank=True, default="")
    email = models.CharField(max_length=255, blank=True, default="", db_index=True)
    phone = models.CharField(max_length=60, blank=True, default="")
    reports_to = models.ForeignKey("self", null=True, blank=True, on_delete=models.SET_NULL)
    status = models.CharField(max_length=8, choices=Status, default=Status.ACTIVE)
    status_source = models.CharField(max_length=40, blank=True, default="")
    left_on = models.DateField(null=True, blank=True)
    is_placeholder = models.BooleanField(default=False)
    executive = models.BooleanField(null=True, blank=True)
    created_on = models.DateField(null=True, blank=True)
    bounced_on = models.DateField(null=True, blank=True)
    profile_url = models.CharField(max_length=255, blank=True, default="")
    erased_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [one_row_per_outside_id("contact")]
        indexes = [
            models.Index(fields=["account", "sort_name"], name="contact_account_name"),
            models.Index(
                fields=["account"],
                condition=models.Q(status__in=("left", "moved")),
                name="contact_gone",
            ),
        ]


class Opinion(models.Model):
    """What one of ours says of one person. Never leaves the team.

    `value` is a stance, a level 0 to 5, a code of a scale, or an interest in words; `wanted` the
    strength to reach. Free text (`communication`, `note`) is in `reason`; a note is read by its
    author alone unless `shared`. `rater` is whose view it is, `author` who typed it. A newer row
    of the same kind (and rater, for strength) ends the older one.
    """

    class Kind(models.TextChoices):
        """What it is about."""

        STANCE = "stance", "Stance"
        STRENGTH = "strength", "Relationship strength"
        INTEREST = "interest", "Interest"
        STANDING = "standing", "Political standing"
        STYLE = "style", "Decision style"
        COMMUNICATION = "comm", "Communication"
        NOTE = "note", "Private note"

    contact = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="opinions")
    kind = models.CharField(max_length=10, choices=Kind)
    value = models.CharField(max_length=200)
    reason = models.TextField(blank=True, default="")
    has_evidence = models.BooleanField(default=False)
    wanted = models.PositiveSmallIntegerField(null=True, blank=True)
    shared = models.BooleanField(default=False)
    author = models.ForeignKey(
        "records.SignIn", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    rater = models.ForeignKey("records.CrmUser", null=True, blank=True, on_delete=models.SET_NULL)
    from_source = models.ForeignKey(
        "records.Source", null=True, blank=True, on_delete=models.SET_NULL
    )
    rated_at = models.DateTimeField(default=timezone.now)
    superseded_at = models.DateTimeField(null=True, blank=True)

    objects = models.Manager["Opinion"]()
    here = Here["Opinion"]("contact")

    class Meta:
        indexes = [models.Index(fields=["contact", "kind", "superseded_at"], name="opinion_now")]


class ContactActivity(models.Model):
    """What the activity ledger says of one person. `log` holds the days of the last 24 months
    (two_way, outbound, unknown, by_ours with keys of CRM users); `score` is 0 to 100, `level`
    0 to 3, `two_way_days` count the last 180 (docs/method/stakeholders.md)."""

    contact = models.OneToOneField(Contact, on_delete=models.CASCADE, related_name="activity")
    account = models.ForeignKey("records.Account", on_delete=models.CASCADE)
    log = models.JSONField(default=dict, blank=True)
    last_two_way_on = models.DateField(null=True, blank=True)
    last_contact_on = models.DateField(null=True, blank=True)
    two_way_days = models.PositiveIntegerField(default=0)
    score = models.DecimalField(max_digits=5, decimal_places=2, default=0)
    level = models.PositiveSmallIntegerField(default=0)
    status = models.CharField(max_length=12, blank=True, default="")
    ledger_version = models.PositiveIntegerField()
    as_of = models.DateField()

    class Meta:
        indexes = [models.Index(fields=["account", "last_two_way_on"], name="contact_heard")]


class ErasedOutsideId(models.Model):
    """A keyed hash of an erased person's outside id: imports skip it and say so."""

    digest = models.CharField(max_length=64, unique=True)
    erased_at = models.DateTimeField(default=timezone.now)


class SeenAddress(models.Model):
    """An address that wrote to us about an account and that no contact has: somebody who may be
    missing from its map. `days` are ISO days with a message from them, in order."""

    account = models.ForeignKey(
        "records.Account", on_delete=models.CASCADE, related_name="seen_addresses"
    )
    address = models.CharField(max_length=320, db_index=True)
    name = models.CharField(max_length=255, blank=True, default="")
    days = models.JSONField(default=list)
    last_on = models.DateField(db_index=True)
    import_run = models.ForeignKey(
        "records.ImportRun", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["account", "address"], name="seen_address_once")
        ]
