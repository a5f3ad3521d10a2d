"""Buying roles by account, decision and play, and who of ours holds whom."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from sightline.actions import journal, outbox
from sightline.actions.stakeholders.access import on_map, require
from sightline.actions.whitespace import ask_for_plans
from sightline.planning.errors import InvalidValue, PlanningError
from sightline.planning.permissions import Category
from sightline.planning.stakeholders import BuyingRole
from sightline.records.models import (
    Contact,
    CrmUser,
    HeldRole,
    Holder,
    Opportunity,
    OpportunityContactRole,
    Play,
    ProductLine,
    SyncConnection,
    Unit,
)
from sightline.records.scoping import Person

MOST_INFLUENCE = 3
NOWHERE = {"unit_id": None, "product_line_id": None, "play_id": None}


class StaleRole(PlanningError):
    """The person's role was changed meanwhile; `theirs` is the role as it stands, or empty."""

    code = "stale_role"

    def __init__(self, message: str, *, theirs: str) -> None:
        super().__init__(message)
        self.theirs = theirs


@dataclass(frozen=True, slots=True)
class Decision:
    """What a role is for: a unit, a line, both (a cell), a play; nothing is the account."""

    unit_id: int | None = None
    line_id: int | None = None
    play_id: int | None = None


def set_role(
    person: Person,
    account_id: int,
    contact_id: int,
    role: str,
    *,
    seen: str | None,
    now: datetime,
) -> None:
    """The main role in the account; it takes the place of `seen`, the one shown. Empty: no role.

    A role that the CRM's contact roles give and that is taken away here stays away.
    Raises NotAllowed, InvalidValue or StaleRole.
    """
    if role and role not in set(BuyingRole):
        raise InvalidValue("That is no buying role.", field="role")
    with transaction.atomic():
        require(person, account_id, Category.OPINIONS)
        contact = on_map(account_id, contact_id)
        held = roles_in_account(contact)
        if seen is not None and seen not in held | {""}:
            raise StaleRole("Somebody changed the role.", theirs=next(iter(sorted(held)), ""))
        if seen == "" and held - {role}:
            raise StaleRole("Somebody gave a role.", theirs=min(held))
        away = held - {role} if seen is None else {seen} - {role, ""}
        for one in sorted(away):
            _say_role(person, contact, one, holds=False, now=now)
        if role and role not in held:
            _say_role(person, contact, role, holds=True, now=now)
        if away or (role and role not in held):
            changes = {"role": (sorted(held), sorted((held - away) | ({role} - {""})))}
            _told(person, account_id, contact, "set_role", changes)


def roles_in_account(contact: Contact) -> set[str]:
    """The roles that hold for the account as a whole: the CRM's, changed by what was said here."""
    rows = OpportunityContactRole.objects.filter(contact=contact, removed_at=None)
    found = set(rows.values_list("buying_role", flat=True)) & set(BuyingRole)
    for one in HeldRole.objects.filter(contact=contact, ended_at=None, **NOWHERE):
        found = found | {one.role} if one.holds else found - {one.role}
    return {str(one) for one in found}


def hold_role(
    person: Person,
    account_id: int,
    contact_id: int,
    role: str,
    *,
    of: Decision,
    influence: int | None,
    now: datetime,
) -> int:
    """A role in one decision or play, with 0 to 3 for how much it weighs; answers its id."""
    if role not in set(BuyingRole):
        raise InvalidValue("That is no buying role.", field="role")
    if influence is not None and not 0 <= influence <= MOST_INFLUENCE:
        raise InvalidValue("Influence is between 0 and 3.", field="influence")
    with transaction.atomic():
        require(person, account_id, Category.OPINIONS)
        contact = on_map(account_id, contact_id)
        check_decision(account_id, of)
        where = {"unit_id": of.unit_id, "product_line_id": of.line_id, "play_id": of.play_id}
        old = HeldRole.objects.filter(contact=contact, role=role, ended_at=None, **where)
        last = old.first()
        if last is not None and last.holds and last.influence == influence:
            return last.pk
        old.update(ended_at=now)
        new = HeldRole.objects.create(
            contact=contact,
            role=role,
            influence=influence,
            author_id=person.id,
            said_at=now,
            **where,
        )
        _told(person, account_id, contact, "hold_role", {"held_role": (None, new.pk)})
    return new.pk


def end_role(person: Person, account_id: int, role_id: int, *, now: datetime) -> None:
    """The role in that decision does not hold any more. Raises InvalidValue for an unknown one."""
    with transaction.atomic():
        require(person, account_id, Category.OPINIONS)
        held = HeldRole.objects.select_for_update().filter(pk=role_id, ended_at=None).first()
        if held is None:
            raise InvalidValue("That role has ended already.", field="role")
        contact = on_map(account_id, held.contact_id)
        HeldRole.objects.filter(pk=held.pk).update(ended_at=now)
        _told(person, account_id, contact, "end_role", {"held_role": (held.pk, None)})


