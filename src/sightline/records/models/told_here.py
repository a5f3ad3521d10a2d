"""What is said of people, without what was said of them at another customer.

The CRM may bring somebody from one customer to another; until the signals have been looked for,
what was thought of them there still hangs on them. Whoever reads asks `here`; `objects` are all,
for those who write, erase, or tell what the customer they left has lost.
"""

from __future__ import annotations

from typing import TypeVar

from django.apps import apps
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import Coalesce

M = TypeVar("M", bound=models.Model, covariant=True)


class Here(models.Manager[M]):
    """The rows of which nobody whom they name is arriving from another customer."""

    def __init__(self, *people: str) -> None:
        """`people` are the columns that name somebody."""
        super().__init__()
        self._people = people

    def get_queryset(self) -> models.QuerySet[M]:
        """Asked row by row through the keys, so that rows can also be locked and ended."""
        rows = super().get_queryset()
        for column in self._people:
            rows = rows.exclude(Exists(_arriving(column)))
        return rows


def _arriving(column: str) -> models.QuerySet[models.Model]:
    """The rule of `queries.people_said.ContactRow.arriving`: last seen at another account, which
    was not planned where theirs is."""
    watches = apps.get_model("records", "ContactWatch")._default_manager
    planned = Coalesce(F("contact__account__planning_account"), F("contact__account"))
    elsewhere = ~Q(home=F("contact__account")) & ~Q(account=planned)
    return watches.filter(elsewhere, contact=OuterRef(column), home__isnull=False)
