"""What the map of an account's people is drawn from and what its panel edits, as plain values.

Opinions are read here only for a reader who may: every function that holds any says so.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Q

from sightline.agreement.rules import rules_from
from sightline.planning.stakeholders import BuyingRole
from sightline.records.models import (
    Contact,
    CrmUser,
    HeldRole,
    Holder,
    MapLine,
    MapPlace,
    MapReview,
    MapSettings,
    Opinion,
    Opportunity,
    OpportunityContactRole,
    Play,
    PlayCell,
    PlayPerson,
    ProductLine,
    Review,
    SyncConnection,
    SyncMapping,
    Unit,
)
from sightline.records.queries.account_scope import AccountScope
from sightline.records.queries.our_team import on_team


@dataclass(frozen=True, slots=True)
class MapChoices:
    """What the company asks of a person beyond role, stance and strength, and its own words."""

    fields: tuple[str, ...]
    roles: tuple[str, ...]
    names: Mapping[str, Mapping[str, str]]
    version: int


@dataclass(frozen=True, slots=True)
class OpinionFact:
    """One opinion with who gave it. `id` guards an edit."""

    id: int
    kind: str
    value: str
    reason: str
    wanted: int | None
    rater: str
    mine: bool
    on: datetime


@dataclass(frozen=True, slots=True)
class RoleFact:
    """A role in one decision or play, by name."""

    id: int
    role: str
    unit: str
    line: str
    play: str
    influence: int | None


@dataclass(frozen=True, slots=True)
class LineFact:
    """A line that touches a person: `out` when it starts there."""

    id: int
    kind: str
    other: int
    other_name: str
    out: bool


@dataclass(frozen=True, slots=True)
class Choice:
    """Something to choose: a key and its name."""

    key: int
    name: str


@dataclass(frozen=True, slots=True)
class DealPart:
    """An open opportunity, and the role that the CRM gives a person in it; empty for none.
    `part` is the key of the contact role, 0 where there is none."""

    key: int
    name: str
    role: str
    part: int = 0


@dataclass(frozen=True, slots=True)
class Dossier:
    """Everything the panel of one person edits. Opinions, for readers who may see them."""

    contact_id: int
    version: int
    manager_id: int | None
    unit_id: int | None
    second_unit_id: int | None
    status: str
    status_source: str
    left_on: date | None
    from_crm: bool
    opinions: tuple[OpinionFact, ...]
    roles: tuple[RoleFact, ...]
    holders: tuple[Choice, ...]
    lines: tuple[LineFact, ...]
    deals: tuple[DealPart, ...]


@dataclass(frozen=True, slots=True)
class Offers:
    """What can be chosen in an account: units, lines, plays, our people."""

    units: tuple[Choice, ...]
    lines: tuple[Choice, ...]
    plays: tuple[Choice, ...]
    ours: tuple[Choice, ...]


@dataclass(frozen=True, slots=True)
class WriteBack:
    """Which CRM a map writes to, and whether reporting lines, contact roles and new people go
    there."""

    name: str
    managers: bool
    roles: bool
    people: bool = False


def map_choices() -> MapChoices:
    """The company's choices; the product's own before anybody chose."""
    row = MapSettings.objects.filter(pk=1).first()
    if row is None:
        return MapChoices((), tuple(BuyingRole), {}, 1)
    roles = tuple(row.roles) or tuple(BuyingRole)
    return MapChoices(tuple(row.fields), roles, dict(row.names), row.version)


def dossier(scope: AccountScope, contact_id: int, *, crm_user_id: int | None) -> Dossier | None:
    """One person on the map; None for anybody else. Eight queries."""
    guests = MapPlace.objects.filter(account_id=scope.planning_id, shown=True, ended_at=None)
    found = Contact.objects.filter(
        Q(account_id__in=scope.seen_ids) | Q(pk__in=guests.values("contact")),
        pk=contact_id,
        removed_at=None,
        erased_at=None,
    )
    contact = found.select_related("account", "watch").first()
    if contact is None:
        return None
    opinions = scope.rights.opinions and not arriving(contact)
    more = contact.more_units.order_by("pk").values_list("unit_id", flat=True).first()
    return Dossier(
        contact_id=contact.pk,
        version=contact.version,
        manager_id=contact.reports_to_id,
        unit_id=contact.unit_id,
        second_unit_id=more,
        status=contact.status,
        status_source=contact.status_source or ("crm" if contact.source_id else ""),
        left_on=contact.left_on,
        from_crm=bool(contact.outside_id),
        opinions=_opinions(contact_id, crm_user_id) if opinions else (),
        roles=_roles(contact_id) if opinions else (),
        holders=_holders(contact_id) if opinions else (),
        lines=_lines(contact_id, scope) if opinions else (),
        deals=_deals(contact_id, scope) if opinions else (),
    )


def arriving(contact: Contact) -> bool:
    """Whether the CRM has just brought them from another customer, as `ContactRow.arriving`."""
    told = getattr(contact, "watch", None)
    planning = contact.account.planning_account_id or contact.account_id
    if told is None or told.home_id in (None, contact.account_id):
        return False
    return bool(told.account_id != planning)


def opinion_ids(
    contact_ids: Sequence[int], *, crm_user_id: int | None
) -> dict[tuple[int, str], int]:
    """The id of the newest stance of each person and of the reader's own rating, by contact and
    kind: what an edit in the table is made on. Opinions."""
    rows = Opinion.here.filter(
        Q(kind=Opinion.Kind.STANCE) | Q(kind=Opinion.Kind.STRENGTH, rater_id=crm_user_id),
        contact_id__in=contact_ids,
        superseded_at=None,
    ).order_by("rated_at", "pk")
    return {
        (contact, kind): pk for pk, contact, kind in rows.values_list("pk", "contact_id", "kind")
    }


def own_ratings(contact_ids: Sequence[int], *, crm_user_id: int | None) -> dict[int, str]:
    """The reader's own rating of each person. Opinions."""
    rows = Opinion.here.filter(
        kind=Opinion.Kind.STRENGTH,
        rater_id=crm_user_id,
        contact_id__in=contact_ids,
        superseded_at=None,
    ).order_by("rated_at")
    return dict(rows.values_list("contact_id", "value")) if crm_user_id else {}


