"""Addresses that wrote to us and that nobody is known by: who may be missing from a map.

Kept only for accounts that are here, never for our own people, shared mailboxes or erased people;
how long is told in docs/method/people-data.md.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from django.db import transaction
from django.db.models.functions import Lower

from sightline.actions.imports.erased import digest_of
from sightline.planning.stakeholders.again import SeenAgainParameters
from sightline.records.models import (
    Contact,
    CrmUser,
    ErasedOutsideId,
    ImportRun,
    SeenAddress,
    SignIn,
)

CHUNK = 500


@dataclass(frozen=True, slots=True)
class Seen:
    """An address that wrote about an account, and the days it did; `name` as the mail gave it."""

    account_id: int
    address: str
    name: str
    days: frozenset[dt.date]


def mark_of(address: str) -> str:
    """The keyed hash under which the address of somebody erased is kept."""
    return digest_of(f"mail:{address.casefold()}")


def strangers_among(
    addresses: Collection[str], *, parameters: SeenAgainParameters
) -> frozenset[str]:
    """Those that are no contact's, none of ours by address or domain, no shared mailbox, and of
    nobody who was erased."""
    ours = {one.casefold() for one in _our_addresses()}
    domains = {one.rpartition("@")[2] for one in ours}
    left = {
        one
        for one in addresses
        if one not in ours
        and one.rpartition("@")[2] not in domains
        and one.partition("@")[0].partition("+")[0] not in parameters.shared_mailboxes
    }
    listed = sorted(left)
    for start in range(0, len(listed), CHUNK):
        some = listed[start : start + CHUNK]
        left -= {
            email.casefold()
            for email in Contact.objects.annotate(plain=Lower("email"))
            .filter(plain__in=some)
            .values_list("email", flat=True)
        }
        marks = {mark_of(one): one for one in some}
        gone = ErasedOutsideId.objects.filter(digest__in=marks).values_list("digest", flat=True)
        left -= {marks[one] for one in gone}
    return frozenset(left)


def keep_seen(seen: Iterable[Seen], *, run: ImportRun) -> int:
    """Keep addresses with their days; days known already are not kept twice. Answers how many."""
    listed = [one for one in seen if one.days]
    count = 0
    for start in range(0, len(listed), CHUNK):
        some = listed[start : start + CHUNK]
        with transaction.atomic():
            _keep(some, _held(some), run)
        count += len(some)
    return count


def take_back_seen(run: ImportRun) -> int:
    """Addresses that a run brought leave with it; answers how many."""
    return SeenAddress.objects.filter(import_run=run).delete()[0]


def _held(some: Collection[Seen]) -> Mapping[tuple[int, str], SeenAddress]:
    rows = SeenAddress.objects.filter(
        account_id__in={one.account_id for one in some}, address__in={one.address for one in some}
    )
    return {(row.account_id, row.address): row for row in rows}


def _keep(
    some: Collection[Seen], held: Mapping[tuple[int, str], SeenAddress], run: ImportRun
) -> None:
    new, changed = [], []
    for one in some:
        row = held.get((one.account_id, one.address))
        days = {day.isoformat() for day in one.days} | set(row.days if row else ())
        if row is None:
            row = SeenAddress(account_id=one.account_id, address=one.address, import_run=run)
            new.append(row)
        else:
            changed.append(row)
        row.days = sorted(days)
        row.name = one.name or row.name
        row.last_on = dt.date.fromisoformat(row.days[-1])
    SeenAddress.objects.bulk_create(new)
    SeenAddress.objects.bulk_update(changed, ["days", "name", "last_on"])


def _our_addresses() -> Iterable[str]:
    yield from CrmUser.objects.exclude(email="").values_list("email", flat=True)
    yield from SignIn.objects.exclude(email="").values_list("email", flat=True)
