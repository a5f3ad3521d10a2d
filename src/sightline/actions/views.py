"""Saved views: a list's filters and order under a name. A person's own, so not journalled."""

from __future__ import annotations

from django.db import transaction

from sightline.planning.errors import InvalidValue
from sightline.records.models import SavedView
from sightline.records.scoping import Person

MOST = 20
LONGEST_NAME = 80
LONGEST_QUERY = 1000


def save_view(person: Person, page: str, name: str, query: str) -> int:
    """Keep a view, over the one of the same name; answers its id. Raises `InvalidValue`."""
    named = " ".join(name.split())
    if not named:
        raise InvalidValue("Give the view a name.", field="name")
    if len(named) > LONGEST_NAME:
        raise InvalidValue(f"A name has at most {LONGEST_NAME} letters.", field="name")
    if len(query) > LONGEST_QUERY:
        raise InvalidValue("Too many filters for one view.", field="name")
    with transaction.atomic():
        own = SavedView.objects.select_for_update().filter(sign_in_id=person.id, page=page)
        if not own.filter(name=named).exists() and own.count() >= MOST:
            raise InvalidValue(f"{MOST} views are saved: remove one first.", field="name")
        view, _ = SavedView.objects.update_or_create(
            sign_in_id=person.id, page=page, name=named, defaults={"query": query}
        )
    return view.pk


def remove_view(person: Person, view_id: int) -> tuple[str, str, str] | None:
    """Forget one of the person's own views; answers page, name and query, so that it can be
    brought back. None where they have no such view."""
    with transaction.atomic():
        view = SavedView.objects.filter(sign_in_id=person.id, pk=view_id).first()
        if view is None:
            return None
        view.delete()
    return view.page, view.name, view.query