def offers(scope: AccountScope) -> Offers:
    """What the forms of the map offer. Four queries."""
    units = (
        Unit.objects.filter(account_id=scope.planning_id, removed_at=None)
        .exclude(linked_account_id__in=scope.hidden_ids)
        .order_by("name", "pk")
    )
    lines = ProductLine.objects.order_by("family__position", "position", "name")
    plays = Play.objects.filter(account_id=scope.planning_id, removed_at=None, outcome="")
    ours = CrmUser.objects.filter(on_team(scope.seen_ids), is_active=True)
    return Offers(
        units=_choices(units),
        lines=_choices(lines),
        plays=_choices(plays.order_by("name")) if scope.rights.plan else (),
        ours=_choices(ours.order_by("name")),
    )


def play_slice(scope: AccountScope, play_id: int) -> frozenset[str]:
    """Whom a play needs: the people linked to it and those with a role in it or in its cells."""
    if not Play.objects.filter(pk=play_id, account_id=scope.planning_id, removed_at=None).exists():
        return frozenset()
    found = set(PlayPerson.objects.filter(play=play_id).values_list("contact_id", flat=True))
    cells = PlayCell.objects.filter(play=play_id).values_list("unit_id", "product_line_id")
    roles = Q(play=play_id)
    for unit, line in cells:
        roles |= Q(unit=unit, product_line=line)
    held = HeldRole.objects.filter(roles, holds=True, ended_at=None)
    found |= set(held.values_list("contact_id", flat=True))
    deal = OpportunityContactRole.objects.filter(opportunity__play=play_id, removed_at=None)
    found |= set(deal.values_list("contact_id", flat=True))
    return frozenset(str(pk) for pk in found)