def hold(person: Person, account_id: int, contact_id: int, user_id: int, *, now: datetime) -> None:
    """One of ours holds the relationship. Twice changes nothing."""
    with transaction.atomic():
        require(person, account_id, Category.OPINIONS)
        contact = on_map(account_id, contact_id)
        if not CrmUser.objects.filter(pk=user_id, is_active=True).exists():
            raise InvalidValue("There is no such person of ours.", field="holder")
        if Holder.objects.filter(contact=contact, user_id=user_id, ended_at=None).exists():
            return
        Holder.objects.create(contact=contact, user_id=user_id, author_id=person.id, said_at=now)
        _told(person, account_id, contact, "hold_person", {"holder": (None, user_id)})


def let_go(
    person: Person, account_id: int, contact_id: int, user_id: int, *, now: datetime
) -> None:
    """One of ours does not hold the relationship any more."""
    with transaction.atomic():
        require(person, account_id, Category.OPINIONS)
        contact = on_map(account_id, contact_id)
        held = Holder.objects.filter(contact=contact, user_id=user_id, ended_at=None)
        if held.update(ended_at=now):
            _told(person, account_id, contact, "let_go_person", {"holder": (user_id, None)})


def tell_role(
    person: Person, account_id: int, contact_id: int, opportunity_id: int, role: str
) -> None:
    """Have the CRM keep the role as a contact role of an opportunity, at the next exchange: a new
    one, or another word in the one it has.

    A blocker is never told. Raises InvalidValue where the opportunity is not the account's.
    """
    if role not in set(BuyingRole) or role == BuyingRole.BLOCKER:
        raise InvalidValue("This role is not written to the CRM.", field="role")
    with transaction.atomic():
        require(person, account_id, Category.OPINIONS)
        contact = on_map(account_id, contact_id)
        deal = Opportunity.objects.filter(
            pk=opportunity_id, account__planning_account_id=account_id, removed_at=None
        ).first()
        if deal is None:
            raise InvalidValue("There is no such opportunity here.", field="opportunity")
        known = (
            OpportunityContactRole.objects.select_for_update()
            .filter(opportunity=deal, contact=contact, removed_at=None)
            .order_by("pk")
            .first()
        )
        before = known.buying_role if known else None
        if before == role:
            return
        if known is None:
            OpportunityContactRole.objects.create(
                opportunity=deal, contact=contact, buying_role=role, source_id=deal.source_id
            )
        else:
            OpportunityContactRole.objects.filter(pk=known.pk).update(buying_role=role)
        changes = {"opportunity": (None, deal.pk), "role": (before, role)}
        _told(person, account_id, contact, "tell_role", changes)
        ask_exchange(deal.source_id, by=person.id)


def ask_exchange(source_id: int | None, *, by: int | None) -> None:
    """Ask for a round with the CRM that a row came from; nothing where none is connected."""
    if source_id is None:
        return
    connection = SyncConnection.objects.filter(source_id=source_id).first()
    if connection is not None:
        payload = {"id": connection.pk, "asked": True}
        outbox.request("sync", key=f"sync-now:{connection.pk}", payload=payload, by=by)


def _say_role(person: Person, contact: Contact, role: str, *, holds: bool, now: datetime) -> None:
    HeldRole.objects.filter(contact=contact, role=role, ended_at=None, **NOWHERE).update(
        ended_at=now
    )
    HeldRole.objects.create(
        contact=contact, role=role, holds=holds, author_id=person.id, said_at=now
    )


def check_decision(account_id: int, of: Decision) -> None:
    """Raises InvalidValue for a unit, line or play from elsewhere."""
    if of.unit_id is not None:
        here = Unit.objects.filter(pk=of.unit_id, account_id=account_id, removed_at=None)
        if not here.exists():
            raise InvalidValue("There is no such unit in this account.", field="unit")
    if of.line_id is not None and not ProductLine.objects.filter(pk=of.line_id).exists():
        raise InvalidValue("There is no such product line.", field="line")
    if of.play_id is not None:
        play = Play.objects.filter(pk=of.play_id, account_id=account_id, removed_at=None)
        if not play.exists():
            raise InvalidValue("There is no such play.", field="play")


def _told(
    person: Person,
    account_id: int,
    contact: Contact,
    verb: str,
    changes: Mapping[str, tuple[object, object]],
) -> None:
    journal.record(
        verb, actor_id=person.id, account_id=account_id, subject=contact, changes=changes
    )
    ask_for_plans(account_id, by=person.id)
