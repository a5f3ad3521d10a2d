"""Roles that the org keeps of a person in an account, read as roles for the account.

Read as a set, element by element: a word that was added there since both last agreed becomes a role
here, one that was taken away there ends the role that came from there. What people say here stays
theirs, and a word that only repeats what we told is no news.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass

from django.db import transaction

from sightline.actions import journal
from sightline.actions.imports.told import TOLD
from sightline.actions.sync.context import Context
from sightline.actions.sync.relations import FIELD, TARGET, THEIRS, relation_link, words
from sightline.actions.whitespace import ask_for_plans
from sightline.agreement.records import RemoteRecord
from sightline.records.models import (
    Contact,
    HeldRole,
    OpportunityContactRole,
    SyncCrossing,
    SyncLink,
)
from sightline.records.queries.linked import links_there

# What a word of theirs means here; empty where nothing.
Meaning = Callable[[str], str]
_NOWHERE = {"unit": None, "product_line": None, "play": None}


@dataclass(frozen=True, slots=True)
class _Moved:
    """What one relation says now and said when both last agreed."""

    record: RemoteRecord
    contact: Contact
    before: frozenset[str]
    after: frozenset[str]


def take_relations(
    context: Context, records: Sequence[RemoteRecord], *, meaning: Meaning, now: dt.datetime
) -> int:
    """Take what moved; answers how many relations did. Delivering it again changes nothing more.

    A relation that does not carry its roles is hidden from us: its base stays. One with another
    account than the person's own says nothing here.
    """
    with transaction.atomic():
        moved = list(_moved(context, records))
        for one in moved:
            _take(context, one, meaning, now)
        accounts = {one.contact.account_id for one in moved} - {None}
        for account in sorted(pk for pk in accounts if pk is not None):
            ask_for_plans(account, by=None)
    return len(moved)


def _moved(context: Context, records: Sequence[RemoteRecord]) -> Iterable[_Moved]:
    bases = {
        one.remote_id: one.base.get(FIELD) or [None, None]
        for one in SyncLink.objects.select_for_update().filter(
            pk__in=links_there(context.connection_id, TARGET, [one.id for one in records])
        )
    }
    shown = [one for one in records if one.deleted or THEIRS in one.values]
    people = _people(context, shown)
    for one in shown:
        person = people.get(str(one.values.get("ContactId") or ""))
        own = person.account.outside_id if person is not None and person.account else ""
        if person is None or one.values.get("AccountId") != own:
            continue
        before = words(bases.get(one.id, [None, None])[1])
        after = frozenset[str]() if one.deleted else words(one.values.get(THEIRS))
        if before != after:
            yield _Moved(one, person, before, after)


def _people(context: Context, records: Sequence[RemoteRecord]) -> dict[str, Contact]:
    """Their contacts, by id there. One may have relations with several accounts."""
    ids = {str(one.values.get("ContactId")) for one in records}
    rows = Contact.objects.filter(
        source=context.source_id, outside_id__in=ids, removed_at=None
    ).select_related("account")
    return {one.outside_id: one for one in rows}


def _take(context: Context, one: _Moved, meaning: Meaning, now: dt.datetime) -> None:
    held = _held(one.contact)
    said = {TOLD.get(code) for code in held}
    added = {meaning(word) for word in one.after - one.before if word not in said} - {"", *held}
    gone = {meaning(word) for word in one.before - one.after} - {""}
    from_there = HeldRole.objects.filter(
        contact=one.contact, from_source=context.source_id, ended_at=None, **_NOWHERE
    )
    ended = sorted(from_there.filter(role__in=gone).values_list("role", flat=True))
    from_there.filter(role__in=gone).update(ended_at=now)
    HeldRole.objects.bulk_create(
        HeldRole(contact=one.contact, role=code, from_source_id=context.source_id, said_at=now)
        for code in sorted(added)
    )
    _agree(context, one, now)
    if added or ended:
        journal.record(
            "sync_roles",
            actor_id=None,
            account_id=one.contact.account_id,
            subject=one.contact,
            changes={"role": (ended, sorted(added))},
        )


def _held(contact: Contact) -> Collection[str]:
    """The roles that the account knows of already, taken away ones included: said here stays."""
    rows = OpportunityContactRole.objects.filter(contact=contact, removed_at=None)
    said = HeldRole.objects.filter(contact=contact, ended_at=None, **_NOWHERE)
    return {*rows.values_list("buying_role", flat=True), *said.values_list("role", flat=True)}


def _agree(context: Context, one: _Moved, now: dt.datetime) -> None:
    told = ";".join(sorted(one.after)) or None
    link = relation_link(context, one.record.id, of=one.contact.pk)
    link.base = {**link.base, FIELD: [told, told]}
    link.stamp = one.record.stamp
    link.save(update_fields=["base", "stamp"])
    SyncCrossing.objects.create(
        link=link,
        field=FIELD,
        way="in",
        before=";".join(sorted(one.before)),
        after=told or "",
        at=now,
        who=one.record.changed_by[:120],
    )