def last_review(scope: AccountScope) -> datetime | None:
    """When the team last went through the map, or closed a review of its plan. Two queries."""
    seen = MapReview.objects.filter(account_id=scope.planning_id).order_by("-at")
    held = Review.objects.filter(account_id=scope.planning_id, closed_at__isnull=False)
    found = [
        seen.values_list("at", flat=True).first(),
        held.order_by("-closed_at").values_list("closed_at", flat=True).first(),
    ]
    return max((at for at in found if at is not None), default=None)


def write_back(scope: AccountScope) -> WriteBack | None:
    """The CRM this account comes from, when it is connected and its mapping writes people."""
    connection = SyncConnection.objects.filter(source__account=scope.planning_id).first()
    if connection is None:
        return None
    mapping = SyncMapping.objects.filter(connection=connection).order_by("-version").first()
    if mapping is None:
        return None
    two_way = rules_from(mapping.rules).two_way
    contact, role = two_way.get("Contact"), two_way.get("OpportunityContactRole")
    return WriteBack(
        name=connection.name,
        managers=contact is not None and contact.field("reports_to") is not None,
        roles=role is not None and role.create,
        people=contact is not None and contact.create,
    )


def _choices(rows: object) -> tuple[Choice, ...]:
    return tuple(Choice(pk, name) for pk, name in rows.values_list("pk", "name"))  # type: ignore[attr-defined]


def _opinions(contact_id: int, crm_user_id: int | None) -> tuple[OpinionFact, ...]:
    rows = (
        Opinion.here.filter(contact=contact_id, superseded_at=None)
        .exclude(kind=Opinion.Kind.NOTE)
        .select_related("rater", "author", "from_source")
        .order_by("-rated_at", "-pk")
    )
    return tuple(
        OpinionFact(
            id=one.pk,
            kind=one.kind,
            value=one.value,
            reason=one.reason,
            wanted=one.wanted,
            rater=_who(one),
            mine=one.rater_id is not None and one.rater_id == crm_user_id,
            on=one.rated_at,
        )
        for one in rows
    )


def _who(one: Opinion) -> str:
    if one.rater is not None:
        return one.rater.name
    if one.author is not None:
        return one.author.name
    return one.from_source.name if one.from_source is not None else ""


def _roles(contact_id: int) -> tuple[RoleFact, ...]:
    rows = (
        HeldRole.here.filter(contact=contact_id, ended_at=None, holds=True)
        .exclude(unit=None, product_line=None, play=None)
        .order_by("pk")
    )
    named = rows.values_list(
        "pk", "role", "unit__name", "product_line__name", "play__name", "influence"
    )
    return tuple(
        RoleFact(pk, role, unit or "", line or "", play or "", influence)
        for pk, role, unit, line, play, influence in named
    )


def _holders(contact_id: int) -> tuple[Choice, ...]:
    rows = Holder.here.filter(contact=contact_id, ended_at=None).order_by("pk")
    return tuple(Choice(pk, name) for pk, name in rows.values_list("user_id", "user__name"))


def _lines(contact_id: int, scope: AccountScope) -> tuple[LineFact, ...]:
    rows = (
        MapLine.here.filter(Q(start=contact_id) | Q(end=contact_id), ended_at=None)
        .select_related("start", "end")
        .order_by("pk")
    )
    found = []
    for one in rows:
        other = one.end if one.start_id == contact_id else one.start
        if other.erased_at is None and other.removed_at is None:
            out = one.start_id == contact_id
            found.append(LineFact(one.pk, one.kind, other.pk, other.name, out))
    return tuple(found)


def _deals(contact_id: int, scope: AccountScope) -> tuple[DealPart, ...]:
    """Open opportunities, with the part that the CRM gives this person in each."""
    parts = OpportunityContactRole.objects.filter(contact=contact_id, removed_at=None)
    has = {
        deal: (role, pk)
        for deal, role, pk in parts.order_by("-pk").values_list(
            "opportunity_id", "buying_role", "pk"
        )
    }
    rows = Opportunity.objects.filter(
        account_id__in=scope.seen_ids, is_closed=False, removed_at=None
    ).order_by("name", "pk")
    return tuple(
        DealPart(pk, name, *has.get(pk, ("", 0))) for pk, name in rows.values_list("pk", "name")
    )
