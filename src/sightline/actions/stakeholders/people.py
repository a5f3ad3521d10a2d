"""Who is on the map and where: new people and placeholders, reporting lines, guests, leavers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction

from sightline.actions import journal, people_signals
from sightline.actions.stakeholders.access import on_map, require
from sightline.actions.stakeholders.roles import Decision, ask_exchange, check_decision
from sightline.actions.whitespace import ask_for_plans
from sightline.agreement.naming import sort_key
from sightline.planning.errors import FamilyCycle, InvalidValue, MissingValue, PlanningError
from sightline.planning.permissions import Category
from sightline.planning.stakeholders import BuyingRole, check_new_manager
from sightline.planning.stakeholders import Person as TheirPerson
from sightline.records.models import (
    Account,
    Contact,
    ContactUnit,
    FactChange,
    HeldRole,
    ManagerChange,
    MapPlace,
    MapReview,
    OpportunityContactRole,
    Unit,
)
from sightline.records.scoping import Person

FACTS = frozenset({"name", "title", "unit", "second_unit", "status"})
# What others are told of at once.
TOLD = frozenset({"title", "status"})
BY_PERSON = "person"
WAITED = "placeholder"
"""That a name was given to a placeholder: taking the name back makes it one again."""


class StaleContact(PlanningError):
    """Somebody changed this of the person meanwhile; `theirs` is the value as it stands."""

    code = "stale_contact"

    def __init__(self, message: str, *, theirs: Any) -> None:
        super().__init__(message)
        self.theirs = theirs


@dataclass(frozen=True, slots=True)
class NewPerson:
    """Somebody to put on the map; without a name a placeholder for a role, of one play or of all."""

    name: str = ""
    title: str = ""
    email: str = ""
    unit_id: int | None = None
    manager_id: int | None = None
    role: str = ""
    play_id: int | None = None


def add_person(person: Person, account_id: int, new: NewPerson, *, now: datetime, on: date) -> int:
    """Put somebody new on the map; answers the contact's id. A CRM that the account comes from is
    told at the next exchange, where its mapping creates people; a placeholder is nobody yet.

    Raises MissingValue without name and role, InvalidValue for a unit, manager or play from
    elsewhere.
    """
    name = " ".join(new.name.split())[:255]
    if not name and not new.role:
        raise MissingValue("A name, or the role a placeholder stands for.", field="name")
    if new.role and new.role not in set(BuyingRole):
        raise InvalidValue("That is no buying role.", field="role")
    with transaction.atomic():
        require(person, account_id, Category.PLAN)
        if new.role:
            require(person, account_id, Category.OPINIONS)
        if new.manager_id is not None:
            on_map(account_id, new.manager_id)
        _unit(account_id, new.unit_id)
        check_decision(account_id, Decision(play_id=new.play_id))
        first, _, last = name.rpartition(" ")
        made = Contact.objects.create(
            account_id=account_id,
            name=name or f"Unknown {BuyingRole(new.role).words}",
            sort_name=sort_key(f"{last} {first}".strip() or "unknown"),
            first_name=first[:120],
            last_name=last[:120],
            title=new.title.strip()[:200],
            email=new.email.strip()[:255],
            unit_id=new.unit_id,
            reports_to_id=new.manager_id,
            is_placeholder=not name,
            created_on=on,
        )
        if new.role:
            HeldRole.objects.create(
                contact=made,
                role=new.role,
                play_id=new.play_id,
                author_id=person.id,
                said_at=now,
            )
        MapPlace.objects.create(
            account_id=account_id, contact=made, author_id=person.id, said_at=now
        )
        _told(person, account_id, made, "add_person")
        if name:
            ask_exchange(Account.objects.get(pk=account_id).source_id, by=person.id)
    return made.pk


def add_guest(person: Person, account_id: int, contact_id: int, *, now: datetime) -> None:
    """Put somebody on the map whom the CRM keeps elsewhere, and who has a part in one of this
    account's opportunities. Raises InvalidValue for anybody else."""
    with transaction.atomic():
        require(person, account_id, Category.PLAN)
        part = OpportunityContactRole.objects.filter(
            contact_id=contact_id,
            opportunity__account__planning_account_id=account_id,
            removed_at=None,
        )
        if not part.exists():
            raise InvalidValue("That person has no part in an opportunity here.", field="person")
        _place(person, account_id, contact_id, shown=True, now=now)
        _told(person, account_id, Contact.objects.get(pk=contact_id), "add_guest")


