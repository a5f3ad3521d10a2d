"""Whom a person may say something of: the people on one account's map, and nobody else."""

from __future__ import annotations

from django.db.models import Q

from sightline.planning.errors import InvalidValue, NotAllowed
from sightline.planning.permissions import Act, Category, Part
from sightline.records.models import Contact, MapPlace
from sightline.records.scoping import Person, may_on


def require(
    person: Person, account_id: int, category: Category, *, part: Part | None = None
) -> None:
    """Raises NotAllowed unless the person may change this kind of content on the account."""
    if not may_on(person, account_id, category, Act.WRITE, part=part):
        words = {Category.PLAN: "this map", Category.OPINIONS: "what is thought of people here"}
        kind = words.get(category, "notes here")
        raise NotAllowed(f"You may not change {kind}.", field=category.value)


def on_map(account_id: int, contact_id: int) -> Contact:
    """The locked contact of the account's family, or a guest. Raises InvalidValue."""
    guests = MapPlace.objects.filter(account_id=account_id, shown=True, ended_at=None)
    found = (
        Contact.objects.select_for_update(of=("self",))
        .filter(
            Q(account__planning_account_id=account_id)
            | Q(account_id=account_id)
            | Q(pk__in=guests.values("contact")),
            pk=contact_id,
            removed_at=None,
            erased_at=None,
        )
        .first()
    )
    if found is None:
        raise InvalidValue("There is no such person on this map.", field="person")
    return found
