"""Intents on their way: claimed before they are sent, settled by what the service then says.

A claimed intent counts as "sent, answer not known" until it is settled; a worker that dies leaves
it so, and whoever takes it up reads there first.
"""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from django.db import connection, transaction
from django.db.models import Q, QuerySet

from sightline.actions.imports.targets import TARGETS
from sightline.actions.sync.books import note_turn, went_out
from sightline.actions.sync.context import Context
from sightline.actions.sync.joining import adopt, lock_links
from sightline.agreement.records import Deed, Outcome, Settled
from sightline.agreement.values import Value
from sightline.records.models import JournalEntry, SyncCrossing, SyncIntent, SyncLink

# How long a claimed intent is left to its worker, and how long failed ones wait.
LEASE = dt.timedelta(minutes=2)
FIRST_WAIT = dt.timedelta(seconds=15)
_REREAD_WAIT = dt.timedelta(seconds=2)
LONGEST_WAIT = dt.timedelta(minutes=30)


@dataclass(frozen=True, slots=True)
class Claimed:
    """One intent that is ours to send. `values` are canonical, by our field."""

    intent_id: int
    link_id: int
    target: str
    deed: Deed
    remote_id: str
    key: str
    values: Mapping[str, Value]
    number: int
    tries: int
    stamp: dt.datetime | None
    asked_by: int | None = None


def claim(context: Context, target: str, *, now: dt.datetime, limit: int = 200) -> list[Claimed]:
    """Take intents of one object that are due; another worker leaves them alone meanwhile."""
    with transaction.atomic():
        due = _due(context, target, now).order_by("link_id")
        if connection.features.has_select_for_update:
            due = due.select_for_update(skip_locked=True, of=("self",))
        intents = list(due.select_related("link")[:limit])
        for one in intents:
            one.tries, one.next_at = one.tries + 1, now + LEASE
        _note_who(target, intents)
        SyncIntent.objects.bulk_update(intents, ["tries", "next_at", "asked_by"])
        return [_claimed(one) for one in intents]


def objects_due(context: Context, *, now: dt.datetime) -> Iterator[str]:
    """The objects of which something is due, in the mapping's order: parents before children.

    Each is asked for when its turn comes, because a parent's row may free a child's.
    """
    for name in context.rules.objects:
        if context.rule(name) is not None and _due(context, name, now).exists():
            yield name


def _due(context: Context, target: str, now: dt.datetime) -> QuerySet[SyncIntent]:
    """But for a new row of which there is nothing to say yet: it waits for what it ties together."""
    rows = SyncIntent.objects.filter(
        link__connection=context.connection_id,
        link__target=target,
        next_at__lte=now,
    )
    return rows.exclude(state=SyncIntent.State.REFUSED).exclude(deed=Deed.CREATE, values={})


def _note_who(target: str, intents: Sequence[SyncIntent]) -> None:
    """Who asked for what goes out: the last person to change the row here, as the journal says."""
    by_row = {one.link.local_id: one for one in intents}
    kind = TARGETS[target].model._meta.model_name or ""
    entries = JournalEntry.objects.filter(
        subject_kind=kind, subject_id__in=by_row, actor__isnull=False
    ).order_by("pk")
    for subject, actor in entries.values_list("subject_id", "actor_id"):
        by_row[subject].asked_by_id = actor


def due(context: Context, target: str) -> list[Claimed]:
    """What waits to be sent of one object, refused intents included."""
    rows = SyncIntent.objects.filter(
        link__connection=context.connection_id, link__target=target
    ).select_related("link")
    return [_claimed(one) for one in rows.order_by("link_id")]


def _claimed(one: SyncIntent) -> Claimed:
    return Claimed(
        intent_id=one.pk,
        link_id=one.link_id,
        target=one.link.target,
        deed=Deed(one.deed),
        remote_id=one.link.remote_id,
        key=str(one.link.external_key),
        values=dict(one.values),
        number=one.number,
        tries=one.tries,
        stamp=one.link.stamp,
        asked_by=one.asked_by_id,
    )


def still_wanted(claimed: Sequence[Claimed]) -> list[Claimed]:
    """The claimed intents as they stand after a fresh read was merged, marked as sent.

    The mark is stored before anything goes out: a crash leaves "answer not known" behind.
    """
    with transaction.atomic():
        rows = list(
            SyncIntent.objects.filter(pk__in=[one.intent_id for one in claimed], state__in=_OPEN)
            .select_related("link")
            .order_by("link_id")
        )
        due = [one for one in rows if one.values or one.deed == Deed.DELETE]
        for one in due:
            one.state, one.sent = SyncIntent.State.UNKNOWN, one.values
        SyncIntent.objects.bulk_update(due, ["state", "sent"])
        return [_claimed(one) for one in due]


