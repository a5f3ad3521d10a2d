"""Asking that a message leaves, once for its key, at the hour its reader wants; and its outcome.

A row holds keys only; words are composed when it is sent. Definition: docs/method/messages.md.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from sightline.actions import outbox
from sightline.planning.notices import (
    How,
    Kind,
    MessageParameters,
    leaves_at,
    monday_morning,
)
from sightline.records.models import ChatHook, Message
from sightline.records.queries import messages
from sightline.records.queries.company import company_facts, parameters_in_force
from sightline.records.scoping import Person

MAIL = "mail"
LOOK_AHEAD = timedelta(hours=30)  # the daily tick comes every 24 hours, wherever people are
MOST_PROBLEM = 255


def plan_mondays(*, now: datetime) -> int:
    """Ask for the mail of every Monday that begins somewhere before the next tick.

    Answers how many messages are new; safe to run twice.
    """
    numbers = _numbers(now)
    made = 0
    for sign_in in messages.weekly_readers():
        person = messages.person_by_id(sign_in)
        if person is None:
            continue
        wishes = messages.wishes_of(person)
        monday, moment = monday_morning(now, zone=wishes.zone, parameters=numbers)
        if wishes.how[Kind.MONDAY] is How.OFF or moment > now + LOOK_AHEAD:
            continue
        facts = {"monday": monday.isoformat()}
        made += _ask(person.id, Kind.MONDAY, monday.isoformat(), facts, at=max(moment, now))
    return made


def notify(person: Person, kind: Kind, *, key: str, facts: Mapping[str, Any], now: datetime) -> int:
    """Ask that somebody hears of something, as they want it; answers how many messages are new.

    Called in the transaction of what it tells. `facts` hold keys only.
    """
    wishes = messages.wishes_of(person)
    moment = leaves_at(
        now,
        how=wishes.how[kind],
        quiet=wishes.quiet,
        zone=wishes.zone,
        parameters=_numbers(now),
    )
    return _ask(person.id, kind, key, facts, at=moment) if moment is not None else 0


def settle_sent(ids: Collection[int], *, now: datetime, nothing: bool = False) -> None:
    """They have left; `nothing`: there was nothing to say any more."""
    state = Message.State.NOTHING if nothing else Message.State.SENT
    rows = Message.objects.filter(pk__in=ids, state=Message.State.WAITING)
    rows.update(state=state, sent_at=None if nothing else now, problem="")


def settle_failed(ids: Collection[int], *, problem: str, given_up: bool) -> None:
    """They could not leave; given up or tried again."""
    values: dict[str, Any] = {"problem": problem[:MOST_PROBLEM]}
    if given_up:
        values["state"] = Message.State.FAILED
    Message.objects.filter(pk__in=ids, state=Message.State.WAITING).update(**values)


def _ask(sign_in: int, kind: Kind, key: str, facts: Mapping[str, Any], *, at: datetime) -> int:
    """A message by mail, and by each chat the person set; those that are there are left alone."""
    ways = [MAIL, *ChatHook.objects.filter(sign_in_id=sign_in).values_list("brand", flat=True)]
    made = 0
    with transaction.atomic():
        for way in ways:
            _, new = Message.objects.get_or_create(
                sign_in_id=sign_in,
                kind=kind.value,
                way=way,
                key=key,
                defaults={"facts": dict(facts), "leaves_at": at},
            )
            if new:
                made += 1
                # what leaves at the same minute leaves in one mail
                outbox.request(
                    "messages.send",
                    key=f"{sign_in}:{way}:{at:%Y%m%dT%H%M}",
                    payload={"sign_in": sign_in, "way": way},
                    run_at=at,
                )
    return made


def _numbers(now: datetime) -> MessageParameters:
    on = company_facts().today(now)
    return parameters_in_force(on).section(MessageParameters, "messages")