def take_off(person: Person, account_id: int, contact_id: int, *, now: datetime) -> None:
    """Take somebody off the map; they stay a contact, and what was said of them stays."""
    with transaction.atomic():
        require(person, account_id, Category.PLAN)
        contact = on_map(account_id, contact_id)
        _place(person, account_id, contact_id, shown=False, now=now)
        _told(person, account_id, contact, "take_off_map")


def put_back(person: Person, account_id: int, contact_id: int, *, now: datetime) -> None:
    """Put somebody of the account back on its map."""
    with transaction.atomic():
        require(person, account_id, Category.PLAN)
        contact = on_map(account_id, contact_id)
        _place(person, account_id, contact_id, shown=True, now=now)
        _told(person, account_id, contact, "put_on_map")


def move_person(
    person: Person,
    account_id: int,
    contact_id: int,
    manager_id: int | None,
    *,
    seen: int | None = None,
    now: datetime,
) -> int | None:
    """Put somebody under another manager, None for nobody; answers who stood above before.

    `seen` is the manager shown when the move began (0 nobody, None not asked). A CRM that the
    person comes from is told at the next exchange. Raises NotAllowed, InvalidValue,
    StaleContact, and FamilyCycle, which names the ring.
    """
    with transaction.atomic():
        require(person, account_id, Category.PLAN)
        contact = on_map(account_id, contact_id)
        before = contact.reports_to_id
        if seen is not None and seen != (before or 0):
            raise StaleContact("Somebody moved this person meanwhile.", theirs=before)
        if before == manager_id:
            return before
        if manager_id is not None:
            on_map(account_id, manager_id)
            _no_ring(account_id, contact, manager_id)
        ManagerChange.objects.create(
            contact=contact,
            before_id=before,
            after_id=manager_id,
            author_id=person.id,
            said_at=now,
        )
        Contact.objects.filter(pk=contact.pk).update(
            reports_to_id=manager_id, version=contact.version + 1, changed_at=now
        )
        _told(person, account_id, contact, "move_person", {"reports_to": (before, manager_id)})
        if contact.outside_id:
            ask_exchange(contact.source_id, by=person.id)
    return before


def set_fact(
    person: Person,
    account_id: int,
    contact_id: int,
    field: str,
    value: str,
    *,
    seen: str | None = None,
    now: datetime,
    on: date,
) -> None:
    """Name, title, unit, second unit (ids as text) or status (active, moved, left) of somebody.

    `seen` is the value shown when the edit began. A placeholder that gets a name is a person.
    Raises NotAllowed, InvalidValue, MissingValue or StaleContact.
    """
    if field not in FACTS:
        raise InvalidValue("That is no field of a person.", field="field")
    with transaction.atomic():
        require(person, account_id, Category.PLAN)
        contact = on_map(account_id, contact_id)
        stands = fact_of(contact, field)
        if seen is not None and seen != stands and value != stands:
            raise StaleContact("Somebody changed this meanwhile.", theirs=stands)
        if value.strip() == stands:
            return
        waited = contact.is_placeholder
        if field == "second_unit":
            _second_unit(account_id, contact, value)
        else:
            values = _values(account_id, contact, field, value.strip(), on)
            Contact.objects.filter(pk=contact.pk).update(
                **values, version=contact.version + 1, changed_at=now
            )
            contact.refresh_from_db()
        kept = {"contact": contact, "author_id": person.id, "said_at": now}
        FactChange.objects.create(field=field, before=stands, after=fact_of(contact, field), **kept)
        if waited and field == "name":
            FactChange.objects.create(field=WAITED, before="yes", **kept)
        _told(person, account_id, contact, f"set_{field}")
        if field in TOLD:
            people_signals.ask(by=person.id)


