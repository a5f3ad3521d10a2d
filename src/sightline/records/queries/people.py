"""Their people as the stakeholder rules take them: who, contact by day, ratings, roles, lines."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Q
from django.utils import timezone

from sightline.planning.stakeholders import (
    BuyingRole,
    ContactLog,
    Line,
    LineKind,
    Person,
    Presence,
    Rating,
    RoleHeld,
    Stance,
)
from sightline.records.models import (
    Contact,
    ContactActivity,
    ContactUnit,
    HeldRole,
    Holder,
    ManagerChange,
    MapLine,
    MapPlace,
    Opinion,
    OpportunityContactRole,
    PlayCell,
)

UNNAMED_RATER = "crm"


@dataclass(slots=True)
class AccountPeople:
    """The people of one planning account, children included; keys are contact ids as text.

    `held` names by contact those of ours who hold them, as somebody said. `lines` are influence
    and conflict; they are opinions, and read only with them.
    """

    people: list[Person] = field(default_factory=list)
    logs: dict[str, ContactLog] = field(default_factory=dict)
    ratings: list[Rating] = field(default_factory=list)
    held: dict[str, tuple[str, ...]] = field(default_factory=dict)
    lines: list[Line] = field(default_factory=list)


def accounts_of_contacts() -> dict[int, int]:
    """The account of every contact that is there, by contact id."""
    rows = Contact.objects.filter(removed_at=None, erased_at=None)
    return dict(rows.values_list("pk", "account_id"))


def people_of(
    planning_ids: Sequence[int], *, with_opinions: bool, on: date | None = None
) -> dict[int, AccountPeople]:
    """Everybody on the maps of some planning accounts: their contacts less those taken off, and
    guests. Opinions only where the caller may see them. `on` takes statements and reporting lines
    back to the end of that day; without it they are as they stand.

    Eight queries, three more with opinions, one more with `on`.
    """
    moment = end_of(on) if on is not None else None
    found: dict[int, AccountPeople] = {}
    place: dict[int, list[int]] = {}
    said = _Said(planning_ids, moment, with_opinions=with_opinions)
    for contact, planning in said.on_maps():
        place.setdefault(contact.pk, []).append(planning)
        of = found.setdefault(planning, AccountPeople())
        of.people.append(said.person(contact))
        of.ratings.extend(_ratings(contact.pk, said.opinions.get(contact.pk, ())))
        if contact.pk in said.held:
            of.held[str(contact.pk)] = said.held[contact.pk]
    _add_logs(found, place, planning_ids)
    _add_lines(found, place, said.lines)
    return found


def _add_logs(
    found: Mapping[int, AccountPeople],
    place: Mapping[int, Sequence[int]],
    planning_ids: Sequence[int],
) -> None:
    activity = ContactActivity.objects.filter(contact__in=place)
    if len(place) > _MANY:
        activity = ContactActivity.objects.filter(
            contact__account__planning_account_id__in=planning_ids
        )
    for contact_id, log in activity.values_list("contact_id", "log"):
        kept = log_from_json(log)
        for planning in place.get(contact_id, ()):
            found[planning].logs[str(contact_id)] = kept


def _add_lines(
    found: Mapping[int, AccountPeople],
    place: Mapping[int, Sequence[int]],
    lines: Sequence[tuple[int, int, str]],
) -> None:
    """A line is on every map that both its ends are on."""
    for start, end, kind in lines:
        if kind in _LINES:
            for planning in {*place.get(start, ())} & {*place.get(end, ())}:
                found[planning].lines.append(Line(_LINES[kind], str(start), str(end)))


def end_of(day: date) -> datetime:
    """The first moment after a day, in the time zone in force."""
    return timezone.make_aware(datetime.combine(day + timedelta(days=1), time.min))


_MANY = 900
_LINES = {
    MapLine.Kind.INFLUENCES.value: LineKind.INFLUENCES,
    MapLine.Kind.CONFLICTS.value: LineKind.CONFLICTS,
    MapLine.Kind.MATRIX.value: LineKind.REPORTS_TO,
}


def said_by(moment: datetime | None, *, begun: str = "said_at", ended: str = "ended_at") -> Q:
    """Statements that hold now, or that held at a moment."""
    if moment is None:
        return Q(**{ended: None})
    return Q(**{f"{begun}__lt": moment}) & (Q(**{ended: None}) | Q(**{f"{ended}__gte": moment}))


class _Said:
    """What was said of everybody on some maps, read once."""

    def __init__(
        self, planning_ids: Sequence[int], moment: datetime | None, *, with_opinions: bool
    ) -> None:
        self._ids = planning_ids
        self._moment = moment
        self.places = self._places()
        here = Q(contact__account__planning_account_id__in=planning_ids) | Q(
            contact__in=[pk for (_, pk), shown in self.places.items() if shown]
        )
        self.roles = _roles(here, said_by(moment))
        self.units = _units(here)
        self.held = _held(here, said_by(moment))
        self.opinions = _opinions(here, moment) if with_opinions else {}
        self.lines = _lines(planning_ids, said_by(moment)) if with_opinions else []
        self._only = {
            end: start for start, end, kind in self.lines if kind == MapLine.Kind.ONLY_WAY
        }
        self._managers = _managers_then(here, moment) if moment is not None else {}

    def _places(self) -> dict[tuple[int, int], bool]:
        rows = MapPlace.objects.filter(said_by(self._moment), account_id__in=self._ids)
        return {
            (account, pk): shown
            for account, pk, shown in rows.values_list("account_id", "contact_id", "shown")
        }

    def on_maps(self) -> list[tuple[Contact, int]]:
        """Every contact with the planning account on whose map they stand."""
        guests = {pk for (_, pk), shown in self.places.items() if shown}
        contacts = Contact.objects.filter(
            Q(account__planning_account_id__in=self._ids) | Q(pk__in=guests),
            removed_at=None,
            erased_at=None,
        ).select_related("account")
        found = []
        for contact in contacts.order_by("pk"):
            own = contact.account.planning_account_id or contact.account_id
            if own in self._ids and self.places.get((own, contact.pk), True):
                found.append((contact, own))
            if contact.pk in guests:
                found += [
                    (contact, account)
                    for (account, pk), shown in self.places.items()
                    if shown and pk == contact.pk and account != own
                ]
        return found

    def person(self, contact: Contact) -> Person:
        """One of them as the rules take them."""
        stances = [
            one.value
            for one in self.opinions.get(contact.pk, ())
            if one.kind == Opinion.Kind.STANCE
        ]
        stance = stances[-1] if stances else ""
        own = (str(contact.unit_id),) if contact.unit_id else ()
        manager = self._managers.get(contact.pk, contact.reports_to_id)
        only = self._only.get(contact.pk)
        return Person(
            key=str(contact.pk),
            name=contact.name,
            units=tuple(dict.fromkeys((*own, *self.units.get(contact.pk, ())))),
            title=contact.title,
            roles=self.roles.get(contact.pk, ()),
            stance=Stance(stance) if stance in set(Stance) else Stance.UNKNOWN,
            reports_to=str(manager) if manager else None,
            presence=self._presence(contact),
            placeholder=contact.is_placeholder,
            only_through=str(only) if only else None,
            executive=contact.executive,
            first_seen=contact.created_on,
        )

    def _presence(self, contact: Contact) -> Presence:
        """Who left after the moment asked for was still there."""
        left = contact.left_on
        if self._moment is not None and left is not None and end_of(left) > self._moment:
            return Presence.HERE
        return _PRESENCE[contact.status]


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


def _roles(here: Q, then: Q) -> dict[int, tuple[RoleHeld, ...]]:
    """By contact: what the CRM's contact roles give and nobody took away, and what was said here.

    A role for a play holds for the cells of the play.
    """
    rows = OpportunityContactRole.objects.filter(here, removed_at=None).exclude(buying_role="")
    found: dict[int, set[RoleHeld]] = {}
    for contact, role in rows.values_list("contact_id", "buying_role").distinct():
        if role in set(BuyingRole):
            found.setdefault(contact, set()).add(RoleHeld(BuyingRole(role)))
    said = list(HeldRole.objects.filter(here, then).order_by("pk"))
    cells = _cells({one.play_id for one in said if one.play_id})
    for one in said:
        if one.role not in set(BuyingRole):
            continue
        role = BuyingRole(one.role)
        own = found.setdefault(one.contact_id, set())
        if (one.unit_id, one.product_line_id, one.play_id) == (None, None, None):
            own.discard(RoleHeld(role))
        if one.holds:
            places = cells.get(one.play_id or 0) or [(one.unit_id, one.product_line_id)]
            own |= {
                RoleHeld(role, str(u) if u else None, str(p) if p else None, one.influence)
                for u, p in places
            }
    return {
        pk: tuple(sorted(own, key=lambda one: (one.role.value, one.unit or "", one.line or "")))
        for pk, own in found.items()
        if own
    }


def _cells(plays: set[int]) -> dict[int, list[tuple[int | None, int | None]]]:
    if not plays:
        return {}
    found: dict[int, list[tuple[int | None, int | None]]] = {}
    rows = PlayCell.objects.filter(play__in=plays)
    for play, unit, line in rows.values_list("play_id", "unit_id", "product_line_id"):
        found.setdefault(play, []).append((unit, line))
    return found


def _units(here: Q) -> dict[int, list[str]]:
    found: dict[int, list[str]] = {}
    for contact, unit in ContactUnit.objects.filter(here).values_list("contact_id", "unit_id"):
        found.setdefault(contact, []).append(str(unit))
    return found


def _held(here: Q, then: Q) -> dict[int, tuple[str, ...]]:
    found: dict[int, list[str]] = {}
    rows = Holder.objects.filter(here, then).order_by("pk")
    for contact, user in rows.values_list("contact_id", "user_id"):
        found.setdefault(contact, []).append(str(user))
    return {contact: tuple(users) for contact, users in found.items()}


def _opinions(here: Q, moment: datetime | None) -> dict[int, list[Opinion]]:
    kinds = (Opinion.Kind.STANCE, Opinion.Kind.STRENGTH)
    rows = Opinion.objects.filter(
        here, said_by(moment, begun="rated_at", ended="superseded_at"), kind__in=kinds
    ).order_by("rated_at", "pk")
    found: dict[int, list[Opinion]] = {}
    for opinion in rows:
        found.setdefault(opinion.contact_id, []).append(opinion)
    return found


def _lines(planning_ids: Sequence[int], then: Q) -> list[tuple[int, int, str]]:
    of = Q(start__account__planning_account_id__in=planning_ids) | Q(
        end__account__planning_account_id__in=planning_ids
    )
    rows = MapLine.objects.filter(then, of).order_by("pk")
    return list(rows.values_list("start_id", "end_id", "kind"))


def _managers_then(here: Q, moment: datetime) -> dict[int, int | None]:
    """Who stood above those whose line was moved after a moment: before the first such move."""
    rows = ManagerChange.objects.filter(here, said_at__gte=moment).order_by("-said_at", "-pk")
    return dict(rows.values_list("contact_id", "before_id"))


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
            wanted=one.wanted if one.wanted is not None and one.wanted <= 5 else None,
        )
        for one in opinions
        if one.kind == Opinion.Kind.STRENGTH and one.value.isdecimal() and int(one.value) <= 5
    ]
