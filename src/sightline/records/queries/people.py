"""Their people as the stakeholder rules take them: who, contact by day, ratings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sightline.planning.stakeholders import (
    BuyingRole,
    ContactLog,
    Person,
    Presence,
    Rating,
    RoleHeld,
    Stance,
)
from sightline.records.models import Contact, ContactActivity, Opinion, OpportunityContactRole

UNNAMED_RATER = "crm"


@dataclass(slots=True)
class AccountPeople:
    """The people of one planning account, children included; keys are contact ids as text."""

    people: list[Person] = field(default_factory=list)
    logs: dict[str, ContactLog] = field(default_factory=dict)
    ratings: list[Rating] = field(default_factory=list)


def accounts_of_contacts() -> dict[int, int]:
    """The account of every contact that is there, by contact id."""
    rows = Contact.objects.filter(removed_at=None, erased_at=None)
    return dict(rows.values_list("pk", "account_id"))


def people_of(planning_ids: Sequence[int], *, with_opinions: bool) -> dict[int, AccountPeople]:
    """Everybody in some planning accounts. Opinions only where the caller may see them.

    Three queries, two more with opinions.
    """
    found: dict[int, AccountPeople] = {}
    place: dict[int, int] = {}
    roles = _roles(planning_ids)
    opinions = _opinions(planning_ids) if with_opinions else {}
    contacts = Contact.objects.filter(
        account__planning_account_id__in=planning_ids, removed_at=None, erased_at=None
    ).select_related("account")
    for contact in contacts:
        planning = contact.account.planning_account_id or contact.account_id
        place[contact.pk] = planning
        of = found.setdefault(planning, AccountPeople())
        own = opinions.get(contact.pk, [])
        of.people.append(_person(contact, roles.get(contact.pk, ()), own))
        of.ratings.extend(_ratings(contact.pk, own))
    activity = ContactActivity.objects.filter(
        contact__account__planning_account_id__in=planning_ids
    )
    for contact_id, log in activity.values_list("contact_id", "log"):
        if contact_id in place:
            found[place[contact_id]].logs[str(contact_id)] = log_from_json(log)
    return found


def log_as_json(log: ContactLog) -> dict[str, Any]:
    """A log as the records keep it."""
    return {
        "two_way": [day.isoformat() for day in log.two_way],
        "outbound": [day.isoformat() for day in log.outbound],
        "unknown": [day.isoformat() for day in log.unknown],
        "by_ours": [[day.isoformat(), list(ours)] for day, ours in log.by_ours],
    }


def log_from_json(kept: Mapping[str, Any]) -> ContactLog:
    """The inverse of `log_as_json`."""
    return ContactLog(
        two_way=_days(kept.get("two_way", ())),
        outbound=_days(kept.get("outbound", ())),
        unknown=_days(kept.get("unknown", ())),
        by_ours=tuple(
            (date.fromisoformat(day), tuple(ours)) for day, ours in kept.get("by_ours", ())
        ),
    )


def _days(texts: Sequence[str]) -> tuple[date, ...]:
    return tuple(date.fromisoformat(text) for text in texts)


def _roles(planning_ids: Sequence[int]) -> dict[int, list[str]]:
    rows = OpportunityContactRole.objects.filter(
        contact__account__planning_account_id__in=planning_ids, removed_at=None
    ).exclude(buying_role="")
    found: dict[int, list[str]] = {}
    for contact, role in rows.values_list("contact_id", "buying_role").distinct():
        found.setdefault(contact, []).append(role)
    return found


def _opinions(planning_ids: Sequence[int]) -> dict[int, list[Opinion]]:
    rows = Opinion.objects.filter(
        contact__account__planning_account_id__in=planning_ids, superseded_at=None
    ).order_by("rated_at")
    found: dict[int, list[Opinion]] = {}
    for opinion in rows:
        found.setdefault(opinion.contact_id, []).append(opinion)
    return found


def _person(contact: Contact, roles: Sequence[str], opinions: Sequence[Opinion]) -> Person:
    stances = [one.value for one in opinions if one.kind == Opinion.Kind.STANCE]
    stance = stances[-1] if stances else ""
    return Person(
        key=str(contact.pk),
        name=contact.name,
        units=(str(contact.unit_id),) if contact.unit_id else (),
        title=contact.title,
        roles=tuple(
            RoleHeld(BuyingRole(role)) for role in sorted(roles) if role in set(BuyingRole)
        ),
        stance=Stance(stance) if stance in set(Stance) else Stance.UNKNOWN,
        reports_to=str(contact.reports_to_id) if contact.reports_to_id else None,
        presence=_PRESENCE[contact.status],
        placeholder=contact.is_placeholder,
        executive=contact.executive,
        first_seen=contact.created_on,
    )


_PRESENCE: dict[str, Presence] = {
    Contact.Status.ACTIVE.value: Presence.HERE,
    Contact.Status.LEFT.value: Presence.LEFT,
    Contact.Status.MOVED.value: Presence.MOVED,
}


def _ratings(contact_id: int, opinions: Sequence[Opinion]) -> list[Rating]:
    return [
        Rating(
            person=str(contact_id),
            ours=str(one.rater_id) if one.rater_id else UNNAMED_RATER,
            level=int(one.value),
            on=one.rated_at.date(),
            evidence=one.reason if one.has_evidence else "",
        )
        for one in opinions
        if one.kind == Opinion.Kind.STRENGTH and one.value.isdecimal() and int(one.value) <= 5
    ]