def fact_of(contact: Contact, field: str) -> str:
    """A fact of a contact as a form posts it."""
    if field == "unit":
        return str(contact.unit_id or "")
    if field == "second_unit":
        first = contact.more_units.order_by("pk").values_list("unit_id", flat=True).first()
        return str(first or "")
    return str(getattr(contact, field))


def review_map(person: Person, account_id: int, *, now: datetime) -> None:
    """The team went through the map: from here on changes are told since now."""
    with transaction.atomic():
        require(person, account_id, Category.PLAN)
        MapReview.objects.create(account_id=account_id, author_id=person.id, at=now)
        journal.record("review_map", actor_id=person.id, account_id=account_id)


def _values(
    account_id: int, contact: Contact, field: str, value: str, on: date
) -> Mapping[str, Any]:
    if field == "unit":
        chosen = int(value) if value.isdecimal() else None
        _unit(account_id, chosen)
        return {"unit_id": chosen}
    if field == "status":
        if value not in Contact.Status.values:
            raise InvalidValue("Somebody is here, moved, or left.", field="status")
        gone = value != Contact.Status.ACTIVE
        return {"status": value, "left_on": on if gone else None, "status_source": BY_PERSON}
    if field == "title":
        return {"title": value[:200]}
    if not value:
        raise MissingValue("A person needs a name.", field="name")
    name = " ".join(value.split())[:255]
    first, _, last = name.rpartition(" ")
    return {
        "name": name,
        "first_name": first[:120],
        "last_name": last[:120],
        "sort_name": sort_key(f"{last} {first}".strip()),
        "is_placeholder": False,
    }


def _second_unit(account_id: int, contact: Contact, value: str) -> None:
    chosen = int(value) if value.isdecimal() else None
    _unit(account_id, chosen)
    ContactUnit.objects.filter(contact=contact).delete()
    if chosen is not None and chosen != contact.unit_id:
        ContactUnit.objects.create(contact=contact, unit_id=chosen)


def _unit(account_id: int, unit_id: int | None) -> None:
    if unit_id is None:
        return
    if not Unit.objects.filter(pk=unit_id, account_id=account_id, removed_at=None).exists():
        raise InvalidValue("There is no such unit in this account.", field="unit")


def _place(person: Person, account_id: int, contact_id: int, *, shown: bool, now: datetime) -> None:
    MapPlace.objects.filter(account_id=account_id, contact_id=contact_id, ended_at=None).update(
        ended_at=now
    )
    MapPlace.objects.create(
        account_id=account_id,
        contact_id=contact_id,
        shown=shown,
        author_id=person.id,
        said_at=now,
    )


def _no_ring(account_id: int, contact: Contact, manager_id: int) -> None:
    rows = Contact.objects.filter(
        account__planning_account_id=account_id, removed_at=None, erased_at=None
    ).values_list("pk", "name", "reports_to_id")
    names = {pk: name for pk, name, _ in rows}
    above = {pk: manager for pk, _, manager in rows}
    people = [
        TheirPerson(str(pk), "", reports_to=str(manager) if manager else None)
        for pk, manager in above.items()
    ]
    try:
        check_new_manager(str(contact.pk), manager=str(manager_id), people=people)
    except FamilyCycle as ring:
        chain, current = [names.get(manager_id, "")], above.get(manager_id)
        while current is not None and current != contact.pk and len(chain) < len(people):
            chain.append(names.get(current, ""))
            current = above.get(current)
        chain.append(contact.name)
        raise FamilyCycle(
            f"This would close a ring: {' reports to '.join(chain)} already.", field="manager"
        ) from ring


def _told(
    person: Person,
    account_id: int,
    contact: Contact,
    verb: str,
    changes: dict[str, tuple[Any, Any]] | None = None,
) -> None:
    journal.record(
        verb, actor_id=person.id, account_id=account_id, subject=contact, changes=changes
    )
    ask_for_plans(account_id, by=person.id)
