"""That somebody looks at an account: its rows are read every few seconds, and only while they do."""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from sightline.actions import outbox
from sightline.actions.whitespace import ask_for_plans
from sightline.records.models import Account, Job, SyncConnection, SyncWatch
from sightline.records.queries.company import company_facts

# A screen says every three seconds that it is looked at; three missed times and it is not.
LOOKED_AT = dt.timedelta(seconds=12)
# A watch that holds for so long yet is left as it is: fifty screens would write seventeen times a
# second otherwise, and SQLite has one writer.
STILL_GOOD = dt.timedelta(seconds=7)
EVERY = dt.timedelta(seconds=3)
# Were somebody to look all day and night, three seconds would spend more than a tenth of 300,000
# calls together with the background rounds (benchmarks/sync/calls.py): outside these hours of the
# company's day a screen is a little slower.
OFFICE_HOURS = (7, 19)
OUTSIDE = dt.timedelta(seconds=4.2)
LIVE = "sync.live"


def watch(account_id: int, *, now: dt.datetime) -> bool:
    """Somebody looks now. False where the account is in no connected org, and nothing is read."""
    source = Account.objects.filter(pk=account_id).values("source_id")[:1]
    states = SyncConnection.State
    pk = (
        SyncConnection.objects.filter(source_id__in=source, state=states.READY)
        .values_list("pk", flat=True)
        .first()
    )
    if pk is None:
        return False
    if SyncWatch.objects.filter(account_id=account_id, until__gt=now + STILL_GOOD).exists():
        return True
    with transaction.atomic():
        SyncWatch.objects.update_or_create(
            account_id=account_id, defaults={"until": now + LOOKED_AT}
        )
        ask_live(pk)
    return True


def ask_live(connection_id: int, *, run_at: dt.datetime | None = None) -> None:
    """A live read as soon as a worker is free, or at a moment; asking twice asks once."""
    key, payload = f"sync-live:{connection_id}", {"id": connection_id}
    outbox.request(LIVE, key=key, payload=payload, run_at=run_at)


def every(now: dt.datetime) -> dt.timedelta:
    """How long after a live read the next follows, by the hour in the company's time zone."""
    hour = now.astimezone(company_facts().time_zone).hour
    return EVERY if OFFICE_HOURS[0] <= hour < OFFICE_HOURS[1] else OUTSIDE


def take_due(*, now: dt.datetime) -> list[int]:
    """Take the live reads that are due: each waits for its next time, whoever reads meanwhile."""
    taken: list[int] = []
    waiting = Job.objects.filter(name=LIVE, state=Job.State.WAITING, run_at__lte=now)
    for pk, at, payload in list(waiting.values_list("pk", "run_at", "payload")):
        again = waiting.filter(pk=pk, run_at=at).update(run_at=now + every(now))
        if again:
            taken.append(int(payload["id"]))
    return taken


def end_live(connection_id: int) -> None:
    """Nobody looks any more."""
    Job.objects.filter(
        name=LIVE, key=f"sync-live:{connection_id}", state=Job.State.WAITING
    ).delete()


def tell_plans(account_ids: list[int]) -> None:
    """Plans of accounts whose rows moved are computed again."""
    for account_id in account_ids:
        ask_for_plans(account_id, by=None)
