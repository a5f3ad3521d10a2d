"""Addresses that wrote to us and are no contact's: put on the map as somebody new, or let go."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction
from django.db.models import Q

from sightline.actions import journal
from sightline.actions.imports.addresses import mark_of
from sightline.actions.stakeholders.access import require
from sightline.actions.stakeholders.people import NewPerson, add_person
from sightline.planning.errors import InvalidValue
from sightline.planning.permissions import Category
from sightline.records.models import ErasedOutsideId, SeenAddress
from sightline.records.scoping import Person, visible_accounts


def add_seen(person: Person, account_id: int, seen_id: int, *, now: datetime, on: date) -> int:
    """Put somebody on the map who was only an address in mails; answers the contact's id. Without
    a name in the mails the part before the @ stands for it. Raises InvalidValue where it is gone."""
    with transaction.atomic():
        require(person, account_id, Category.PLAN)
        row = _seen(person, account_id, seen_id)
        local = row.address.partition("@")[0].replace(".", " ").replace("_", " ")
        new = NewPerson(name=row.name or local.title(), email=row.address)
        made = add_person(person, account_id, new, now=now, on=on)
        SeenAddress.objects.filter(address=row.address).delete()
    return made


def forget_seen(person: Person, account_id: int, seen_id: int) -> None:
    """Nobody for a map: the address goes, and is not suggested again in any account."""
    with transaction.atomic():
        require(person, account_id, Category.PLAN)
        row = _seen(person, account_id, seen_id)
        ErasedOutsideId.objects.get_or_create(digest=mark_of(row.address))
        SeenAddress.objects.filter(address=row.address).delete()
        journal.record("forget_address", actor_id=person.id, account_id=account_id)


def _seen(person: Person, account_id: int, seen_id: int) -> SeenAddress:
    family = Q(account=account_id) | Q(account__planning_account_id=account_id)
    rows = SeenAddress.objects.filter(family, pk=seen_id, account__in=visible_accounts(person))
    row = rows.first()
    if row is None:
        raise InvalidValue("That address is not suggested any more.", field="seen")
    return row
