"""Roles of people in an account, beside those in its opportunities: a buying role that was told of an
opportunity is told of the account contact relation too, where the org keeps such roles.

Told once for each crossing of a role, as a change of a set: the word that went out is added, the one
it took the place of is taken away where no opportunity of the account holds it any more. Whatever else
stands there stays. A role that came out of the recycle bin with its opportunity is told once more: while
it was gone, its word was held by nobody.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from django.db import transaction

from sightline.actions.sync import marks
from sightline.actions.sync.context import Context
from sightline.actions.sync.deal_lines import refuse
from sightline.actions.sync.sides import roles_said
from sightline.agreement.records import Deed, Outcome, Settled
from sightline.records.models import (
    Contact,
    JournalEntry,
    OpportunityContactRole,
    SyncCrossing,
    SyncIntent,
    SyncLink,
)
from sightline.records.queries import sync as queries

ROLE = OpportunityContactRole.__name__
TARGET, FIELD, THEIRS = "AccountContactRelation", "account_roles", "Roles"
CURSOR, READ = f"Roles:{TARGET}", f"Read:{TARGET}"
# Of a link: whose relation it is, with which account, by their ids there.
_ABOUT = "about"
_MOST = 200


@dataclass(slots=True)
class Told:
    """What is to be told of one person in one account, by their ids there."""

    contact: int
    contact_id: str
    account_id: str
    asked_by: int | None = None
    adds: set[str] = field(default_factory=set)
    gone: set[str] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class Waiting:
    """Roles that crossed since the last time, and the mark behind them; `moved` where it did. `back`
    are links of roles that came back."""

    told: tuple[Told, ...]
    mark: str
    moved: bool = False
    back: frozenset[int] = frozenset()


def waiting(context: Context) -> Waiting:
    """What crossed since the mark, at most two hundred roles at a time, what came back, and what was
    refused and is to be tried again."""
    cursor = queries.cursor(context.connection_id, CURSOR)
    mark, back = cursor.mark, _back(cursor.catching)
    crossed = _crossed(context, int(mark or 0))
    again = _again(context)
    if not crossed and not again and not back:
        return Waiting((), mark)
    returned = _returned(context, back) if back else []
    about = {one.local_id for one in [*returned, *crossed] if one.local_id}
    people = _people(context, about.union(*(one.roles for one in again)))
    _note_who(people)
    held = _held(people)
    found: dict[tuple[str, str], Told] = {}
    moves = [(one.roles[0], one.adds, one.gone) for one in again if one.roles]
    moves += [(one.local_id or 0, one.adds, one.gone) for one in [*returned, *crossed]]
    for role, adds, gone in moves:
        one = people.get(role)
        if one is None:
            continue
        place = (one.contact_id, one.account_id)
        own, said = found.setdefault(place, one), held[place]
        own.adds |= adds & said
        own.gone |= gone - said
    told = tuple(one for one in found.values() if one.adds or one.gone)
    moved = bool(crossed or back)
    return Waiting(told, str(crossed[-1].pk) if crossed else mark, moved, back)


@dataclass(frozen=True, slots=True)
class _Crossed:
    """What the crossing of one contact role adds to a relation, and takes away."""

    pk: int
    local_id: int | None
    adds: frozenset[str]
    gone: frozenset[str]


def _crossed(context: Context, after: int) -> list[_Crossed]:
    """A word that went out is added and the one before it taken away. One that came in takes away
    the word before it only where that was ours."""
    roles = SyncCrossing.objects.filter(
        link__connection=context.connection_id,
        link__target=ROLE,
        field="role",
    )
    rows = list(roles.filter(way__in=("out", "in"), pk__gt=after).order_by("pk")[:_MOST].values())
    links = {row["link_id"] for row in rows}
    locals_ = dict(SyncLink.objects.filter(pk__in=links).values_list("pk", "local_id"))
    ours = set(roles.filter(way="out", link__in=links).values_list("link", "after"))
    return [
        _Crossed(
            row["id"],
            locals_[row["link_id"]],
            _said(row["after"]) if row["way"] == "out" else frozenset(),
            _said(row["before"])
            if row["way"] == "out" or (row["link_id"], row["before"]) in ours
            else frozenset(),
        )
        for row in rows
    ]


def _back(noted: Collection[str]) -> frozenset[int]:
    """Links of roles that came back, but for those whose opportunity has yet to."""
    links = frozenset(map(int, noted))
    if not links:
        return links
    lying = OpportunityContactRole.objects.exclude(opportunity__removed_at=None)
    waits = SyncLink.objects.filter(
        pk__in=links, state=SyncLink.State.LINKED, local_id__in=lying.values("pk")
    )
    return links - set(waits.values_list("pk", flat=True))


def _returned(context: Context, links: Collection[int]) -> list[_Crossed]:
    """What roles that came back say, where it is what we told of them last."""
    crossings = SyncCrossing.objects.filter(
        link__connection=context.connection_id,
        link__in=links,
        link__state=SyncLink.State.LINKED,
        field="role",
        way__in=("out", "in"),
    )
    columns = ("link_id", "pk", "link__local_id", "way", "after")
    last = {link: row for link, *row in crossings.order_by("pk").values_list(*columns)}
    return [
        _Crossed(pk, local_id, _said(after), frozenset())
        for pk, local_id, way, after in last.values()
        if way == "out"
    ]


def _said(word: str | None) -> frozenset[str]:
    return frozenset({word}) if word else frozenset()


@dataclass(frozen=True, slots=True)
class _Retried:
    """A refused relation that somebody tries again: the role rows it is about, what it was to add
    and to take away."""

    roles: tuple[int, ...]
    adds: frozenset[str]
    gone: frozenset[str]


def _again(context: Context) -> list[_Retried]:
    intents = SyncIntent.objects.filter(
        link__connection=context.connection_id,
        link__target=TARGET,
        state=SyncIntent.State.WAITING,
    )
    found = []
    for base, values in intents.values_list("link__base", "values"):
        person, account = base.get(_ABOUT) or ("", "")
        rows = OpportunityContactRole.objects.filter(
            contact__source=context.source_id,
            contact__outside_id=person,
            opportunity__account__outside_id=account,
        )
        wanted, agreed = words(values.get(FIELD)), words((base.get(FIELD) or [None, None])[1])
        roles = tuple(rows.values_list("pk", flat=True))
        found.append(_Retried(roles, wanted - agreed, agreed - wanted))
    return found


def words(raw: object) -> frozenset[str]:
    """The parts of a list of roles."""
    return frozenset(word.strip() for word in str(raw or "").split(";")) - {""}


def _note_who(people: Mapping[int, Told]) -> None:
    """Who asked: the last person to change such a role here, as the journal says of the role or of
    whom it is about."""
    by_person: dict[int, list[Told]] = {}
    for one in people.values():
        by_person.setdefault(one.contact, []).append(one)
    entries = JournalEntry.objects.filter(
        subject_kind=Contact._meta.model_name,
        subject_id__in=by_person,
        verb__in=_ROLE_VERBS,
        actor__isnull=False,
    ).order_by("pk")
    for subject, actor in entries.values_list("subject_id", "actor_id"):
        for one in by_person[subject or 0]:
            one.asked_by = actor


_ROLE_VERBS = ("tell_role", "set_role", "add_person")


def _people(context: Context, roles: Collection[int]) -> dict[int, Told]:
    """Whom the roles are about, where person and account came from this org."""
    rows = OpportunityContactRole.objects.filter(
        pk__in=roles,
        contact__source=context.source_id,
        opportunity__account__source=context.source_id,
    ).exclude(contact__outside_id="")
    columns = ("contact_id", "contact__outside_id", "opportunity__account__outside_id")
    return {pk: Told(*about) for pk, *about in rows.values_list("pk", *columns)}


def _held(people: Mapping[int, Told]) -> dict[tuple[str, str], set[str]]:
    """The words that opportunities of the account say of each of these people now."""
    found = {(one.contact_id, one.account_id): set[str]() for one in people.values()}
    rows = OpportunityContactRole.objects.filter(
        contact__in={one.contact for one in people.values()}, opportunity__removed_at=None
    ).values(
        *("id", "role", "buying_role"),
        *("contact__outside_id", "opportunity__account__outside_id"),
    )
    by_key = {row["id"]: row for row in rows}
    for pk, said in roles_said(by_key).items():
        row = by_key[pk]
        place = (row["contact__outside_id"], row["opportunity__account__outside_id"])
        if place in found and said["role"]:
            found[place].add(str(said["role"]))
    return found


def after_telling(one: Told, there: Collection[str]) -> set[str]:
    """What the relation says once it was told."""
    return (set(there) - one.gone) | one.adds


def settle(
    context: Context,
    one: Told,
    relation: str,
    *,
    before: str,
    after: str,
    outcome: Outcome,
    now: dt.datetime,
) -> bool:
    """Book how a telling ended; False where it has to be tried again."""
    if outcome.settled not in (Settled.DONE, Settled.REFUSED):
        return False
    with transaction.atomic():
        link = _link(context, one, relation)
        if outcome.settled is Settled.REFUSED:
            values = {FIELD: after}
            refuse(link.pk, Deed.UPDATE, values, outcome, asked_by=one.asked_by, now=now)
            return True
        SyncIntent.objects.filter(link=link).delete()
        link.base = {**link.base, FIELD: [after, after]}
        link.save(update_fields=["base"])
        SyncCrossing.objects.create(
            link=link, field=FIELD, way="out", before=before, after=after, at=now
        )
    return True


def _link(context: Context, one: Told, relation: str) -> SyncLink:
    own = Contact.objects.filter(pk=one.contact, account__outside_id=one.account_id).exists()
    link = relation_link(context, relation, of=one.contact if own else None)
    link.base = {**link.base, _ABOUT: [one.contact_id, one.account_id]}
    link.save(update_fields=["base"])
    return link


def relation_link(context: Context, relation: str, *, of: int | None) -> SyncLink:
    """The locked link of a relation; `of` is the person in whose own account it is. A row here has
    one link: a person who has moved to another account leaves the relation with the last one."""
    links = SyncLink.objects.select_for_update().filter(
        connection=context.connection_id, target=TARGET
    )
    if of is not None:
        links.filter(local_id=of).exclude(remote_id=relation).update(local_id=None)
    link, _ = links.get_or_create(
        connection_id=context.connection_id,
        target=TARGET,
        remote_id=relation,
        defaults={"state": SyncLink.State.LINKED, "local_id": of},
    )
    if of is not None and link.local_id != of:
        link.local_id = of
        link.save(update_fields=["local_id"])
    return link


def keep_mark(context: Context, told: Waiting, *, written: int, now: dt.datetime) -> None:
    """These are told, but for what came back meanwhile."""
    with transaction.atomic():
        cursor = marks.locked(context.connection_id, CURSOR)
        cursor.phase, cursor.mark, cursor.read_at = cursor.Phase.STEADY, told.mark, now
        cursor.rows += written
        cursor.catching = sorted({*map(int, cursor.catching)} - told.back)
        cursor.save(update_fields=["phase", "mark", "read_at", "rows", "catching"])


def note_back(context: Context, links: Collection[int]) -> None:
    """These roles came out of the recycle bin: the relation is told of them once more."""
    marks.note_again(context.connection_id, CURSOR, links)
