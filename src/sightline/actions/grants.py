"""Letting a reader into an account: by Operations, or for some hours by breaking the glass.

Each is journalled on the account, where its team reads it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from sightline.actions import journal
from sightline.planning.errors import InvalidValue, NotAllowed
from sightline.planning.permissions import Act, Category, relations_that_may
from sightline.records.models import Account, AccountGrant, RoleGrant
from sightline.records.scoping import Person

LONGEST_HOURS = 72


@dataclass(frozen=True, slots=True)
class Entry:
    """Who is let into which account and why; `hours` only for breaking the glass."""

    sign_in_id: int
    account_id: int
    reason: str
    hours: int | None = None


def grant_account(person: Person, entry: Entry, *, now: datetime) -> int:
    """Let a reader in, until it is withdrawn or for some hours; answers the grant's id.

    A second grant replaces the first. Raises `NotAllowed` or `InvalidValue`.
    """
    _operations(person)
    if not entry.reason.strip():
        raise InvalidValue("Say why: the account's team reads it.", field="reason")
    if entry.hours is not None and not 1 <= entry.hours <= LONGEST_HOURS:
        raise InvalidValue(f"From 1 to {LONGEST_HOURS} hours.", field="hours")
    with transaction.atomic():
        _checked(entry)
        until = now + timedelta(hours=entry.hours) if entry.hours is not None else None
        before = AccountGrant.objects.filter(
            account_id=entry.account_id, sign_in_id=entry.sign_in_id
        ).first()
        row, _ = AccountGrant.objects.update_or_create(
            account_id=entry.account_id,
            sign_in_id=entry.sign_in_id,
            defaults={"reason": entry.reason.strip(), "until": until, "granted_at": now},
        )
        journal.record(
            "break_glass" if until else "grant_account",
            actor_id=person.id,
            account_id=entry.account_id,
            subject=row,
            changes={
                "sign_in": (None, entry.sign_in_id),
                "until": (before.until if before else None, until),
            },
            note=entry.reason.strip(),
        )
    return row.pk


def withdraw_grant(person: Person, grant_id: int) -> None:
    """Shut the account again. Raises `NotAllowed` or `InvalidValue`."""
    _operations(person)
    with transaction.atomic():
        row = AccountGrant.objects.select_for_update().filter(pk=grant_id).first()
        if row is None:
            raise InvalidValue("That account is shut already.", field="grant")
        journal.record(
            "withdraw_grant",
            actor_id=person.id,
            account_id=row.account_id,
            subject=row,
            changes={"sign_in": (row.sign_in_id, None)},
        )
        row.delete()


def _checked(entry: Entry) -> None:
    if not Account.objects.filter(pk=entry.account_id, removed_at=None).exists():
        raise InvalidValue("That account does not exist.", field="account")
    reads = RoleGrant.objects.filter(
        sign_in_id=entry.sign_in_id, role=RoleGrant.Role.READER, sign_in__is_active=True
    )
    if not reads.exists():
        raise InvalidValue("Give the reader role first: it is what a grant opens.", field="account")


def _operations(person: Person) -> None:
    if not relations_that_may(person.roles, category=Category.SETTINGS, act=Act.WRITE):
        raise NotAllowed("Only Operations may let somebody in.", field="grant")
