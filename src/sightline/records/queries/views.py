"""What a person keeps for themselves: lists under a name, and pinned accounts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import F, QuerySet
from django.db.models.functions import Coalesce

from sightline.records.models import Pin, SavedView
from sightline.records.prepared import prepared
from sightline.records.scoping import Person, visible_accounts


@dataclass(frozen=True, slots=True)
class KeptView:
    """A list's filters and order under a name; `query` is the address's query."""

    id: int
    name: str
    query: str


@dataclass(frozen=True, slots=True)
class PinnedAccount:
    """An account in the side bar; `planning_account_id` is where its plan is."""

    account_id: int
    planning_account_id: int
    name: str


def saved_views(person: Person, page: str) -> tuple[KeptView, ...]:
    """The person's own lists of a page, by name. One query."""
    rows = SavedView.objects.filter(sign_in_id=person.id, page=page).order_by("name")
    return tuple(KeptView(*row) for row in rows.values_list("pk", "name", "query"))


def pinned_accounts(person: Person) -> tuple[PinnedAccount, ...]:
    """Pinned accounts that the person may (still) see, in their order. One query, two where any is."""
    if not _any_pinned(person.id):
        return ()
    rows = (
        visible_accounts(person)
        .filter(pin__sign_in_id=person.id)
        .annotate(plan_at=Coalesce(F("planning_account_id"), F("pk")), at=F("pin__position"))
        .order_by("at", "sort_name")
    )
    return tuple(PinnedAccount(*row) for row in rows.values_list("pk", "plan_at", "name"))


@prepared
def _any_pinned(sign_in: int) -> QuerySet[Pin, Any]:
    return Pin.objects.filter(sign_in_id=sign_in).values_list("pk", flat=True)[:1]


def is_pinned(person: Person, account_id: int) -> bool:
    """Whether the person pinned an account. One query."""
    return Pin.objects.filter(sign_in_id=person.id, account_id=account_id).exists()
