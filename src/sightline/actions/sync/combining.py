"""Rows merged there: what hangs on the loser here moves to the winner, the old id stays known."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Sequence
from typing import Any

from django.db import IntegrityError, models, transaction

from sightline.actions import journal
from sightline.actions.imports.targets import TARGETS
from sightline.actions.sync.context import Context
from sightline.agreement.records import RemoteRecord
from sightline.records.models import (
    Contact,
    OpportunityContactRole,
    SyncAlias,
    SyncIntent,
    SyncLink,
)
from sightline.records.queries.linked import links_there


def redirect(context: Context, name: str, record: RemoteRecord, *, now: dt.datetime) -> None:
    """The record lost a merge. Its row here gives everything that hangs on it to the winner's.

    Where the winner is not here yet, the loser's row becomes the winner's. Safe to repeat.
    """
    model = TARGETS[name].model
    # Rows without an outside id left out, for the index of outside ids to be of use.
    rows = model._default_manager.filter(source_id=context.source_id, outside_object=name).exclude(
        outside_id=""
    )
    loser = rows.filter(outside_id=record.id).first()
    winner = rows.filter(outside_id=record.merged_into).first()
    link = _link(context, name, record.id)
    heir = _link(context, name, record.merged_into)
    if loser is not None and winner is None:
        _become(model, loser, link, record)
    elif loser is not None and winner is not None and getattr(loser, "removed_at", None) is None:
        if isinstance(winner, Contact):
            _give_way(context, loser.pk, winner, now)
        _move_children(model, loser, winner)
        model._default_manager.filter(pk=loser.pk).update(removed_at=now)
        note = f"{name} {record.id} was merged into {record.merged_into}"
        journal.record("sync_merge", actor_id=None, subject=winner, note=note)
        if link is not None:
            SyncIntent.objects.filter(link=link).delete()
            link.state = SyncLink.State.TOMBSTONE
            link.save(update_fields=["state"])
    kept = heir or (link if winner is None else None)
    if kept is not None:
        SyncAlias.objects.get_or_create(link=kept, remote_id=record.id)


def _link(context: Context, name: str, remote_id: str) -> SyncLink | None:
    keys = links_there(context.connection_id, name, [remote_id])
    return SyncLink.objects.filter(pk__in=keys).first()


def _become(
    model: type[models.Model], loser: Any, link: SyncLink | None, record: RemoteRecord
) -> None:
    model._default_manager.filter(pk=loser.pk).update(outside_id=record.merged_into)
    note = f"{record.id} was merged into {record.merged_into}"
    journal.record("sync_merge", actor_id=None, subject=loser, note=note)
    if link is not None:
        link.remote_id = record.merged_into
        link.dirty = True
        link.save(update_fields=["remote_id", "dirty"])


def _move_children(model: type[models.Model], loser: Any, winner: Any) -> None:
    """Every row that points to the loser points to the winner, unless the winner has its like."""
    for relation in model._meta.related_objects:
        column = relation.field.attname
        child = relation.related_model
        if isinstance(child, str) or relation.many_to_many:
            continue
        for pk in list(
            child._default_manager.filter(**{column: loser.pk}).values_list("pk", flat=True)
        ):
            try:
                with transaction.atomic():
                    child._default_manager.filter(pk=pk).update(**{column: winner.pk})
            except IntegrityError:
                continue  # the winner has its own of what there may be one of


def _give_way(context: Context, loser: int, winner: Contact, now: dt.datetime) -> None:
    """Two parts in one opportunity are one person's now: what nobody there was told of yet gives way
    to the other, or it would stand there twice: what may stand there by now stays, and of two that
    nobody sent the winner's."""
    parts = defaultdict(list)
    for part in OpportunityContactRole.objects.filter(
        contact__in=[loser, winner.pk], removed_at=None
    ):
        parts[part.opportunity_id].append(part)
    sent = _perhaps_there(context, [part for held in parts.values() for part in held])
    for held in parts.values():
        held.sort(key=lambda one: (_place(one, sent), one.contact_id != winner.pk, one.pk))
        for part in held[1:]:
            if _place(part, sent) == _UNSENT:
                _withdraw(context, part, winner, now)


_THERE, _SENT, _UNSENT = range(3)


def _place(part: OpportunityContactRole, sent: Collection[int]) -> int:
    if part.outside_id:
        return _THERE
    return _SENT if part.pk in sent else _UNSENT


def _perhaps_there(context: Context, parts: Sequence[OpportunityContactRole]) -> set[int]:
    """Those that were sent, alone or with their new opportunity, and of which nobody knows whether
    they stand there by now."""
    links = SyncLink.objects.filter(
        connection=context.connection_id,
        target="OpportunityContactRole",
        local_id__in=[one.pk for one in parts],
    )
    sent = SyncIntent.objects.filter(link__in=links).exclude(sent={})
    return {pk for pk in sent.values_list("link__local_id", flat=True) if pk is not None}


def _withdraw(
    context: Context, part: OpportunityContactRole, winner: Contact, now: dt.datetime
) -> None:
    links = SyncLink.objects.filter(
        connection=context.connection_id, target="OpportunityContactRole", local_id=part.pk
    )
    links.delete()
    OpportunityContactRole.objects.filter(pk=part.pk).update(removed_at=now)
    note = f"A second part in opportunity {part.opportunity_id}, {part.buying_role or part.role}"
    journal.record("sync_merge", actor_id=None, subject=winner, note=f"{note}, gave way")
