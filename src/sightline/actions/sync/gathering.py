"""What changed here since it was last merged: found by version, made into intents.

A person's save needs no hook: a row whose version moved past its link's is looked at.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from django.db import transaction
from django.db.models import F, OuterRef, Q, Subquery

from sightline.actions.imports.targets import TARGETS
from sightline.actions.sync.books import Books, base_of
from sightline.actions.sync.context import Context
from sightline.actions.sync.joining import lock_links
from sightline.actions.sync.sides import Said, roles_said, said_here, value_here
from sightline.actions.sync.told_people import told_anew
from sightline.agreement.merge import Fate, Way, merge_deletion_here
from sightline.agreement.records import Deed
from sightline.agreement.rules import ObjectRule, writable
from sightline.agreement.telling import PERSON
from sightline.agreement.values import Value
from sightline.records.models import (
    Account,
    Action,
    Opportunity,
    OpportunityContactRole,
    SyncIntent,
    SyncLink,
    TierResult,
)

_CHUNK = 200


def gather(
    context: Context,
    *,
    now: dt.datetime,
    only: Collection[str] | None = None,
    among: Collection[int] | None = None,
) -> int:
    """Make intents of everything that changed here; answers how many links were looked at.

    `only` names objects and `among` accounts: the rest is left to the next whole gathering, as is
    what was deleted here.
    """
    count = 0
    for name in context.rules.objects:
        rule = context.rule(name)
        if rule is None or (only is not None and name not in only):
            continue
        if among is None:
            _unlink_gone(context, rule, now)
        for pks in _chunks(_changed(context, name, among)):
            count += _gather_links(context, rule, pks, now)
        if rule.create and (rule.natural or context.shape(name, rule.key_field)):
            for ids in _chunks(_unlinked(context, name, among)):
                count += _begin_creating(context, rule, ids, now)
    return count


def _in_accounts(name: str, among: Collection[int]) -> Q:
    """The rows of an object that belong to these accounts."""
    column = TARGETS[name].account_column or "opportunity__account_id"
    return Q(**{f"{'pk' if column == 'id' else column}__in": among})


def look_again(context: Context, *, newest: int) -> None:
    """Have the next gathering look at the rows of each object that changed there last, as it does
    at all after a new mapping."""
    for name in context.rules.objects:
        pks = _links(context, name).order_by("-stamp", "-pk").values_list("pk", flat=True)[:newest]
        SyncLink.objects.filter(pk__in=list(pks)).update(dirty=True)


def _chunks(pks: Sequence[int]) -> Iterable[Sequence[int]]:
    return (pks[start : start + _CHUNK] for start in range(0, len(pks), _CHUNK))


def _links(context: Context, name: str) -> Any:
    return SyncLink.objects.filter(
        connection=context.connection_id, target=name, local_id__isnull=False
    ).exclude(state__in=[SyncLink.State.TOMBSTONE, SyncLink.State.UNLINKED])


def _changed(context: Context, name: str, among: Collection[int] | None) -> list[int]:
    links = _links(context, name)
    if among is not None:
        rows = TARGETS[name].model._default_manager.filter(_in_accounts(name, among))
        links = links.filter(local_id__in=rows.values("pk"))
    if name == "Account":  # what is written back of an account is decided, not typed into its row
        return _decided_anew(links)
    if name == "OpportunityContactRole":  # it has no version: what it says is compared
        return _roles_anew(links)
    if TARGETS[name].versioned:
        held = TARGETS[name].model._default_manager.filter(pk=OuterRef("local_id"))
        moved = links.annotate(now=Subquery(held.values("version")[:1])).filter(
            Q(dirty=True) | ~Q(now=F("seen_version"))
        )
        # what is thought of people lies beside their rows and moves no version
        told = told_anew(context, links) if name == PERSON else ()
        return sorted({*moved.values_list("pk", flat=True), *told})
    return list(links.order_by("pk").values_list("pk", flat=True))


def _decided_anew(links: Any) -> list[int]:
    """Account links whose decided tier or next review is not what we last said. Read only."""
    decided = {
        pk: (str(tier), review.isoformat() if review else None)
        for pk, tier, review in TierResult.objects.filter(decided_tier__gt=0).values_list(
            "account_id", "decided_tier", "requalify_on"
        )
    }
    rows = links.filter(
        local_id__in=TierResult.objects.filter(decided_tier__gt=0).values("account")
    )
    found = []
    for pk, local_id, base, dirty in rows.order_by("pk").values_list(
        "pk", "local_id", "base", "dirty"
    ):
        said = tuple((base.get(name) or [None])[0] for name in ("decided_tier", "next_review"))
        if dirty or said != decided.get(local_id):
            found.append(pk)
    return found


def _roles_anew(links: Any) -> list[int]:
    """Links of contact roles that say another role than when both agreed. Read only: thousands of
    them are looked at with every live read, and a lock for each would keep everybody waiting."""
    rows = OpportunityContactRole.objects.filter(pk__in=links.values("local_id"))
    said = roles_said({row["id"]: row for row in rows.values("id", "role", "buying_role")})
    found = []
    for pk, local_id, base, dirty in links.order_by("pk").values_list(
        "pk", "local_id", "base", "dirty"
    ):
        if local_id in said:
            agreed, role = (base.get("role") or [None])[0], said[local_id]["role"]
            if dirty or "role" not in base or (role or None) != agreed:
                found.append(pk)
    return found


def _gather_links(context: Context, rule: ObjectRule, pks: Sequence[int], now: dt.datetime) -> int:
    with transaction.atomic():
        links = lock_links(pk__in=pks)
        said = said_here(
            context, rule.object, [one.local_id for one in links if one.local_id], lock=True
        )
        _forget_taken_back(context, rule, links, said)
        books = Books(context, rule.object, links, now=now)
        for link in links:
            here = said.get(link.local_id or 0)
            if here is None or here["_removed"]:
                continue
            if link.remote_id and link.state == SyncLink.State.CREATING:
                continue  # made anew only once a read has said that it is still gone
            moved = link.dirty or link.seen_version != here["_version"]
            link.seen_version = here["_version"]
            creating = link.state == SyncLink.State.CREATING
            if creating:
                sends, deed = _once_known(rule, whole(context, rule, here)), Deed.CREATE
            else:
                sends, deed = _edits(context, rule, link, here), Deed.UPDATE
                asked = books.contested(link)
                link.dirty = link.dirty or _to_ask_anew(link, sends, asked, moved=moved)
                sends = _uncontested(sends, asked | set(link.frozen))
            if moved or link.dirty:
                books.note(link)
            books.intend(link, sends, deed=deed, resolved=False)
        books.save()
    return len(links)


def _forget_taken_back(
    context: Context, rule: ObjectRule, links: Sequence[SyncLink], said: Mapping[int, Said]
) -> None:
    """Rows that went out with another's making, which nobody answered for, and were removed here:
    once the other is known there, one that came to be would have been read with it, and nothing
    more is to be waited for."""
    parents = {one.ours for one in rule.fields if one.theirs in rule.natural}
    begun_only = [
        (link.pk, said.get(link.local_id or 0))
        for link in links
        if link.state == SyncLink.State.CREATING and not link.remote_id
    ]
    gone = [
        pk
        for pk, here in begun_only
        if here and here["_removed"] and parents and parents <= whole(context, rule, here).keys()
    ]
    if gone:
        SyncIntent.objects.filter(link__in=gone, values={}).delete()


def _to_ask_anew(link: SyncLink, sends: dict[str, Value], asked: set[str], *, moved: bool) -> bool:
    """Whether the row has to be read anew for what a person is asked, or should be: an edit of a
    field that was stopped from going to and fro, of which no read may ever tell again, or one
    after the question, which then says what neither side does."""
    if "" in asked:
        return False
    return bool(sends.keys() & set(link.frozen) - asked) or (moved and bool(asked))


def _uncontested(sends: dict[str, Value], contested: set[str]) -> dict[str, Value]:
    """Without the fields that wait for a person's word; none where the whole row does."""
    if "" in contested:
        return {}
    return {name: value for name, value in sends.items() if name not in contested}