_OPEN = (SyncIntent.State.UNKNOWN, SyncIntent.State.WAITING)


def settle_outcome(
    context: Context, claimed: Claimed, outcome: Outcome, *, now: dt.datetime
) -> None:
    """Book how one write ended. Settling the same outcome twice changes nothing more."""
    with transaction.atomic():
        links = lock_links(pk=claimed.link_id)
        intent = SyncIntent.objects.filter(pk=claimed.intent_id).first()
        if not links or intent is None:
            return
        if outcome.settled is Settled.DONE:
            _done(context, links[0], intent, claimed, outcome, now)
        elif outcome.settled is Settled.REFUSED:
            _refused(intent, claimed, outcome, now)
        elif outcome.settled is Settled.GONE:
            SyncLink.objects.filter(pk=claimed.link_id).update(dirty=True)
            _later(intent, claimed, outcome, now)
        else:
            _later(intent, claimed, outcome, now)


def _done(
    context: Context,
    link: SyncLink,
    intent: SyncIntent,
    claimed: Claimed,
    outcome: Outcome,
    now: dt.datetime,
) -> None:
    kept = {
        name: one for name, one in claimed.values.items() if not context.unkept(link.target, name)
    }
    before = {name: (link.base.get(name) or [None, None])[1] for name in kept}
    link.base = {**link.base, **{name: [one, one] for name, one in kept.items()}}
    for name in kept:
        if note_turn(link, name, "out", now=now):
            link.frozen = sorted({*link.frozen, name})
    same = intent.number == claimed.number
    if claimed.deed is Deed.CREATE and not link.remote_id:
        intent.sent = dict(claimed.values)
        intent.save(update_fields=["sent"])
        adopt(context, link, outcome.id)
        link.dirty = link.dirty or not same
    elif same or claimed.deed is Deed.DELETE:
        intent.delete()
    else:
        _left_over(intent, claimed, now)
    link.save(update_fields=["base", "turns", "frozen", "dirty"])
    SyncCrossing.objects.bulk_create(
        went_out(link, name, before[name], value, now)
        for name, value in kept.items()
        if before[name] != value
    )


def _left_over(intent: SyncIntent, claimed: Claimed, now: dt.datetime) -> None:
    """Somebody edited while it was sent: what was not sent as it now is goes out next."""
    left = {
        name: value
        for name, value in intent.values.items()
        if name not in claimed.values or claimed.values[name] != value
    }
    if not left:
        intent.delete()
        return
    intent.values, intent.state, intent.next_at = left, SyncIntent.State.WAITING, now
    intent.sent = {}
    intent.save(update_fields=["values", "state", "next_at", "sent"])


def _refused(intent: SyncIntent, claimed: Claimed, outcome: Outcome, now: dt.datetime) -> None:
    """The service refused the values: not tried again until they, or the mapping, change."""
    if intent.number != claimed.number:
        intent.state, intent.next_at = SyncIntent.State.WAITING, now
    else:
        intent.state = SyncIntent.State.REFUSED
    intent.sent = {}
    _words(intent, outcome, now)


def _later(intent: SyncIntent, claimed: Claimed, outcome: Outcome, now: dt.datetime) -> None:
    unknown = outcome.settled is Settled.UNKNOWN
    if not unknown:
        intent.sent = {}
    intent.state = SyncIntent.State.UNKNOWN if unknown else SyncIntent.State.WAITING
    if outcome.settled is Settled.CHANGED:
        intent.next_at = now + _REREAD_WAIT * claimed.tries
    else:
        wait = min(LONGEST_WAIT, FIRST_WAIT * 2 ** min(claimed.tries - 1, 8))
        intent.next_at = now + wait * random.uniform(0.5, 1.0)  # noqa: S311 - to spread tries
    _words(intent, outcome, now)


def _words(intent: SyncIntent, outcome: Outcome, now: dt.datetime) -> None:
    intent.code, intent.message = outcome.code[:80], outcome.message[:2000]
    intent.fields, intent.changed_at = list(outcome.fields), now
    intent.save(
        update_fields=["state", "sent", "next_at", "code", "message", "fields", "changed_at"]
    )


def try_again(intent_id: int, *, now: dt.datetime) -> None:
    """A person mended something there: a refused intent is tried once more."""
    SyncIntent.objects.filter(pk=intent_id, state=SyncIntent.State.REFUSED).update(
        state=SyncIntent.State.WAITING, next_at=now, tries=0
    )


def waiting(context: Context) -> int:
    """How many intents are not settled and not refused."""
    return SyncIntent.objects.filter(
        Q(link__connection=context.connection_id), state__in=_OPEN
    ).count()
