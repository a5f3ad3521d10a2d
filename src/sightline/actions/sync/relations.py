"""Roles of people in an account, beside those in its opportunities: a buying role that was told of an
opportunity is told of the account contact relation too, where the org keeps such roles.

Told once for each crossing of a role, as a change of a set: the word that went out is added, the one
it took the place of is taken away where no opportunity of the account holds it any more. Whatever else
stands there stays.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from django.db import transaction
from django.db.models import F

from sightline.actions.sync import inbox
from sightline.actions.sync.context import Context
from sightline.actions.sync.deal_lines import refuse
from sightline.actions.sync.sides import roles_said
from sightline.agreement.records import Deed, Outcome, Settled
from sightline.records.models import OpportunityContactRole, SyncCrossing, SyncIntent, SyncLink
from sightline.records.queries import sync as queries

TARGET, FIELD, THEIRS = "AccountContactRelation", "account_roles", "Roles"
CURSOR = f"Roles:{TARGET}"
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
    """Roles that crossed since the last time, and the mark behind them; `moved` where it did."""

    told: tuple[Told, ...]
    mark: str
    moved: bool = False


def waiting(context: Context) -> Waiting:
    """What crossed since the mark, at most two hundred roles at a time, and what was refused and is
    to be tried again."""
    mark = queries.cursor(context.connection_id, CURSOR).mark
    crossed = list(
        SyncCrossing.objects.filter(
            link__connection=context.connection_id,
            link__target=OpportunityContactRole.__name__,
            field="role",
            way="out",
            pk__gt=int(mark or 0),
        )
        .order_by("pk")
        .values_list("pk", "link__local_id", "before", "after")[:_MOST]
    )
    again = _again(context)
    if not crossed and not again:
        return Waiting((), mark)
    people = _people(context, {local for _, local, _, _ in crossed if local} | again)
    held = _held(people)
    found: dict[tuple[str, str], Told] = {}
    for pk in sorted(again & people.keys()):
        retried = people[pk]
        place = (retried.contact_id, retried.account_id)
        found.setdefault(place, retried).adds |= held[place]
    for _, local, before, after in crossed:
        one = people.get(local or 0)
        if one is None:
            continue
        place = (one.contact_id, one.account_id)
        own, words = found.setdefault(place, one), held[place]
        own.adds |= {after} & words if after else set()
        own.gone |= {before} - words if before else set()
    return Waiting(tuple(found.values()), str(crossed[-1][0]) if crossed else mark, bool(crossed))


def _again(context: Context) -> set[int]:
    """Roles in their own account of the people whose refused relation somebody tries again."""
    people = SyncIntent.objects.filter(
        link__connection=context.connection_id,
        link__target=TARGET,
        state=SyncIntent.State.WAITING,
    ).values("link__local_id")
    rows = OpportunityContactRole.objects.filter(
        contact__in=people, opportunity__account=F("contact__account")
    )
    return set(rows.values_list("pk", flat=True))


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
        link, _ = SyncLink.objects.get_or_create(
            connection_id=context.connection_id,
            target=TARGET,
            local_id=one.contact,
            remote_id=relation,
            defaults={"state": SyncLink.State.LINKED},
        )
        if outcome.settled is Settled.REFUSED:
            values = {FIELD: after}
            refuse(link.pk, Deed.UPDATE, values, outcome, asked_by=one.asked_by, now=now)
            return True
        SyncIntent.objects.filter(link=link).delete()
        SyncCrossing.objects.create(
            link=link, field=FIELD, way="out", before=before, after=after, at=now
        )
    return True


def keep_mark(context: Context, mark: str, *, written: int, now: dt.datetime) -> None:
    """These crossings are told."""
    inbox.keep_mark(context.connection_id, CURSOR, mark, now=now, rows=written)
