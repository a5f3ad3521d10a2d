"""What was said of everybody on some maps, and where the CRM keeps them: read once, as plain rows."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from typing import Any

from django.db.models import Q, QuerySet
from django.db.models.functions import Coalesce

from sightline.planning.stakeholders import BuyingRole, Person, Presence, RoleHeld, Stance
from sightline.records.happened import day_after
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
from sightline.records.prepared import prepared

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
    "watch__home_id",
    "watch__account_id",
    "unit__name",
)
_OF_OPINION = ("kind", "value", "rater_id", "rated_at", "has_evidence", "reason", "wanted")
_STANCES = {one.value: one for one in Stance}
_BUYING_ROLES = {one.value: one for one in BuyingRole}
_PRESENCE: dict[str, Presence] = {
    Contact.Status.ACTIVE.value: Presence.HERE,
    Contact.Status.LEFT.value: Presence.LEFT,
    Contact.Status.MOVED.value: Presence.MOVED,
}


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
    told_home_id: int | None
    told_planning_id: int | None
    unit: str | None

    @property
    def arriving(self) -> bool:
        """Whether the CRM has just brought them from another customer: until what was thought of
        them there has ended, it is not read here."""
        planning = self.planning_id or self.account_id
        return self.told_home_id not in (None, self.account_id) and (
            self.told_planning_id != planning
        )


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
        self,
        planning_ids: Sequence[int],
        on: date | None,
        *,
        zone: tzinfo,
        with_opinions: bool,
        back: Mapping[int, int] | None = None,
    ) -> None:
        """As of the end of a day in `zone`, or as it stands. `back` puts contacts on a planning
        account's map that the CRM took off it."""
        self._ids = list(planning_ids)
        self._on = on
        moment = None if on is None else day_after(on, zone)
        self.places = {
            (account, pk): shown for account, pk, shown in _map_places(self._ids, moment)
        }
        self.places |= {(planning, pk): True for pk, planning in (back or {}).items()}
        self._guests = frozenset(pk for (_, pk), shown in self.places.items() if shown)
        own = [ContactRow(*row) for row in _contacts(self._ids, [])]
        strangers = sorted(self._guests - {row.pk for row in own})
        others = [ContactRow(*row) for row in _contacts([], strangers)] if strangers else []
        gone = sorted({*(back or {})} - {row.pk for row in (*own, *others)})
        others += [ContactRow(*row) for row in _removed(gone)] if gone else []
        self._contacts = sorted((*own, *others), key=lambda row: row.pk)
        # what hangs on somebody whom the CRM deleted is read with their account
        here = {row.pk for row in others if (row.planning_id or row.account_id) in self._ids}
        self.strangers = [pk for pk in strangers if pk not in here]
        maps = _Maps(self._ids, self.strangers)
        self.roles = _roles(maps, moment, here=self._is_here())
        self.units: dict[int, list[str]] = {}
        self.unit_names = {
            str(row.unit_id): row.unit or "" for row in self._contacts if row.unit_id
        }
        for contact, unit, name in maps.read(_more_units):
            self.units.setdefault(contact, []).append(str(unit))
            self.unit_names[str(unit)] = name
        self.held = _held(maps, moment)
        self.opinions = _opinions(maps, moment) if with_opinions else {}
        self.lines = _map_lines(self._ids, moment) if with_opinions else []
        self._only = {
            end: start for start, end, kind in self.lines if kind == MapLine.Kind.ONLY_WAY
        }
        self._managers = dict(maps.read(_managers_then, moment)) if moment is not None else {}
        self._leave_out({row.pk for row in self._contacts if row.arriving} - {*(back or {})})

    def _is_here(self) -> Callable[[int, int], bool]:
        """Whether a part in a planning account's deal counts for somebody: where they are kept, or
        are guests. What the CRM gave them at a customer whom they left does not."""
        home = {row.pk: row.planning_id or row.account_id for row in self._contacts}
        return lambda pk, planning: (
            home.get(pk) == planning or self.places.get((planning, pk), False)
        )

    def _leave_out(self, arriving: Set[int]) -> None:
        """Nothing that was said of people elsewhere is read here."""
        for pk in arriving:
            for said in (self.roles, self.held, self.opinions, self._only):
                said.pop(pk, None)
        if arriving:
            self.lines = [one for one in self.lines if not arriving & {one[0], one[1]}]

    def on_maps(self) -> list[tuple[ContactRow, int]]:
        """Every contact with the planning account on whose map they stand."""
        guests, found = self._guests, []
        for contact in self._contacts:
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
        if self._on is not None and left is not None and left > self._on:
            return Presence.HERE
        return _PRESENCE[contact.status]


@dataclass(frozen=True, slots=True)
class _Maps:
    """Whose maps are read, and their guests from elsewhere.

    The two are read apart: asked in one breath, a database passes both indexes by and reads
    whatever was ever said of anybody.
    """

    ids: list[int]
    strangers: list[int]

    def read(self, rows: Callable[..., list[Any]], *rest: object) -> list[Any]:
        """Rows of everybody; those of one person come from one read, in its order."""
        found = rows(self.ids, [], *rest)
        return found + rows([], self.strangers, *rest) if self.strangers else found


