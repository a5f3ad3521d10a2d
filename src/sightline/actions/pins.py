"""Pins: the accounts a person keeps in the side bar. Their own, so nothing is journalled."""

from __future__ import annotations

from django.db import transaction
from django.db.models import Max

from sightline.planning.errors import InvalidValue, NotAllowed
from sightline.planning.permissions import Act, Category
from sightline.records.models import Pin
from sightline.records.scoping import Person, may_on

MOST = 12


def pin(person: Person, account_id: int) -> None:
    """Keep an account at the end of the list. Twice changes nothing.

    Raises `NotAllowed` where it is not visible, `InvalidValue` beyond MOST.
    """
    if not may_on(person, account_id, Category.FACTS, Act.READ):
        raise NotAllowed("You may not see this account.", field="account")
    with transaction.atomic():
        own = Pin.objects.select_for_update().filter(sign_in_id=person.id)
        if own.filter(account_id=account_id).exists():
            return
        if own.count() >= MOST:
            raise InvalidValue(f"{MOST} accounts are pinned: take one away first.", field="account")
        last = own.aggregate(last=Max("position"))["last"]
        Pin.objects.create(
            sign_in_id=person.id, account_id=account_id, position=0 if last is None else last + 1
        )


def unpin(person: Person, account_id: int) -> None:
    """Take an account out of the list. One that is not in it changes nothing."""
    Pin.objects.filter(sign_in_id=person.id, account_id=account_id).delete()
