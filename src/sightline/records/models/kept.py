"""What jobs keep for pages of people who see very many accounts, beside sums of the portfolio."""

from __future__ import annotations

from django.db import models
from django.utils import timezone


class KeptList(models.Model):
    """What a list (`about`) says in sums to everybody who sees the same very many accounts.

    `scope` names what is seen (`Reach.scope_of`), empty where it is the whole company; `figures` are
    the sums as their reader keeps them (`records.queries.kept`).
    """

    scope = models.CharField(max_length=40, blank=True)
    about = models.CharField(max_length=40)
    figures = models.JSONField(default=dict)
    computed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["about", "scope"], name="kept_list_once")]
