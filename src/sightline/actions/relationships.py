"""A relationship somebody is to build: an action on the person, named by key and never in words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db import transaction

from sightline.actions.play_actions import NewAction, add_action
from sightline.planning.errors import InvalidValue
from sightline.planning.plays import Serves
from sightline.planning.stakeholders import BuyingRole
from sightline.records.models import Action, Contact, CrmUser
from sightline.records.scoping import Person, visible_accounts


@dataclass(frozen=True, slots=True)
class Wanted:
    """With whom, for which buying role (or ""), by whom of ours (None: whoever asks), until when."""

    contact_id: int
    role: str
    owner_id: int | None
    due_on: date


def ask_for(person: Person, planning_id: int, wanted: Wanted) -> int | None:
    """Answers the action's id, or None where the same is open already.

    Raises NotAllowed, or InvalidValue for a person or role that is not here.
    """
    with transaction.atomic():
        here = Contact.objects.filter(
            pk=wanted.contact_id,
            account__in=visible_accounts(person),
            removed_at=None,
            erased_at=None,
        )
        if not here.exists():
            raise InvalidValue("That person is not on this map.", field="person")
        subject = _subject(wanted.role)
        open_ = Action.objects.filter(
            contact_id=wanted.contact_id,
            subject=subject,
            state=Action.State.OPEN,
            removed_at=None,
        )
        if open_.exists():
            return None
        return add_action(
            person,
            planning_id,
            NewAction(
                subject=subject,
                owner_id=_owner(person, wanted.owner_id),
                due_on=wanted.due_on,
                serves=Serves.RELATIONSHIP,
                target_id=wanted.contact_id,
            ),
        )


def _subject(role: str) -> str:
    """Without a name: the person is linked, so that erasing them leaves nothing behind."""
    if not role:
        return "Build the relationship"
    try:
        return f"Build the relationship: {BuyingRole(role).words}"
    except ValueError:
        raise InvalidValue("There is no such buying role.", field="role") from None


def _owner(person: Person, owner_id: int | None) -> int | None:
    if owner_id is not None and CrmUser.objects.filter(pk=owner_id, is_active=True).exists():
        return owner_id
    return person.crm_user_id