def _edits(context: Context, rule: ObjectRule, link: SyncLink, here: Said) -> dict[str, Value]:
    """The fields in which we differ from what we said when both agreed."""
    sends: dict[str, Value] = {}
    for one in rule.fields:
        shape = context.shape(rule.object, one.theirs)
        if shape is None or context.way(rule.object, one) is Way.IN:
            continue
        base, ours = base_of(link, one.ours), value_here(here[one.ours], shape)
        if base is not None and ours == base.theirs:
            continue
        if ours != (base.ours if base is not None else None):
            sends[one.ours] = ours
    return sends


def whole(context: Context, rule: ObjectRule, here: Said) -> dict[str, Value]:
    """Everything a new row there begins with."""
    sends: dict[str, Value] = {}
    for one in rule.fields:
        shape = context.shape(rule.object, one.theirs)
        if shape is None or not writable(one, context.shapes[rule.object], creating=True):
            continue
        ours = value_here(here[one.ours], shape)
        if ours is not None:
            sends[one.ours] = ours
    return sends


def _once_known(rule: ObjectRule, sends: dict[str, Value]) -> dict[str, Value]:
    """What is known by the rows it ties together is made once these are there."""
    ours = {one.theirs: one.ours for one in rule.fields}
    return sends if all(ours.get(name) in sends for name in rule.natural) else {}


