"""Everything held of one person, as the person may be given it, and who was erased when."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db.models import Model

from sightline.planning.permissions import Act, Category
from sightline.records.models import Contact, ContactActivity, Job, JournalEntry, SeenAddress
from sightline.records.scoping import Person, visible_accounts

Row = Mapping[str, Any]
_OWN = ("id", "version", "changed_at")
SINGLE = "contact"
_TO_CHECK = "to_check"
_JOURNAL = ("ask_erasure", "erase_person")


@dataclass(frozen=True, slots=True)
class HeldPerson:
    """One person with what is held, by table: counts for the page, rows for the file."""

    id: int
    version: int
    name: str
    title: str
    account: str
    counts: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class PersonData:
    """A person's own record and every row about them, by table."""

    contact: Row
    sections: Mapping[str, tuple[Row, ...]]


@dataclass(frozen=True, slots=True)
class ErasureRecord:
    """That somebody was erased: when it was asked and done, by whom, how much; never who.

    `to_check` are texts with a part of the name, as (table, key): they may be about another.
    """

    number: int
    asked_at: datetime | None
    asked_by: str
    done_at: datetime | None
    rows: int
    to_check: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, slots=True)
class FoundPerson:
    """A line of the search for a person."""

    id: int
    name: str
    title: str
    account: str


def find_people(person: Person, words: str, *, most: int = 20) -> tuple[FoundPerson, ...]:
    """People whose name holds all these words in any order, or whose whole address it is. One
    query."""
    text = " ".join(words.casefold().split())
    if len(text) < 2:
        return ()
    rows = Contact.objects.filter(
        account__in=visible_accounts(person, Category.FACTS, Act.READ),
        erased_at=None,
    )
    if "@" in text:
        rows = rows.filter(email__iexact=text)
    else:
        for word in text.split():
            rows = rows.filter(sort_name__contains=word)
    found = rows.order_by("sort_name", "pk").values_list("pk", "name", "title", "account__name")
    return tuple(FoundPerson(*row) for row in found[:most])


def held_person(person: Person, contact_id: int) -> HeldPerson | None:
    """What is held of a visible person, counted by table; None where there is nobody."""
    contact = _contact(person, contact_id)
    if contact is None:
        return None
    sections = _sections(contact)
    return HeldPerson(
        id=contact.pk,
        version=contact.version,
        name=contact.name,
        title=contact.title,
        account=contact.account.name,
        counts={name: len(rows) for name, rows in sections.items() if rows},
    )


def person_data(person: Person, contact_id: int) -> PersonData | None:
    """Everything held of a visible person; None where there is nobody. About thirty queries."""
    contact = _contact(person, contact_id)
    if contact is None:
        return None
    return PersonData(contact=_plain(contact), sections=_sections(contact))


def erasures(*, most: int = 100) -> tuple[ErasureRecord, ...]:
    """The newest erasures, asked or done. Two queries."""
    entries = (
        JournalEntry.objects.filter(verb__in=_JOURNAL)
        .select_related("actor")
        .order_by("-pk")[: most * 2]
    )
    found: dict[int, dict[str, Any]] = {}
    for entry in entries:
        one = found.setdefault(entry.subject_id or 0, {})
        kind = "done" if entry.verb == "erase_person" else "asked"
        one.setdefault(kind, entry)
    return tuple(_erasure(one) for one in list(found.values())[:most])


def failed_erasures() -> int:
    """Erasures whose job gave up. One query."""
    return Job.objects.filter(name="people.erase", state=Job.State.FAILED).count()


def _erasure(one: Mapping[str, JournalEntry]) -> ErasureRecord:
    asked, done = one.get("asked"), one.get("done")
    first = asked or done
    assert first is not None
    said = done.changes if done else {}
    rows = sum(before for before, _ in said.values() if isinstance(before, int))
    return ErasureRecord(
        number=first.pk,
        asked_at=asked.at if asked else None,
        asked_by=asked.actor.name if asked and asked.actor else "",
        done_at=done.at if done else None,
        rows=rows,
        to_check=_places(said.get(_TO_CHECK, ((), None))[0]),
    )


def _places(kept: Iterable[str]) -> tuple[tuple[str, int], ...]:
    said = (one.partition(":") for one in kept)
    return tuple((table, int(key)) for table, _, key in said if key.isdecimal())


def _contact(person: Person, contact_id: int) -> Contact | None:
    return (
        Contact.objects.filter(
            pk=contact_id,
            erased_at=None,
            account__in=visible_accounts(person, Category.FACTS, Act.READ),
        )
        .select_related("account", "unit", "reports_to")
        .first()
    )


def _sections(contact: Contact) -> dict[str, tuple[Row, ...]]:
    """Every table that points to the person, mail from their address, and the journal about them."""
    found: dict[str, tuple[Row, ...]] = {}
    for relation in Contact._meta.related_objects:
        model = relation.related_model
        if isinstance(model, str) or model is ContactActivity:
            continue
        rows = model._default_manager.filter(**{relation.field.name: contact}).order_by("pk")
        part = relation.field.name
        name = str(model._meta.model_name) + ("" if part == SINGLE else f"_{part}")
        found[name] = tuple(_plain(row) for row in rows)
    found["contact_days"] = _days(contact)
    wrote = SeenAddress.objects.filter(address__iexact=contact.email or " ").order_by("pk")
    found["seenaddress"] = tuple(_plain(row) for row in wrote)
    entries = JournalEntry.objects.filter(subject_kind="contact", subject_id=contact.pk)
    found["journal"] = tuple(_plain(row) for row in entries.order_by("pk"))
    return found


def _days(contact: Contact) -> tuple[Row, ...]:
    """The days of contact, one row a day; who of ours took part by key."""
    activity = ContactActivity.objects.filter(contact=contact).first()
    if activity is None:
        return ()
    ours = dict(activity.log.get("by_ours", ()))
    rows = [
        {"day": day, "contact": kind, "our_people": ", ".join(ours.get(day, ()))}
        for kind in ("two_way", "outbound", "unknown")
        for day in activity.log.get(kind, ())
    ]
    return tuple(sorted(rows, key=lambda row: str(row["day"])))


def _plain(row: Model) -> Row:
    """Fields as text and numbers; other rows by key, our own housekeeping left out."""
    found: dict[str, Any] = {}
    for field in row._meta.concrete_fields:
        if field.name in _OWN:
            continue
        value = getattr(row, field.attname)
        if isinstance(value, datetime | date):
            value = value.isoformat()
        elif isinstance(value, Decimal):
            value = str(value)
        found[field.attname] = value
    return found
