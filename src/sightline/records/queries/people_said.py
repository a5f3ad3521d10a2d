"""What was said of everybody on some maps, and where the CRM keeps them: read once, as plain rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import Q
from django.utils import timezone

from sightline.planning.stakeholders import BuyingRole, Person, Presence, RoleHeld, Stance
from sightline.records.models import (
    Contact,
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

_OF_CONTACT = (
    "pk",
    "account_id",
    "account__planning_account_id",
    "name",
    "title",
    "unit_id",
    "reports_to_id",
    "status",
    "left_on",
    "is_placeholder",
    "executive",
    "created_on",
)
_OF_OPINION = ("kind", "value", "rater_id", "rated_at", "has_evidence", "reason", "wanted")
_STANCES = {one.value: one for one in Stance}
_BUYING_ROLES = {one.value: one for one in BuyingRole}
_PRESENCE: dict[str, Presence] = {
    Contact.Status.ACTIVE.value: Presence.HERE,
    Contact.Status.LEFT.value: Presence.LEFT,
    Contact.Status.MOVED.value: Presence.MOVED,
}


def end_of(day: date) -> datetime:
    """The first moment after a day, in the time zone in force."""
    return timezone.make_aware(datetime.combine(day + timedelta(days=1), time.min))


def said_by(moment: datetime | None, *, begun: str = "said_at", ended: str = "ended_at") -> Q:
    """Statements that hold now, or that held at a moment."""
    if moment is None:
        return Q(**{ended: None})
    return Q(**{f"{begun}__lt": moment}) & (Q(**{ended: None}) | Q(**{f"{ended}__gte": moment}))


@dataclass(frozen=True, slots=True)
class ContactRow:
    """What the map takes of a contact: read as plain rows, since there are hundreds of them."""

    pk: int
    account_id: int
    planning_id: int | None
    name: str
    title: str
    unit_id: int | None
    reports_to_id: int | None
    status: str
    left_on: date | None
    is_placeholder: bool
    executive: bool | None
    created_on: date | None


@dataclass(frozen=True, slots=True)
class OpinionRow:
    """A stance or a rating as it was said."""

    kind: str
    value: str
    rater_id: int | None
    rated_at: datetime
    has_evidence: bool
    reason: str
    wanted: int | None


class Said:
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

    def on_maps(self) -> list[tuple[ContactRow, int]]:
        """Every contact with the planning account on whose map they stand."""
        guests = {pk for (_, pk), shown in self.places.items() if shown}
        contacts = Contact.objects.filter(
            Q(account__planning_account_id__in=self._ids) | Q(pk__in=guests),
            removed_at=None,
            erased_at=None,
        ).order_by("pk")
        found = []
        for row in contacts.values_list(*_OF_CONTACT):
            contact = ContactRow(*row)
            own = contact.planning_id or contact.account_id
            if own in self._ids and self.places.get((own, contact.pk), True):
                found.append((contact, own))
            if contact.pk in guests:
                found += [
                    (contact, account)
                    for (account, pk), shown in self.places.items()
                    if shown and pk == contact.pk and account != own
                ]
        return found

    def person(self, contact: ContactRow) -> Person:
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
            stance=_STANCES.get(stance, Stance.UNKNOWN),
            reports_to=str(manager) if manager else None,
            presence=self._presence(contact),
            placeholder=contact.is_placeholder,
            only_through=str(only) if only else None,
            executive=contact.executive,
            first_seen=contact.created_on,
        )

    def _presence(self, contact: ContactRow) -> Presence:
        """Who left after the moment asked for was still there."""
        left = contact.left_on
        if self._moment is not None and left is not None and end_of(left) > self._moment:
            return Presence.HERE
        return _PRESENCE[contact.status]


def _roles(here: Q, then: Q) -> dict[int, tuple[RoleHeld, ...]]:
    """By contact: what the CRM's contact roles give and nobody took away, and what was said here.

    A role for a play holds for the cells of the play.
    """
    rows = OpportunityContactRole.objects.filter(here, removed_at=None).exclude(buying_role="")
    found: dict[int, set[RoleHeld]] = {}
    for contact, code in rows.values_list("contact_id", "buying_role").distinct():
        if code in _BUYING_ROLES:
            found.setdefault(contact, set()).add(RoleHeld(_BUYING_ROLES[code]))
    said = list(
        HeldRole.objects.filter(here, then, role__in=_BUYING_ROLES)
        .order_by("pk")
        .values_list(
            *("contact_id", "role", "unit_id", "product_line_id", "play_id"),
            *("influence", "holds"),
        )
    )
    cells = _cells({play for _, _, _, _, play, _, _ in said if play})
    for contact, code, unit, line, play, influence, holds in said:
        role, own = _BUYING_ROLES[code], found.setdefault(contact, set())
        if (unit, line, play) == (None, None, None):
            own.discard(RoleHeld(role))
        if holds:
            places = cells.get(play or 0) or [(unit, line)]
            own |= {
                RoleHeld(role, str(u) if u else None, str(p) if p else None, influence)
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


def _opinions(here: Q, moment: datetime | None) -> dict[int, list[OpinionRow]]:
    kinds = (Opinion.Kind.STANCE, Opinion.Kind.STRENGTH)
    rows = Opinion.objects.filter(
        here, said_by(moment, begun="rated_at", ended="superseded_at"), kind__in=kinds
    ).order_by("rated_at", "pk")
    found: dict[int, list[OpinionRow]] = {}
    for contact, *told in rows.values_list("contact_id", *_OF_OPINION):
        found.setdefault(contact, []).append(OpinionRow(*told))
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
