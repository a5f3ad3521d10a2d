"""Requests about one person's data, each journalled by key: who asked, when, and nothing of what."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from sightline.actions import journal, outbox
from sightline.planning.errors import NotAllowed, PlanningError
from sightline.planning.permissions import Act, Category, relations_that_may
from sightline.records.models import Contact
from sightline.records.scoping import Person


class NothingHeld(PlanningError):
    """There is no such person, or they were erased."""

    code = "nothing_held"


class StalePerson(PlanningError):
    """The person changed since the page was read; `version` is the one there is now."""

    code = "stale_person"

    def __init__(self, message: str, *, version: int) -> None:
        super().__init__(message)
        self.version = version


def ask_erasure(
    person: Person, contact_id: int, *, seen_version: int, confirmed: bool, now: datetime
) -> None:
    """Erase somebody: hidden everywhere at once, emptied by the job that this asks for.

    Raises NotAllowed, NothingHeld, StalePerson, or PlanningError without a confirmation.
    """
    require_operations(person)
    if not confirmed:
        raise PlanningError("Erasing cannot be taken back: confirm it.", field="confirmed")
    with transaction.atomic():
        contact = Contact.objects.select_for_update().filter(pk=contact_id, erased_at=None).first()
        if contact is None:
            raise NothingHeld("Nothing is held of this person.")
        if contact.version != seen_version:
            raise StalePerson(
                "This person changed since you opened the page. Look again, then erase.",
                version=contact.version,
            )
        Contact.objects.filter(pk=contact_id).update(
            erased_at=now, version=contact.version + 1, changed_at=now
        )
        journal.record("ask_erasure", actor_id=person.id, subject=contact)
        outbox.request(
            "people.erase",
            key=f"contact:{contact_id}",
            payload={"contact": contact_id, "by": person.id},
            by=person.id,
        )


def note_export(person: Person, contact_id: int) -> None:
    """That a person's data was given out. Raises NotAllowed or NothingHeld."""
    require_operations(person)
    with transaction.atomic():
        contact = Contact.objects.filter(pk=contact_id, erased_at=None).first()
        if contact is None:
            raise NothingHeld("Nothing is held of this person.")
        journal.record("export_person", actor_id=person.id, subject=contact)


def require_operations(person: Person) -> None:
    """Raises NotAllowed unless the person runs this installation's settings."""
    if not relations_that_may(person.roles, category=Category.SETTINGS, act=Act.WRITE):
        raise NotAllowed("Only Operations gives out or erases a person's data.")
