"""The map of an account's people: roles by decision, who holds whom, lines, who stands on it.

Every row hangs on contacts and goes with them, so that erasing a person empties it. What our
people think of a person is not here but in `contacts.Opinion`, one store per person.
"""

from __future__ import annotations

from django.db import models
from django.utils import timezone

from sightline.records.models.told_here import Here


class Dated(models.Model):
    """A statement somebody made, which holds from one moment to another. Rows are ended and
    replaced, never changed, so that a map can be drawn as of any day."""

    author = models.ForeignKey(
        "records.SignIn", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    from_source = models.ForeignKey(
        "records.Source", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    said_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        abstract = True


class HeldRole(Dated):
    """A buying role of one person: for the account, for one decision, or for one play.

    Without unit, line and play it holds for the account. `influence` is 0 to 3, empty where nobody
    was asked. `holds` False takes away a role that the CRM's contact roles give.
    """

    contact = models.ForeignKey(
        "records.Contact", on_delete=models.CASCADE, related_name="held_roles"
    )
    role = models.CharField(max_length=20)
    holds = models.BooleanField(default=True)
    unit = models.ForeignKey("records.Unit", null=True, blank=True, on_delete=models.CASCADE)
    product_line = models.ForeignKey(
        "records.ProductLine", null=True, blank=True, on_delete=models.CASCADE
    )
    play = models.ForeignKey("records.Play", null=True, blank=True, on_delete=models.CASCADE)
    influence = models.PositiveSmallIntegerField(null=True, blank=True)

    objects = models.Manager["HeldRole"]()
    here = Here["HeldRole"]("contact")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["contact", "role", "unit", "product_line", "play"],
                condition=models.Q(ended_at=None),
                nulls_distinct=None,
                name="held_role_once",
            ),
            models.CheckConstraint(
                condition=models.Q(influence=None) | models.Q(influence__lte=3),
                name="held_role_influence",
            ),
        ]


class Holder(Dated):
    """Who of ours holds the relationship, as somebody said; contact alone is told by activity."""

    contact = models.ForeignKey("records.Contact", on_delete=models.CASCADE, related_name="holders")
    user = models.ForeignKey("records.CrmUser", on_delete=models.CASCADE, related_name="+")

    objects = models.Manager["Holder"]()
    here = Here["Holder"]("contact")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["contact", "user"], condition=models.Q(ended_at=None), name="holder_once"
            )
        ]


class MapLine(Dated):
    """A line from one person to another beside the reporting lines.

    `only_way` says that `start` is the only person by whom we reach `end`.
    """

    class Kind(models.TextChoices):
        """What runs along it."""

        INFLUENCES = "influences", "Influences"
        CONFLICTS = "conflicts", "In conflict with"
        ONLY_WAY = "only_way", "The only way to"
        MATRIX = "matrix", "Also reports to"

    kind = models.CharField(max_length=10, choices=Kind)
    start = models.ForeignKey("records.Contact", on_delete=models.CASCADE, related_name="lines_out")
    end = models.ForeignKey("records.Contact", on_delete=models.CASCADE, related_name="lines_in")

    objects = models.Manager["MapLine"]()
    here = Here["MapLine"]("start", "end")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "start", "end"],
                condition=models.Q(ended_at=None),
                name="map_line_once",
            ),
            models.CheckConstraint(
                condition=~models.Q(start=models.F("end")), name="map_line_between_two"
            ),
        ]


class ManagerChange(Dated):
    """That a reporting line was moved here: who stood above before, and who after. Newest last,
    it takes a map back to any day."""

    contact = models.ForeignKey("records.Contact", on_delete=models.CASCADE, related_name="moves")
    before = models.ForeignKey(
        "records.Contact", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    after = models.ForeignKey(
        "records.Contact", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )


class FactChange(Dated):
    """That a name, title, unit or status was changed here, and from what: it lets the change be
    undone, and ends soon after (docs/method/people-data.md). Units are ids as text."""

    contact = models.ForeignKey(
        "records.Contact", on_delete=models.CASCADE, related_name="fact_changes"
    )
    field = models.CharField(max_length=20)
    before = models.CharField(max_length=255, blank=True, default="")
    after = models.CharField(max_length=255, blank=True, default="")

    class Meta:
        indexes = [models.Index(fields=["said_at"], name="fact_change_said")]


class ContactUnit(models.Model):
    """A second unit, and every further one, in which a person works."""

    contact = models.ForeignKey(
        "records.Contact", on_delete=models.CASCADE, related_name="more_units"
    )
    unit = models.ForeignKey("records.Unit", on_delete=models.CASCADE, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["contact", "unit"], name="contact_unit")]


class MapPlace(Dated):
    """That somebody put a person on an account's map, or took them off it.

    Everybody of the account is on its map unless taken off; `shown` True brings in somebody whom
    the CRM keeps at another account.
    """

    account = models.ForeignKey("records.Account", on_delete=models.CASCADE, related_name="+")
    contact = models.ForeignKey(
        "records.Contact", on_delete=models.CASCADE, related_name="map_places"
    )
    shown = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["account", "contact"],
                condition=models.Q(ended_at=None),
                name="map_place_once",
            )
        ]


class MapReview(models.Model):
    """That an account's team went through its map; what changed is told since the last one."""

    account = models.ForeignKey(
        "records.Account", on_delete=models.CASCADE, related_name="map_reviews"
    )
    author = models.ForeignKey(
        "records.SignIn", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    at = models.DateTimeField(default=timezone.now)


class MapSettings(models.Model):
    """The one row of the company's choices: which further fields are asked, and its own words.

    `fields` lists what is switched on beyond role, stance and strength; `names` maps a scale to
    code and word; `roles` the switchable roles in use. Empty: the product's own.
    """

    fields = models.JSONField(default=list, blank=True)
    names = models.JSONField(default=dict, blank=True)
    roles = models.JSONField(default=list, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(id=1), name="map_settings_is_one_row")
        ]
