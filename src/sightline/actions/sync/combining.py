"""Rows merged there: what hangs on the loser here moves to the winner, the old id stays known."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import IntegrityError, models, transaction

from sightline.actions import journal
from sightline.actions.imports.targets import TARGETS
from sightline.actions.sync.context import Context
from sightline.agreement.records import RemoteRecord
from sightline.records.models import SyncAlias, SyncIntent, SyncLink
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
