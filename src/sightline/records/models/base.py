"""What records have in common: mirrored rows, versions that guard edits, money columns."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.utils import timezone


class Mirrored(models.Model):
    """A row that may mirror one of an outside system's.

    `outside_id` is canonical (Salesforce ids have 18 characters); empty means that the row
    was made here. Which fields the source owns is said by its `Source.owned_fields`.
    A row the source deleted keeps `removed_at`, because plans may point to it.
    """

    source = models.ForeignKey("records.Source", null=True, blank=True, on_delete=models.PROTECT)
    outside_object = models.CharField(max_length=80, blank=True, default="")
    outside_id = models.CharField(max_length=120, blank=True, default="")
    removed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        abstract = True


class Versioned(models.Model):
    """A row that two people may edit: a save must name the version it was read at."""

    version = models.PositiveIntegerField(default=1)
    changed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        abstract = True


def one_row_per_outside_id(name: str) -> models.UniqueConstraint:
    """At most one row per source, object and outside id; rows made here are free."""
    return models.UniqueConstraint(
        fields=["source", "outside_object", "outside_id"],
        condition=~models.Q(outside_id=""),
        name=f"{name}_one_per_outside_id",
    )


def money(**options: Any) -> models.BigIntegerField[int, int]:
    """A column of integer minor units of the currency beside it."""
    return models.BigIntegerField(**options)


def maybe_money() -> models.BigIntegerField[int | None, int | None]:
    """A column of minor units in which nothing entered is not zero."""
    return models.BigIntegerField(null=True, blank=True)


def currency(default: str = "") -> models.CharField[str, str]:
    """An ISO 4217 code; empty where no amount was given."""
    return models.CharField(max_length=3, blank=True, default=default)