def _on(ids: list[int], guests: list[int]) -> Q:
    """What hangs on a contact of these planning accounts, or on a guest of their maps."""
    return Q(contact__account__planning_account_id__in=ids) | Q(contact__in=guests)


@prepared
def _map_places(ids: list[int], moment: datetime | None) -> QuerySet[MapPlace, Any]:
    rows = MapPlace.objects.filter(said_by(moment), account_id__in=ids)
    return rows.values_list("account_id", "contact_id", "shown")


@prepared
def _contacts(ids: list[int], guests: list[int]) -> QuerySet[Contact, Any]:
    rows = Contact.objects.filter(
        Q(account__planning_account_id__in=ids) | Q(pk__in=guests),
        removed_at=None,
        erased_at=None,
    )
    return rows.order_by("pk").values_list(*_OF_CONTACT)


@prepared
def _removed(keys: list[int]) -> QuerySet[Contact, Any]:
    return Contact.objects.filter(pk__in=keys, erased_at=None).values_list(*_OF_CONTACT)


@prepared
def _crm_roles(ids: list[int], guests: list[int]) -> QuerySet[OpportunityContactRole, Any]:
    rows = OpportunityContactRole.objects.filter(_on(ids, guests), removed_at=None)
    planning = Coalesce("opportunity__account__planning_account", "opportunity__account")
    told = rows.exclude(buying_role="").values_list("contact_id", "buying_role", planning)
    return told.distinct()


@prepared
def _said_roles(
    ids: list[int], guests: list[int], moment: datetime | None
) -> QuerySet[HeldRole, Any]:
    rows = HeldRole.objects.filter(_on(ids, guests), said_by(moment), role__in=_BUYING_ROLES)
    return rows.order_by("pk").values_list(
        *("contact_id", "role", "unit_id", "product_line_id", "play_id"),
        *("influence", "holds"),
    )


def _roles(
    maps: _Maps, moment: datetime | None, *, here: Callable[[int, int], bool]
) -> dict[int, tuple[RoleHeld, ...]]:
    """By contact: what the CRM's contact roles give and nobody took away, and what was said here.

    A role for a play holds for the cells of the play.
    """
    found: dict[int, set[RoleHeld]] = {}
    for contact, code, planning in maps.read(_crm_roles):
        if code in _BUYING_ROLES and here(contact, planning):
            found.setdefault(contact, set()).add(RoleHeld(_BUYING_ROLES[code]))
    said = maps.read(_said_roles, moment)
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


@prepared
def _more_units(ids: list[int], guests: list[int]) -> QuerySet[ContactUnit, Any]:
    return ContactUnit.objects.filter(_on(ids, guests)).values_list(
        "contact_id", "unit_id", "unit__name"
    )


@prepared
def _holders(ids: list[int], guests: list[int], moment: datetime | None) -> QuerySet[Holder, Any]:
    rows = Holder.objects.filter(_on(ids, guests), said_by(moment))
    return rows.order_by("pk").values_list("contact_id", "user_id")


def _held(maps: _Maps, moment: datetime | None) -> dict[int, tuple[str, ...]]:
    found: dict[int, list[str]] = {}
    for contact, user in maps.read(_holders, moment):
        found.setdefault(contact, []).append(str(user))
    return {contact: tuple(users) for contact, users in found.items()}


@prepared
def _told_opinions(
    ids: list[int], guests: list[int], moment: datetime | None
) -> QuerySet[Opinion, Any]:
    then = said_by(moment, begun="rated_at", ended="superseded_at")
    kinds = (Opinion.Kind.STANCE, Opinion.Kind.STRENGTH)
    rows = Opinion.objects.filter(_on(ids, guests), then, kind__in=kinds)
    return rows.order_by("rated_at", "pk").values_list("contact_id", *_OF_OPINION)


def _opinions(maps: _Maps, moment: datetime | None) -> dict[int, list[OpinionRow]]:
    found: dict[int, list[OpinionRow]] = {}
    for contact, *told in maps.read(_told_opinions, moment):
        found.setdefault(contact, []).append(OpinionRow(*told))
    return found


@prepared
def _map_lines(ids: list[int], moment: datetime | None) -> QuerySet[MapLine, Any]:
    # each end by its own index: where either may do, databases read every line of everybody
    starts, ends = (
        MapLine.objects.filter(**{f"{end}__account__planning_account_id__in": ids}).values("pk")
        for end in ("start", "end")
    )
    rows = MapLine.objects.filter(said_by(moment), pk__in=starts.union(ends)).order_by("pk")
    return rows.values_list("start_id", "end_id", "kind")


@prepared
def _managers_then(
    ids: list[int], guests: list[int], moment: datetime
) -> QuerySet[ManagerChange, Any]:
    """Who stood above those whose line was moved after a moment: before the first such move."""
    rows = ManagerChange.objects.filter(_on(ids, guests), said_at__gte=moment)
    return rows.order_by("-said_at", "-pk").values_list("contact_id", "before_id")
