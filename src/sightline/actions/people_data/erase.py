"""Erasing one person from records, journal, sync and ledger. Safe to run twice.

The contact's own row is emptied last: until then it says what is to be looked for.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import models, transaction
from django.utils import timezone

from sightline.actions import journal
from sightline.actions.imports.addresses import mark_of
from sightline.actions.imports.erased import digest_of
from sightline.actions.kept_grids import forget_grids
from sightline.actions.ledger_people import forget_people
from sightline.actions.people_data.needles import Needles, needles_of
from sightline.actions.people_data.sweep import blank_rows, still_named, sweep
from sightline.records.models import (
    Contact,
    ErasedOutsideId,
    JournalEntry,
    MinuteLine,
    PlanText,
    ReviewItem,
    SeenAddress,
    SyncAlias,
    SyncInboxRow,
    SyncLink,
)

SUBJECT = "contact"
MOST_TO_CHECK = 50
TO_CHECK = "to_check"


@dataclass(frozen=True, slots=True)
class Erased:
    """What went, by table; `needles` is what files outside the database are to be searched for;
    `to_check` are rows that hold a part of the name and may be about somebody else."""

    counts: Mapping[str, int]
    needles: Needles
    to_check: tuple[str, ...] = ()


def erase(contact_id: int, *, actor_id: int | None) -> Erased | None:
    """Empty everything about a person; None where there is nobody left to erase."""
    contact = Contact.objects.select_related("account").filter(pk=contact_id).first()
    if contact is None or not contact.name:
        return None
    found = needles_of(contact)
    counts = _blank_keyed(contact, (*found.all, *found.parts))
    counts |= _unhang(contact)
    counts |= _unlink(contact)
    counts |= _unsee(contact)
    counts |= _silence(contact_id)
    counts |= sweep(found)
    forget_grids()
    parts = forget_people(Path(settings.SIGHTLINE_LEDGER), frozenset({str(contact_id)}))
    if parts:
        counts["ledger_parts"] = parts
    check = still_named(found.parts, found.family, most=MOST_TO_CHECK)
    with transaction.atomic():
        _empty(contact)
        journal.record(
            "erase_person",
            actor_id=actor_id,
            account_id=contact.account_id,
            subject=contact,
            changes={
                **{name: (count, 0) for name, count in sorted(counts.items())},
                **({TO_CHECK: (list(check), None)} if check else {}),
            },
        )
    return Erased(counts, found, check)


def _blank_keyed(contact: Contact, words: tuple[str, ...]) -> dict[str, int]:
    """Texts of rows that name the person by key: there a first or last name alone is theirs."""
    about = f"{SUBJECT}:{contact.pk}"
    keyed: list[models.QuerySet[Any]] = [
        ReviewItem.objects.filter(key__endswith=about),
        MinuteLine.objects.filter(item__key__endswith=about),
        PlanText.objects.filter(key__endswith=about),
    ]
    for relation in Contact._meta.related_objects:
        model = relation.related_model
        if not isinstance(model, str) and not relation.many_to_many and model is not Contact:
            keyed.append(model._default_manager.filter(**{relation.field.name: contact}))
    counts: dict[str, int] = {}
    for rows in keyed:
        model = rows.model
        went = blank_rows(rows, words)
        if went:
            key = f"{model._meta.model_name}_texts"
            counts[key] = counts.get(key, 0) + went
    return counts


def _unhang(contact: Contact) -> dict[str, int]:
    """Whatever hangs on the person goes with them; whatever only points to them forgets them."""
    counts: dict[str, int] = {}
    with transaction.atomic():
        for relation in Contact._meta.related_objects:
            model, name = relation.related_model, relation.field.name
            if isinstance(model, str) or relation.many_to_many:
                continue
            rows = model._default_manager.filter(**{name: contact})
            if relation.field.null and relation.on_delete is models.SET_NULL:
                went = rows.update(**{name: None})
            else:
                keys = list(rows.values_list("pk", flat=True))
                _silence_rows(str(model._meta.model_name), keys)
                went = len(keys)
                rows.delete()
            if went:
                key = str(model._meta.model_name)
                counts[key] = counts.get(key, 0) + went
    return counts


def _silence(contact_id: int) -> dict[str, int]:
    """Journal entries keep their shape, who and when; their values about the person go."""
    went = _silence_rows(SUBJECT, [contact_id])
    return {"journal_values": went} if went else {}


def _silence_rows(kind: str, keys: list[int]) -> int:
    went = 0
    entries = JournalEntry.objects.filter(subject_kind=kind, subject_id__in=keys)
    for entry in entries.exclude(verb__in=("erase_person", "ask_erasure", "export_person")):
        entry.changes = blank_values(entry.changes)
        entry.note = ""
        entry.save(update_fields=["changes", "note"])
        went += 1
    return went


def blank_values(changes: Mapping[str, Any]) -> dict[str, Any]:
    """The same fields with nothing in them."""
    return {name: [None, None] for name in changes}


def _unlink(contact: Contact) -> dict[str, int]:
    """What the sync keeps of the person: links with what both sides said, and rows read."""
    counts: dict[str, int] = {}
    with transaction.atomic():
        links = SyncLink.objects.filter(target=Contact.__name__, local_id=contact.pk)
        links |= SyncLink.objects.filter(target__iexact=SUBJECT, local_id=contact.pk)
        remote = {contact.outside_id, *links.values_list("remote_id", flat=True)}
        remote |= set(SyncAlias.objects.filter(link__in=links).values_list("remote_id", flat=True))
        remote.discard("")
        rows = SyncInboxRow.objects.filter(remote_id__in=remote)
        for name, query in (("syncinboxrow", rows), ("synclink", links)):
            went = query.count()
            query.delete()
            if went:
                counts[name] = went
        ErasedOutsideId.objects.bulk_create(
            [ErasedOutsideId(digest=digest_of(one)) for one in sorted(remote)],
            ignore_conflicts=True,
        )
    return counts


def _unsee(contact: Contact) -> dict[str, int]:
    """Their address as mail brought it, in any account; it is not suggested again."""
    if not contact.email:
        return {}
    with transaction.atomic():
        went, _ = SeenAddress.objects.filter(address__iexact=contact.email).delete()
        ErasedOutsideId.objects.bulk_create(
            [ErasedOutsideId(digest=mark_of(contact.email))], ignore_conflicts=True
        )
    return {"seenaddress": went} if went else {}


def _empty(contact: Contact) -> None:
    """The row stays with its key alone, because plans and snapshots point to it."""
    Contact.objects.filter(pk=contact.pk).update(
        first_name="",
        last_name="",
        name="",
        sort_name="",
        title="",
        department="",
        email="",
        phone="",
        profile_url="",
        outside_id="",
        status_source="",
        unit=None,
        reports_to=None,
        left_on=None,
        bounced_on=None,
        created_on=None,
        executive=None,
        erased_at=contact.erased_at or timezone.now(),
        version=contact.version + 1,
        changed_at=timezone.now(),
    )
