"""What a person asks of a connection: a round now, a comparison, another try."""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from sightline.actions import journal, outbox
from sightline.actions.sync import sending
from sightline.records.models import Job, SyncConnection, SyncIntent


def ask_round(connection_id: int, *, actor_id: int | None) -> None:
    """Read and send as soon as a worker is free."""
    with transaction.atomic():
        row = SyncConnection.objects.get(pk=connection_id)
        SyncConnection.objects.filter(pk=connection_id).update(parked_until=None)
        payload = {"id": connection_id, "asked": True}
        outbox.request("sync", key=f"sync-now:{connection_id}", payload=payload, by=actor_id)
        journal.record("sync_ask", actor_id=actor_id, subject=row)


def ask_comparison(connection_id: int, *, actor_id: int | None) -> None:
    """Compare every row on both sides, and mend what differs."""
    with transaction.atomic():
        row = SyncConnection.objects.get(pk=connection_id)
        payload = {"id": connection_id}
        outbox.request("sync.compare", key=f"compare:{connection_id}", payload=payload, by=actor_id)
        journal.record("sync_ask_compare", actor_id=actor_id, subject=row)


def ask_again(intent_id: int, *, actor_id: int | None, now: dt.datetime) -> int | None:
    """Try a refused write once more; answers its connection, None where it is gone."""
    with transaction.atomic():
        intent = SyncIntent.objects.filter(pk=intent_id).select_related("link").first()
        if intent is None:
            return None
        sending.try_again(intent_id, now=now)
        connection_id = intent.link.connection_id
        payload = {"id": connection_id, "asked": True}
        outbox.request("sync", key=f"sync-now:{connection_id}", payload=payload, by=actor_id)
        journal.record("sync_retry", actor_id=actor_id, subject=intent)
    return connection_id


def asker_of(job_id: int) -> int | None:
    """Who asked for a job; None where the system did."""
    return Job.objects.filter(pk=job_id).values_list("requested_by_id", flat=True).first()