def _unlinked(context: Context, name: str, among: Collection[int] | None) -> list[int]:
    """Rows that were made here, in accounts of this source, and are not there yet."""
    held = SyncLink.objects.filter(
        connection=context.connection_id, target=name, local_id__isnull=False
    ).values("local_id")
    rows = (
        TARGETS[name]
        .model._default_manager.filter(
            _NEW[name](context.source_id), outside_id="", removed_at=None
        )
        .exclude(pk__in=held)
    )
    if among is not None:
        rows = rows.filter(_in_accounts(name, among))
    return list(rows.order_by("pk").values_list("pk", flat=True))


def _new_deals(source_id: int) -> Q:
    accounts = Account.objects.filter(source=source_id, removed_at=None).exclude(outside_id="")
    return Q(account__in=accounts)


def _new_tasks(source_id: int) -> Q:
    deals = Opportunity.objects.filter(source=source_id).exclude(outside_id="")
    about = Q(opportunity__in=deals) | (Q(opportunity=None) & _new_deals(source_id))
    called = Q(logged_call__isnull=False, logged_call__undone_at=None)
    return about & (Q(state=Action.State.OPEN) | called)


def _new_roles(source_id: int) -> Q:
    deals = Opportunity.objects.filter(source=source_id).exclude(outside_id="")
    return Q(opportunity__in=deals) & told_of(source_id)


def told_of(source_id: int) -> Q:
    """Parts that are told: of people who are there, and never that somebody blocks."""
    known = Q(contact__source=source_id) & ~Q(contact__outside_id="")
    return known & ~Q(buying_role="blocker")


def _new_people(source_id: int) -> Q:
    """People with a name whom somebody here added; a placeholder is nobody yet."""
    return _new_deals(source_id) & Q(is_placeholder=False, erased_at=None) & ~Q(name="")


_NEW = {
    "Contact": _new_people,
    "Opportunity": _new_deals,
    "Task": _new_tasks,
    "OpportunityContactRole": _new_roles,
}


def _begin_creating(
    context: Context, rule: ObjectRule, ids: Sequence[int], now: dt.datetime
) -> int:
    with transaction.atomic():
        return _gather_links(context, rule, list(begun(context, rule.object, ids)), now)


def begun(context: Context, name: str, ids: Sequence[int]) -> dict[int, int]:
    """Links of rows that are to be made there, begun where need be: the row of each."""
    links = [
        SyncLink(
            connection_id=context.connection_id,
            target=name,
            local_id=pk,
            state=SyncLink.State.CREATING,
        )
        for pk in ids
    ]
    SyncLink.objects.bulk_create(links, ignore_conflicts=True)
    held = SyncLink.objects.filter(connection=context.connection_id, target=name, local_id__in=ids)
    rows = held.order_by("pk").values_list("pk", "local_id")
    return {pk: local for pk, local in rows if local is not None}


def _unlink_gone(context: Context, rule: ObjectRule, now: dt.datetime) -> None:
    """Rows deleted here: the link goes; the row there only where the mapping says so."""
    held = TARGETS[rule.object].model._default_manager.filter(pk=OuterRef("local_id"))
    gone = (
        _links(context, rule.object)
        .annotate(here=Subquery(held.values("pk")[:1]))
        .filter(here=None)
        .values_list("pk", flat=True)
    )
    for pk in list(gone):
        with transaction.atomic():
            link = lock_links(pk=pk)[0]
            SyncIntent.objects.filter(link=link).delete()
            fate = merge_deletion_here(deletes_there=rule.delete_there, theirs_changed=False)
            if fate is Fate.DELETE_THERE and link.remote_id:
                SyncIntent.objects.create(link=link, deed=Deed.DELETE, next_at=now)
            link.state, link.local_id = SyncLink.State.UNLINKED, None
            link.save(update_fields=["state", "local_id"])
