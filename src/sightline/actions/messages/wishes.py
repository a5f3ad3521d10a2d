"""A person's own wishes: kinds, quiet hours, chats, and the secret address of a calendar."""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Collection, Mapping
from datetime import datetime
from urllib.parse import urlsplit

from django.db import transaction

from sightline.actions import journal
from sightline.planning.errors import InvalidValue
from sightline.planning.notices import How, Kind, Quiet
from sightline.records.models import CalendarFeed, ChatHook, MessageWish, QuietHours
from sightline.records.scoping import Person

HTTPS = 443


def set_wishes(person: Person, wanted: Mapping[str, str]) -> None:
    """How each kind is wanted. Raises InvalidValue."""
    for kind, how in wanted.items():
        if kind not in set(Kind) or how not in set(How):
            raise InvalidValue("That is no kind of message, or no way to want it.", field=kind)
    with transaction.atomic():
        for kind, how in wanted.items():
            MessageWish.objects.update_or_create(
                sign_in_id=person.id, kind=kind, defaults={"how": how}
            )
        journal.record(
            "set_message_wishes",
            actor_id=person.id,
            changes={kind: (None, how) for kind, how in wanted.items()},
        )


def set_quiet(person: Person, quiet: Quiet) -> None:
    """The hours of the own day without messages."""
    with transaction.atomic():
        row, _ = QuietHours.objects.update_or_create(
            sign_in_id=person.id,
            defaults={"starts": quiet.starts, "ends": quiet.ends, "weekends": quiet.weekends},
        )
        journal.record("set_quiet_hours", actor_id=person.id, subject=row)


def set_hook(
    person: Person, brand: str, address: str, *, hosts: Collection[str], now: datetime
) -> None:
    """The person's own webhook of a chat; its host must be one that was allowed.

    The address is a secret: the journal says only that there is one. Raises InvalidValue.
    """
    if brand not in ChatHook.Brand.values:
        raise InvalidValue("That chat is not known.", field="brand")
    check_address(address, hosts=hosts)
    with transaction.atomic():
        row, _ = ChatHook.objects.update_or_create(
            sign_in_id=person.id, brand=brand, defaults={"address": address, "set_at": now}
        )
        journal.record("set_chat", actor_id=person.id, subject=row, note=brand)


def remove_hook(person: Person, brand: str) -> None:
    """Nothing goes to that chat any more."""
    with transaction.atomic():
        if ChatHook.objects.filter(sign_in_id=person.id, brand=brand).delete()[0]:
            journal.record("remove_chat", actor_id=person.id, note=brand[:20])


def check_address(address: str, *, hosts: Collection[str]) -> None:
    """Refuse what is no https address of an allowed host. `*.example` allows its subdomains."""
    try:
        parts = urlsplit(address)
        plain = parts.port in (None, HTTPS) and not parts.username and not parts.password
    except ValueError:
        raise InvalidValue("That is no address.", field="address") from None
    if parts.scheme != "https" or not plain or re.search(r"[\s\x00-\x1f]", address):
        raise InvalidValue("The address begins with https://.", field="address")
    if not any(_matches(parts.hostname or "", pattern) for pattern in hosts):
        raise InvalidValue("That host is not among those allowed.", field="address")


def make_feed(person: Person, *, now: datetime) -> str:
    """A new secret for the calendar, shown once; the one before ends. Answers the secret."""
    secret = secrets.token_urlsafe(32)
    with transaction.atomic():
        row, _ = CalendarFeed.objects.update_or_create(
            sign_in_id=person.id, defaults={"secret_hash": hash_of(secret), "made_at": now}
        )
        journal.record("make_calendar", actor_id=person.id, subject=row)
    return secret


def revoke_feed(person: Person) -> None:
    """The calendar's address leads nowhere any more."""
    with transaction.atomic():
        if CalendarFeed.objects.filter(sign_in_id=person.id).delete()[0]:
            journal.record("revoke_calendar", actor_id=person.id)


def hash_of(secret: str) -> str:
    """What is kept of a secret. It has 256 random bits, so that a plain hash is enough."""
    return hashlib.sha256(secret.encode()).hexdigest()


def _matches(host: str, pattern: str) -> bool:
    if pattern.startswith("*."):
        return host.endswith(pattern[1:])
    return host == pattern
