"""Which row here a row there is: by link, by the key it was created under, by its outside id."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable, Sequence
from typing import Any

from django.db import connection

from sightline.actions.imports.bulk import among_texts, held_outside
from sightline.actions.imports.targets import TARGETS
from sightline.actions.sync import combining
from sightline.actions.sync.books import went_out
from sightline.actions.sync.connections import NEVER
from sightline.actions.sync.context import Context
from sightline.actions.sync.sides import outside_ids, said_here, value_here
from sightline.agreement.records import RemoteRecord
from sightline.agreement.rules import ObjectRule
from sightline.records.models import (
    OpportunityContactRole,
    SyncAlias,
    SyncCrossing,
    SyncIntent,
    SyncLink,
)
from sightline.records.queries.linked import links_there


def newest(records: Sequence[RemoteRecord]) -> list[RemoteRecord]:
    """One record for each id, the newest; of equal stamps the one delivered last."""
    found: dict[str, RemoteRecord] = {}
    for record in records:
        held = found.get(record.id)
        if held is None or record.stamp >= held.stamp:
            found[record.id] = record
    return [found[key] for key in sorted(found)]


def follow_merges(
    context: Context, name: str, records: Sequence[RemoteRecord], *, now: dt.datetime
) -> list[RemoteRecord]:
    """Redirect rows that lost a merge to their winner; what is left is merged as usual."""
    left = []
    for record in records:
        if record.deleted and record.merged_into:
            combining.redirect(context, name, record, now=now)
        else:
            left.append(record)
    aliases = _aliases(context, name, [one.id for one in left])
    return [one for one in left if one.id not in aliases]


def _aliases(context: Context, name: str, ids: Sequence[str]) -> set[str]:
    """Which of these ids mean another row by now. In two steps: few ids are aliases at all, and in
    one SQLite begins with every link of the connection."""
    listed = among_texts(ids)
    found = SyncAlias.objects.filter(remote_id__in=listed).values_list("link_id", "remote_id")
    pairs = list(found)
    if not pairs:
        return set()
    ours = SyncLink.objects.filter(
        pk__in={link for link, _ in pairs}, connection=context.connection_id, target=name
    )
    links = set(ours.values_list("pk", flat=True))
    return {remote_id for link, remote_id in pairs if link in links}


def lock_links(**wanted: Any) -> list[SyncLink]:
    """Links, held until the transaction ends, in key order."""
    rows = SyncLink.objects.filter(**wanted).order_by("pk")
    if connection.features.has_select_for_update:
        rows = rows.select_for_update()
    return list(rows)


def links_of(
    context: Context, name: str, records: Sequence[RemoteRecord], *, now: dt.datetime
) -> dict[str, SyncLink]:
    """The locked link of each record that has one, by remote id."""
    ids = [record.id for record in records]
    found = {
        link.remote_id: link
        for link in lock_links(pk__in=links_there(context.connection_id, name, ids))
    }
    missing = [one for one in records if one.id not in found]
    rule = context.rule(name)
    if missing and rule is not None:
        for record, link in _adopted(context, rule, missing):
            found[record.id] = link
        missing = [one for one in missing if one.id not in found]
        found |= _met_before(context, rule, missing)
    return found


def _adopted(
    context: Context, rule: ObjectRule, records: Iterable[RemoteRecord]
) -> Iterable[tuple[RemoteRecord, SyncLink]]:
    """Rows that we created and whose answer was lost: known by the key they were created under."""
    by_key = {_key(record, rule): record for record in records}
    by_key.pop(None, None)
    if by_key:
        links = lock_links(
            connection=context.connection_id,
            target=rule.object,
            external_key__in=by_key.keys(),
            remote_id="",
        )
        for link in links:
            record = by_key[link.external_key]
            yield record, _adopt_unheard(context, link, record, rule)
    elif rule.natural:
        yield from _adopted_by_nature(context, rule, records)


def _key(record: RemoteRecord, rule: ObjectRule) -> uuid.UUID | None:
    told = record.values.get(rule.key_field)
    if not told:
        return None
    try:
        return uuid.UUID(str(told))
    except ValueError:
        return None


def _adopted_by_nature(
    context: Context, rule: ObjectRule, records: Iterable[RemoteRecord]
) -> Iterable[tuple[RemoteRecord, SyncLink]]:
    creating = lock_links(
        connection=context.connection_id, target=rule.object, state=SyncLink.State.CREATING
    )
    if not creating:
        return
    rows = {
        pk: (opportunity, contact)
        for pk, opportunity, contact in OpportunityContactRole.objects.filter(
            pk__in=[link.local_id for link in creating]
        ).values_list("pk", "opportunity_id", "contact_id")
    }
    deals = outside_ids("Opportunity", [one for one, _ in rows.values()], context.source_id)
    people = outside_ids("Contact", [one for _, one in rows.values()], context.source_id)
    by_nature = {
        (deals.get(rows[link.local_id][0]), people.get(rows[link.local_id][1])): link
        for link in creating
        if link.local_id in rows
    }
    for record in records:
        nature = tuple(record.values.get(name) for name in rule.natural)
        link = by_nature.pop(nature, None)  # type: ignore[arg-type]
        if link is not None and not record.deleted:
            yield record, _adopt_unheard(context, link, record, rule)


def _adopt_unheard(
    context: Context, link: SyncLink, record: RemoteRecord, rule: ObjectRule
) -> SyncLink:
    """A row is there whose making nobody answered for: what was sent with it went out, and by which
    rows it is known."""
    sent = SyncIntent.objects.filter(link=link).values_list("sent", flat=True).first() or {}
    nature = {
        one.ours: record.values[one.theirs] for one in rule.fields if one.theirs in rule.natural
    }
    told = {**nature, **sent} if sent else {}
    SyncCrossing.objects.bulk_create(
        went_out(link, name, None, value, record.stamp)
        for name, value in told.items()
        if not context.unkept(link.target, name)
    )
    return adopt(context, link, record.id)


def begin_anew(link: SyncLink) -> None:
    """A row that is gone there, and that somebody asked for: it is made once more, under a new key."""
    SyncIntent.objects.filter(link=link).delete()
    model = TARGETS[link.target].model
    model._default_manager.filter(pk=link.local_id).update(outside_id="", outside_object="")
    link.external_key = SyncLink._meta.get_field("external_key").get_default()
    link.remote_id, link.base, link.stamp = "", {}, None
    link.seen_version, link.dirty = 0, True
    link.save()


def adopt(context: Context, link: SyncLink, remote_id: str) -> SyncLink:
    """Our row has this id there: what we sent is what both sides said."""
    link.remote_id, link.state = remote_id, SyncLink.State.LINKED
    intent = SyncIntent.objects.filter(link=link).first()
    for name, value in (intent.sent if intent is not None else {}).items():
        if not context.unkept(link.target, name):
            link.base.setdefault(name, [value, value])
    link.save(update_fields=["remote_id", "state", "base"])
    TARGETS[link.target].model._default_manager.filter(pk=link.local_id, outside_id="").update(
        source_id=context.source_id, outside_object=link.target, outside_id=remote_id
    )
    SyncIntent.objects.filter(link=link).delete()
    return link


def _met_before(
    context: Context, rule: ObjectRule, records: Sequence[RemoteRecord]
) -> dict[str, SyncLink]:
    """Rows that came by an import, before there was a connection: theirs stands at first."""
    rows = rows_here(context, rule.object, [one.id for one in records])
    if not rows:
        return {}
    said = said_here(context, rule.object, rows.values(), lock=True)
    links = []
    for remote_id, pk in rows.items():
        base = {}
        for one in rule.fields:
            shape = context.shape(rule.object, one.theirs)
            if shape is not None:
                base[one.ours] = [value_here(said[pk][one.ours], shape), NEVER]
        links.append(
            SyncLink(
                connection_id=context.connection_id,
                target=rule.object,
                local_id=pk,
                remote_id=remote_id,
                base=base,
                seen_version=said[pk]["_version"],
            )
        )
    SyncLink.objects.bulk_create(links, batch_size=500)
    return {link.remote_id: link for link in links}


def find_again(context: Context, name: str, links: Sequence[SyncLink]) -> None:
    """Links whose row here was made anew (an undeleted role) point to it."""
    lost = {link.remote_id: link for link in links if link.local_id is None}
    for remote_id, pk in rows_here(context, name, list(lost)).items():
        lost[remote_id].local_id = pk


def rows_here(context: Context, name: str, remote_ids: Sequence[str]) -> dict[str, int]:
    """The key of the row that each of these ids names here, where there is one."""
    if not remote_ids:
        return {}
    model = TARGETS[name].model
    return held_outside(model, name, remote_ids, source_id=context.source_id)
